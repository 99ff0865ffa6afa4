//! What can be wrong with the three files. All of it is found before the refresh token is used.

mod any;
mod creds;
mod one_line;

use crate::support::snapshot::check_snapshot_old;
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
    let before = env.creds_bytes();
    let outcome = env.outcome(program);
    outcome.assert_failure(&[]);
    env.assert_nothing_sent();
    let is_same = env.creds_bytes() == before;
    assert!(is_same, "creds.json has changed");
    // As Windows writes paths.
    outcome.message.replace(r"\\?\", "").replace(r"]\", "]/")
}

/// A name, and how the files come to be like that.
type Row = (&'static str, fn(&TestEnv));

#[track_caller]
fn check_rows(snapshot: &str, rows: &[Row]) {
    let title = |(title, _): &&Row| title.to_string();
    check_snapshot_old(snapshot, rows, title, |(_, spoil)| {
        let env = test_env();
        spoil(&env);
        refusal(&env, &mut env.program())
    });
}

/// Each row has contents of `file` that have one message.
#[track_caller]
fn check_contents(snapshot: &str, file: &str, rows: &[(&str, &[String])]) {
    let title = |(title, _): &&(&str, &[String])| title.to_string();
    check_snapshot_old(snapshot, rows, title, |(_, contents)| {
        let env = test_env();
        let valid = env.read("creds.json");
        let mut messages = contents.iter().map(|content| {
            env.write("creds.json", &valid);
            env.write(file, content);
            refusal(&env, &mut env.program())
        });
        let first = messages.next().unwrap();
        for (message, content) in messages.zip(&contents[1..]) {
            assert_eq!(message, first, "{content}");
        }
        first
    });
}

fn remove(env: &TestEnv, file: &str) {
    fs::remove_file(env.path(file)).unwrap();
}
