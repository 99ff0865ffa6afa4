//! How a run ended.

use std::process::Output;

#[derive(Debug)]
pub struct Outcome {
    /// `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// What is on standard error, with names in place of what differs from run to run: see
    /// `TestEnv::named`. For snapshots.
    pub message: String,
}

impl Outcome {
    pub fn of(output: Output) -> Outcome {
        let stderr = String::from_utf8(output.stderr).unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            message: stderr.clone(),
            stderr,
        }
    }

    #[track_caller]
    pub fn assert_success(&self) -> &Outcome {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// It failed with exit code 1, printed nothing but a message, and each of `words` is in that.
    #[track_caller]
    pub fn assert_failure(&self, words: &[&str]) -> &Outcome {
        self.assert_error(1, words)
    }

    /// The same for exit code 2, for a command line that makes no sense.
    #[track_caller]
    pub fn assert_usage_error(&self, words: &[&str]) -> &Outcome {
        self.assert_error(2, words)
    }

    #[track_caller]
    fn assert_error(&self, code: i32, words: &[&str]) -> &Outcome {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert_eq!(self.stdout, "", "{self:#?}");
        assert!(self.stderr.starts_with("error: "), "{self:#?}");
        let steers_a_terminal = |c: char| c.is_control() && c != '\n';
        assert!(!self.stderr.contains(steers_a_terminal), "{self:#?}");
        self.assert_has(words)
    }

    /// Each of `words` is on standard error.
    #[track_caller]
    pub fn assert_has(&self, words: &[&str]) -> &Outcome {
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in {self:#?}");
        }
        self
    }

    #[track_caller]
    pub fn assert_lacks(&self, words: &[&str]) -> &Outcome {
        for word in words {
            assert!(!self.stderr.contains(word), "{word:?} is in {self:#?}");
        }
        self
    }
}
