//! Keeps tokens out of everything that is printed, whatever stands around them.

use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::iter;
use std::ops::Range;
use std::sync::{LazyLock, Mutex, PoisonError};

/// As many characters of a token in a row are never printed.
const WINDOW: usize = 8;
/// As many windows, those of some 50 tokens, are known, so that a program may run for months.
const MAX_KNOWN: usize = 1 << 16;

/// The windows of each token that this process has met, so that nobody has to hand them around.
static KNOWN: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);

/// From now on, [`redact`] hides this token.
pub fn remember(token: &str) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() > MAX_KNOWN {
        known.clear();
    }
    for word in token.split_whitespace() {
        known.extend(windows(word, as_it_is).map(|(window, _)| window));
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
    // What looks like an escape may be none.
    hide(&hide(text, as_it_is), unescaped)
}

fn hide(text: &str, read: Read) -> String {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut redacted, mut end) = (String::with_capacity(text.len()), 0);
    for (_, place) in windows(text, read).filter(|(window, _)| known.contains(window)) {
        if place.start >= end {
            redacted += &text[end..place.start];
            redacted += "(redacted)";
        }
        end = place.end;
    }
    redacted + &text[end..]
}

/// Reads the first character of bytes, and how many of them it takes.
type Read = fn(&[u8]) -> (u8, usize);

/// Each eight visible ASCII characters in a row, as `read`, and the bytes that they come from.
/// None goes beyond a quotation mark.
fn windows(text: &str, read: Read) -> impl Iterator<Item = (u64, Range<usize>)> {
    let (mut end, mut window, mut starts) = (0, 0, VecDeque::new());
    iter::from_fn(move || {
        while end < text.len() {
            let start = end;
            let (character, length) = read(&text.as_bytes()[start..]);
            end += length;
            if character == b'"' {
                starts.clear();
            } else if character.is_ascii_graphic() {
                window = window << 8 | u64::from(character);
                starts.push_back(start);
            }
            if starts.len() == WINDOW {
                return Some((window, starts.pop_front()?..end));
            }
        }
        None
    })
}

fn as_it_is(bytes: &[u8]) -> (u8, usize) {
    (bytes[0], 1)
}

/// Undoes percent-encoding and JSON's escapes.
fn unescaped(bytes: &[u8]) -> (u8, usize) {
    let hex = |digits| u8::from_str_radix(str::from_utf8(bytes.get(digits)?).ok()?, 16).ok();
    match bytes {
        [b'%', ..] => hex(1..3).map_or((b'%', 1), |character| (character, 3)),
        [b'\\', b'u', b'0', b'0', ..] => hex(4..6).map_or((b'\\', 1), |character| (character, 6)),
        [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => (b' ', 2),
        [b'\\', character, ..] => (*character, 2),
        _ => (bytes[0], 1),
    }
}
