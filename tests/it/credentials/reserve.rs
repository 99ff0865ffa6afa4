//! The refresh token is not used before it is known that new tokens can be saved.

#[cfg(unix)]
use super::set_mode;
use super::{AFTER_RUN, LOCK, NEW, NOT_READY, NOT_USED, kill_during_refresh};
use crate::support::outcome::Outcome;
use crate::support::process::{injected, injected_at};
#[cfg(unix)]
use crate::support::process::{limited, unprivileged};
use crate::test_env::TestEnv;

#[track_caller]
fn assert_not_used(env: &TestEnv, outcome: &Outcome, reason: &str) {
    outcome.assert_failure(&[NOT_READY, reason, NOT_USED]);
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
}

/// 64 KB, or twice the length of `creds.json`. A note says which refresh token is replaced; FNV-1a
/// has published results.
#[test]
fn space_is_reserved() {
    let cases = [
        ("a", 0, 64 << 10, "af63dc4c8601ec8c"),
        ("foobar", 50_000, 100_000, "85944171f73967e8"),
    ];
    for (refresh_token, length, reserved, note) in cases {
        let env = TestEnv::new();
        let creds = env.creds_with("refresh_token", refresh_token);
        env.write("creds.json", format!("{creds:length$}"));
        kill_during_refresh(&env);
        assert!(env.read(NEW) == " ".repeat(reserved));
        assert_eq!(env.read(LOCK), note);
    }
}

#[test]
fn no_thread_can_be_started() {
    let env = TestEnv::new();
    let Some(mut program) = injected(&env, "?clone,?clone3", "error=EAGAIN") else {
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
    for file in [NEW, LOCK] {
        let env = TestEnv::new();
        let Some(mut program) = injected_at(&env, file, "fsync", "error=EIO") else {
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
    assert_eq!(env.creds_files(), AFTER_RUN, "space is still reserved");
    env.run(&[]).assert_success();
}

#[test]
#[cfg(unix)]
fn the_folder_is_read_only() {
    let env = TestEnv::new();
    let Some(mut program) = unprivileged(&env) else {
        return;
    };
    let mut run = || {
        set_mode(&env.path(""), 0o555);
        let outcome = env.outcome(&mut program);
        set_mode(&env.path(""), 0o755);
        outcome
    };
    assert_not_used(&env, &run(), "Permission denied");
    // A stopped run left both files, so that none has to be made: creds.json is overwritten.
    for name in [LOCK, NEW] {
        env.write(name, "");
    }
    run().assert_success();
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
