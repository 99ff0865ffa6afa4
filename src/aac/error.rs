//! A failure, as a person reads it: what happened, what to do, and what else is known.

use super::{output::clean, output::redact};
use std::fmt;

/// How far a refresh got.
pub const NOT_USED: &str = "The refresh token was not used.";
pub const MAYBE_REFRESHED: &str = "The tokens may have been refreshed. If so, the next run \
    will say that the refresh token has been used.";

pub struct Error {
    text: String,
    pub exit_code: u8,
}

impl Error {
    /// `problem` says what happened and where; `advice` what to do about it, in sentences.
    pub fn new(problem: &str, advice: &str) -> Error {
        let text = format!("{}.\n{}", clean(problem), clean(advice));
        Error { text, exit_code: 1 }
    }

    pub fn usage(problem: &str, advice: &str) -> Error {
        let text = Error::new(problem, advice).text;
        Error { text, exit_code: 2 }
    }

    /// Adds how far it got, or what a server sent: lines without anything that controls a terminal.
    pub fn with(mut self, lines: &str) -> Error {
        self.text = format!("{}\n{}", self.text.trim_end(), redact(lines));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
