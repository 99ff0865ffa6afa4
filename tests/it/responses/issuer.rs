//! Responses of the issuer.

use super::{Case, case};
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use serde_json::json;

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
            let start = format!("error: POST {}/as/token answered HTTP ", env.url);
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
            &[
                "HTTP 400",
                "used before, has expired or was revoked",
                PAGE,
                "It says why",
            ],
        ),
        case(
            "invalid_client",
            error(401, "invalid_client"),
            &["HTTP 401", "client", PAGE],
        ),
        case(
            "unauthorized_client",
            error(400, "unauthorized_client"),
            &["client", PAGE],
        ),
        case(
            "invalid_request",
            error(400, "invalid_request"),
            &["HTTP 400", "It says why"],
        )
        .lacks(&[PAGE]),
        case(
            "403",
            Stub::json(403, json!({})),
            &["HTTP 403", "does not take this request"],
        )
        .lacks(&["workspace"]),
        case(
            "500",
            error(500, "server_error"),
            &["HTTP 500", "Try again later"],
        )
        .lacks(&[PAGE]),
        case(
            "a web page",
            Stub::new(503, "text/html", "<h1>Down</h1>"),
            &["HTTP 503", "13 bytes of text/html"],
        )
        .lacks(&["Down"]),
        case(
            "a redirect",
            Stub::new(307, "", "").with("Location: https://evil.example/"),
            &["It redirects to https://evil.example/"],
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
                "no answer with new tokens",
                "16 bytes of text/html",
            ],
        )
        .lacks(&["Sign"]),
        case(
            "nothing",
            Stub::new(204, "", ""),
            &["HTTP 204", "no answer with new tokens"],
        ),
    ]);
}

#[test]
fn a_used_refresh_token_leads_to_the_page_for_new_ones() {
    let env = TestEnv::new();
    let used = env.read("creds.json");
    env.run(&[]).assert_success();
    env.write("creds.json", &used);
    env.set_region("eu1");
    env.run(&[]).assert_failure(&[
        "answered HTTP 400",
        "used before, has expired or was revoked",
        PAGE,
        "invalid_grant",
    ]);
    assert!(env.read("creds.json") == used);
}
