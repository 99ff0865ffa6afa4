//! Runs in one folder queue on a lock.

use super::AFTER_RUN;
use crate::stub::Stub;
use crate::support::process::injected;
use crate::support::wait_until;
use crate::test_env::TestEnv;
use std::fs::File;

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
    let lock = File::create(env.path("creds.json.lock")).unwrap();
    lock.lock().unwrap();
    let stderr = File::create(env.path("stderr")).unwrap();
    let run = env.program().stderr(stderr).spawn().unwrap();
    wait_until(|| !env.read("stderr").is_empty());
    // What was there before must not be used any more.
    let new = env.generate_tokens();
    env.write("creds.json", new.to_string());
    drop(lock);
    env.finish(run).assert_success();
    assert!(
        env.requests()[0]
            .body
            .contains(new["refresh_token"].as_str().unwrap())
    );
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
    assert_eq!(env.run(&["v4/workspaces"]).assert_success().stderr, "");
    slow.kill().unwrap();
    slow.wait().unwrap();
}

#[test]
fn a_file_system_without_locks_will_do() {
    let env = TestEnv::new();
    let Some(mut program) = injected(&env, &["flock:error=EOPNOTSUPP".to_owned()]) else {
        return;
    };
    env.outcome(&mut program).assert_success();
    assert!(env.creds_are_valid());
}
