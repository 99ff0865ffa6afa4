//! Each failure says what became of the tokens.

use crate::network::serve;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use serde_json::json;
use std::io::Read;
use std::net::Shutdown;

/// The refresh request was not sent.
pub const NOT_USED: &str = "This run did not use the refresh token.";
/// The issuer refused.
pub const NOT_REFRESHED: &str = "The tokens were not refreshed.";
/// The new ones are in `creds.json`, and something failed later.
pub const SAVED: &str = "The tokens were refreshed and saved.";
/// The request was sent, and it cannot be known what the issuer did.
pub const UNKNOWN: &str = "The tokens may have been refreshed. If so, the next run will say that \
    the refresh token has been used.";

/// The environment of a fault, and what is said about the tokens.
type Case = (&'static str, TestEnv, &'static str);

fn issuer_at(url: &str) -> TestEnv {
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from(url));
    env
}

fn issuer_stub(stub: Stub) -> TestEnv {
    let env = TestEnv::new();
    env.stub_issuer(stub);
    env
}

fn api_at(url: &str) -> TestEnv {
    let env = TestEnv::new();
    env.write("aac_url.txt", url);
    env
}

fn api_stub(stub: Stub) -> TestEnv {
    let env = TestEnv::new();
    env.stub_api(stub);
    env
}

fn raw(bytes: &str) -> Stub {
    Stub::Raw(bytes.into())
}

/// What a server may do instead of an answer, and its URL.
fn strange_servers() -> [(&'static str, String); 6] {
    let closes = serve(|client| drop(client.shutdown(Shutdown::Both)));
    let reads = serve(|mut client| drop(client.read(&mut [0; 1 << 14])));
    [
        ("refuses", format!("http://{CLOSED_PORT}")),
        ("refuses, over TLS", format!("https://{CLOSED_PORT}")),
        ("unknown host", format!("https://{}", unknown_host())),
        ("closed before the request", format!("https://{closes}")),
        ("closed instead of TLS", format!("https://{reads}")),
        ("no TLS", TestEnv::new().url.replace("http", "https")),
    ]
}

fn check(cases: Vec<Case>) {
    check_all_old(
        cases,
        |(name, _, _)| name.to_string(),
        |(_, env, progress)| {
            let before = env.read("creds.json");
            let outcome = env.run(&[]);
            outcome.assert_failure(&[]);
            // It comes last.
            let line = outcome.stderr.lines().last();
            assert_eq!(line, Some(*progress), "{outcome:#?}");
            for other in [NOT_USED, NOT_REFRESHED, SAVED, UNKNOWN] {
                assert_eq!(outcome.stderr.contains(other), other == *progress);
            }
            if *progress == SAVED {
                assert!(env.read("creds.json") != before && env.creds_are_valid());
            } else {
                assert!(
                    env.read("creds.json") == before,
                    "creds.json is not the same"
                );
            }
            // Then it is true.
            if *progress == NOT_USED || *progress == NOT_REFRESHED {
                assert!(env.creds_are_valid());
            }
        },
    );
}

#[test]
fn of_the_issuer() {
    let error = |status| Stub::json(status, json!({"error": "invalid_request"}));
    let mut cases: Vec<Case> = vec![
        ("closed after the request", issuer_stub(raw("")), UNKNOWN),
        (
            "half a header",
            issuer_stub(raw("HTTP/1.1 200 OK\r\nConte")),
            UNKNOWN,
        ),
        (
            "half a response",
            issuer_stub(raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"acc")),
            UNKNOWN,
        ),
        ("another protocol", issuer_stub(raw("SSH-2.0\r\n")), UNKNOWN),
        ("400", issuer_stub(error(400)), NOT_REFRESHED),
        ("401", issuer_stub(error(401)), NOT_REFRESHED),
        ("429", issuer_stub(error(429)), NOT_REFRESHED),
        ("500", issuer_stub(error(500)), UNKNOWN),
        (
            "503",
            issuer_stub(Stub::new(503, "text/html", "<p>")),
            UNKNOWN,
        ),
        ("200 without tokens", issuer_stub(Stub::ok("{}")), UNKNOWN),
        (
            "200 and a web page",
            issuer_stub(Stub::new(200, "text/html", "<p>")),
            UNKNOWN,
        ),
        ("204", issuer_stub(Stub::new(204, "", "")), UNKNOWN),
        (
            "a redirect",
            issuer_stub(Stub::new(302, "", "").with("Location: /sign-in")),
            UNKNOWN,
        ),
        (
            "a web filter's 403",
            issuer_stub(Stub::new(403, "text/html", "<p>")),
            UNKNOWN,
        ),
        (
            "400 of PingOne",
            issuer_stub(Stub::json(400, json!({"code": "x", "message": "y"}))),
            UNKNOWN,
        ),
    ];
    for (name, url) in strange_servers() {
        cases.push((name, issuer_at(&url), NOT_USED));
    }
    check(cases);
}

#[test]
fn of_the_api() {
    let mut cases: Vec<Case> = vec![
        ("closed after the request", api_stub(raw("")), SAVED),
        (
            "half a response",
            api_stub(raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id")),
            SAVED,
        ),
        ("another protocol", api_stub(raw("SSH-2.0\r\n")), SAVED),
        ("200 and no JSON", api_stub(Stub::ok("{")), SAVED),
        (
            "a redirect",
            api_stub(Stub::new(302, "", "").with("Location: /")),
            SAVED,
        ),
    ];
    let statuses = [
        ("400", 400),
        ("401", 401),
        ("403", 403),
        ("404", 404),
        ("429", 429),
        ("500", 500),
    ];
    for (name, status) in statuses {
        cases.push((name, api_stub(Stub::json(status, json!({}))), SAVED));
    }
    for (name, url) in strange_servers() {
        cases.push((name, api_at(&url), SAVED));
    }
    check(cases);
}

#[test]
fn if_it_was_unknown_the_next_run_shows_it() {
    let env = issuer_stub(Stub::Lost);
    let before = env.read("creds.json");
    env.run(&[]).assert_failure(&[UNKNOWN]);
    assert!(!env.creds_are_valid(), "the token was not used");

    env.remove_stubs();
    env.run(&[]).assert_failure(&[
        "The refresh token has been used, has expired, was revoked or is incomplete: generate new tokens",
        NOT_REFRESHED,
    ]);
    assert!(
        env.read("creds.json") == before,
        "creds.json is not the same"
    );
}
