//! The one error type: what a person should read. It holds no part of a token.

use super::{redaction, terminal};
use std::fmt;

/// A failure, in the words of the module that found it.
#[derive(Debug)]
pub struct Error {
    message: String,
    pub exit_code: u8,
}

impl Error {
    /// `problem` says what happened and where, without a full stop; `advice` what to do about it.
    pub fn new(problem: &str, advice: &str) -> Error {
        let (problem, advice) = (terminal::clean(problem), terminal::clean(advice));
        Error {
            message: format!("{problem}.\n{advice}"),
            exit_code: 1,
        }
    }

    /// The same where the program was used wrongly.
    pub fn usage(problem: &str, advice: &str) -> Error {
        let message = Error::new(problem, advice).message;
        Error {
            message,
            exit_code: 2,
        }
    }

    /// Says after the problem how far the program got.
    pub fn with_progress(mut self, progress: &str) -> Error {
        self.message = self.message.replacen('\n', &format!("\n{progress}\n"), 1);
        self
    }

    /// Adds what a server sent. It must not steer a terminal.
    pub fn with_details(mut self, details: &str) -> Error {
        self.message += &format!("\n{}", redaction::redact(details));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.trim_end())
    }
}

impl std::error::Error for Error {}
