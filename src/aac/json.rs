//! JSON, indented for people.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Deserializer, value::RawValue};
use std::borrow::Cow;

/// Indents JSON, and undoes the escapes in its strings that are not required. It works on the text:
/// parsing would turn `1E5` into `100000.0`, and take many times the memory.
pub fn pretty(json: &str) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let (mut rest, mut out, mut depth) = (json.trim_ascii_start(), String::new(), 0);
    while let Some(c) = rest.chars().next() {
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
        out += &unescape(token);
        if c == ':' {
            out += " ";
        }
        depth += usize::from(matches!(c, '{' | '['));
        // Each level indents all that is in it, so deep nesting takes much space.
        if out.len() > 256 << 20 {
            return None;
        }
    }
    Some(out)
}

/// A string of JSON with its escapes undone, and anything else as it is.
fn unescape(token: &str) -> Cow<'_, str> {
    if !token.contains('\\') {
        return token.into();
    }
    // Half a surrogate pair is not text, so such a string stays as it is.
    let text = serde_json::from_str::<String>(token).and_then(|text| serde_json::to_string(&text));
    text.map_or(token.into(), Cow::Owned)
}
