//! The command line.

use crate::aac::{error::Error, files, table};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs::File, io, io::Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Of a JSON body, in bytes.
const MAX_SIZE: u64 = 64 << 20;
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const WORDS: &str = "METHOD is GET, POST, PUT, PATCH or DELETE. PATH is like v4/workspaces, and comes \
    before JSON.";
const FILE: &str = "Check the file's name, and whether you may read it.";
const NO_JSON: &str = "Leave it out, or use another method.";
const SEND: &str = "If it belongs to PATH, write it there. To send it, write POST before PATH.";
const ORDER: &str = "The arguments are [METHOD] [PATH] [JSON], in this order.";
const QUOTING: &str =
    "Correct it. If the shell has changed it, save it in a file and write \"@FILE\".";

/// What the arguments ask for.
pub struct Arguments {
    /// What to print, if that is all that is wanted.
    pub help_or_version: Option<String>,
    /// Another call than the default.
    pub call: Option<Call>,
    /// Whether each step is printed.
    pub is_verbose: bool,
}

/// An API call: its path as it was typed, and JSON or nothing as its body.
pub struct Call {
    pub method: Method,
    pub path: String,
    pub json: String,
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, Error> {
    let arguments: Result<Vec<_>, _> = arguments.map(OsString::into_string).collect();
    let not_text = |word| Error::usage(&format!("{word:?} is not valid Unicode"), "");
    let mut before = arguments.map_err(not_text)?;
    let end = before.iter().position(|word| word == "--");
    let after = before.split_off(end.unwrap_or(before.len()));
    let is_option = |word: &String| word.starts_with('-');
    let (options, mut words): (Vec<_>, Vec<_>) = before.into_iter().partition(is_option);
    words.extend(after.into_iter().skip(1));

    let (mut text, mut is_verbose) = (None, false);
    for option in &options {
        let letters = match option.as_str() {
            "--help" => "h",
            "--version" => "V",
            "--verbose" => "v",
            "-" => "-",
            _ => &option[1..],
        };
        for letter in letters.chars() {
            match letter {
                'h' => text = Some(include_str!("help.txt").trim_end().replace("{name}", NAME)),
                'V' => text = Some(format!("{NAME} {VERSION}")),
                'v' => is_verbose = true,
                _ => return Err(unknown(option)),
            }
        }
    }
    let call = match text {
        Some(_) => None,
        None => read_words(&words)?,
    };
    Ok(Arguments {
        help_or_version: text,
        call,
        is_verbose,
    })
}

/// What to write in place of `option`, which may be one of curl's.
fn unknown(option: &str) -> Error {
    let name = option.split(['=', ':', ' ']).next().unwrap_or_default();
    let advice = table::find(include_str!("options.txt"), &format!("\"{name}\""));
    misuse(name, "is not an option", advice)
}

/// `word` is the culprit. It is quoted on one line, and cut to 40 characters.
fn misuse(word: &str, fault: &str, advice: &str) -> Error {
    let words: Vec<_> = word.split_whitespace().collect();
    Error::usage(&format!("\"{:.40}\" {fault}", words.join(" ")), advice)
}

fn find_method(word: &str) -> Option<Method> {
    let name = METHODS.iter().find(|name| name.eq_ignore_ascii_case(word));
    name?.parse().ok()
}

/// Reads `[METHOD] [PATH] [JSON]`.
fn read_words(words: &[String]) -> Result<Option<Call>, Error> {
    let method = words.first().and_then(|word| find_method(word));
    let rest = &words[usize::from(method.is_some())..];
    let Some((path, rest)) = rest.split_first() else {
        return match method {
            None | Some(Method::GET) => Ok(None),
            Some(method) => Err(misuse(method.as_str(), "needs a PATH", WORDS)),
        };
    };
    let next = rest.first().map_or("", |word| word.as_str());
    if !path.contains('/') || path.starts_with(['{', '[', '@', '\'', '"']) {
        let fault = match method {
            Some(_) => "is not a PATH",
            None if next.contains('/') => "is not a method",
            None => "is neither a method nor a PATH",
        };
        return Err(misuse(path, fault, WORDS));
    }
    if find_method(next).is_some() {
        return Err(misuse(next, "must come before PATH", ORDER));
    }
    if method == Some(Method::GET) && !rest.is_empty() {
        return Err(misuse(next, "follows PATH, but GET takes no JSON", NO_JSON));
    }
    let json = match rest {
        [] => String::new(),
        [json] => read_json(json)?,
        [json, word, ..] if json.starts_with('@') || check_json(json).is_ok() => {
            return Err(misuse(word, "is one argument too many", ORDER));
        }
        _ => return Err(misuse(next, "is only a part of the JSON", QUOTING)),
    };
    let default = match json.trim_start().chars().next() {
        None => Method::GET,
        Some('{' | '[') => Method::POST,
        // Perhaps an id that belongs to PATH.
        Some(_) if method.is_none() => return Err(misuse(&json, "is no object or array", SEND)),
        Some(_) => Method::POST,
    };
    Ok(Some(Call {
        method: method.unwrap_or(default),
        path: path.trim().to_owned(),
        json,
    }))
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let read = match word.strip_prefix('@') {
        Some("-") => io::stdin().take(MAX_SIZE + 1).read_to_end(&mut bytes),
        Some(file) => {
            File::open(file).and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes))
        }
        None => word.as_bytes().read_to_end(&mut bytes),
    };
    let unreadable = |error| misuse(word, &format!("cannot be read: {error}"), FILE);
    read.map_err(unreadable)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(misuse(word, "holds more than 64 MB", ""));
    }
    let json = files::decode(&bytes).map_err(|fault| misuse(word, fault, files::UTF_8))?;
    if json.trim().is_empty() {
        return Err(Error::usage(
            "the JSON is empty",
            "To send none, leave it out.",
        ));
    }
    check_json(json).map_err(|error| misuse(word, &format!("is not JSON: {error}"), QUOTING))?;
    Ok(json.to_owned())
}

fn check_json(text: &str) -> Result<IgnoredAny, serde_json::Error> {
    serde_json::from_str(text)
}
