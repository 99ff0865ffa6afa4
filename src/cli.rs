//! The command line.

use crate::aac::{error::Error, files, output};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs, io, io::Read, sync::atomic::Ordering::Relaxed};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HELP: &str = include_str!("help.txt");
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const USAGE: &str = "the arguments must be [METHOD] [PATH] [JSON]";
const ORDER: &str = "METHOD is GET, POST, PUT, PATCH or DELETE, followed by PATH. JSON comes \
    last, in quotes, and not with GET.";
const QUOTING: &str = "Put JSON between quotes. If the shell removes those inside it, use @FILE.";

/// What the arguments ask for.
pub enum Command {
    Print(String),
    CurrentWorkspace,
    /// Another API call: its path as it was typed, and JSON or nothing as its body.
    Call(Method, String, String),
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, Error> {
    let mut words = Vec::new();
    for argument in arguments {
        let word = argument.to_string_lossy().into_owned();
        match word.as_str() {
            "-v" | "--verbose" => output::IS_VERBOSE.store(true, Relaxed),
            "-V" | "--version" => return Ok(Command::Print(format!("{NAME} {VERSION}"))),
            "-h" | "--help" => return Ok(Command::Print(HELP.trim_end().replace("{name}", NAME))),
            _ if word.starts_with('-') => return Err(usage(&format!("unknown option {word:?}"))),
            _ => words.push(word),
        }
    }
    let is_method = |word: &String| METHODS.contains(&word.to_ascii_uppercase().as_str());
    let mut method = if words.len() > 1 { "POST" } else { "GET" }.to_owned();
    if words.first().is_some_and(is_method) {
        method = words.remove(0).to_ascii_uppercase();
    }
    let is_name = |word: &str| word.bytes().all(|c| c.is_ascii_uppercase());
    let is_path = |word: &str| !is_name(word) && !word.starts_with(['{', '[', '@']);
    let json = match &words[..] {
        [] if method == "GET" => return Ok(Command::CurrentWorkspace),
        [path] if is_path(path) => String::new(),
        [path, json] if is_path(path) && !is_method(json) && method != "GET" => read_json(json)?,
        _ => return Err(Error::usage(USAGE, ORDER)),
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
    let json = files::decode(&bytes);
    let json = json.map_err(|fault| Error::usage(&format!("{word} {fault}"), files::UTF_8))?;
    let advice = if word.starts_with('@') { "" } else { QUOTING };
    let invalid = |error| format!("{word:.200} is not JSON: {error}");
    let checked = serde_json::from_str::<IgnoredAny>(json);
    checked.map_err(|error| Error::usage(&invalid(error), advice))?;
    Ok(json.to_owned())
}

fn usage(problem: &str) -> Error {
    Error::usage(problem, "See --help.")
}
