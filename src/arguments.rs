//! The command line: `get_workspace [METHOD] [PATH] [JSON]`.

use crate::error::{self, Error};
use serde::de::IgnoredAny;
use std::ffi::OsString;
use ureq::http::Method;

const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n");
const HELP: &str = "\
Renews your Alteryx Cloud tokens, calls an API with them and prints the answer.

Usage: get_workspace [METHOD] [PATH] [JSON]

  METHOD  GET, POST, PUT, PATCH or DELETE (default: POST with JSON, GET without)
  PATH    path of the API, its leading slash optional, or a whole URL (default:
          the current workspace, /iam/v1/workspaces/current)
  JSON    body of the request, not for GET

  -h, --help     Print this help
  -V, --version  Print the version

It works with aac_url.txt, client_id.txt and creds.json in the current folder. The
answer goes to standard output, all else to standard error.
Exit status: 0 done, 1 failed, 2 misused.

Examples:
  get_workspace                            the current workspace
  get_workspace v4/apiAccessTokens         your access tokens
  get_workspace v4/workspaces              your workspaces
  get_workspace v4/workspaces/123/people/batch '{\"emails\": [\"name1@domain.com\"]}'
";

/// What the command line asks for.
pub enum Arguments {
    /// To print this text and do nothing.
    Print(&'static str),
    /// The API call of the example.
    CurrentWorkspace,
    /// Another one: its path as it was typed, and JSON or nothing as its body.
    Call { method: Method, path: String, body: String },
}

/// Reads the arguments, those after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, Error> {
    let words = arguments.map(|word| word.into_string().map_err(|_| error::usage("an argument is not UTF-8")));
    let mut words = words.collect::<Result<Vec<String>, Error>>()?;
    let is_option = |word: &&String| word.starts_with('-') && !word[1..].starts_with(|c: char| c.is_ascii_digit());
    match words.iter().find(is_option).map(String::as_str) {
        Some("-h" | "--help") => return Ok(Arguments::Print(HELP)),
        Some("-V" | "--version") => return Ok(Arguments::Print(VERSION)),
        Some(option) => return Err(error::usage(format!("there is no option {option:?}"))),
        None => {}
    }
    let mut method = if words.len() > 1 { Method::POST } else { Method::GET };
    match words.first().map(|word| word.to_ascii_uppercase()).as_deref() {
        Some(word @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")) => {
            method = word.parse().expect("these are methods");
            words.remove(0);
        }
        // Nothing but capitals is another method rather than a path.
        Some(word) if words[0] == word && !word.contains(|c: char| !c.is_ascii_uppercase()) && !word.is_empty() => {
            return Err(error::usage(format!("METHOD is GET, POST, PUT, PATCH or DELETE, not {word:?}")));
        }
        _ => {}
    }
    match (&words[..], &method) {
        ([], &Method::GET) => Ok(Arguments::CurrentWorkspace),
        ([], _) => Err(error::usage(format!("{method} needs a PATH"))),
        ([path, ..], _) if path.is_empty() => Err(error::usage("PATH is empty")),
        ([_, _, _, ..], _) => Err(error::usage("there are too many arguments: JSON goes between quotes")),
        ([_, _], &Method::GET) => Err(error::usage("GET takes no JSON")),
        ([path, body @ ..], _) => match body.iter().find_map(|json| serde_json::from_str::<IgnoredAny>(json).err()) {
            Some(problem) => Err(error::usage(format!("JSON is not valid: {problem}"))),
            None => Ok(Arguments::Call { method, path: path.clone(), body: body.concat() }),
        },
    }
}
