//! JSON text laid out for people. It is not parsed and written anew, which would turn `1E5` into `1e+5`, for one.

use std::io::{self, ErrorKind, Write};

/// Deeper nesting is refused, as serde_json does where it builds values.
const DEEPEST: usize = 128;

/// Returns `bytes` as text if they are nothing or a JSON value that [`write_pretty`] can write.
pub fn check(bytes: &[u8]) -> Option<&str> {
    let json = str::from_utf8(bytes).ok()?.trim_ascii();
    let is_json = json.is_empty() || serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok();
    (is_json && write_pretty(json, &mut io::sink()).is_ok()).then_some(json)
}

/// Writes JSON, one member or element a line. Control characters become escapes, so that they cannot steer a terminal:
/// JSON itself has those up to U+001F escaped, but to many a terminal U+009B alone is as good as ESC [.
pub fn write_pretty(json: &str, out: &mut impl Write) -> io::Result<()> {
    let (mut depth, mut previous, mut in_string, mut escaped) = (0, ' ', false, false);
    for c in json.chars() {
        if in_string {
            in_string = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            let (opened, closes) = (matches!(previous, '{' | '['), matches!(c, '}' | ']'));
            depth = depth + usize::from(opened) - usize::from(closes);
            match previous {
                _ if depth > DEEPEST => return Err(ErrorKind::InvalidData.into()),
                ':' => write!(out, " ")?,
                _ if previous == ',' || opened != closes => write!(out, "\n{:1$}", "", 2 * depth)?,
                _ => {}
            }
            (in_string, previous) = (c == '"', c);
        }
        match c {
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?,
        }
    }
    writeln!(out)
}
