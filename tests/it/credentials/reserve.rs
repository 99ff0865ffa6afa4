//! The refresh token is not used before it is known that new tokens can be saved.

#[cfg(unix)]
use super::set_mode;
use super::{AFTER_RUN, NOT_READY, NOT_USED};
use crate::support::outcome::Outcome;
use crate::support::process::{NEW_THREAD, failing, injected};
#[cfg(unix)]
use crate::support::process::{limited, unprivileged};
use crate::test_env::TestEnv;
use std::fs;

#[track_caller]
fn assert_not_used(env: &TestEnv, outcome: &Outcome, reason: &str) {
    outcome.assert_failure(&[NOT_READY, reason, NOT_USED]);
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
}

#[test]
fn a_folder_is_in_the_way() {
    let env = TestEnv::new();
    let before = env.read("creds.json");
    // No system lets a file replace a folder with something in it.
    fs::create_dir_all(env.path("creds.json.new/x")).unwrap();
    assert_not_used(&env, &env.run(&[]), "");
    assert!(env.read("creds.json") == before);
}

#[test]
fn no_thread_can_be_started() {
    let env = TestEnv::new();
    let Some(mut program) = injected(&env, &[format!("{NEW_THREAD}:error=EAGAIN")]) else {
        return;
    };
    env.outcome(&mut program)
        .assert_failure(&["cannot start another thread"]);
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
    env.run(&[]).assert_success();
}

/// What is written has to reach the disk: what is reserved, the note in the lock, the new tokens.
#[test]
fn the_disk_cannot_be_flushed() {
    for file in ["creds.json.new", "creds.json.lock"] {
        let env = TestEnv::new();
        let Some(mut program) = failing(&env, file, "fsync", "EIO") else {
            return;
        };
        assert_not_used(&env, &env.outcome(&mut program), "Input/output error");
        env.run(&[]).assert_success();
    }
}

#[test]
#[cfg(unix)]
fn the_disk_is_full() {
    let env = TestEnv::new();
    let before = env.read("creds.json");
    // 16 blocks are less than what is reserved.
    let outcome = env.outcome(&mut limited(&env, "-f 16"));
    assert_not_used(&env, &outcome, "File too large");
    assert!(env.read("creds.json") == before);
    assert_eq!(
        env.creds_files(),
        AFTER_RUN,
        "the reservation is still there"
    );
    env.run(&[]).assert_success();
}

#[cfg(unix)]
#[track_caller]
fn assert_not_used_in_read_only_folder(env: &TestEnv) {
    let Some(mut program) = unprivileged(env) else {
        return;
    };
    set_mode(env.folder(), 0o555);
    let outcome = env.outcome(&mut program);
    set_mode(env.folder(), 0o755);
    assert_not_used(env, &outcome, "Permission denied");
}

#[test]
#[cfg(unix)]
fn the_folder_is_read_only() {
    assert_not_used_in_read_only_folder(&TestEnv::new());
}

/// A stopped run left both files, so that none has to be made: the file is overwritten.
#[test]
#[cfg(unix)]
fn the_folder_has_become_read_only() {
    let env = TestEnv::new();
    for name in ["creds.json.lock", "creds.json.new"] {
        env.write(name, "");
    }
    let Some(mut program) = unprivileged(&env) else {
        return;
    };
    set_mode(env.folder(), 0o555);
    let outcome = env.outcome(&mut program);
    set_mode(env.folder(), 0o755);
    outcome.assert_success();
    assert!(env.creds_are_valid());
}

#[test]
#[cfg(unix)]
fn creds_json_is_read_only() {
    let env = TestEnv::new();
    let Some(mut program) = unprivileged(&env) else {
        return;
    };
    set_mode(&env.path("creds.json"), 0o444);
    assert_not_used(&env, &env.outcome(&mut program), "Permission denied");
    set_mode(&env.path("creds.json"), 0o600);
    env.outcome(&mut program).assert_success();
}
