//! What is printed: no tokens, whatever stands around them, and nothing that controls a terminal.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, PoisonError};

/// This many consecutive characters of a token are never printed.
const WINDOW: usize = 8;
/// The most windows kept, those of some 200 tokens, so that a program may run for months.
const MAX_KNOWN: usize = 1 << 18;
/// A longer word with a digit is taken for a token, whatever it is called. A UUID is as long.
const MAX_WORD: usize = 36;
/// What may stand between a token and something that is worth reading.
const BETWEEN: [char; 6] = [' ', '=', '&', '"', '\'', '\n'];

/// The windows of each token that this process has met, so that nobody has to hand them around.
static KNOWN: LazyLock<Mutex<HashSet<Vec<u8>>>> = LazyLock::new(Mutex::default);
/// Whether [`verbose`] prints.
pub static IS_VERBOSE: AtomicBool = AtomicBool::new(false);

/// Prints a line with curl's mark if that is wanted: `*` a step, `>` what is sent, `<` received.
pub fn verbose(text: &str) {
    if IS_VERBOSE.load(Relaxed) {
        notice(text);
    }
}

/// Prints a line. Unlike `eprintln!`, it does not panic if standard error is closed.
pub fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "{}", clean(text));
}

/// `text` without tokens, and with `�` for what controls a terminal.
pub fn clean(text: &str) -> String {
    redact(text).replace(|c| !is_printable(c), "\u{fffd}")
}

/// Whether a terminal shows `c` as itself: not if it obeys it (to many, U+009B alone is ESC [), nor
/// if `c` has no width or turns the direction of writing, so that a text looks like another.
pub fn is_printable(c: char) -> bool {
    !(c.is_control()
        || "\u{ad}\u{61c}\u{180e}\u{feff}\u{fff9}\u{fffa}\u{fffb}".contains(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}'))
}

/// From now on, [`redact`] hides this token.
pub fn remember(token: &str) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() > MAX_KNOWN {
        known.clear();
    }
    for is_raw in [true, false] {
        let visible = visible(token, is_raw);
        known.extend(visible.windows(WINDOW).take(MAX_KNOWN).map(Vec::from));
    }
}

/// From now on, [`redact`] hides each word of `text` that may be a token.
pub fn remember_words(text: &str) {
    let is_between = |c: char| !c.is_ascii_alphanumeric() && !"-._~+%\\".contains(c);
    let is_host = |word: &str| word.contains('.') && word == word.to_lowercase();
    let is_token = |w: &&str| w.len() > MAX_WORD && w.contains(char::is_numeric) && !is_host(w);
    text.split(is_between).filter(is_token).for_each(remember);
}

/// Hides each word with eight characters of a known token in a row, or the line if they are spread.
pub fn redact(text: &str) -> String {
    let hide_words = |line: &str| line.split_inclusive(BETWEEN).map(hide).collect::<String>();
    let hide_line = |line| hide(&hide_words(line));
    text.split_inclusive('\n').map(hide_line).collect()
}

fn hide(word: &str) -> String {
    if !has_token(word) {
        return word.to_owned();
    }
    let end = word.trim_end_matches(BETWEEN).len();
    format!("(redacted){}", &word[end..])
}

/// Whether a line has eight characters of a known token in a row, also if escaped or spaced out.
pub fn has_token(line: &str) -> bool {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // Once with escapes undone, and once as it stands: what looks like an escape may be none.
    [true, false].into_iter().any(|is_raw| {
        let visible = visible(line, is_raw);
        visible.windows(WINDOW).any(|window| known.contains(window))
    })
}

/// The visible ASCII characters of a line, with its escapes undone unless it is raw.
fn visible(line: &str, is_raw: bool) -> Vec<u8> {
    let (mut visible, mut rest) = (Vec::new(), line.as_bytes());
    while !rest.is_empty() {
        let (character, length) = if is_raw { (rest[0], 1) } else { unescape(rest) };
        visible.extend(Some(character).filter(u8::is_ascii_graphic));
        rest = &rest[length..];
    }
    visible
}

/// The first character, percent-decoded or JSON-unescaped, and how many bytes it takes.
fn unescape(bytes: &[u8]) -> (u8, usize) {
    let hex = |digits| u16::from_str_radix(str::from_utf8(bytes.get(digits)?).ok()?, 16).ok();
    let (code, length) = match bytes {
        [b'%', ..] => (hex(1..3), 3),
        [b'\\', b'u', ..] => (hex(2..6), 6),
        [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => (Some(0), 2),
        [b'\\', next, ..] => (Some((*next).into()), 2),
        _ => (None, 1),
    };
    code.map_or((bytes[0], 1), |code| (code.try_into().unwrap_or(0), length))
}
