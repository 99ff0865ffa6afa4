//! What tests of several themes need.

pub mod case;
pub mod outcome;
pub mod process;
pub mod snapshot;
pub mod temp_folder;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

/// The package's name is also the program's.
pub const NAME: &str = env!("CARGO_PKG_NAME");

/// The executable, which cargo built for these tests.
pub const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));

/// An address on this machine where nobody listens. A port that was free a moment ago may be
/// another test's by now.
pub const CLOSED_PORT: &str = "127.0.0.1:1";

/// A host name that no resolver is asked for, because it is too long.
pub fn unknown_host() -> String {
    format!("{}.test", "x".repeat(64))
}

/// A JWT with these claims.
pub fn jwt(claims: &Value) -> String {
    let part = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    let (header, signature) = (json!({"alg": "RS256"}), "signature".repeat(9));
    let (header, claims) = (header.to_string(), claims.to_string());
    format!("{}.{}.{}", part(header), part(claims), part(signature))
}

/// `text` as PowerShell's `>` and Notepad's "Unicode" write it.
pub fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Waits, but not for ever, until something is so.
#[track_caller]
pub fn wait_until(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        let seconds = start.elapsed().as_secs();
        assert!(seconds < 20, "it took {seconds} seconds");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Says, although the test passes, that it was skipped.
pub fn skip(reason: &str) {
    let test = thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(io::stderr(), "{test}: skipped, {reason}");
}
