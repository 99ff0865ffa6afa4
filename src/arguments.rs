//! The command line: `get_workspace [METHOD] [PATH] [JSON]`.

use crate::error::{self, Error};
use crate::json;
use std::ffi::OsString;
use ureq::http::Method;

const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n");
const HELP: &str = "\
Renews your Alteryx Cloud tokens, calls an Alteryx Cloud API and prints the answer.

Usage: get_workspace [METHOD] [PATH] [JSON]

  METHOD  GET, POST, PUT, PATCH or DELETE; without it POST if there is JSON, else GET
  PATH    path of the API, its leading slash optional, or its whole URL;
          without it the current workspace, /iam/v1/workspaces/current
  JSON    body of the request, not for GET

  -h, --help     Print this help
  -V, --version  Print the version

Run it in the folder that holds aac_url.txt, client_id.txt and creds.json. The tokens in
creds.json are exchanged for new ones on every run. The answer goes to standard output,
everything else to standard error. Exit status: 0 done, 1 failed, 2 used wrongly.

Examples:
  get_workspace                              the current workspace
  get_workspace v4/apiAccessTokens           your access tokens
  get_workspace v4/workspaces                all your workspaces
  get_workspace v4/workspaces/123/people/batch '{\"emails\": [\"name1@domain.com\"]}'
                                             invite people to workspace 123
";

/// What the command line asks for.
pub enum Arguments {
    /// To print this text and nothing else.
    Print(&'static str),
    /// The API call of the example.
    CurrentWorkspace,
    /// Another API call.
    Call(Call),
}

pub struct Call {
    pub method: Method,
    /// As it was typed; `AacUrl::join` makes the URL of it.
    pub path: String,
    /// JSON text, or empty.
    pub body: String,
}

/// Reads the arguments, those after the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, Error> {
    let words = arguments.map(|word| word.into_string().map_err(|_| error::usage("an argument is not UTF-8")));
    let mut words: Vec<String> = words.collect::<Result<_, _>>()?;
    let is_option = |word: &&String| word.starts_with('-') && !word[1..].starts_with(|c: char| c.is_ascii_digit());
    match words.iter().find(is_option).map(String::as_str) {
        Some("-h" | "--help") => return Ok(Arguments::Print(HELP)),
        Some("-V" | "--version") => return Ok(Arguments::Print(VERSION)),
        Some(option) => return Err(error::usage(format!("there is no option {option}"))),
        None => {}
    }
    let method = match words.first().map(|word| word.to_ascii_uppercase()).as_deref() {
        None => return Ok(Arguments::CurrentWorkspace),
        Some(word @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")) => word.parse::<Method>().ok(),
        // All capitals: some other method rather than a path.
        Some(word) if words[0] == word && word.bytes().all(|c| c.is_ascii_uppercase()) => {
            return Err(error::usage(format!("METHOD is GET, POST, PUT, PATCH or DELETE, not {word}")));
        }
        Some(_) => None,
    };
    if method.is_some() {
        words.remove(0);
    }
    let method = method.unwrap_or(if words.len() > 1 { Method::POST } else { Method::GET });
    match (&words[..], &method) {
        ([], &Method::GET) => Ok(Arguments::CurrentWorkspace),
        ([], _) => Err(error::usage(format!("{method} needs a PATH"))),
        ([path, ..], _) if path.is_empty() => Err(error::usage("PATH is empty")),
        ([_, _, _, ..], _) => Err(error::usage("there are too many arguments; the JSON goes between quotes")),
        ([_, _], &Method::GET) => Err(error::usage("GET takes no JSON")),
        ([path, body @ ..], _) => {
            let body = body.concat();
            match json::check(body.as_bytes()) {
                Err(problem) if words.len() > 1 => Err(error::usage(format!("JSON is not JSON: {problem}"))),
                _ => Ok(Arguments::Call(Call { method, path: path.clone(), body })),
            }
        }
    }
}
