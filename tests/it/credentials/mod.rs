//! The promises about `creds.json`, each judged by whether the issuer still accepts what it holds
//! afterwards.

mod failed_refresh;
mod irregular;
mod lock;
mod permissions;
mod recover;
mod reserve;
mod save;

use crate::stub::Stub;
use crate::test_env::TestEnv;
use std::sync::mpsc;
use std::{fs, io, path::Path, time::Duration};

// What the messages say about the tokens, last of all.
/// The refresh request was not sent.
pub const NOT_USED: &str = "This run did not use the refresh token.";
/// The issuer refused.
pub const NOT_REFRESHED: &str = "The tokens were not refreshed.";
/// The request was sent, and it cannot be known what the issuer did.
pub const UNKNOWN: &str = "The tokens may have been refreshed. If so, the next run will say that \
    the refresh token has been used.";
const UNSAVED: &str = "The tokens were refreshed, but creds.json may still hold the old ones.";
/// The new ones are in `creds.json`, and something failed later.
pub const SAVED: &str = "The tokens were refreshed and saved.";

const NOT_READY: &str = "creds.json cannot be updated: ";
const KEPT: &str = "the next run will use the tokens in creds.json.new";

const LOCK: &str = "creds.json.lock";
const NEW: &str = "creds.json.new";
/// What is left of a run, whether it succeeded or failed.
const AFTER_RUN: [&str; 2] = ["creds.json", LOCK];

/// A run that is killed when it has sent the refresh token.
fn kill_during_refresh(env: &TestEnv) {
    env.stub_issuer(Stub::Stall(Vec::new()));
    let (sender, receiver) = mpsc::channel();
    env.before_reply(move || sender.send(()).map_err(io::Error::other));
    let mut run = env.program().spawn().unwrap();
    receiver.recv_timeout(Duration::from_secs(20)).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    env.remove_stubs();
}

/// Puts a folder, which no file can replace, in the place of a file.
fn put_folder(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    fs::create_dir_all(path.join("x"))
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
