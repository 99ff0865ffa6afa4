//! New tokens that did not get to `creds.json` are found by the next run.

#[cfg(unix)]
use super::set_mode;
use super::{AFTER_RUN, KEPT, LOCK, NEW, NOT_READY, NOT_USED, UNSAVED};
use super::{kill_during_refresh, put_folder};
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
#[cfg(unix)]
use crate::support::process::unprivileged;
use crate::support::process::{RENAME, injected, injected_at};
use crate::test_env::TestEnv;
use serde_json::json;
use std::fs::{self, File};
use std::time::SystemTime;

/// A run after which the new tokens are in `creds.json.new`, and the used ones in `creds.json`.
pub fn leave_uncommitted(env: &TestEnv) {
    let before = env.read("creds.json");
    let creds = env.path("creds.json");
    env.before_reply(move || put_folder(&creds));
    let requests = env.requests().len();
    env.run(&[]).assert_failure(&[UNSAVED, KEPT]);
    assert_eq!(env.request_lines()[requests..], ["POST /as/token"]);
    fs::remove_dir_all(env.path("creds.json")).unwrap();
    env.write("creds.json", before);
}

/// The run succeeds with the tokens that an earlier one has left.
#[track_caller]
fn assert_recovers(env: &TestEnv) {
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}

#[track_caller]
pub fn assert_unreadable(env: &TestEnv, outcome: &Outcome) {
    outcome.assert_failure(&[NOT_READY, NOT_USED]);
    assert_eq!(env.request_lines(), ["POST /as/token"]);
}

#[test]
fn after_a_failed_rename() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    assert_recovers(&env);
    // What is noted in the lock file counts, whatever stands after it.
    leave_uncommitted(&env);
    env.write(LOCK, env.read(LOCK) + "and more");
    assert_recovers(&env);
    // What was reserved may still stand after the tokens.
    leave_uncommitted(&env);
    env.write(NEW, env.read(NEW) + &" ".repeat(1 << 20));
    assert_recovers(&env);
}

/// The issuer may return the same refresh token, and the file may have to be overwritten.
#[test]
fn once_if_the_refresh_token_stays() {
    let env = TestEnv::new();
    env.keep_refresh_tokens();
    for (effect, is_killed) in [("signal=SIGKILL", true), ("error=EBUSY", false)] {
        let Some(mut program) = injected(&env, RENAME, effect) else {
            return;
        };
        let outcome = env.outcome(&mut program);
        assert_eq!(outcome.code.is_none(), is_killed, "{outcome:#?}");
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
    leave_uncommitted(&env);
    env.run(&[])
        .assert_failure(&["creds.json has an invalid \"access_token\""]);
    assert_eq!(env.creds(), tokens);
}

/// Whatever an earlier version, or a disk, left in the lock file: what does not replace the tokens in
/// `creds.json` is not taken, and what does is found later.
#[test]
fn after_garbage_in_the_lock_file() {
    type Garbage = fn(&str) -> Vec<u8>;
    let cases: [(&str, Garbage); 7] = [
        ("nothing", |_| Vec::new()),
        ("one byte", |_| b"x".to_vec()),
        ("16 digits", |_| b"0123456789abcdef".to_vec()),
        ("all but the last digit", |note| note[..15].into()),
        ("upper case", |note| note.to_uppercase().into()),
        ("not UTF-8", |_| vec![0xff; 5000]),
        ("a megabyte", |_| vec![b'0'; 1 << 20]),
    ];
    check_all(cases, |_, garbage| {
        let env = TestEnv::new();
        kill_during_refresh(&env);
        env.write(LOCK, garbage(&env.read(LOCK)));
        env.write(NEW, env.creds_with("refresh_token", "another"));
        leave_uncommitted(&env);
        assert_recovers(&env);
    });
}

#[test]
fn by_hand_as_the_message_says() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    fs::rename(env.path(NEW), env.path("creds.json")).unwrap();
    assert_recovers(&env);
}

/// What cannot be read may be the only valid tokens: nothing is sent, and they stay.
#[test]
fn not_if_they_cannot_be_read() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    let left = env.read(NEW);
    put_folder(&env.path(NEW)).unwrap();
    assert_unreadable(&env, &env.run(&[]));
    fs::remove_dir_all(env.path(NEW)).unwrap();
    env.write(NEW, left);
    assert_recovers(&env);
}

#[test]
#[cfg(unix)]
fn not_if_they_may_not_be_read() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    let Some(mut program) = unprivileged(&env) else {
        return;
    };
    set_mode(&env.path(NEW), 0);
    assert_unreadable(&env, &env.outcome(&mut program));
    set_mode(&env.path(NEW), 0o600);
    assert_recovers(&env);
}

#[test]
fn not_if_the_disk_fails() {
    let calls = "?stat,?lstat,?newfstatat,?statx,?open,openat,read";
    check_all(calls.split(',').map(|call| (call, call)), |_, call| {
        let env = TestEnv::new();
        leave_uncommitted(&env);
        let Some(mut program) = injected_at(&env, NEW, call, "error=EIO") else {
            return;
        };
        let outcome = env.outcome(&mut program);
        // Not every system call is used on each system.
        if outcome.code != Some(0) {
            assert_unreadable(&env, &outcome);
            env.run(&[]).assert_success();
        }
        assert!(env.creds_are_valid());
    });
}

#[test]
fn unless_newer_ones_were_pasted() {
    let env = TestEnv::new();
    leave_uncommitted(&env);
    let pasted = env.generate_tokens();
    env.write("creds.json", pasted.to_string());
    // Its content matters, not its age.
    let file = File::options().write(true).open(env.path("creds.json"));
    let file = file.unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    drop(file);
    assert_recovers(&env);
    let refresh_token = pasted["refresh_token"].as_str().unwrap();
    assert!(env.requests()[1].body.contains(refresh_token));
}

#[test]
fn when_killed_before_each_rename() {
    let env = TestEnv::new();
    for _ in 0..5 {
        // The first of them dies with new tokens, the second when it recovers those.
        for _ in 0..2 {
            let Some(mut program) = injected(&env, RENAME, "signal=SIGKILL") else {
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
