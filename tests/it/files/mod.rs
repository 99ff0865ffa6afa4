//! What can be wrong with the three files. All of it is found before the refresh token is used.

mod aac_url;
mod any;
mod client_id;
mod creds;
#[cfg(unix)]
mod permissions;

use crate::support::outcome::Outcome;
use crate::test_env::TestEnv;
use std::fs;
use std::process::Command;

/// The last resort, which is not to be the advice where less helps.
const NEW_TOKENS: &str = "generate new tokens";

/// An environment whose tokens are for the mock service, and whose region is one that no request
/// gets to.
fn test_env() -> TestEnv {
    let env = TestEnv::new();
    env.set_region("au1");
    env
}

/// The program refuses `file` with a message that has all of `words` in it, and sends nothing.
#[track_caller]
fn assert_refused(env: &TestEnv, file: &str, words: &[&str]) -> Outcome {
    assert_run_refused(env, &mut env.program(), file, words)
}

/// The same for a program that is run in a way of its own.
#[track_caller]
fn assert_run_refused(env: &TestEnv, program: &mut Command, file: &str, words: &[&str]) -> Outcome {
    let before = fs::read(env.path("creds.json")).ok();
    let outcome = env.outcome(program);
    outcome.assert_failure(words);
    assert!(
        outcome.stderr.starts_with(&format!("error: {file} ")),
        "{outcome:#?}"
    );
    assert!(outcome.stderr.lines().count() <= 3, "{outcome:#?}");
    assert!(
        fs::read(env.path("creds.json")).ok() == before,
        "creds.json is not the same"
    );
    env.assert_nothing_sent();
    outcome
}
