//! No part of a token is printed. Every run is checked for that; here the service repeats tokens.

use crate::stub::Stub;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use serde_json::json;

#[test]
fn tokens_from_the_issuer() {
    let env = TestEnv::new();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let new = env.generate_tokens();
    let description = format!("no {}... here", &refresh[..20]);
    let cases = [
        (
            "both in an error",
            Stub::json(
                400,
                json!({"error": format!("bad token {access}, or {refresh}")}),
            ),
        ),
        (
            "half a token in a description",
            Stub::json(
                400,
                json!({"error": "invalid_grant", "error_description": description}),
            ),
        ),
        (
            "in a redirect",
            Stub::json(302, json!({}))
                .with(&format!("Location: https://x.example/?token={refresh}")),
        ),
        (
            "in Retry-After",
            Stub::json(429, json!({})).with(&format!("Retry-After: {refresh}")),
        ),
        (
            "in Content-Type",
            Stub::new(400, &format!("text/plain; token={access}"), "no"),
        ),
        ("new ones in a failure", Stub::json(500, new.clone())),
        (
            "new ones in text",
            Stub::new(200, "text/plain", format!("{new}!")),
        ),
        (
            "new ones in half an object",
            Stub::ok(new.to_string().replace('}', ", ")),
        ),
    ];
    check_all(
        cases,
        |(name, _)| name.to_string(),
        |(_, response)| {
            env.stub_issuer(response.clone());
            env.run(&[]).assert_failure(&["/as/token returned HTTP"]);
        },
    );
}

#[test]
fn the_access_token_from_the_api() {
    let env = TestEnv::new();
    env.stub_api(Stub::Echo);
    env.run(&[])
        .assert_failure(&["HTTP 400", "Bearer (redacted)"]);
}

#[test]
#[cfg(unix)]
#[should_panic(expected = "part of a token, is printed")]
fn eight_characters_are_noticed() {
    let env = TestEnv::new();
    let mut leak = env.command("sh");
    env.outcome(leak.args(["-c", "sed -n 2p creds.json | cut -c 30-37"]));
}
