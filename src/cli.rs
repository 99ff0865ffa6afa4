//! The command line.

use crate::aac::{error::Error, files, table};
use serde::de::IgnoredAny;
use std::{ffi::OsString, fs::File, io, io::Read};
use ureq::http::Method;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HELP: &str = include_str!("help.txt");
/// Of a JSON body, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// What the arguments ask for.
#[derive(Default)]
pub struct Arguments {
    /// What to print, if that is all that is wanted.
    pub help_or_version: Option<String>,
    /// Another call than the default.
    pub call: Option<Call>,
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
    let arguments = arguments.map_err(not_text)?;
    let mut words = arguments.iter().map(String::as_str);
    // What follows -- is no option.
    let before = words.by_ref().take_while(|word| *word != "--");
    let (options, mut others): (Vec<_>, Vec<_>) = before.partition(|word| word.starts_with('-'));
    others.extend(words);

    let mut arguments = Arguments::default();
    for option in options {
        let name = option.split(['=', ':', ' ']).next().unwrap_or_default();
        let letters = match option {
            "--help" => "h",
            "--version" => "V",
            "--verbose" => "v",
            "-" => "-",
            _ => &option[1..],
        };
        for letter in letters.chars() {
            match letter {
                'h' => arguments.help_or_version = Some(HELP.trim_end().replace("{name}", NAME)),
                'V' => arguments.help_or_version = Some(format!("{NAME} {VERSION}")),
                'v' => arguments.is_verbose = true,
                _ => return Err(misuse(name, "is not an option")),
            }
        }
    }
    if arguments.help_or_version.is_none() {
        arguments.call = read_call(&others)?;
    }
    Ok(arguments)
}

/// `word` is the culprit.
fn misuse(word: &str, fault: &str) -> Error {
    let problem = quote(word, fault);
    Error::usage(&problem, table::find(include_str!("misuse.txt"), &problem))
}

/// `word` is quoted on one line, and cut to 40 characters.
fn quote(word: &str, fault: &str) -> String {
    let words: Vec<_> = word.split_whitespace().collect();
    format!("\"{:.40}\" {fault}", words.join(" "))
}

fn find_method(word: &str) -> Option<&'static str> {
    let mut methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter();
    methods.find(|method| method.eq_ignore_ascii_case(word))
}

/// Reads `[METHOD] [PATH] [JSON]`.
fn read_call(words: &[&str]) -> Result<Option<Call>, Error> {
    let method = words.first().and_then(|word| find_method(word));
    let rest = &words[usize::from(method.is_some())..];
    let is_get = method == Some("GET");
    let is_path = |word: &str| word.contains('/') && !word.starts_with(['{', '[', '@', '\'', '"']);
    let is_part = |json: &str| !json.starts_with('@') && check_json(json).is_err();
    let refuse = |word, fault| Err(misuse(word, fault));
    let call = |method: &str, path: &str, json| {
        let method = method.parse().expect("it was found");
        let path = path.trim().to_owned();
        Ok(Some(Call { method, path, json }))
    };
    match *rest {
        [] if is_get || method.is_none() => Ok(None),
        [] => refuse(method.unwrap_or_default(), "needs a PATH"),
        [word, ..] if !is_path(word) && method.is_some() => refuse(word, "is not a PATH"),
        [word, next, ..] if !is_path(word) && next.contains('/') => refuse(word, "is not a method"),
        [word, ..] if !is_path(word) => refuse(word, "is neither a method nor a PATH"),
        [_, word, ..] if find_method(word).is_some() => refuse(word, "must come before PATH"),
        [_, json, ..] if is_get => refuse(json, "follows PATH, but GET takes no JSON"),
        [path] => call(method.unwrap_or("GET"), path, String::new()),
        [path, word] => {
            let json = read_json(word)?;
            // Perhaps an id that belongs to PATH.
            if method.is_none() && !json.trim_start().starts_with(['{', '[']) {
                return refuse(&json, "is not an object or array");
            }
            call(method.unwrap_or("POST"), path, json)
        }
        [_, json, ..] if is_part(json) => refuse(json, "is only a part of the JSON"),
        [_, _, word, ..] => refuse(word, "is one argument too many"),
    }
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let mut read = |source: &mut dyn Read| source.take(MAX_SIZE + 1).read_to_end(&mut bytes);
    let result = match word.strip_prefix('@') {
        Some("-") => read(&mut io::stdin()),
        Some(file) => File::open(file).and_then(|mut file| read(&mut file)),
        None => read(&mut word.as_bytes()),
    };
    result.map_err(|error| misuse(word, &format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(misuse(word, "holds more than 64 MB"));
    }
    let not_text = |fault| Error::usage(&quote(word, fault), files::UTF_8);
    let json = files::decode(&bytes).map_err(not_text)?;
    if json.trim().is_empty() {
        let advice = "To send none, leave it out.";
        return Err(Error::usage("the JSON is empty", advice));
    }
    check_json(json).map_err(|error| misuse(word, &format!("is not JSON: {error}")))?;
    Ok(json.to_owned())
}

fn check_json(text: &str) -> Result<IgnoredAny, serde_json::Error> {
    serde_json::from_str(text)
}
