//! The command line.

use crate::aac::{error::Error, files, table};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs, io, io::Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const WORDS: &str = "METHOD is GET, POST, PUT, PATCH or DELETE. PATH is like v4/workspaces, and comes \
    before JSON.";
const ORDER: &str = "The arguments are [METHOD] [PATH] [JSON], in this order.";
const QUOTING: &str =
    "Correct it, quote it as your shell requires, or save it in a file and write \"@FILE\".";

/// What the arguments ask for.
pub struct Arguments {
    /// The help or the version, if that is all that is wanted.
    pub text: Option<String>,
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
        text,
        call,
        is_verbose,
    })
}

/// What to write in place of `option`, which may be one of curl's.
fn unknown(option: &str) -> Error {
    let name = option.split(['=', ':', ' ']).next().unwrap_or_default();
    let name = quote(name);
    let advice = table::find(include_str!("options.txt"), &name);
    Error::usage(&format!("{name} is not an option"), advice)
}

fn find_method(word: &str) -> Option<Method> {
    let name = METHODS.iter().find(|name| name.eq_ignore_ascii_case(word));
    name?.parse().ok()
}

/// Reads `[METHOD] [PATH] [JSON]`.
fn read_words(words: &[String]) -> Result<Option<Call>, Error> {
    let refuse = |problem: &str, advice| Err(Error::usage(problem, advice));
    let method = words.first().and_then(|word| find_method(word));
    let is_get = method == Some(Method::GET);
    let rest = &words[usize::from(method.is_some())..];
    let Some((path, rest)) = rest.split_first() else {
        return match method {
            Some(method) if !is_get => refuse(&format!("{method} needs a PATH"), WORDS),
            _ => Ok(None),
        };
    };
    if !path.contains('/') || path.starts_with(['{', '[', '@', '\'', '"']) {
        let is_before_path = rest.first().is_some_and(|next| next.contains('/'));
        let fault = match method {
            Some(_) => "is not a PATH",
            None if is_before_path => "is not a method",
            None => "is neither a method nor a PATH",
        };
        return refuse(&format!("{} {fault}", quote(path)), WORDS);
    }
    let json = match rest {
        [] => String::new(),
        [word, ..] if find_method(word).is_some() => {
            return refuse(&format!("{word} must come before PATH"), ORDER);
        }
        [json, ..] if is_get => {
            let problem = format!("GET takes no JSON, but {} follows PATH", quote(json));
            return refuse(&problem, "Leave it out, or use another method.");
        }
        [json] => read_json(json)?,
        [json, word, ..] if json.starts_with('@') || check_json(json).is_ok() => {
            return refuse(&format!("{} is one argument too many", quote(word)), ORDER);
        }
        _ => {
            return refuse(
                "the shell has split the JSON into several arguments",
                QUOTING,
            );
        }
    };
    // An id that was to be part of PATH must not make a POST of it.
    if method.is_none() && !json.is_empty() && !json.trim_start().starts_with(['{', '[']) {
        let problem = format!("{} is neither an object nor an array", quote(&json));
        return refuse(&problem, "Write POST before PATH to send it.");
    }
    let default = if rest.is_empty() {
        Method::GET
    } else {
        Method::POST
    };
    Ok(Some(Call {
        method: method.unwrap_or(default),
        path: path.trim().to_owned(),
        json,
    }))
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let refuse =
        |fault: &str, advice| Err(Error::usage(&format!("{} {fault}", quote(word)), advice));
    let bytes = match word.strip_prefix('@') {
        Some("-") => io::stdin().lock().bytes().collect(),
        Some(file) => fs::read(file),
        None => Ok(word.into()),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            return refuse(
                &format!("cannot be read: {error}"),
                "Check the file's name, and whether you may read it.",
            );
        }
    };
    let json = match files::decode(&bytes) {
        Ok(json) => json,
        Err(fault) => return refuse(fault, files::UTF_8),
    };
    if json.trim().is_empty() {
        return refuse("is empty", "To send no JSON, leave it out.");
    }
    match check_json(json) {
        Ok(_) => Ok(json.to_owned()),
        Err(error) => refuse(&format!("is not JSON: {error}"), QUOTING),
    }
}

fn check_json(text: &str) -> Result<IgnoredAny, serde_json::Error> {
    serde_json::from_str(text)
}

/// The start of `word` on one line, in quotation marks. A token would end later.
fn quote(word: &str) -> String {
    let parts: Vec<_> = word.split_whitespace().collect();
    format!("\"{:.80}\"", parts.join(" "))
}
