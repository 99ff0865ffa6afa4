//! Runs in one folder queue on a lock.

use super::{AFTER_RUN, LOCK};
use crate::mock::gateway::CURRENT_WORKSPACE;
use crate::stub::Stub;
use crate::support::process::injected;
use crate::support::wait_until;
use crate::test_env::TestEnv;
use std::fs::File;

const WARNING: &str = "warning: files cannot be locked here";
const WAITING: &str = "Waiting for another run";

#[test]
fn all_of_24_runs_at_once_succeed() {
    let env = TestEnv::new();
    let runs: Vec<_> = (0..24).map(|_| env.program().spawn().unwrap()).collect();
    for run in runs {
        env.finish(run).assert_success();
    }
    let refreshes = env.request_lines();
    let refreshes = refreshes.iter().filter(|line| *line == "POST /as/token");
    assert_eq!(refreshes.count(), 24);
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}

#[test]
fn a_waiting_run_says_so_and_reads_creds_json_afterwards() {
    let env = TestEnv::new();
    let lock = File::create(env.path(LOCK)).unwrap();
    lock.lock().unwrap();
    let stderr = File::create(env.path("stderr")).unwrap();
    let mut program = env.program();
    let run = program.arg(CURRENT_WORKSPACE).stderr(stderr).spawn();
    wait_until(|| !env.read("stderr").is_empty());
    // What was there before must not be used any more.
    let new = env.generate_tokens();
    env.write("creds.json", new.to_string());
    drop(lock);
    env.finish(run.unwrap()).assert_success();
    let refresh_token = new["refresh_token"].as_str().unwrap();
    assert!(env.requests()[0].body.contains(refresh_token));
    assert!(env.creds_are_valid());
    let stderr = env.read("stderr");
    assert!(stderr.starts_with(WAITING), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn it_is_released_before_the_call() {
    let env = TestEnv::new();
    env.stub_api(Stub::Stall(Vec::new()));
    let mut slow = env.program().spawn().unwrap();
    wait_until(|| env.requests().len() == 2);
    assert_eq!(env.run(&["v4/apiAccessTokens"]).assert_success().stderr, "");
    slow.kill().unwrap();
    slow.wait().unwrap();
}

#[test]
fn where_there_are_no_locks_a_line_warns() {
    let env = TestEnv::new();
    for error in ["EOPNOTSUPP", "ENOLCK", "ENOSYS"] {
        let Some(mut program) = injected(&env, "flock", &format!("error={error}")) else {
            return;
        };
        let outcome = env.outcome(&mut program);
        outcome.assert_success();
        assert!(outcome.stderr.starts_with(WARNING), "{outcome:#?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
        assert!(env.creds_are_valid());
    }
}
