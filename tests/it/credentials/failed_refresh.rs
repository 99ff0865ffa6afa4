//! A refresh that fails leaves `creds.json` as it is. `responses::issuer` and `network` have the
//! ways in which the issuer can make it fail.

use super::{AFTER_RUN, NOT_REFRESHED, UNKNOWN, kill_during_refresh};
use crate::test_env::TestEnv;
use std::io::ErrorKind::ConnectionAborted;

#[test]
fn killed_before_the_response() {
    let env = TestEnv::new();
    let before = env.read("creds.json");
    for _ in 0..5 {
        kill_during_refresh(&env);
        assert!(env.read("creds.json") == before, "creds.json has changed");
    }
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}

#[test]
fn if_it_was_unknown_the_next_run_shows_it() {
    let env = TestEnv::new();
    let before = env.read("creds.json");
    env.before_reply(|| Err(ConnectionAborted.into()));
    env.run(&[]).assert_failure(&[UNKNOWN]);
    assert!(!env.creds_are_valid(), "the token was not used");

    let problem = "The refresh token has been used, has expired, was revoked or is incomplete: \
        generate new tokens";
    env.run(&[]).assert_failure(&[problem, NOT_REFRESHED]);
    assert!(env.read("creds.json") == before, "creds.json has changed");
}
