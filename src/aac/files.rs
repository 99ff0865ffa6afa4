//! Text files as people write them: a byte order mark, CRLF and spaces around a value are ignored.

use super::error::Error;
use std::io::{self, ErrorKind::NotFound, ErrorKind::PermissionDenied};
use std::{env, fs, path::Path};

const NAMES: [&str; 3] = ["aac_url.txt", "client_id.txt", "creds.json"];
const FOLDER: &str = "Change to the folder that holds aac_url.txt, client_id.txt and creds.json.";
const OWNER: &str = "Check ls -l: use chown if root owns it (after sudo), chmod if you own it.";
/// In bytes.
const MAX_SIZE: u64 = 1 << 20;
pub const UTF_8: &str = "Save it as UTF-8: in Notepad, Save as, Encoding UTF-8.";

/// Reads a file that holds one value on one line; `advice` says where to get the value.
pub fn read_line(file: &str, advice: &str) -> Result<String, Error> {
    let bytes = read(file, advice)?;
    let text = decode(&bytes).map_err(|problem| Error::new(&format!("{file} {problem}"), UTF_8))?;
    let value = text.trim();
    let problem = match value.chars().find(|&c| !c.is_ascii_graphic() || c == '"') {
        Some(_) if is_placeholder(value) => "still holds its placeholder".to_owned(),
        Some(c) => format!("must hold one value on one line, but contains {c:?}"),
        None if value.is_empty() => "is empty".to_owned(),
        None => return Ok(value.to_owned()),
    };
    Err(Error::new(&format!("{file} {problem}"), advice))
}

/// Reads a file of at most 1 MB. Anything else, such as a pipe, might never end.
pub fn read(file: &str, advice: &str) -> Result<Vec<u8>, Error> {
    let refuse = |error| unreadable(file, &error, advice);
    let found = fs::metadata(file).map_err(refuse)?;
    let fault = if found.is_dir() {
        "is a folder, not a file"
    } else if !found.is_file() {
        "is not a regular file"
    } else if found.len() > MAX_SIZE {
        "is larger than 1 MB"
    } else {
        return fs::read(file).map_err(refuse);
    };
    let advice = format!("Replace it with a text file. {advice}");
    Err(Error::new(&format!("{file} {fault}"), &advice))
}

/// The text in `bytes`, or what is wrong with its encoding.
pub fn decode(bytes: &[u8]) -> Result<&str, &'static str> {
    let text = str::from_utf8(bytes).map_err(|_| "is not UTF-8 text (PowerShell writes UTF-16)")?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// Whether `value` is what the files hold as shipped.
pub fn is_placeholder(value: &str) -> bool {
    value.starts_with("Your ") && value.ends_with(" here")
}

pub fn unreadable(file: &str, error: &io::Error, advice: &str) -> Error {
    let problem = format!("{file} cannot be read: {error}");
    match (error.kind(), error.raw_os_error()) {
        (NotFound, _) => missing(file, advice),
        (PermissionDenied, _) if cfg!(unix) => Error::new(&problem, OWNER),
        // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
        (_, Some(32 | 33)) if cfg!(windows) => Error::new(&problem, "Close the other program."),
        _ => Error::new(&problem, ""),
    }
}

fn missing(file: &str, advice: &str) -> Error {
    let exists = |name: &str| Path::new(name).exists();
    let folder = env::current_dir().unwrap_or_default();
    let mut problem = format!("{file} is not in {}", folder.display());
    // Windows Explorer hides the ending of a file's name, so people add it twice.
    let twice = format!("{file}.txt");
    let advice = if let Ok(target) = fs::read_link(file) {
        let target = target.display();
        problem = format!("{file} is a link to {target}, which is not there");
        "Create that file, or replace the link with a file."
    } else if exists(&twice) {
        &format!("Rename {twice}, which is there, to {file}.")
    } else if NAMES.into_iter().any(exists) {
        &format!("Create it. {advice}")
    } else {
        FOLDER
    };
    Error::new(&problem, advice)
}
