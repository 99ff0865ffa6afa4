//! JSON, indented for people.

use super::terminal::is_printable;
use serde::de::IgnoredAny;

/// Deeper nesting is refused, since each level indents all that is in it.
const MAX_DEPTH: usize = 128;

/// Indents `json`, or returns `None` if it is not JSON in UTF-8. In strings, escapes of printable characters become the
/// characters (`\u00eb` becomes ë), and what steers a terminal becomes an escape.
///
/// This works on the text. Values would turn `1E5` into `100000.0`, drop one of two members of the same name, fail on
/// half a surrogate pair, and take many times the memory.
pub fn pretty(json: &[u8]) -> Option<String> {
    let mut rest = str::from_utf8(json).ok()?.trim_start_matches('\u{feff}');
    serde_json::from_str::<IgnoredAny>(rest).ok()?;
    let mut out = String::with_capacity(json.len() * 3 / 2);
    let mut depth = 0;
    while let Some(c) = rest.chars().next() {
        let (token, after) = rest.split_at(if c == '"' { string_length(rest) } else { 1 });
        rest = after;
        match c {
            ' ' | '\t' | '\n' | '\r' => {}
            '"' => out += &readable(token),
            ':' => out += ": ",
            ',' => out += &format!(",\n{}", "  ".repeat(depth)),
            '{' | '[' => {
                out.push(c);
                rest = rest.trim_ascii_start();
                if !rest.starts_with(['}', ']']) {
                    depth += 1;
                    out += &format!("\n{}", "  ".repeat(depth));
                }
            }
            '}' | ']' => {
                if !out.ends_with(['{', '[']) {
                    depth -= 1;
                    out += &format!("\n{}", "  ".repeat(depth));
                }
                out.push(c);
            }
            _ => out.push(c),
        }
        if depth > MAX_DEPTH {
            return None;
        }
    }
    Some(out)
}

/// The length of the JSON string that `text` begins with, in bytes.
fn string_length(text: &str) -> usize {
    let mut end = 1;
    while text.as_bytes()[end] != b'"' {
        end += if text.as_bytes()[end] == b'\\' { 2 } else { 1 };
    }
    end + 1
}

/// The same JSON string as a person reads it best.
fn readable(string: &str) -> String {
    // Half a surrogate pair is not text, so such a string stays as it is.
    let text = serde_json::from_str::<String>(string).and_then(|text| serde_json::to_string(&text));
    let mut readable = String::with_capacity(string.len());
    for c in text.as_deref().unwrap_or(string).chars() {
        if is_printable(c) {
            readable.push(c);
        } else {
            let units = c.encode_utf16(&mut [0; 2]).to_vec();
            readable.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    readable
}
