//! What can be wrong with the three files. All of it is found before the refresh token is used.

mod any;
mod creds;
mod one_line;

use crate::support::snapshot::check_snapshot;
use crate::test_env::TestEnv;
use std::fs;
use std::process::Command;

const FILES: [&str; 3] = ["client_id.txt", "aac_url.txt", "creds.json"];

/// An environment whose tokens are for the mock service, and whose region is one that no request
/// gets to.
fn test_env() -> TestEnv {
    let env = TestEnv::new();
    env.set_region("au1");
    env
}

/// The message of a run that fails, sends nothing, and leaves `creds.json` as it is.
#[track_caller]
fn refusal(env: &TestEnv, program: &mut Command) -> String {
    let message = env.message_of_refusal(program);
    env.assert_nothing_sent();
    // As Windows writes paths.
    message.replace(r"\\?\", "").replace(r"]\", "]/")
}

/// Each row has contents of `file` that have one message.
#[track_caller]
fn check_contents<Content: AsRef<str>>(snapshot: &str, file: &str, rows: &[(&str, &[Content])]) {
    check_snapshot(snapshot, rows.iter().copied(), |contents| {
        let env = test_env();
        let valid = env.read("creds.json");
        let mut messages = contents.iter().map(|content| {
            env.write("creds.json", &valid);
            env.write(file, content.as_ref());
            refusal(&env, &mut env.program())
        });
        let first = messages.next().unwrap();
        for (message, content) in messages.zip(&contents[1..]) {
            assert_eq!(message, first, "{}", content.as_ref());
        }
        first
    });
}

fn remove(env: &TestEnv, file: &str) {
    fs::remove_file(env.path(file)).unwrap();
}
