//! Text files as people write them: a byte order mark, CRLF and spaces around a value are ignored.

use super::error::Error;
use std::io::{self, ErrorKind::NotFound, ErrorKind::PermissionDenied};
use std::{env, fs, path::Path};

const NAMES: [&str; 3] = ["aac_url.txt", "client_id.txt", "creds.json"];
const FOLDER: &str = "Change to the folder that holds aac_url.txt, client_id.txt and creds.json.";
const OWNER: &str = "Check ls -l: use chown if root owns it (after sudo), chmod if you own it.";
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
    let kind = fs::metadata(file).map(|it| (it.is_dir(), it.is_file(), it.len()));
    let fault = match kind {
        Err(error) => return Err(unreadable(file, &error, advice)),
        Ok((true, ..)) => "is a folder, not a file",
        Ok((_, false, _)) => "is not a regular file",
        Ok((_, true, 1_048_577..)) => "is larger than 1 MB",
        _ => return fs::read(file).map_err(|error| unreadable(file, &error, advice)),
    };
    let problem = format!("{file} {fault}");
    Err(Error::new(
        &problem,
        &format!("Replace it with a text file. {advice}"),
    ))
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
    let folder = env::current_dir().unwrap_or_default();
    let problem = format!("{file} is not in {}", folder.display());
    // Windows Explorer hides the ending of a file's name, so people add it twice.
    let twice = format!("{file}.txt");
    if let Ok(target) = fs::read_link(file) {
        let problem = format!(
            "{file} is a link to {}, which is not there",
            target.display()
        );
        Error::new(
            &problem,
            "Create that file, or replace the link with a file.",
        )
    } else if Path::new(&twice).exists() {
        Error::new(
            &problem,
            &format!("Rename {twice}, which is there, to {file}."),
        )
    } else if NAMES.iter().any(|name| Path::new(name).exists()) {
        Error::new(&problem, &format!("Create it. {advice}"))
    } else {
        Error::new(&problem, FOLDER)
    }
}
