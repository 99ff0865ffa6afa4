//! JSON text laid out for people. It is not parsed and written anew, which would turn `1E5` into `1e+5`, for one.

use std::borrow::Cow;
use std::io::{self, Write};

/// Deeper nesting is refused, as serde_json does where it builds values.
const DEEPEST: isize = 128;

/// Returns `bytes` as text if they are one JSON value; the error says what they are instead, without quoting them.
pub fn check(bytes: &[u8]) -> Result<&str, String> {
    let text = str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| error.to_string())?;
    let mut depth = 0;
    let mut depths = tokens(text).map(|token| (depth += step(token), depth).1);
    if depths.any(|depth| depth > DEEPEST) { Err(format!("it is nested more than {DEEPEST} deep")) } else { Ok(text) }
}

/// Writes `json`, which has passed [`check`], one member or element a line.
pub fn write_pretty(json: &str, out: &mut impl Write) -> io::Result<()> {
    let (mut depth, mut previous) = (0, "");
    for token in tokens(json) {
        let (opened, closes) = (step(previous) > 0, step(token) < 0);
        depth += isize::from(opened) - isize::from(closes);
        if previous == "," || opened != closes {
            write!(out, "\n{:1$}", "", 2 * depth as usize)?;
        }
        out.write_all(printable(token).as_bytes())?;
        if token == ":" {
            out.write_all(b" ")?;
        }
        previous = token;
    }
    writeln!(out)
}

/// `text` with its control characters as JSON escapes, so that it cannot steer a terminal. JSON itself escapes only
/// those up to U+001F, but to many a terminal U+009B alone is as good as ESC [.
pub fn printable(text: &str) -> Cow<'_, str> {
    let escape = |c: char| if c.is_control() { format!("\\u{:04x}", c as u32) } else { c.to_string() };
    if text.contains(char::is_control) { text.chars().map(escape).collect() } else { text.into() }
}

/// By how much a token changes the depth.
fn step(token: &str) -> isize {
    match token {
        "{" | "[" => 1,
        "}" | "]" => -1,
        _ => 0,
    }
}

/// The tokens of valid JSON (RFC 8259 §2): one of `{}[]:,`, or a string, number or literal.
fn tokens(json: &str) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        let mut escaped = false;
        let ends_string = |&c: &u8| {
            let ends = c == b'"' && !escaped;
            escaped = c == b'\\' && !escaped;
            ends
        };
        let length = match rest.as_bytes() {
            [] => return None,
            [b'"', string @ ..] => string.iter().position(ends_string)? + 2,
            [b'{' | b'}' | b'[' | b']' | b':' | b',', ..] => 1,
            bytes => bytes.iter().position(|c| b",]} \t\r\n".contains(c)).unwrap_or(bytes.len()),
        };
        let token;
        (token, rest) = rest.split_at(length);
        Some(token)
    })
}
