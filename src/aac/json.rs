//! JSON, indented for people.

use super::terminal::is_printable;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Deserializer, value::RawValue};

/// Deeper nesting is refused, since each level indents all that is in it.
const MAX_DEPTH: usize = 128;
/// More bytes than this come of no response that a person or `jq` would read.
const MAX_LENGTH: usize = 256 << 20;

/// Indents `json`, or returns `None` if it is not JSON in UTF-8. In strings, escapes of printable
/// characters become the characters (`\u00eb` becomes ë), and what steers a terminal an escape.
///
/// This works on the text. Values would turn `1E5` into `100000.0`, drop one of two members of the
/// same name, fail on half a surrogate pair, and take many times the memory.
pub fn pretty(json: &[u8]) -> Option<String> {
    let text = str::from_utf8(json).ok()?.trim_start_matches('\u{feff}');
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.trim_ascii_start();
    let mut out = String::with_capacity(json.len() * 3 / 2);
    // A line break and the indentation, two spaces for each level.
    let mut new_line = String::from("\n");
    while let Some(c) = rest.chars().next() {
        if out.len() > MAX_LENGTH {
            return None;
        }
        let mut reader = Deserializer::from_str(rest);
        let token = match c {
            '{' | '}' | '[' | ']' | ',' | ':' => &rest[..1],
            _ => <&RawValue>::deserialize(&mut reader).ok()?.get(),
        };
        rest = rest[token.len()..].trim_ascii_start();
        let is_end = matches!(c, '}' | ']');
        if is_end {
            new_line.truncate(new_line.len() - 2);
        }
        // No line break between two brackets with nothing in them.
        if is_end != out.ends_with(['{', '[']) || out.ends_with(',') {
            out += &new_line;
        }
        match c {
            '{' | '[' if new_line.len() > 2 * MAX_DEPTH => return None,
            '{' | '[' => {
                new_line += "  ";
                out.push(c);
            }
            ':' => out += ": ",
            '"' => push_readable(token, &mut out),
            _ => out += token,
        }
    }
    Some(out)
}

/// Writes a JSON string as a person reads it best.
fn push_readable(string: &str, out: &mut String) {
    // Half a surrogate pair is not text, so such a string stays as it is.
    let text = serde_json::from_str::<String>(string).and_then(|text| serde_json::to_string(&text));
    for c in text.as_deref().unwrap_or(string).chars() {
        if is_printable(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            *out += &format!("\\u{unit:04x}");
        }
    }
}
