//! Text files as people write them: a byte order mark, CRLF and spaces around a value are ignored.

use super::error::Error;
use std::io::{self, ErrorKind};
use std::{env, fs, path::Path};

const NAMES: [&str; 3] = ["aac_url.txt", "client_id.txt", "creds.json"];
const FOLDER: &str = "Change to the folder that holds aac_url.txt, client_id.txt and creds.json.";
const OWNER: &str = "If root owns it, for example because you once used sudo, change the owner \
    with chown. Otherwise, run chmod u+r.";
const UTF_8: &str = "Save it as UTF-8, not as UTF-16 (as PowerShell writes it) or ANSI: in Notepad, \
    Save as, Encoding UTF-8.";

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
        let problem = format!("{file} is not a text file of at most 1 MB");
        return Err(Error::new(
            &problem,
            &format!("Replace it with one. {advice}"),
        ));
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
    // Windows Explorer hides the ending of a file's name, so people add it twice.
    let twice = format!("{file}.txt");
    let mut problem = format!("{file} cannot be read: {error}");
    let advice = match error.kind() {
        ErrorKind::InvalidData => UTF_8,
        ErrorKind::PermissionDenied if cfg!(unix) => OWNER,
        // ERROR_SHARING_VIOLATION
        _ if cfg!(windows) && error.raw_os_error() == Some(32) => "Close the other program.",
        ErrorKind::NotFound => {
            let folder = env::current_dir().unwrap_or_default();
            problem = format!("{file} is not in {}", folder.display());
            if let Ok(target) = fs::read_link(file) {
                problem = format!("{file} is a link to {}, which is missing", target.display());
                "Create that file, or replace the link with a file."
            } else if exists(&twice) {
                &format!("Rename {twice} to {file}.")
            } else if NAMES.into_iter().any(exists) {
                &format!("Create it. {advice}")
            } else {
                FOLDER
            }
        }
        _ => "",
    };
    Error::new(&problem, advice)
}
