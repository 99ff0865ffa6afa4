//! Bounds on time and memory.

use crate::mock::gateway::CURRENT_WORKSPACE;
use crate::mock::issuer::TOKEN_ENDPOINT;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
#[cfg(target_os = "linux")]
use crate::support::process::limited;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

#[test]
fn a_list_of_20_megabytes_is_printed() {
    let env = TestEnv::new();
    let item = |id| json!({"id": id, "name": "x".repeat(80)});
    let list: Value = (0..200_000).map(item).collect();
    let sent = list.to_string();
    assert!(sent.len() > 20_000_000);
    env.stub("/v4/workspaces", Stub::ok(sent));
    let output = env.program().arg("v4/workspaces").output().unwrap();
    assert!(output.status.success());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(printed == list, "it is not what was sent");
}

#[test]
fn an_endless_body_is_an_error() {
    for stub in [TestEnv::stub_issuer, TestEnv::stub_api] {
        let env = TestEnv::new();
        let before = env.read("creds.json");
        let start = "HTTP/1.1 200 OK\r\n\r\n{\"access_token\": \"a";
        stub(&env, Stub::Endless(start.into()));
        env.run(&[])
            .assert_failure(&["127.0.0.1", "more than 64 MB"]);
        let is_refreshed = env.requests().len() > 1;
        assert_eq!(env.read("creds.json") != before, is_refreshed);
    }
}

#[test]
fn an_endless_header_is_an_error() {
    let env = TestEnv::new();
    env.stub_api(Stub::Endless(b"HTTP/1.1 200 OK\r\nx: y".to_vec()));
    env.run(&[]).assert_failure(&["127.0.0.1"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_long_refusal_takes_little_more_memory_than_it_is_long() {
    let env = TestEnv::new();
    let body = format!("[{}0]", "0,".repeat(20_000_000));
    env.stub_api(Stub::new(500, "application/json", body));
    // As values, these 40 MB would take more than 500 MB.
    let outcome = env.outcome(&mut limited(&env, "-v 400000"));
    outcome.assert_failure(&["HTTP 500"]);
    assert_prints_little(&outcome);
}

#[test]
fn a_deep_refusal_prints_little() {
    // Indented, each of these 64 KB would take 8 MB.
    let cases = [1, 64, 127, 128, 129, 1000, 32_768].map(|depth| {
        let nested = "[".repeat(depth) + &"]".repeat(depth);
        let count = (65_000 / nested.len()).max(1);
        (depth, format!("[{}]", vec![nested; count].join(",")))
    });
    check_all(cases, |_, body| {
        for path in [TOKEN_ENDPOINT, CURRENT_WORKSPACE] {
            let env = TestEnv::new();
            env.stub(path, Stub::new(500, "application/json", body.as_str()));
            let outcome = env.run(&[]);
            outcome.assert_failure(&["HTTP 500"]);
            assert_prints_little(&outcome);
        }
    });
}

/// What a person can read: a few kilobytes.
#[track_caller]
fn assert_prints_little(outcome: &Outcome) {
    let length = outcome.stderr.len();
    assert!(length < 6000, "it prints {length} bytes");
}
