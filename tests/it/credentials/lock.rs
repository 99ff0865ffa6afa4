//! Runs in one folder queue on a lock.

use super::AFTER_RUN;
#[cfg(unix)]
use super::{NOT_READY, NOT_USED};
use crate::stub::Stub;
#[cfg(unix)]
use crate::support::case::check_all_old;
use crate::support::process::injected;
use crate::support::wait_until;
use crate::test_env::TestEnv;

#[cfg(unix)]
const LOCK: &str = "creds.json.lock";
const WARNING: &str = "warning: cannot lock creds.json";
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
#[cfg(unix)]
fn the_lock_file_is_a_regular_one() {
    type Make = fn(&TestEnv);
    let makers: [(&str, Make); 3] = [
        ("a symlink", |env| {
            let victim = env.path("victim");
            std::os::unix::fs::symlink(victim, env.path(LOCK)).unwrap();
        }),
        ("a FIFO", |env| {
            let status = env.command("mkfifo").arg(LOCK).status();
            assert!(status.unwrap().success());
        }),
        ("a folder", |env| {
            std::fs::create_dir(env.path(LOCK)).unwrap()
        }),
    ];
    check_all_old(
        makers,
        |(name, _)| name.to_string(),
        |(_, make)| {
            let env = TestEnv::new();
            env.write("victim", "untouched");
            make(&env);
            let outcome = env.run(&[]);
            outcome.assert_failure(&[NOT_READY, NOT_USED]);
            env.assert_nothing_sent();
            assert_eq!(env.read("victim"), "untouched");
        },
    );
}

#[test]
fn a_waiting_run_says_so_and_reads_creds_json_afterwards() {
    let env = TestEnv::new();
    // What was there before must not be used any more.
    let new = env.generate_tokens();
    let stderr = env.run_after_waiting(|| env.write("creds.json", new.to_string()));
    assert!(
        env.requests()[0]
            .body
            .contains(new["refresh_token"].as_str().unwrap())
    );
    assert!(env.creds_are_valid());
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
        let Some(mut program) = injected(&env, &[format!("flock:error={error}")]) else {
            return;
        };
        let outcome = env.outcome(&mut program);
        outcome.assert_success();
        assert!(outcome.stderr.starts_with(WARNING), "{outcome:#?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
        assert!(env.creds_are_valid());
    }
}
