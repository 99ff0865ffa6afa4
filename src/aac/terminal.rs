//! Lines on standard error, without tokens and without anything that steers a terminal.

use super::redaction::redact;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Whether [`verbose`] prints.
pub static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Prints a line if that is wanted, with curl's marks: `*` for what the program does, `>` for what it sends and `<` for
/// what it receives.
pub fn verbose(mark: char, text: &str) {
    if VERBOSE.load(Relaxed) {
        notice(&format!("{mark} {text}"));
    }
}

/// Prints a line. Unlike `eprintln!`, it does not panic if standard error is closed.
pub fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "{}", clean(text));
}

/// `text` without tokens, and with escapes for what steers a terminal.
pub fn clean(text: &str) -> String {
    let mut clean = String::new();
    for c in redact(text).chars() {
        match is_printable(c) {
            true => clean.push(c),
            false => clean.extend(c.escape_unicode()),
        }
    }
    clean
}

/// Whether a terminal shows `c`, rather than obeying it: to many, U+009B alone is as good as ESC [. What has no width or
/// turns the direction of writing makes a text look like another.
pub fn is_printable(c: char) -> bool {
    const HIDDEN: &str = "\u{ad}\u{61c}\u{180e}\u{2028}\u{2029}\u{feff}\u{fff9}\u{fffa}\u{fffb}";
    !(c.is_control()
        || HIDDEN.contains(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}'))
}
