//! Text files as people write them: a byte order mark, CRLF and spaces around a value are ignored.

use super::error::Error;
use std::{env, fs, io, io::ErrorKind::NotFound, io::ErrorKind::PermissionDenied};

const FOLDER: &str = "Change to the folder that holds aac_url.txt, client_id.txt and creds.json.";
const OWNER: &str = "Check ls -l: use chown if root owns it (after sudo), chmod if you own it.";
pub const UTF_8: &str = "Save it as UTF-8: in Notepad, Save as, Encoding UTF-8.";

/// Reads a file that holds one value on one line; `advice` says where to get the value.
pub fn read_line(file: &str, advice: &str) -> Result<String, Error> {
    let bytes = fs::read(file).map_err(|error| unreadable(file, &error))?;
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

/// The text in `bytes`, or what is wrong with its encoding.
pub fn decode(bytes: &[u8]) -> Result<&str, &'static str> {
    let text = str::from_utf8(bytes).map_err(|_| "is not UTF-8 text (PowerShell writes UTF-16)")?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// Whether `value` is what the files hold as shipped.
pub fn is_placeholder(value: &str) -> bool {
    value.starts_with("Your ") && value.ends_with(" here")
}

pub fn unreadable(file: &str, error: &io::Error) -> Error {
    let folder = env::current_dir().unwrap_or_default();
    let problem = format!("{file} cannot be read: {error}");
    match (error.kind(), error.raw_os_error()) {
        (NotFound, _) => Error::new(&format!("{file} is not in {}", folder.display()), FOLDER),
        (PermissionDenied, _) if cfg!(unix) => Error::new(&problem, OWNER),
        // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
        (_, Some(32 | 33)) if cfg!(windows) => Error::new(&problem, "Close the other program."),
        _ => Error::new(&problem, ""),
    }
}
