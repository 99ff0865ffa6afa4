//! The command line.

use crate::aac::{error::Error, files};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs, io, io::Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HELP: &str = include_str!("help.txt");
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const OPTIONS: &str = "The options are -v, -h and -V. Write -- before another argument that begins \
    with a hyphen.";
const ORDER: &str = "The arguments are [METHOD] [PATH] [JSON], in this order.";
const WORDS: &str = "METHOD is GET, POST, PUT, PATCH or DELETE. PATH is like v4/workspaces, and comes \
    before JSON.";
const BODY: &str = "Write the JSON without an option, after PATH.";
const EMPTY: &str = "To send no JSON, leave it out.";
const NO_JSON: &str = "Leave it out, or use POST, PUT, PATCH or DELETE.";
const QUOTING: &str =
    "Quote the JSON as your shell requires, or save it in a file and write \"@FILE\".";
const FILE: &str = "Check the file's name, and whether you may read it.";

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
    let arguments: Result<Vec<_>, _> = arguments.map(OsString::into_string).collect();
    let not_text = |word| Error::usage(&format!("{word:?} is not valid Unicode"), "");
    let mut options = arguments.map_err(not_text)?;
    let end = options.iter().position(|word| word == "--");
    let after = options.split_off(end.unwrap_or(options.len()));
    let is_word = |word: &mut String| !word.starts_with('-');
    let mut words: Vec<_> = options.extract_if(.., is_word).collect();
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
                'h' => text = Some(HELP.trim_end().replace("{name}", NAME)),
                'V' => text = Some(format!("{NAME} {VERSION}")),
                'v' => is_verbose = true,
                '-' => return Err(unknown(option.split('=').next().unwrap_or_default())),
                _ => return Err(unknown(&format!("-{letter}"))),
            }
        }
    }
    let command = match text {
        Some(text) => Command::Print(text),
        None => read_words(&words)?,
    };
    Ok(Arguments {
        command,
        is_verbose,
    })
}

/// What to write in place of `option`, which may be one of curl's.
fn unknown(option: &str) -> Error {
    let advice = match option {
        "-" => "To read JSON from standard input, write @-.",
        "-X" | "--request" => "Write the method without an option: METHOD PATH JSON.",
        "-H" | "--header" => "The program sends the headers that the API needs.",
        "-d" | "--json" => BODY,
        _ if option.starts_with("--data") => BODY,
        _ => OPTIONS,
    };
    Error::usage(&format!("{option:?} is not an option"), advice)
}

fn find_method(word: &str) -> Option<Method> {
    let name = METHODS.iter().find(|name| name.eq_ignore_ascii_case(word));
    name?.parse().ok()
}

/// Reads `[METHOD] [PATH] [JSON]`.
fn read_words(words: &[String]) -> Result<Command, Error> {
    let refuse = |problem: &str, advice| Err(Error::usage(problem, advice));
    let method = words.first().and_then(|word| find_method(word));
    let rest = &words[usize::from(method.is_some())..];
    let Some((path, rest)) = rest.split_first() else {
        return match method {
            Some(method) if method != Method::GET => {
                refuse(&format!("{method} needs a PATH"), WORDS)
            }
            _ => Ok(Command::CurrentWorkspace),
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
        _ if method == Some(Method::GET) => return refuse("GET takes no JSON", NO_JSON),
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
    let default = if rest.is_empty() {
        Method::GET
    } else {
        Method::POST
    };
    Ok(Command::Call(method.unwrap_or(default), path.clone(), json))
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let (name, bytes, advice) = match word.strip_prefix('@') {
        Some("-") => (
            "standard input".to_owned(),
            io::stdin().lock().bytes().collect(),
            "",
        ),
        Some(file) => (quote(file), fs::read(file), ""),
        None => (quote(word), Ok(word.into()), QUOTING),
    };
    let unreadable = |error| Error::usage(&format!("{name} cannot be read: {error}"), FILE);
    let bytes = bytes.map_err(unreadable)?;
    let not_text = |fault| Error::usage(&format!("{name} {fault}"), files::UTF_8);
    let json = files::decode(&bytes).map_err(not_text)?;
    if json.trim().is_empty() {
        return Err(Error::usage(&format!("{name} is empty"), EMPTY));
    }
    let not_json = |error| Error::usage(&format!("{name} is not JSON: {error}"), advice);
    check_json(json).map_err(not_json)?;
    Ok(json.to_owned())
}

fn check_json(text: &str) -> Result<IgnoredAny, serde_json::Error> {
    serde_json::from_str(text)
}

/// The start of `word` on one line, in quotation marks.
fn quote(word: &str) -> String {
    let parts: Vec<_> = word.split_whitespace().collect();
    format!("\"{:.200}\"", parts.join(" "))
}
