//! The command line.

use crate::aac::{error::Error, files, terminal};
use serde::de::IgnoredAny;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
const SEE_HELP: &str = concat!("See ", env!("CARGO_PKG_NAME"), " --help.");
const QUOTING: &str = "Put JSON between quotes. If the shell removes those inside it, use @FILE.";

pub enum Command {
    /// To print this text and do nothing else.
    Print(String),
    /// To call an API: that of the example, or another one.
    Call(Option<Call>),
}

pub struct Call {
    pub method: Method,
    /// A path or a URL, as it was typed.
    pub path: String,
    /// The body, or nothing.
    pub json: String,
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, Error> {
    let mut words = Vec::new();
    for argument in arguments {
        let Ok(word) = argument.into_string() else {
            return Err(usage("an argument is not UTF-8"));
        };
        match word.as_str() {
            "-v" | "--verbose" => terminal::set_verbose(true),
            "-V" | "--version" => return Ok(Command::Print(VERSION.to_owned())),
            "-h" | "--help" => {
                let help = include_str!("help.txt").trim_end().replace("{name}", NAME);
                return Ok(Command::Print(help));
            }
            // JSON may be a negative number.
            _ if word.starts_with('-') && word.parse::<f64>().is_err() => {
                return Err(usage(&format!("there is no option {word:?}")));
            }
            _ => words.push(word),
        }
    }
    Ok(Command::Call(parse_call(words)?))
}

fn parse_call(mut words: Vec<String>) -> Result<Option<Call>, Error> {
    let mut method = if words.len() > 1 {
        Method::POST
    } else {
        Method::GET
    };
    if let Some(named) = words.first().and_then(|word| parse_method(word)) {
        method = named;
        words.remove(0);
    }
    let json = match &words[..] {
        [] if method == Method::GET => return Ok(None),
        [] => return Err(usage(&format!("{method} needs a PATH"))),
        [path, ..] if path.is_empty() => return Err(usage("PATH is empty")),
        [word, ..] if word.bytes().all(|c| c.is_ascii_uppercase()) => {
            let problem = format!("METHOD is GET, POST, PUT, PATCH or DELETE, not {word:?}");
            return Err(usage(&problem));
        }
        [word, ..] if word.starts_with(['{', '[', '@']) => {
            return Err(usage("JSON comes after PATH"));
        }
        [_, word, ..] if parse_method(word).is_some() => {
            return Err(usage("METHOD comes before PATH"));
        }
        [_] => String::new(),
        [_, _] if method == Method::GET => return Err(usage("GET takes no JSON")),
        [_, json] => read_json(json)?,
        _ => return Err(Error::usage("there are too many arguments", QUOTING)),
    };
    let path = words.remove(0);
    Ok(Some(Call { method, path, json }))
}

fn parse_method(word: &str) -> Option<Method> {
    let method: Method = word.to_ascii_uppercase().parse().ok()?;
    let is_known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str());
    is_known.then_some(method)
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let bytes = match word.strip_prefix('@') {
        Some("-") => io::stdin().lock().bytes().collect(),
        Some(file) => fs::read(file),
        None => Ok(word.as_bytes().to_vec()),
    };
    let bytes = bytes.map_err(|error| usage(&format!("{word} cannot be read: {error}")))?;
    let json = match files::decode(&bytes) {
        Ok(json) => json,
        Err(problem) => return Err(Error::usage(&format!("{word} {problem}"), files::UTF_8)),
    };
    if let Err(error) = serde_json::from_str::<IgnoredAny>(json) {
        let problem = format!("JSON is not valid ({error}). This arrived: {json:.200}");
        return Err(Error::usage(&problem, QUOTING));
    }
    Ok(json.to_owned())
}

fn usage(problem: &str) -> Error {
    Error::usage(problem, SEE_HELP)
}
