//! The command line.

use crate::aac::{error::Error, files};
use serde::de::IgnoredAny;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const SEE_HELP: &str = concat!("See ", env!("CARGO_PKG_NAME"), " --help.");
const QUOTING: &str = "JSON goes between quotes. If your shell takes its quotation marks away, \
    write it to a file and use @FILE.";

/// What the command line asks for.
pub enum Command {
    /// To print this text and do nothing else.
    Print(String),
    /// The API call of the example.
    CurrentWorkspace,
    /// Another one: its path as it was typed, and JSON or nothing as its body.
    Call(Method, String, String),
}

/// Reads the arguments after the program's name. The flag is whether to print each step.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<(Command, bool), Error> {
    let (mut words, mut is_verbose) = (Vec::new(), false);
    for argument in arguments {
        let word = argument
            .into_string()
            .map_err(|_| usage("an argument is not UTF-8"))?;
        match word.as_str() {
            "-v" | "--verbose" => is_verbose = true,
            "-h" | "--help" => {
                let help = include_str!("help.txt").trim_end().replace("{name}", NAME);
                return Ok((Command::Print(help), is_verbose));
            }
            "-V" | "--version" => {
                let version = format!("{NAME} {}", env!("CARGO_PKG_VERSION"));
                return Ok((Command::Print(version), is_verbose));
            }
            // JSON may be a negative number.
            _ if word.starts_with('-') && word.parse::<f64>().is_err() => {
                return Err(usage(&format!("there is no option {word:?}")));
            }
            _ => words.push(word),
        }
    }
    Ok((parse_call(words)?, is_verbose))
}

fn parse_call(mut words: Vec<String>) -> Result<Command, Error> {
    let first = words.first().map_or("", String::as_str);
    let mut method = first.to_ascii_uppercase();
    if is_method(&method) {
        words.remove(0);
    } else if !first.is_empty() && first.bytes().all(|c| c.is_ascii_uppercase()) {
        return Err(usage(&format!(
            "METHOD is GET, POST, PUT, PATCH or DELETE, not {first:?}"
        )));
    } else {
        method = if words.len() > 1 { "POST" } else { "GET" }.to_owned();
    }
    let problem = match &words[..] {
        [] if method == "GET" => return Ok(Command::CurrentWorkspace),
        [] => &format!("{method} needs a PATH"),
        [path, ..] if path.is_empty() => "PATH is empty",
        [path, ..] if path.starts_with(['{', '[', '@']) => "JSON comes after PATH",
        [_, word, ..] if is_method(&word.to_ascii_uppercase()) => "METHOD comes before PATH",
        [_, _] if method == "GET" => "GET takes no JSON",
        [_, _, _, ..] => return Err(Error::usage("there are too many arguments", QUOTING)),
        [path, json @ ..] => {
            let json = json
                .first()
                .map_or(Ok(String::new()), |word| read_json(word))?;
            let method = method.parse().expect("it is one of the methods");
            return Ok(Command::Call(method, path.clone(), json));
        }
    };
    Err(usage(problem))
}

fn is_method(word: &str) -> bool {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&word)
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
    serde_json::from_str::<IgnoredAny>(json).map_err(|error| {
        let start: String = json.chars().take(200).collect();
        Error::usage(
            &format!("JSON is not valid ({error}). This arrived: {start}"),
            QUOTING,
        )
    })?;
    Ok(json.to_owned())
}

fn usage(problem: &str) -> Error {
    Error::usage(problem, SEE_HELP)
}
