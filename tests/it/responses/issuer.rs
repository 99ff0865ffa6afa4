//! Responses of the issuer.

use super::{Case, case};
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use serde_json::json;

const USED: &str = "The refresh token has been used, has expired or was revoked: generate new";
const CLIENT: &str =
    "The issuer does not know the client that the tokens were issued to: generate new";
const REJECTED: &str = "The service rejected the request.";
const NO_TOKENS: &str = "The response is not the expected JSON.";
const PAGE: &str = "https://eu1.alteryxcloud.com/cloud-portal/preferences/oauth2-api-tokens";

/// An error response (RFC 6749 §5.2).
fn error(status: u16, error: &str) -> Stub {
    Stub::json(
        status,
        json!({"error": error, "error_description": "It says why"}),
    )
}

fn check(cases: Vec<Case>) {
    check_all(
        cases,
        |case| case.name.to_owned(),
        |case| {
            let env = TestEnv::new();
            env.set_region("eu1");
            env.stub_issuer(case.response.clone());
            let outcome = env.run(&[]);
            outcome.assert_failure(case.says).assert_lacks(case.lacks);
            let start = format!("error: POST {}/as/token returned HTTP ", env.url);
            assert!(outcome.stderr.starts_with(&start), "{outcome:#?}");
            // Neither a second try nor a call follows.
            assert_eq!(env.request_lines(), ["POST /as/token"]);
            assert!(env.creds_are_valid());
        },
    );
}

#[test]
fn refusals() {
    check(vec![
        case(
            "invalid_grant",
            error(400, "invalid_grant"),
            &["HTTP 400", USED, PAGE, "It says why"],
        ),
        case(
            "invalid_client",
            error(401, "invalid_client"),
            &["HTTP 401", CLIENT, PAGE],
        ),
        case(
            "unauthorized_client",
            error(400, "unauthorized_client"),
            &[CLIENT, PAGE],
        ),
        case(
            "invalid_request",
            error(400, "invalid_request"),
            &["HTTP 400", REJECTED, "invalid_request: It says why"],
        )
        .lacks(&[PAGE]),
        case(
            "no description",
            Stub::json(400, json!({"error": "invalid_scope"})),
            &["\nThe issuer says: invalid_scope\n"],
        ),
        case("403", Stub::json(403, json!({})), &["HTTP 403", REJECTED]).lacks(&["workspace"]),
        case(
            "500",
            error(500, "server_error"),
            &["HTTP 500", "The service has a problem. Try again later."],
        )
        .lacks(&[PAGE]),
        case(
            "a web page",
            Stub::new(503, "text/html", "<h1>Down</h1>"),
            &["HTTP 503", "The response is a web page (untitled)"],
        )
        .lacks(&["Down"]),
        case(
            "a web filter's page",
            Stub::new(403, "text/html", "<title>Blocked</title><p>no"),
            &["HTTP 403", REJECTED, "The response is a web page (Blocked)"],
        )
        .lacks(&["<", PAGE]),
        case(
            "tokens beside an error status",
            Stub::json(500, json!({"access_token": "a.b.c", "refresh_token": "d"})),
            &["HTTP 500"],
        ),
        case(
            "429",
            Stub::json(429, json!({})),
            &["HTTP 429", "There were too many requests. Try again later."],
        )
        .lacks(&[PAGE]),
        case(
            "a redirect",
            Stub::new(307, "", "").with("Location: https://evil.example/"),
            &["It redirects elsewhere; redirects are not followed."],
        )
        .lacks(&["aac_url.txt"]),
    ]);
}

#[test]
fn success_without_tokens() {
    check(vec![
        case(
            "a web page",
            Stub::new(200, "text/html", "<h1>Sign in</h1>"),
            &[
                "HTTP 200",
                NO_TOKENS,
                "The response is a web page (untitled)",
            ],
        )
        .lacks(&["Sign"]),
        case(
            "half an object",
            Stub::ok("{\"acc"),
            &["HTTP 200", NO_TOKENS],
        )
        .lacks(&["acc\""]),
        case("no token", Stub::ok("{}"), &["HTTP 200", NO_TOKENS]),
        case(
            "an error",
            Stub::json(200, json!({"error": "a reason", "access_token": "a.b.c"})),
            &["HTTP 200", NO_TOKENS],
        )
        .lacks(&["a reason"]),
        case("nothing", Stub::new(204, "", ""), &["HTTP 204", NO_TOKENS]),
    ]);
}

#[test]
fn a_used_refresh_token_leads_to_the_page_for_new_ones() {
    let env = TestEnv::new();
    let used = env.read("creds.json");
    env.run(&[]).assert_success();
    env.write("creds.json", &used);
    env.set_region("eu1");
    env.run(&[])
        .assert_failure(&["returned HTTP 400", USED, PAGE, "invalid_grant"]);
    assert!(env.read("creds.json") == used);
}
