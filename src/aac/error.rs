//! An error message for the user.

use std::fmt;

#[derive(Debug)]
pub struct Error {
    text: String,
    pub exit_code: u8,
}

impl Error {
    /// `problem` says what happened and where, without a full stop; `advice` says what to do.
    pub fn new(problem: &str, advice: &str) -> Error {
        // A line break, say in a folder's name, must not start a new line.
        let problem = problem.replace('\n', " ");
        let text = format!("{problem}.\n{advice}").trim_end().to_owned();
        Error { text, exit_code: 1 }
    }

    /// A mistake on the command line.
    pub fn usage(problem: &str, advice: &str) -> Error {
        let text = Error::new(problem, advice).text + " See --help.";
        Error { text, exit_code: 2 }
    }

    /// Adds a line, such as what became of the tokens.
    pub fn with_line(mut self, line: &str) -> Error {
        self.text = format!("{}\n{line}", self.text);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
