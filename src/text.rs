//! Text files as people write them: Notepad's byte order mark, Windows' line ends and stray blanks are forgiven.

use crate::error::{self, Error};
use std::fs;

/// Reads the file that holds one value on one line. `advice` says what to put there if it holds something else.
pub fn read_line(file: &'static str, advice: impl Fn() -> String) -> Result<String, Error> {
    let wrong = |problem: String| error::in_file(file, problem, advice());
    let bytes = fs::read(file).map_err(|e| error::unreadable(file, e))?;
    let value = decode(&bytes).map_err(wrong)?.trim();
    match value.chars().find(|c| !c.is_ascii_graphic()) {
        _ if value.is_empty() => Err(wrong("is empty".to_owned())),
        _ if is_placeholder(value) => Err(wrong("still holds its placeholder".to_owned())),
        Some('\r' | '\n') => Err(wrong("has more than one line".to_owned())),
        Some(c) => Err(wrong(format!("has {c:?} in it, which does not belong there"))),
        None => Ok(value.to_owned()),
    }
}

/// The text in `bytes`, without a byte order mark. The error says what they are instead.
pub fn decode(bytes: &[u8]) -> Result<&str, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.contains(&0) {
        return Err("is UTF-16 text, as PowerShell's > writes it; save it as UTF-8".to_owned());
    }
    str::from_utf8(bytes).map_err(|_| "is not UTF-8 text; save it as UTF-8".to_owned())
}

/// Whether `value` is what the files hold as shipped: "Your client id here", "Your access token here", ….
pub fn is_placeholder(value: &str) -> bool {
    value.starts_with("Your ") && value.ends_with(" here")
}
