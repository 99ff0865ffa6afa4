//! Text files as people write them: the byte order mark of Notepad, line ends of Windows and stray blanks are forgiven.

use crate::error::{self, Error};

/// Reads a file that holds one value on one line; `advice` says where to get the value.
pub fn read_line(file: &str, advice: &str) -> Result<String, Error> {
    let bytes = std::fs::read(file).map_err(|error| error::unreadable(file, error))?;
    let text = decode(&bytes).map_err(|problem| error::wrong(file, problem, advice))?;
    let value = text.trim();
    let problem = match value.chars().find(|c| !c.is_ascii_graphic()) {
        _ if value.is_empty() => "is empty".to_owned(),
        _ if is_placeholder(value) => "still holds its placeholder".to_owned(),
        Some('\r' | '\n') => "has more than one line".to_owned(),
        Some(c) => format!("has {c:?} in it, which does not belong there"),
        None => return Ok(value.to_owned()),
    };
    Err(error::wrong(file, problem, advice))
}

/// The text in `bytes`, without a byte order mark; the error says what is there instead.
pub fn decode(bytes: &[u8]) -> Result<&str, &'static str> {
    match str::from_utf8(bytes) {
        _ if bytes.contains(&0) => Err("is UTF-16, as PowerShell's > writes it: save it as UTF-8"),
        Ok(text) => Ok(text.trim_start_matches('\u{feff}')),
        Err(_) => Err("is not UTF-8 text: save it as UTF-8"),
    }
}

/// Whether `value` is what the files have in them as shipped.
pub fn is_placeholder(value: &str) -> bool {
    value.starts_with("Your ") && value.ends_with(" here")
}
