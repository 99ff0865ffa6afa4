//! Lines on standard error, without tokens and without anything that steers a terminal.

use super::redaction::redact;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static IS_VERBOSE: AtomicBool = AtomicBool::new(false);

/// From now on, [`verbose`] prints.
pub fn set_verbose() {
    IS_VERBOSE.store(true, Relaxed);
}

/// Prints a line if that is wanted. It begins with one of curl's marks: `*` for what the program
/// does, `>` for what it sends, `<` for what it receives.
pub fn verbose(text: &str) {
    if IS_VERBOSE.load(Relaxed) {
        notice(text);
    }
}

/// Prints a line. Unlike `eprintln!`, it does not panic if standard error is closed.
pub fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "{}", clean(text));
}

/// `text` without tokens, and with `�` for what steers a terminal.
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
