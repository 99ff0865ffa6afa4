//! JSON, indented for people.

use super::{output::has_token, output::is_printable};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Deserializer, value::RawValue};

/// Indents `json`, or returns `None` if it is not JSON in UTF-8. In strings, escapes of printable
/// characters become those characters (`\u00eb` becomes ë); what controls a terminal is escaped.
/// This works on the text. Values would turn `1E5` into `100000.0`, drop one of two members of the
/// same name, fail on half a surrogate pair, and take many times the memory.
pub fn pretty(json: &[u8]) -> Option<String> {
    let text = str::from_utf8(json).ok()?.trim_start_matches('\u{feff}');
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.trim_ascii_start();
    let mut out = String::new();
    let mut depth = 0;
    // Deep nesting takes much space, since each level indents all that is in it.
    while let Some(c) = rest.chars().next().filter(|_| out.len() < 256 << 20) {
        let mut reader = Deserializer::from_str(rest);
        let token = match c {
            '{' | '}' | '[' | ']' | ',' | ':' => &rest[..1],
            _ => <&RawValue>::deserialize(&mut reader).ok()?.get(),
        };
        rest = rest[token.len()..].trim_ascii_start();
        let is_end = matches!(c, '}' | ']');
        depth -= usize::from(is_end);
        // No line break between two brackets with nothing in them.
        if is_end != out.ends_with(['{', '[']) || out.ends_with(',') {
            out += "\n";
            out += &"  ".repeat(depth);
        }
        let text = readable(token);
        match c {
            ':' => out += ": ",
            _ if has_token(token) || text != token && has_token(&text) => out += "\"(redacted)\"",
            _ => out += &text,
        }
        depth += usize::from(matches!(c, '{' | '['));
    }
    rest.is_empty().then_some(out)
}

/// A string of JSON as a person reads it best, and anything else as it is.
fn readable(token: &str) -> String {
    // Half a surrogate pair is not text, so such a string stays as it is.
    let text = serde_json::from_str::<String>(token).and_then(|text| serde_json::to_string(&text));
    let mut out = String::new();
    for c in text.as_deref().unwrap_or(token).chars() {
        if is_printable(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out += &format!("\\u{unit:04x}");
        }
    }
    out
}
