//! JSON, indented for people.

use super::terminal::is_printable;
use serde::de::IgnoredAny;

/// Deeper nesting is refused, since each level indents all that is in it.
const MAX_DEPTH: usize = 128;

/// Indents `json`, or returns `None` if it is not JSON in UTF-8. In strings, escapes of printable
/// characters become the characters (`\u00eb` becomes ë), and what steers a terminal an escape.
///
/// This works on the text. Values would turn `1E5` into `100000.0`, drop one of two members of the
/// same name, fail on half a surrogate pair, and take many times the memory.
pub fn pretty(json: &[u8]) -> Option<String> {
    let mut rest = str::from_utf8(json).ok()?.trim_start_matches('\u{feff}');
    serde_json::from_str::<IgnoredAny>(rest).ok()?;
    let (mut out, mut depth) = (String::with_capacity(json.len() * 3 / 2), 0);
    while let Some(c) = rest.chars().next() {
        let (token, after) = rest.split_at(if c == '"' { string_length(rest) } else { 1 });
        rest = after;
        match c {
            ' ' | '\t' | '\n' | '\r' => {}
            '"' => push_readable(token, &mut out),
            '{' | '[' => {
                out.push(c);
                rest = rest.trim_ascii_start();
                if !rest.starts_with(['}', ']']) {
                    depth += 1;
                    new_line(depth, &mut out);
                }
            }
            '}' | ']' => {
                if !out.ends_with(['{', '[']) {
                    depth -= 1;
                    new_line(depth, &mut out);
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(depth, &mut out);
            }
            ':' => out += ": ",
            _ => out.push(c),
        }
        if depth > MAX_DEPTH {
            return None;
        }
    }
    Some(out)
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// The length of the JSON string that `text` begins with, in bytes.
fn string_length(text: &str) -> usize {
    let (bytes, mut end) = (text.as_bytes(), 1);
    while bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    end + 1
}

/// Writes a JSON string as a person reads it best.
fn push_readable(string: &str, out: &mut String) {
    // Half a surrogate pair is not text, so such a string stays as it is.
    let text = serde_json::from_str::<String>(string).and_then(|text| serde_json::to_string(&text));
    for c in text.as_deref().unwrap_or(string).chars() {
        if is_printable(c) {
            out.push(c);
        } else {
            let units = c.encode_utf16(&mut [0; 2]).to_vec();
            out.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
}
