//! The command line.

use crate::aac::{error::Error, table};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs, io};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
const HELP: &str = include_str!("help.txt");

#[derive(Default)]
pub struct Arguments {
    /// The text that --help or --version prints.
    pub help_or_version: Option<String>,
    pub is_verbose: bool,
    pub method: Method,
    /// `None` means the default call.
    pub path: Option<String>,
    pub json: String,
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, Error> {
    let not_text = |word| Error::usage(&format!("{word:?} is not valid Unicode"), "");
    let arguments: Result<Vec<_>, _> = arguments.map(OsString::into_string).collect();
    let arguments = arguments.map_err(not_text)?;
    let mut arguments = arguments.iter().map(String::as_str);
    let (mut parsed, mut words) = (Arguments::default(), Vec::new());
    while let Some(word) = arguments.next() {
        let letters = match word {
            "--help" => "h",
            "--version" => "V",
            "--verbose" => "v",
            "-" => "-",
            // What follows is not an option.
            "--" => {
                words.extend(arguments);
                break;
            }
            _ if word.starts_with('-') => &word[1..],
            _ => {
                words.push(word);
                ""
            }
        };
        let name = word.split(['=', ':', ' ']).next().unwrap_or_default();
        for letter in letters.chars() {
            match letter {
                'h' => parsed.help_or_version = Some(HELP.trim_end().replace("{name}", NAME)),
                'V' => parsed.help_or_version = Some(VERSION.to_owned()),
                'v' => parsed.is_verbose = true,
                _ => return Err(misuse(name, "is not an option")),
            }
        }
    }
    if parsed.help_or_version.is_some() {
        return Ok(parsed);
    }
    read_call(&words, parsed)
}

/// `word`, the bad argument, is quoted on one line, cut to 40 characters.
fn misuse(word: &str, fault: &str) -> Error {
    let words: Vec<_> = word.split_whitespace().collect();
    let problem = format!("\"{:.40}\" {fault}", words.join(" "));
    Error::usage(&problem, table::find(include_str!("misuse.txt"), &problem))
}

fn find_method(word: &str) -> Option<&'static str> {
    let mut methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter();
    methods.find(|method| method.eq_ignore_ascii_case(word))
}

/// Reads `[METHOD] [PATH] [JSON]`.
fn read_call(words: &[&str], mut parsed: Arguments) -> Result<Arguments, Error> {
    let method = words.first().and_then(|word| find_method(word));
    let rest = &words[usize::from(method.is_some())..];
    let is_get = method == Some("GET");
    let is_path = |word: &str| word.contains('/') && !word.starts_with(['{', '[', '@', '\'', '"']);
    let is_value = |json: &str| !json.trim_start().starts_with(['{', '[', '@']);
    // Perhaps it belongs to PATH.
    let is_id = |json: &str| method.is_none() && is_value(json) && read_json(json).is_ok();
    let refuse = |word, fault| Err(misuse(word, fault));
    let (path, json) = match *rest {
        [] if is_get || method.is_none() => return Ok(parsed),
        [] => refuse(method.unwrap_or_default(), "needs a PATH")?,
        [word, ..] if !is_path(word) && method.is_some() => refuse(word, "is not a PATH")?,
        [word, next, ..] if !is_path(word) && is_path(next) => refuse(word, "is not a method")?,
        [word, ..] if !is_path(word) => refuse(word, "is neither a method nor a PATH")?,
        [_, word, ..] if find_method(word).is_some() => refuse(word, "must come before PATH")?,
        [_, json, ..] if is_get => refuse(json, "follows PATH, but GET takes no JSON")?,
        [_, _, word, ..] => refuse(word, "is one argument too many")?,
        [_, json] if is_id(json) => refuse(json, "is not an object or array")?,
        [path, json] => (path, read_json(json)?),
        [path] => (path, String::new()),
    };
    let default = if json.is_empty() { "GET" } else { "POST" };
    parsed.method = method.unwrap_or(default).parse().expect("it was found");
    parsed.path = Some(path.trim().to_owned());
    parsed.json = json;
    Ok(parsed)
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let text = match word.strip_prefix('@') {
        Some("-") => io::read_to_string(io::stdin()),
        Some(file) => fs::read_to_string(file),
        None => Ok(word.to_owned()),
    };
    let text = text.map_err(|error| misuse(word, &format!("cannot be read: {error}")))?;
    let json = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<IgnoredAny>(json) {
        Err(_) if json.trim().is_empty() => Err(misuse(word, "holds no JSON")),
        Err(error) => Err(misuse(word, &format!("is not JSON: {error}"))),
        Ok(_) => Ok(json.to_owned()),
    }
}
