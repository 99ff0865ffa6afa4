//! The promises about `creds.json`, each judged by whether the issuer still accepts what it holds
//! afterwards.

mod failed_refresh;
mod lock;
mod permissions;
mod recover;
mod reserve;
mod save;

/// What the messages say about the tokens.
const NOT_READY: &str = "creds.json cannot be updated: ";
const NOT_USED: &str = "This run did not use the refresh token.";
const USED: &str = "The tokens were refreshed, but creds.json may still hold the old ones.";
const KEPT: &str = "the next run will use the tokens in creds.json.new";

/// What is left of a run, whether it succeeded or failed.
const AFTER_RUN: [&str; 2] = ["creds.json", "creds.json.lock"];

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
