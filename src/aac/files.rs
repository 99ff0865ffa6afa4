//! Text files as people write them: a byte order mark, CRLF and spaces around a value are ignored.

use super::{error::Error, table};
use std::io::{self, ErrorKind};
use std::{env, fs, path::Path};

const NAMES: [&str; 3] = ["aac_url.txt", "client_id.txt", "creds.json"];

/// Reads a file that holds one value on one line; `advice` says where to get the value.
pub fn read_line(file: &str, advice: &str) -> Result<String, Error> {
    let text = read(file, advice)?;
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
pub fn read(file: &str, advice: &str) -> Result<String, Error> {
    let found = fs::metadata(file).map_err(|error| unreadable(file, &error, advice))?;
    if !found.is_file() || found.len() > 1 << 20 {
        let problem = format!("{file} is not a text file, or is larger than 1 MB");
        let advice = format!("Replace it with a text file. {advice}");
        return Err(Error::new(&problem, &advice));
    }
    let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error, advice))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Whether `value` is what the files hold as shipped.
pub fn is_placeholder(value: &str) -> bool {
    value.starts_with("Your ") && value.ends_with(" here")
}

/// Why `file` cannot be read. Where it is missing, `advice` says what belongs in it.
pub fn unreadable(file: &str, error: &io::Error, advice: &str) -> Error {
    let exists = |name: &str| Path::new(name).exists();
    let folder = env::current_dir().unwrap_or_default();
    let folder = folder.display();
    let mut problem = format!("{file} cannot be read: {error}");
    if error.kind() == ErrorKind::NotFound {
        // Windows Explorer hides file name extensions, so people add them twice.
        let twice = format!("{file}.txt");
        problem = if let Ok(target) = fs::read_link(file) {
            format!("{file} is a link to {}, which is missing", target.display())
        } else if exists(&twice) {
            format!("{file} is not in {folder}, but {twice} is")
        } else if NAMES.into_iter().any(exists) {
            format!("{file} is missing from {folder}")
        } else {
            format!("{file} is not in {folder}")
        };
    }
    let found = table::find(include_str!("files.txt"), &problem);
    Error::new(&problem, &found.replace("{advice}", advice))
}
