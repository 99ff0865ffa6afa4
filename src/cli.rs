//! The command line.

use crate::aac::{error::Error, files};
use serde::de::IgnoredAny;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufReader, Read};
use ureq::http::Method;

const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
const SEE_HELP: &str = concat!("See ", env!("CARGO_PKG_NAME"), " --help.");
const QUOTING: &str = "JSON goes between quotes. If your shell takes its quotation marks away, write it to a file and use @FILE.";
const HELP: &str = concat!(
    "\
Refreshes your Alteryx Cloud tokens, calls an API with them and prints the response.

Usage: ",
    env!("CARGO_PKG_NAME"),
    " [-v] [METHOD] [PATH] [JSON]

  METHOD  GET, POST, PUT, PATCH or DELETE (default: POST with JSON, GET without)
  PATH    path of the API, or a whole URL
          (default: the current workspace, /iam/v1/workspaces/current)
  JSON    body of the request, or @FILE to read it from a file, or @- from
          standard input

  -v, --verbose  Print each step on standard error, without tokens
  -h, --help     Print this help
  -V, --version  Print the version

It reads aac_url.txt, client_id.txt and creds.json in the current folder, and saves
the new tokens in creds.json. The response goes to standard output, everything else
to standard error. Exit status: 0 success, 1 failure, 2 usage error.

Examples of PATH and JSON, from the getting-started guide:
  v4/apiAccessTokens         your access tokens
  v4/workspaces              your workspaces
  v4/workspaces/123/people/batch '{\"emails\": [\"name1@domain.com\"]}'"
);

/// What the command line asks for.
pub enum Command {
    /// To print this text and do nothing else.
    Print(&'static str),
    /// The API call of the example.
    CurrentWorkspace,
    /// Another one: its path as it was typed, and JSON or nothing as its body.
    Call(Method, String, String),
}

/// Reads the arguments, those after the program's name, and whether each step is to be printed.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<(Command, bool), Error> {
    let (mut words, mut is_verbose) = (Vec::new(), false);
    for argument in arguments {
        let word = argument
            .into_string()
            .map_err(|_| usage("an argument is not UTF-8"))?;
        // JSON may be a negative number.
        let is_number =
            word.starts_with('-') && word[1..].starts_with(|c: char| c.is_ascii_digit());
        match word.as_str() {
            "-v" | "--verbose" => is_verbose = true,
            "-h" | "--help" => return Ok((Command::Print(HELP), is_verbose)),
            "-V" | "--version" => return Ok((Command::Print(VERSION), is_verbose)),
            option if option.starts_with('-') && !is_number => {
                return Err(usage(&format!("there is no option {option:?}")));
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
    } else if !method.is_empty() && first.bytes().all(|c| c.is_ascii_uppercase()) {
        return Err(usage(&format!(
            "METHOD is GET, POST, PUT, PATCH or DELETE, not {first:?}"
        )));
    } else {
        method = if words.len() > 1 { "POST" } else { "GET" }.to_owned();
    }

    let problem = match &words[..] {
        [] if method == "GET" => return Ok(Command::CurrentWorkspace),
        [] => format!("{method} needs a PATH"),
        [path, ..] if path.is_empty() => "PATH is empty".to_owned(),
        [path, ..] if path.starts_with(['{', '[', '@']) => "JSON comes after PATH".to_owned(),
        [_, word, ..] if is_method(&word.to_ascii_uppercase()) => {
            "METHOD comes before PATH".to_owned()
        }
        [_, _] if method == "GET" => "GET takes no JSON".to_owned(),
        [_, _, _, ..] => return Err(Error::usage("there are too many arguments", QUOTING)),
        [path, json @ ..] => {
            let json = json
                .first()
                .map_or(Ok(String::new()), |word| read_json(word))?;
            let method = method.parse().expect("it is one of the methods");
            return Ok(Command::Call(method, path.clone(), json));
        }
    };
    Err(usage(&problem))
}

fn is_method(word: &str) -> bool {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&word)
}

/// Reads `word`, which is JSON, `@FILE` or `@-`.
fn read_json(word: &str) -> Result<String, Error> {
    let bytes = match word.strip_prefix('@') {
        Some("-") => BufReader::new(io::stdin()).bytes().collect(),
        Some(file) => fs::read(file),
        None => Ok(word.as_bytes().to_vec()),
    };
    let bytes = bytes.map_err(|error| usage(&format!("{word} cannot be read: {error}")))?;
    let decoded = files::decode(&bytes);
    let text =
        decoded.map_err(|problem| Error::usage(&format!("{word} {problem}"), files::UTF_8))?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|problem| {
        let start: String = text.chars().take(200).collect();
        Error::usage(
            &format!("JSON is not valid ({problem}). This arrived: {start}"),
            QUOTING,
        )
    })?;
    Ok(text.to_owned())
}

fn usage(problem: &str) -> Error {
    Error::usage(problem, SEE_HELP)
}
