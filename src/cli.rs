//! The command line.

use crate::aac::{error::Error, files, terminal};
use serde::de::IgnoredAny;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const HELP: &str = include_str!("help.txt");
const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
const SEE_HELP: &str = concat!("See ", env!("CARGO_PKG_NAME"), " --help.");
const QUOTING: &str = "Put JSON between quotes. If the shell removes those inside it, use @FILE.";

pub enum Command {
    /// To print this text and do nothing else.
    Print(String),
    /// The API call of the example.
    CurrentWorkspace,
    /// Another one: its path as it was typed, and JSON or nothing as its body.
    Call(Method, String, String),
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, Error> {
    let mut words = Vec::new();
    for argument in arguments {
        let word = argument.into_string();
        let word = word.map_err(|_| usage("an argument is not UTF-8"))?;
        match word.as_str() {
            "-v" | "--verbose" => terminal::set_verbose(),
            "-V" | "--version" => return Ok(Command::Print(VERSION.to_owned())),
            "-h" | "--help" => return Ok(Command::Print(HELP.trim_end().replace("{name}", NAME))),
            // JSON may be a negative number.
            _ if word.starts_with('-') && word.parse::<f64>().is_err() => {
                return Err(usage(&format!("there is no option {word:?}")));
            }
            _ => words.push(word),
        }
    }
    parse_call(words)
}

fn parse_call(mut words: Vec<String>) -> Result<Command, Error> {
    let is_method = |word: &String| METHODS.contains(&word.to_ascii_uppercase().as_str());
    let mut method = if words.len() > 1 { "POST" } else { "GET" }.to_owned();
    if words.first().is_some_and(is_method) {
        method = words.remove(0).to_ascii_uppercase();
    }
    let json = match &words[..] {
        [] if method == "GET" => return Ok(Command::CurrentWorkspace),
        [] => return Err(usage(&format!("{method} needs a PATH"))),
        [path, ..] if path.is_empty() => return Err(usage("PATH is empty")),
        [path, ..] if is_method(path) => return Err(usage("METHOD is there twice")),
        [path, ..] if path.bytes().all(|c| c.is_ascii_uppercase()) => {
            let problem = format!("METHOD is GET, POST, PUT, PATCH or DELETE, not {path:?}");
            return Err(usage(&problem));
        }
        [path, ..] if path.starts_with(['{', '[', '@']) => {
            return Err(usage("PATH comes before JSON"));
        }
        [_, json, ..] if is_method(json) => return Err(usage("METHOD comes before PATH")),
        [_] => String::new(),
        [_, _] if method == "GET" => return Err(usage("GET takes no JSON")),
        [_, json] => read_json(json)?,
        _ => return Err(Error::usage("there are too many arguments", QUOTING)),
    };
    let method = method.parse().expect("it is one of METHODS");
    Ok(Command::Call(method, words.remove(0), json))
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let bytes = match word.strip_prefix('@') {
        Some("-") => io::stdin().lock().bytes().collect(),
        Some(file) => fs::read(file),
        None => Ok(word.as_bytes().to_vec()),
    };
    let bytes = bytes.map_err(|error| usage(&format!("{word} cannot be read: {error}")))?;
    let invalid = |problem| Error::usage(&format!("{word} {problem}"), files::UTF_8);
    let json = files::decode(&bytes).map_err(invalid)?;
    if let Err(error) = serde_json::from_str::<IgnoredAny>(json) {
        if word.starts_with('@') {
            // The file is not quoted, since it may hold tokens.
            return Err(usage(&format!("{word} is not valid JSON: {error}")));
        }
        let problem = format!("JSON is not valid ({error}). This arrived: {json:.200}");
        return Err(Error::usage(&problem, QUOTING));
    }
    Ok(json.to_owned())
}

fn usage(problem: &str) -> Error {
    Error::usage(problem, SEE_HELP)
}
