//! A folder with the three files, a service that they are for, and the program run there.

use crate::service::{OAUTH_CLIENT, Service};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};
use tempfile::TempDir;

/// What in the environment changes how the program reaches a host.
const ENVIRONMENT: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// An address on this machine where nobody listens. A port that was free a moment ago may be another test's by now.
pub const NOBODY: &str = "127.0.0.1:1";

pub struct Place {
    pub service: Service,
    pub folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Place {
        Place::with(Service::start().unwrap())
    }

    pub fn with(service: Service) -> Place {
        let folder = TempDir::new().unwrap();
        service.fill(folder.path()).unwrap();
        Place { service, folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// What `creds.json` holds.
    pub fn creds(&self) -> Value {
        serde_json::from_str(&self.read("creds.json")).unwrap()
    }

    /// `creds.json` with one member of it replaced.
    pub fn creds_with(&self, name: &str, value: impl Into<Value>) -> String {
        let mut creds = self.creds();
        creds[name] = value.into();
        creds.to_string()
    }

    /// `creds.json` with an access token of this issuer.
    pub fn creds_from(&self, iss: &str) -> String {
        self.creds_with("access_token", token(&json!({"iss": iss, "client_id": OAUTH_CLIENT})))
    }

    /// Whether the issuer would take the refresh token in `creds.json`.
    pub fn credentials_are_good(&self) -> bool {
        self.service.honours(self.creds()["refresh_token"].as_str().unwrap())
    }

    /// The names of the files in the folder, in order.
    pub fn files(&self) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<_> = fs::read_dir(self.folder.path()).unwrap().map(name).collect();
        names.sort();
        names
    }

    /// The methods and paths of the requests that the service saw.
    pub fn requests(&self) -> Vec<String> {
        self.service.seen().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    /// The program, to be run in the folder.
    pub fn program(&self) -> Command {
        self.command(env!("CARGO_BIN_EXE_get_workspace"))
    }

    /// Some command to be run in the folder, with nothing of this environment that matters to the program.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        for name in ENVIRONMENT {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.outcome(self.program().args(arguments))
    }

    /// Runs a command and looks at what holds for each run: that it prints no part of a token, and does not panic.
    pub fn outcome(&self, command: &mut Command) -> Outcome {
        let before = fs::read(self.path("creds.json")).unwrap_or_default();
        let outcome = Outcome::of(command.output().unwrap());
        let mut secrets = self.service.tokens();
        let words = String::from_utf8_lossy(&before).into_owned();
        secrets.extend(words.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).map(str::to_owned));
        for printed in [&outcome.stdout, &outcome.stderr] {
            // The first letters of all JWTs are the same, and no secret.
            for secret in secrets.iter().filter(|secret| secret.len() >= 24) {
                let part = secret.as_bytes().windows(12).find(|part| contains(printed.as_bytes(), part));
                assert!(part.is_none(), "a part of a token is printed: {outcome:#?}");
            }
            assert!(!printed.contains("panicked"), "{outcome:#?}");
        }
        outcome
    }
}

impl Outcome {
    pub fn of(output: Output) -> Outcome {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    #[track_caller]
    pub fn assert_done(&self) -> &Outcome {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// The run failed with `code`, printed nothing but a message, and each of `words` is in that.
    #[track_caller]
    pub fn assert_failed(&self, code: i32, words: &[&str]) -> &Outcome {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert_eq!(self.stdout, "", "{self:#?}");
        assert!(self.stderr.starts_with("error: "), "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in {self:#?}");
        }
        assert!(!self.stderr.chars().any(|c| c.is_control() && c != '\n'), "{self:#?}");
        self
    }
}

/// An access token with these claims.
pub fn token(claims: &Value) -> String {
    let part = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        part(json!({"alg": "RS256"}).to_string()),
        part(claims.to_string()),
        part("signature".repeat(9))
    )
}

/// A name that no host has, and that is too long for any resolver to be asked for it.
pub fn nowhere() -> String {
    format!("{}.test", "x".repeat(64))
}

/// `text` as PowerShell's `>` and Notepad's "Unicode" write it.
pub fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Waits for something that is about to be.
pub fn wait_until(mut it_is: impl FnMut() -> bool) {
    let start = Instant::now();
    while !it_is() {
        assert!(start.elapsed() < Duration::from_secs(20), "it took too long");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Says that a test is skipped, where it is seen although the test passes.
pub fn skip(reason: &str) {
    let name = thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(io::stderr(), "{name}: skipped, {reason}");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
