//! JSON text as it is shown to a person: laid out on lines, and changed in nothing else.
//!
//! The text is not parsed into values and written again, because that would change what was sent: `1E5` would
//! become `1e+5`, and of two members with one name the first would be gone.

use std::io::{self, Write};

/// Deeper nesting than this is refused; it is serde_json's own limit.
const MAX_DEPTH: usize = 128;

/// Checks that `bytes` are one JSON text, and returns it. The error says what is wrong, without quoting any of it.
pub fn check(bytes: &[u8]) -> Result<&str, String> {
    let text = str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|e| e.to_string())?;
    let (mut depth, mut deepest) = (0, 0);
    for token in tokens(text) {
        match token {
            "{" | "[" => depth += 1,
            "}" | "]" => depth -= 1,
            _ => {}
        }
        deepest = depth.max(deepest);
    }
    if deepest > MAX_DEPTH { Err(format!("it is nested {deepest} deep")) } else { Ok(text) }
}

/// Writes `json`, which [`check`] has passed, with two spaces of indentation and without a line end after it.
pub fn write_pretty(json: &str, out: &mut impl Write) -> io::Result<()> {
    let (mut depth, mut previous) = (0, "");
    for token in tokens(json) {
        let opened = matches!(previous, "{" | "[");
        let closes = matches!(token, "}" | "]");
        if closes {
            depth -= 1;
        }
        if previous == "," || opened != closes {
            write!(out, "\n{:1$}", "", 2 * depth)?;
        }
        match token {
            ":" => out.write_all(b": ")?,
            _ if token.contains(char::is_control) => out.write_all(escape_controls(token).as_bytes())?,
            _ => out.write_all(token.as_bytes())?,
        }
        if matches!(token, "{" | "[") {
            depth += 1;
        }
        previous = token;
    }
    Ok(())
}

/// `json`, which [`check`] has passed, as [`write_pretty`] writes it.
pub fn pretty(json: &str) -> String {
    let mut out = Vec::new();
    write_pretty(json, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("json was UTF-8")
}

/// `text` with each control character as a JSON escape, so that nothing in it can steer a terminal. JSON itself
/// wants this only of U+0000 to U+001F, but U+009B alone is as good as ESC [ to many terminals.
pub fn escape_controls(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match c {
            _ if c.is_control() => shown += &format!("\\u{:04x}", c as u32),
            _ => shown.push(c),
        }
        shown
    })
}

/// The tokens of valid JSON (RFC 8259 §2): one of `{}[]:,`, or a whole string, number or literal.
fn tokens(json: &str) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        let length = match rest.as_bytes() {
            [] => return None,
            [b'"', string @ ..] => {
                let mut escaped = false;
                let closes = |&c: &u8| {
                    let closes = c == b'"' && !escaped;
                    escaped = c == b'\\' && !escaped;
                    closes
                };
                string.iter().position(closes)? + 2
            }
            [b'{' | b'}' | b'[' | b']' | b':' | b',', ..] => 1,
            bytes => bytes.iter().position(|c| b",]} \t\r\n".contains(c)).unwrap_or(bytes.len()),
        };
        let token;
        (token, rest) = rest.split_at(length);
        Some(token)
    })
}
