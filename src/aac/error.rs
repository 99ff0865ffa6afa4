//! The one error type: what a person should read, and no part of a token.

use super::{redaction::redact, terminal::clean};
use std::fmt;

/// A failure, in the words of the module that found it.
#[derive(Debug)]
pub struct Error {
    message: String,
    pub exit_code: u8,
}

impl Error {
    /// `problem` says what happened and where; `advice` what to do about it, in sentences.
    pub fn new(problem: &str, advice: &str) -> Error {
        let message = format!("{}.\n{}", clean(problem), clean(advice));
        Error {
            message,
            exit_code: 1,
        }
    }

    /// The same where the program was used wrongly.
    pub fn usage(problem: &str, advice: &str) -> Error {
        Error {
            exit_code: 2,
            ..Error::new(problem, advice)
        }
    }

    /// Adds, after the problem, how far the program got.
    pub fn with_progress(mut self, progress: &str) -> Error {
        self.message = self.message.replacen('\n', &format!("\n{progress}\n"), 1);
        self
    }

    /// Adds what a server sent. Nothing in it may steer a terminal.
    pub fn with_details(mut self, details: &str) -> Error {
        self.message += &format!("\n{}", redact(details));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.trim_end())
    }
}

impl std::error::Error for Error {}
