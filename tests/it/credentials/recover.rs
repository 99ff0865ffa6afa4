//! New tokens that did not get to `creds.json` are found by the next run.

#[cfg(unix)]
use super::set_mode;
use super::{AFTER_RUN, KEPT, NOT_READY, NOT_USED, USED};
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::outcome::Outcome;
#[cfg(unix)]
use crate::support::process::unprivileged;
use crate::support::process::{RENAME, failing, injected};
use crate::test_env::TestEnv;
use serde_json::json;
use std::fs::{self, File};
use std::time::SystemTime;

/// A run after which the new tokens are in `creds.json.new`, and the used ones in `creds.json`.
fn leave_uncommitted(env: &TestEnv) {
    let (creds, aside) = (env.path("creds.json"), env.path("aside.json"));
    let (path, moved) = (creds.clone(), aside.clone());
    // A folder cannot be replaced by a file.
    env.before_reply(move || {
        fs::rename(&path, moved).unwrap();
        fs::create_dir_all(path.join("x")).unwrap();
    });
    env.run(&[]).assert_failure(&[USED, KEPT]);
    assert_eq!(env.request_lines(), ["POST /as/token"]);
    fs::remove_dir_all(&creds).unwrap();
    fs::rename(aside, creds).unwrap();
    assert!(!env.creds_are_valid());
}

#[test]
fn after_a_failed_rename() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}

/// The issuer may return the same refresh token, and the file may have to be overwritten.
#[test]
fn once_if_the_refresh_token_stays() {
    let env = TestEnv::new();
    env.keep_refresh_tokens();
    for faults in [":signal=SIGKILL", ":error=EBUSY"] {
        let Some(mut program) = injected(&env, &[format!("{RENAME}{faults}")]) else {
            return;
        };
        let outcome = env.outcome(&mut program);
        assert_eq!(
            outcome.code.is_some(),
            faults.contains("error"),
            "{outcome:#?}"
        );
    }
    assert_eq!(env.creds_files(), AFTER_RUN);
    assert!(env.creds_are_valid());
}

/// Whether the program can use them is for the next run to say.
#[test]
fn also_with_an_access_token_that_is_no_jwt() {
    let env = TestEnv::new();
    let tokens = json!({"access_token": "opaque-access", "refresh_token": "opaque-refresh"});
    env.stub_issuer(Stub::json(200, tokens.clone()));
    let Some(mut program) = injected(&env, &[format!("{RENAME}:signal=SIGKILL")]) else {
        return;
    };
    assert_eq!(env.outcome(&mut program).code, None);
    env.run(&[])
        .assert_failure(&["creds.json has an invalid \"access_token\""]);
    assert_eq!(env.creds(), tokens);
}

/// Whatever an earlier version, or a disk, left in the lock file.
#[test]
fn after_garbage_in_the_lock_file() {
    let cases = [
        Vec::new(),
        b"x".to_vec(),
        b"0123456789abcdef0123456789abcdef".to_vec(),
        vec![0xff; 5000],
    ];
    check_all_old(
        cases,
        |garbage| format!("{} bytes", garbage.len()),
        |garbage| {
            let env = TestEnv::new();
            env.write("creds.json.lock", garbage);
            leave_uncommitted(&env);
            env.run(&[]).assert_success();
            assert!(env.creds_are_valid());
            assert_eq!(env.creds_files(), AFTER_RUN);
        },
    );
}

#[test]
fn by_hand_as_the_message_says() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    fs::rename(env.path("creds.json.new"), env.path("creds.json")).unwrap();
    assert!(env.creds_are_valid());
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
}

/// What cannot be read may be the only valid tokens: nothing is sent, and they stay.
#[test]
fn not_if_they_cannot_be_read() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    fs::rename(env.path("creds.json.new"), env.path("aside.json")).unwrap();
    fs::create_dir(env.path("creds.json.new")).unwrap();
    assert_unreadable(&env, &env.run(&[]));

    fs::remove_dir(env.path("creds.json.new")).unwrap();
    fs::rename(env.path("aside.json"), env.path("creds.json.new")).unwrap();
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
}

#[test]
#[cfg(unix)]
fn not_if_they_may_not_be_read() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    let Some(mut program) = unprivileged(&env) else {
        return;
    };
    set_mode(&env.path("creds.json.new"), 0o000);
    assert_unreadable(&env, &env.outcome(&mut program));
    set_mode(&env.path("creds.json.new"), 0o600);
    env.outcome(&mut program).assert_success();
    assert!(env.creds_are_valid());
}

#[test]
fn not_if_the_disk_fails() {
    let calls = "?stat,?lstat,?newfstatat,?statx,?open,openat,read";
    check_all_old(
        calls.split(','),
        |call| call.to_string(),
        |call| {
            let env = TestEnv::new();
            leave_uncommitted(&env);
            let Some(mut program) = failing(&env, "creds.json.new", call, "EIO") else {
                return;
            };
            let outcome = env.outcome(&mut program);
            // Not every system call is used on each system.
            if outcome.code != Some(0) {
                assert_unreadable(&env, &outcome);
                env.run(&[]).assert_success();
            }
            assert!(env.creds_are_valid());
        },
    );
}

#[track_caller]
fn assert_unreadable(env: &TestEnv, outcome: &Outcome) {
    outcome.assert_failure(&[NOT_READY, NOT_USED]);
    assert_eq!(env.request_lines(), ["POST /as/token"]);
}

#[test]
fn unless_newer_ones_were_pasted() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    let pasted = env.generate_tokens();
    env.write("creds.json", pasted.to_string());
    // Its content matters, not its age.
    let file = File::options()
        .write(true)
        .open(env.path("creds.json"))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    drop(file);
    env.run(&[]).assert_success();
    let refresh = &env.requests()[1];
    assert!(
        refresh
            .body
            .contains(pasted["refresh_token"].as_str().unwrap())
    );
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}

#[test]
fn when_killed_before_each_rename() {
    let env = TestEnv::new();
    for _ in 0..5 {
        // The first of them dies with new tokens, the second when it recovers those.
        for _ in 0..2 {
            let Some(mut program) = injected(&env, &[format!("{RENAME}:signal=SIGKILL")]) else {
                return;
            };
            let killed = env.outcome(&mut program);
            assert_eq!(killed.code, None, "it was not killed: {killed:#?}");
        }
        env.run(&[]).assert_success();
    }
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}
