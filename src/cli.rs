//! The command line.

use crate::aac::{error::Error, files};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs, io, io::Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HELP: &str = include_str!("help.txt");
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const ORDER: &str = "The arguments are [METHOD] [PATH] [JSON], in this order.";
const PATH: &str = "Write a path such as v4/workspaces.";
const QUOTING: &str = "Put JSON between quotes. If the shell removes those inside it, save the JSON \
    in a file and write \"@FILE\".";
const FILE: &str = "Check the name of the file, and whether you may read it.";

/// What the arguments ask for.
pub struct Arguments {
    pub command: Command,
    /// Whether each step is printed.
    pub is_verbose: bool,
}

pub enum Command {
    Print(String),
    CurrentWorkspace,
    /// Another API call: its path as it was typed, and JSON or nothing as its body.
    Call(Method, String, String),
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, Error> {
    let (mut words, mut is_verbose, mut has_options) = (Vec::new(), false, true);
    for argument in arguments {
        let word = argument.to_string_lossy().into_owned();
        if !has_options || !word.starts_with('-') {
            words.push(word);
            continue;
        }
        let letters = match word.as_str() {
            "--" => {
                has_options = false;
                continue;
            }
            "--help" => "h",
            "--version" => "V",
            "--verbose" => "v",
            _ => &word[1..],
        };
        if letters.is_empty() || letters.contains(|c| !"hVv".contains(c)) {
            return Err(unknown_option(&word));
        }
        let text = match letters.trim_start_matches('v').chars().next() {
            Some('h') => HELP.trim_end().replace("{name}", NAME),
            Some(_) => format!("{NAME} {VERSION}"),
            None => {
                is_verbose = true;
                continue;
            }
        };
        let command = Command::Print(text);
        return Ok(Arguments {
            command,
            is_verbose,
        });
    }
    let command = read_words(words)?;
    Ok(Arguments {
        command,
        is_verbose,
    })
}

/// What to write in place of curl's options, and of what looks like an option.
fn unknown_option(word: &str) -> Error {
    let advice = if word == "-" {
        "To read JSON from standard input, write @-."
    } else if word[1..].starts_with(|c: char| c.is_ascii_digit()) {
        "To send a number as JSON, write -- before it."
    } else if word.starts_with("-X") || word.starts_with("--request") {
        "Write the method without an option: METHOD PATH JSON."
    } else if word.starts_with("-d") || word.starts_with("--data") || word.starts_with("--json") {
        "Write the JSON without an option, after PATH."
    } else if word.starts_with("-H") || word.starts_with("--header") {
        "The program sends the headers that the API needs."
    } else {
        ""
    };
    usage(&format!("{word:?} is not an option"), advice)
}

/// Reads `[METHOD] [PATH] [JSON]`.
fn read_words(mut words: Vec<String>) -> Result<Command, Error> {
    let is_method = |word: &str| METHODS.contains(&word.to_ascii_uppercase().as_str());
    let method = words
        .first()
        .filter(|word| is_method(word))
        .map(|word| word.to_ascii_uppercase());
    if method.is_some() {
        words.remove(0);
    }
    let (path, json) = match &words[..] {
        [] if method.as_ref().is_some_and(|method| method != "GET") => {
            let problem = format!("{} needs a PATH", method.unwrap_or_default());
            return Err(usage(&problem, "Write it after the method."));
        }
        [] => return Ok(Command::CurrentWorkspace),
        [path] => (path, ""),
        [path, json] => (path, json.as_str()),
        [_, json, ..] if json.starts_with(['{', '[', '\'']) => {
            return Err(usage(
                "the shell has split the JSON into several arguments",
                QUOTING,
            ));
        }
        [_, _, word, ..] => {
            return Err(usage(&format!("{word:?} is one argument too many"), ORDER));
        }
    };
    check_path(path, method.is_none())?;
    let method = match (method, words.len()) {
        (_, 2) if is_method(json) => {
            return Err(usage(&format!("{json:?} is in the place of JSON"), ORDER));
        }
        (Some(method), 2) if method == "GET" => {
            return Err(usage(
                "GET takes no JSON",
                "To send it, write another method.",
            ));
        }
        (Some(method), _) => method,
        (None, 2) => "POST".to_owned(),
        (None, _) => "GET".to_owned(),
    };
    let method = method.parse().expect("it is one of METHODS");
    let json = if words.len() == 2 {
        read_json(json)?
    } else {
        String::new()
    };
    Ok(Command::Call(method, path.to_owned(), json))
}

/// Refuses what is in the place of PATH, but was not meant to be one.
fn check_path(path: &str, may_be_method: bool) -> Result<(), Error> {
    let is_upper = path.chars().all(|c| c.is_ascii_uppercase());
    if path.is_empty() {
        return Err(usage("PATH is empty", PATH));
    }
    if path.starts_with(['{', '[', '@', '\'', '"']) {
        return Err(usage(&format!("{path:?} is in the place of PATH"), ORDER));
    }
    if is_upper && may_be_method {
        let advice = "METHOD is GET, POST, PUT, PATCH or DELETE.";
        return Err(usage(&format!("{path:?} is not a method"), advice));
    }
    if !path.contains('/') {
        return Err(usage(
            &format!("{path:?} is not a PATH: it has no slash"),
            PATH,
        ));
    }
    Ok(())
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let bytes = match word.strip_prefix('@') {
        Some("-") => io::stdin().lock().bytes().collect(),
        Some(file) => fs::read(file),
        None => Ok(word.as_bytes().to_vec()),
    };
    let name = match word.strip_prefix('@') {
        Some("-") => "standard input",
        Some(file) => file,
        None => &format!("{word:.200}"),
    };
    let unreadable = |error| usage(&format!("{name} cannot be read: {error}"), FILE);
    let bytes = bytes.map_err(unreadable)?;
    let json = files::decode(&bytes);
    let json = json.map_err(|fault| usage(&format!("{name} {fault}"), files::UTF_8))?;
    if json.trim().is_empty() {
        let name = if word.is_empty() { "JSON" } else { name };
        return Err(usage(
            &format!("{name} is empty"),
            "To send nothing, leave it out.",
        ));
    }
    let advice = if word.starts_with('@') { "" } else { QUOTING };
    let checked = serde_json::from_str::<IgnoredAny>(json);
    checked.map_err(|error| usage(&format!("{name} is not JSON: {error}"), advice))?;
    Ok(json.to_owned())
}

fn usage(problem: &str, advice: &str) -> Error {
    Error::usage(problem, format!("{advice} See --help.").trim_start())
}
