//! Keeps tokens out of everything that is printed, whatever stands around them.

use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::iter;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// As many characters of a token in a row are never printed.
const WINDOW: usize = 8;

/// The windows of each token that this process has met, so that nobody has to hand them around.
static KNOWN: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

/// From now on, [`redact`] hides this token.
pub fn remember(token: &str) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    for word in token.split_whitespace() {
        known.extend(windows(word).map(|(window, _)| window));
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
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut redacted, mut end) = (String::with_capacity(text.len()), 0);
    for (_, place) in windows(text).filter(|(window, _)| known.contains(window)) {
        if place.start >= end {
            redacted += &text[end..place.start];
            redacted += "(redacted)";
        }
        end = place.end;
    }
    redacted + &text[end..]
}

/// Each eight visible ASCII characters in a row, escapes undone, and the bytes that they come from.
/// None goes beyond a quotation mark.
fn windows(text: &str) -> impl Iterator<Item = (u64, Range<usize>)> {
    let (mut end, mut window, mut starts) = (0, 0, VecDeque::new());
    iter::from_fn(move || {
        while end < text.len() {
            let start = end;
            let (character, length) = unescape(&text.as_bytes()[start..]);
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

/// The first character of `bytes`, percent-decoded or JSON-unescaped, and how many bytes it takes.
fn unescape(bytes: &[u8]) -> (u8, usize) {
    let hex = |digits| u8::from_str_radix(str::from_utf8(bytes.get(digits)?).ok()?, 16).ok();
    match bytes {
        [b'%', ..] => hex(1..3).map_or((b'%', 1), |character| (character, 3)),
        [b'\\', b'u', b'0', b'0', ..] => hex(4..6).map_or((b'\\', 1), |character| (character, 6)),
        [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => (b' ', 2),
        [b'\\', character, ..] => (*character, 2),
        _ => (bytes[0], 1),
    }
}
