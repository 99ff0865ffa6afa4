//! Keeps tokens out of everything that is printed, whatever stands around them.

use serde_json::Value;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::{LazyLock, Mutex, PoisonError};

/// As many characters of a token in a row are never printed.
const WINDOW: usize = 8;
/// As many windows, those of some 200 tokens, are known, so that a program may run for months.
const MAX_KNOWN: usize = 1 << 18;

/// The windows of each token that this process has met, so that nobody has to hand them around.
static KNOWN: LazyLock<Mutex<HashSet<Vec<u8>>>> = LazyLock::new(Mutex::default);

/// From now on, [`redact`] hides this token.
pub fn remember(token: &str) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() > MAX_KNOWN {
        known.clear();
    }
    for word in token.split_whitespace() {
        for is_raw in [true, false] {
            let (characters, _) = characters(word, is_raw);
            known.extend(characters.windows(WINDOW).take(MAX_KNOWN).map(Vec::from));
        }
    }
}

/// Remembers whatever is called a token in `json`, however deep.
pub fn remember_all(json: &Value) {
    for (name, value) in json.as_object().into_iter().flatten() {
        match value {
            Value::String(token) if name.to_lowercase().ends_with("token") => remember(token),
            _ => remember_all(value),
        }
    }
    json.as_array().into_iter().flatten().for_each(remember_all);
}

/// Hides each piece of a known token that has eight characters or more, also where it is
/// percent-encoded, JSON-escaped or broken by spaces. JSON stays JSON.
pub fn redact(text: &str) -> String {
    // Once with escapes undone, and once as it stands: what looks like an escape may be none.
    let redact = |line| redact_line(&redact_line(line, false), true);
    text.split_inclusive('\n').map(redact).collect()
}

fn redact_line(line: &str, is_raw: bool) -> String {
    let (characters, places) = characters(line, is_raw);
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut redacted, mut end) = (String::new(), 0);
    for (index, window) in characters.windows(WINDOW).enumerate() {
        if known.contains(window) {
            let start = places[index].start;
            if start >= end {
                redacted += &line[end..start];
                redacted += "(redacted)";
            }
            end = places[index + WINDOW - 1].end;
        }
    }
    redacted + &line[end..]
}

/// The visible characters of a line, and where they or the escapes that hold them stand.
fn characters(line: &str, is_raw: bool) -> (Vec<u8>, Vec<Range<usize>>) {
    let (mut characters, mut places, mut at) = (Vec::new(), Vec::new(), 0);
    while at < line.len() {
        let (character, length) = unescape(&line.as_bytes()[at..]);
        let decoded = [character];
        let raw = &line.as_bytes()[at..at + length];
        for &character in if is_raw { raw } else { &decoded } {
            if character.is_ascii_graphic() {
                characters.push(character);
                places.push(at..at + length);
            }
        }
        at += length;
    }
    (characters, places)
}

/// The first character, percent-decoded or JSON-unescaped, and how many bytes it takes.
fn unescape(bytes: &[u8]) -> (u8, usize) {
    let hex = |digits| u8::from_str_radix(str::from_utf8(bytes.get(digits)?).ok()?, 16).ok();
    match bytes {
        [b'%', ..] => hex(1..3).map_or((b'%', 1), |character| (character, 3)),
        [b'\\', b'u', b'0', b'0', ..] => hex(4..6).map_or((b'\\', 1), |character| (character, 6)),
        // Another character, or half of one.
        [b'\\', b'u', ..] if hex(2..4).and(hex(4..6)).is_some() => (b' ', 6),
        [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => (b' ', 2),
        [b'\\', character @ 0..128, ..] => (*character, 2),
        _ => (bytes[0], 1),
    }
}
