//! Everything that is printed, on either stream: without tokens, and with nothing in it that a
//! terminal would obey.

use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, PoisonError};

/// This many consecutive characters of a token are never printed. They fit a `u64`.
const WINDOW: usize = 8;
/// The most windows kept, those of some thousand tokens, so that a program may run for months.
const MAX_WINDOWS: usize = 1 << 18;
const REDACTED: &str = "(redacted)";

static IS_VERBOSE: AtomicBool = AtomicBool::new(false);
static SECRETS: LazyLock<Mutex<Secrets>> = LazyLock::new(Mutex::default);

/// The tokens that this process has met, so that nobody has to hand them around.
#[derive(Default)]
struct Secrets {
    windows: HashSet<u64>,
    /// Whether there is a window with this hash: much faster than the set, which is asked after it.
    hints: Vec<bool>,
}

impl Secrets {
    fn contains(&self, window: u64) -> bool {
        self.hints.get(hash(window)) == Some(&true) && self.windows.contains(&window)
    }
}

/// Multiplicative hashing to 16 bits.
fn hash(window: u64) -> usize {
    (window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// Whether [`verbose`] prints.
pub fn set_verbose(is_verbose: bool) {
    IS_VERBOSE.store(is_verbose, Relaxed);
}

/// Prints a text and a line break on standard output, or nothing if the text is empty. JSON stays
/// JSON. It is no error if the reader, such as `head`, has closed the pipe.
pub fn print(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut shown = redact(text);
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    // A token may be all digits, like a number, or have a quotation mark in it.
    if matches!(shown, Cow::Owned(_)) && is_json(text) && !is_json(&shown) {
        shown = format!("\"{REDACTED}\"").into();
    }
    match writeln!(io::stdout(), "{}", escape(&shown)) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Prints lines on standard error. Unlike `eprintln!`, it does not panic if that is closed.
pub fn notice(lines: &str) {
    let _ = writeln!(io::stderr(), "{}", escape(&redact(lines)));
}

/// Prints a line with curl's mark if that is wanted: `*` a step, `>` what is sent, `<` received.
pub fn verbose(line: &str) {
    if IS_VERBOSE.load(Relaxed) {
        notice(&line.replace('\n', " "));
    }
}

/// From now on, no eight characters in a row of this token's secret part are printed: of a JWT, the
/// signature (header and claims are useless without it), of any other token all of it.
pub fn remember(token: &str) {
    let is_jwt = token.starts_with("eyJ") && token.matches('.').count() > 1;
    let signature = token.rsplit('.').next().unwrap_or_default();
    let secret = if is_jwt { signature } else { token };
    let mut secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    if secrets.windows.len() > MAX_WINDOWS {
        *secrets = Secrets::default();
    }
    secrets.hints.resize(1 << 16, false);
    for window in secret.as_bytes().windows(WINDOW).filter(|it| it.is_ascii()) {
        let window = window
            .iter()
            .fold(0, |all, &byte| all << 8 | u64::from(byte));
        secrets.windows.insert(window);
        secrets.hints[hash(window)] = true;
    }
}

/// `text` with `(redacted)` in place of each part of a known token, as it stands. No escape is
/// undone: encoders escape punctuation only, and tokens have letters and digits in a row.
pub fn redact(text: &str) -> Cow<'_, str> {
    let secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut out, mut done, mut window) = (String::new(), 0, 0);
    for (index, byte) in text.bytes().enumerate() {
        window = window << 8 | u64::from(byte);
        if !secrets.contains(window) {
            continue;
        }
        let start = index + 1 - WINDOW;
        // Windows that overlap or touch are one part of a token.
        if done == 0 || start > done {
            out += &text[done..start];
            out += REDACTED;
        }
        done = index + 1;
    }
    if done == 0 {
        return text.into();
    }
    out += &text[done..];
    out.into()
}

/// `text` with JSON's escape in place of what a terminal would obey or hide.
fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return text.into();
    }
    let mut out = String::new();
    for c in text.chars() {
        if is_harmless(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out += &format!("\\u{unit:04x}");
        }
    }
    out.into()
}

/// Whether a terminal shows `c` as itself, and where it stands.
fn is_harmless(c: char) -> bool {
    match c {
        '\n' | '\t' | ' '..='~' => true,
        // C0 and C1 control characters: ESC [ begins a command, and to many terminals U+009B does.
        _ if c.is_control() => false,
        // Marks, embeddings and isolates turn the direction of writing: a text looks like another.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => false,
        '\u{2066}'..='\u{206f}' => false,
        // Line and paragraph separators begin a line.
        '\u{2028}' | '\u{2029}' => false,
        // No width, so that two names look the same: soft hyphen, joiners, byte order mark, tags.
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' => false,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => false,
        _ => true,
    }
}
