//! Responses of the issuer.

use super::{HTML, Row};
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::snapshot::check_snapshot;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

/// An error response (RFC 6749 §5.2).
fn error(status: u16, error: &str) -> Stub {
    let body = json!({"error": error, "error_description": "It says why"});
    Stub::json(status, body)
}

/// The same as PingOne writes it.
fn ping_one(status: u16, code: &str) -> Stub {
    let details = json!([{"code": "INVALID_VALUE", "message": "not shown"}]);
    let body = json!({"id": "e1", "code": code, "message": "It says why", "details": details});
    Stub::json(status, body)
}

#[rustfmt::skip]
fn refusals() -> Vec<Row> {
    let tokens = json!({"access_token": "a.b.c", "refresh_token": "d"});
    let with = |access_token: Value| json!({"access_token": access_token, "refresh_token": "d"});
    vec![
        ("invalid_grant", error(400, "invalid_grant")),
        ("invalid_client", error(401, "invalid_client")),
        ("unauthorized_client", error(400, "unauthorized_client")),
        ("invalid_request", error(400, "invalid_request")),
        ("no description", Stub::json(400, json!({"error": "invalid_scope"}))),
        ("only a description", Stub::json(400, json!({"error_description": "It says why"}))),
        ("a description on lines", Stub::json(400, json!({"error": "x", "error_description": "one\n\n  two"}))),
        ("500", error(500, "server_error")),
        ("200", error(200, "server_error")),
        ("PingOne, 400", ping_one(400, "INVALID_DATA")),
        ("PingOne, 401", ping_one(401, "ACCESS_FAILED")),
        ("PingOne, 500", ping_one(500, "UNEXPECTED_ERROR")),
        ("PingOne, 200", ping_one(200, "UNEXPECTED_ERROR")),
        ("429", error(429, "slow_down").with("Retry-After: 45")),
        ("403 without words", Stub::json(403, json!({}))),
        ("404 without words", Stub::json(404, json!({}))),
        ("JSON of another kind", Stub::json(400, json!({"error": {"x": ["not shown"]}, "msg": "not shown"}))),
        ("tokens beside a refusal", Stub::json(400, json!({"error": "x", "refresh_token": "y"}))),
        ("tokens within a refusal", Stub::json(400, json!({"error": "x", "data": {"access_token": "y"}}))),
        ("tokens beside an error status", Stub::json(500, tokens.clone())),
        ("tokens beside a redirect", Stub::json(302, tokens.clone())),
        ("page", Stub::new(503, "text/html", HTML).with("Retry-After: 600")),
        ("page of a web filter", Stub::new(403, "text/html", HTML)),
        ("plain text", Stub::new(403, "text/plain", "not shown")),
        ("redirect to a host", Stub::new(307, "", "").with("Location: https://login.example/?x=not-shown")),
        ("redirect to a path", Stub::new(302, "text/html", HTML).with("Location: /not-shown")),
        ("success with a page", Stub::new(200, "text/html", HTML)),
        ("success with nothing", Stub::new(204, "", "")),
        ("success with nothing, but 200", Stub::ok("")),
        ("success without tokens", Stub::ok("{}")),
        ("success without an access token", Stub::json(200, json!({"refresh_token": "d"}))),
        ("an access token that is empty", Stub::json(200, with(json!("")))),
        ("an access token that is a number", Stub::json(200, with(json!(1)))),
        ("tokens in an array", Stub::json(200, json!([tokens]))),
        ("half an object", Stub::ok(tokens.to_string().replace("\"}", ""))),
        ("an object and more", Stub::ok(tokens.to_string() + " and more")),
        ("null", Stub::ok("null")),
        ("half a surrogate pair", Stub::ok("\"\\ud800\"")),
    ]
}

#[test]
fn are_told_as_far_as_they_cannot_be_tokens() {
    check_snapshot("issuer", refusals(), |response| {
        let env = TestEnv::new();
        env.set_region("eu1");
        env.stub_issuer(response);
        let message = env.message_of_refusal(&mut env.program());
        // Neither a second try nor a call follows.
        assert_eq!(env.request_lines(), ["POST /as/token"]);
        assert_eq!(env.creds_files(), ["creds.json", "creds.json.lock"]);
        message
    });
}

#[test]
fn a_success_with_an_access_token_is_one_whatever_stands_beside_it() {
    let values = [json!(0), json!([]), json!("none"), json!({}), Value::Null];
    check_all(values.map(|value| (value.clone(), value)), |_, value| {
        let env = TestEnv::new();
        let mut tokens = env.generate_tokens();
        tokens["error"] = value.clone();
        tokens["code"] = value;
        env.stub_issuer(Stub::json(200, tokens.clone()));
        env.run(&[]).assert_success();
        assert_eq!(env.creds()["refresh_token"], tokens["refresh_token"]);
    });
}
