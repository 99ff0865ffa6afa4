//! All output, with tokens redacted and terminal control characters escaped.

use super::error::Error;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::{borrow::Cow, io, io::ErrorKind::BrokenPipe, io::Write};

/// This many consecutive characters of a token's secret part are never printed. They fit a `u64`.
const WINDOW: usize = 8;

static IS_VERBOSE: AtomicBool = AtomicBool::new(false);
/// The windows of all tokens seen so far.
static KNOWN: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

/// Turns [`verbose`] on or off.
pub fn set_verbose(is_verbose: bool) {
    IS_VERBOSE.store(is_verbose, Relaxed);
}

/// Prints a line on standard output, or nothing if it is empty. JSON stays JSON. A pipe closed by
/// the reader, such as `head`, is not an error.
pub fn print(text: &str) -> Result<(), Error> {
    let escaped = escape(text);
    let mut shown = redact(&escaped);
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    // A token may look like a number, or have a quotation mark in it.
    if matches!(shown, Cow::Owned(_)) && is_json(text) && !is_json(&shown) {
        shown = "\"(redacted)\"".into();
    }
    let end = if text.is_empty() { "" } else { "\n" };
    match write!(io::stdout(), "{shown}{end}") {
        Err(error) if error.kind() != BrokenPipe => {
            let problem = format!("cannot write to standard output: {error}");
            Err(Error::new(&problem, "Check where the output goes."))
        }
        _ => Ok(()),
    }
}

/// Prints lines on standard error. Unlike `eprintln!`, it does not panic if that is closed.
pub fn notice(lines: &str) {
    let _ = writeln!(io::stderr(), "{}", redact(&escape(lines)));
}

/// If verbose, prints a line that has curl's mark: `*` a step, `>` what is sent, `<` received.
pub fn verbose(line: &str) {
    if IS_VERBOSE.load(Relaxed) {
        notice(&line.replace('\n', " "));
    }
}

/// From now on, `redact` hides this token's secret part: a JWT's signature, or the whole token.
pub fn remember(token: &str) {
    let is_jwt = token.starts_with("eyJ") && token.matches('.').count() > 1;
    let signature = token.rsplit('.').next().unwrap_or_default();
    let secret = if is_jwt { signature } else { token };
    let windows = secret.as_bytes().windows(WINDOW);
    let windows = windows.filter_map(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?)));
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.extend(windows);
}

/// Replaces each known secret part in `text` by `(redacted)`. Escapes are not decoded: encoders
/// escape only punctuation, and tokens have runs of letters and digits.
fn redact(text: &str) -> Cow<'_, str> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut out, mut done, mut window) = (String::new(), 0, 0);
    for (end, byte) in (1..).zip(text.bytes()) {
        window = window << 8 | u64::from(byte);
        if known.contains(&window) {
            // Windows that overlap or touch are one part.
            if done == 0 || end - WINDOW > done {
                out += &text[done..end - WINDOW];
                out += "(redacted)";
            }
            done = end;
        }
    }
    if done == 0 {
        return text.into();
    }
    (out + &text[done..]).into()
}

/// Escapes, as in JSON, whatever a terminal would interpret or hide.
fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return text.into();
    }
    let escape = |unit: &mut u16| format!("\\u{unit:04x}");
    let show = |c: char| match is_harmless(c) {
        true => c.to_string(),
        false => c.encode_utf16(&mut [0; 2]).iter_mut().map(escape).collect(),
    };
    text.chars().map(show).collect()
}

/// Whether a terminal shows `c` unchanged and in its place.
fn is_harmless(c: char) -> bool {
    match c {
        '\n' | '\t' | ' '..='~' => true,
        // No width, so that two names look the same: soft hyphen, joiners, tags, byte order mark.
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' => false,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => false,
        // Separators start a new line; the others change the text direction.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => false,
        // Control characters: ESC [ begins a command, and to many terminals U+009B does.
        _ => !c.is_control(),
    }
}
