//! A refresh that fails leaves `creds.json` as it is, byte for byte.

use super::AFTER_RUN;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::wait_until;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

/// Each row has a name and the response of the issuer.
fn check(cases: Vec<(&str, Stub)>) {
    check_all_old(
        cases,
        |(name, _)| name.to_string(),
        |(_, response)| {
            let env = TestEnv::new();
            // A layout that would change if the file were written anew.
            env.write("creds.json", env.creds().to_string().replace(':', " :\t"));
            let before = env.read("creds.json");
            env.stub_issuer(response.clone());
            env.run(&[]).assert_failure(&["127.0.0.1"]);
            assert!(
                env.read("creds.json") == before,
                "creds.json is not the same"
            );
            assert_eq!(env.creds_files(), AFTER_RUN);
            // Neither a second try nor a call follows.
            assert_eq!(env.request_lines(), ["POST /as/token"]);
        },
    );
}

fn tokens() -> Value {
    json!({"access_token": "a.e30.c", "refresh_token": "r"})
}

#[test]
fn refused() {
    let error = |error: &str| json!({"error": error, "error_description": "It says why"});
    check(vec![
        ("invalid_grant", Stub::json(400, error("invalid_grant"))),
        ("invalid_client", Stub::json(401, error("invalid_client"))),
        ("tokens in a failure", Stub::json(500, tokens())),
        ("tokens in a redirect", Stub::json(302, tokens())),
        (
            "a web page",
            Stub::new(503, "text/html", "<html><h1>Down</h1></html>"),
        ),
    ]);
}

#[test]
fn success_without_tokens() {
    check(vec![
        (
            "no access token",
            Stub::json(200, json!({"refresh_token": "r"})),
        ),
        (
            "empty",
            Stub::json(200, json!({"access_token": "", "refresh_token": "r"})),
        ),
        (
            "a number",
            Stub::json(200, json!({"access_token": 1, "refresh_token": "r"})),
        ),
        ("an array", Stub::json(200, json!([tokens()]))),
        ("a web page", Stub::ok("<html><h1>Sign in</h1></html>")),
        (
            "half an object",
            Stub::ok("{\"access_token\": \"a.e30.c\", \"refresh_to"),
        ),
        (
            "an object and more",
            Stub::ok("{\"access_token\": \"a.e30.c\"} and more"),
        ),
        ("null", Stub::ok("null")),
        ("a lone surrogate", Stub::ok("\"\\ud800\"")),
        ("nothing", Stub::ok("")),
    ]);
}

#[test]
fn broken_off() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"access_token\": \"a.e30.c\"";
    check(vec![
        ("in the body", Stub::Raw(half.into())),
        (
            "in the headers",
            Stub::Raw(b"HTTP/1.1 200 OK\r\nContent-Type: applica".to_vec()),
        ),
        ("another protocol", Stub::Raw(b"nonsense\r\n\r\n".to_vec())),
        ("at once", Stub::Raw(Vec::new())),
        (
            "never",
            Stub::Endless(b"HTTP/1.1 200 OK\r\n\r\n{\"access_token\": \"a".to_vec()),
        ),
    ]);
}

#[test]
fn killed_before_the_response() {
    let env = TestEnv::new();
    let before = env.read("creds.json");
    env.stub_issuer(Stub::Stall(Vec::new()));
    for count in 1..=5 {
        let mut run = env.program().spawn().unwrap();
        wait_until(|| env.stubbed() == count);
        run.kill().unwrap();
        run.wait().unwrap();
        assert!(
            env.read("creds.json") == before,
            "creds.json is not the same"
        );
    }
    env.remove_stubs();
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
}
