//! What is written is readable only by its owner. On Windows, that is up to the folder.
#![cfg(unix)]

use super::{AFTER_RUN, LOCK, NEW, kill_during_refresh, mode, put_folder, set_mode};
use crate::support::skip;
use crate::test_env::TestEnv;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};

#[test]
fn while_it_runs() {
    let env = TestEnv::new();
    kill_during_refresh(&env);
    assert_eq!([LOCK, NEW].map(|name| mode(&env.path(name))), [0o600; 2]);
}

#[test]
fn afterwards() {
    let env = TestEnv::new();
    set_mode(&env.path("creds.json"), 0o644);
    env.run(&[]).assert_success();
    assert_eq!(AFTER_RUN.map(|name| mode(&env.path(name))), [0o600; 2]);
}

/// After a run with sudo, the owner can still run it, also if that was killed.
#[test]
fn of_the_same_owner_when_root_runs_it() {
    const OWNER: (u32, u32) = (12345, 23456);
    let env = TestEnv::new();
    if chown(env.path("creds.json"), Some(OWNER.0), Some(OWNER.1)).is_err() {
        return skip("only root gives files away");
    }
    let assert_owner = |name: &&str| {
        let metadata = fs::metadata(env.path(name)).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), OWNER, "{name}");
    };
    kill_during_refresh(&env);
    assert_owner(&NEW);
    env.run(&[]).assert_success();
    AFTER_RUN.iter().for_each(assert_owner);
    // Then it is overwritten.
    let new = env.path(NEW);
    env.before_reply(move || put_folder(&new));
    env.run(&[]).assert_success();
    assert_owner(&"creds.json");
}
