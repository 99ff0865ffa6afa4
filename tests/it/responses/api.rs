//! Responses of the API.

use super::{Case, case};
use crate::mock::gateway::CURRENT_WORKSPACE;
use crate::progress;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

const REJECTED: &str = "The service rejected the request.";
const TRY_LATER: &str = "The service has a problem. Try again later.";
const ROLE: &str = "The owner of the tokens has no role that allows this";
const REGION: &str = "Are the tokens from the region that aac_url.txt names?";
const NO_API: &str = "Does the host in aac_url.txt lack its api.?";
const NOT_JSON: &str = "The response is not the expected JSON.";
const WEB_PAGE: &str = "The response is a web page (Blocked). It may come from a proxy, a web filter \
    or a sign-in page.";
const HTML: &str = "<!DOCTYPE html><html><title>Blocked</title><script>alert(1)</script></html>";

/// How the message shows the body of `exception`.
const EXCEPTION: &str = r#"{
  "exception": {
    "message": "It says why",
    "name": "SomeException"
  }
}
"#;

fn exception(status: u16) -> Stub {
    let exception = json!({"name": "SomeException", "message": "It says why"});
    Stub::json(status, json!({"exception": exception}))
}

fn fault(errorcode: &str) -> Stub {
    let detail = json!({"errorcode": errorcode});
    Stub::json(
        401,
        json!({"fault": {"faultstring": "No", "detail": detail}}),
    )
}

fn check(cases: Vec<Case>) {
    check_all(
        cases,
        |case| case.name.to_owned(),
        |case| {
            let env = TestEnv::new();
            env.stub_api(case.response.clone());
            let outcome = env.run(&[]);
            outcome.assert_failure(case.says).assert_lacks(case.lacks);
            outcome.assert_failure(&[progress::SAVED]);
            let start = format!("error: GET {}{CURRENT_WORKSPACE} returned HTTP ", env.url);
            assert!(outcome.stderr.starts_with(&start), "{outcome:#?}");
            // It is not asked again, and no redirect is followed.
            assert_eq!(env.requests().len(), 2);
            assert!(env.creds_are_valid(), "the new tokens are not saved");
        },
    );
}

#[test]
fn refusals() {
    check(vec![
        case(
            "unknown project",
            fault("oauth.v2.InvalidApiKey"),
            &[
                "HTTP 401",
                "The id in client_id.txt is unknown.",
                "/cloud-portal/library/alteryx-io into client_id.txt",
            ],
        ),
        case(
            "unknown token",
            fault("keymanagement.service.invalid_access_token"),
            &["HTTP 401", REGION],
        )
        .lacks(&["expired"]),
        case("400", exception(400), &["HTTP 400", REJECTED, EXCEPTION]),
        case("403", exception(403), &["HTTP 403", ROLE, EXCEPTION]),
        case(
            "404",
            Stub::json(404, json!({"error": "nothing"})),
            &[
                "HTTP 404",
                "Check the method, the path and any id in it",
                "\"error\": \"nothing\"",
            ],
        ),
        case(
            "409",
            Stub::json(409, json!("why")),
            &["HTTP 409", "\"why\""],
        ),
        case(
            "429",
            Stub::json(429, json!({})),
            &["HTTP 429", "Try again later"],
        ),
        case("500", exception(500), &["HTTP 500", TRY_LATER, EXCEPTION]),
        case(
            "599",
            Stub::json(599, Value::Null),
            &["HTTP 599", TRY_LATER],
        ),
    ]);
}

#[test]
fn refusals_that_are_not_shown() {
    let long = json!("x".repeat(1 << 20));
    check(vec![
        case(
            "a web page",
            Stub::new(502, "text/html; charset=utf-8", HTML),
            &["HTTP 502", WEB_PAGE],
        )
        .lacks(&["<", "alert"]),
        case(
            "a web page with a long title on lines",
            Stub::new(
                502,
                "text/html",
                format!("<Title id=1>\n  Ä\u{1b}[31m{}</title>", "y".repeat(5000)),
            ),
            &["HTTP 502", "The response is a web page (Ä\u{fffd}[31myyy"],
        )
        .lacks(&[&"y".repeat(300)]),
        case(
            "a web page without a title",
            Stub::new(502, "text/html", "<h1>Down</h1>"),
            &["HTTP 502", "The response is a web page (untitled)"],
        )
        .lacks(&["Down"]),
        // A web filter's: nothing is said about roles, which are not at fault.
        case(
            "403 and a web page",
            Stub::new(403, "text/html", HTML),
            &["HTTP 403", REJECTED, WEB_PAGE],
        )
        .lacks(&[ROLE]),
        case(
            "control characters",
            Stub::new(503, "text/plain", "\u{1b}]0;x\u{7}\u{9b}31m"),
            &["HTTP 503", "11 bytes of text/plain"],
        )
        .lacks(&["31m"]),
        case(
            "control characters in JSON",
            Stub::new(503, "application/json", "{\"a\": \"\u{9b}31m\u{7f}\"}"),
            &["\"\\u009b31m\\u007f\""],
        ),
        case(
            "nothing",
            Stub::new(500, "application/json", ""),
            &["HTTP 500", "0 bytes of application/json"],
        ),
        case(
            "a megabyte",
            Stub::json(500, long),
            &["HTTP 500", "1048578 bytes of application/json"],
        )
        .lacks(&["xxx"]),
    ]);
}

#[test]
fn redirects() {
    let location = "Location: https://us1.alteryxcloud.com/sign-in";
    check(vec![
        case(
            "to a page",
            Stub::new(302, "text/html", HTML).with(location),
            &[
                "HTTP 302",
                "It redirects elsewhere; redirects are not followed.",
                NO_API,
            ],
        )
        .lacks(&["<"]),
        case(
            "to another path",
            Stub::json(308, json!({})).with("Location: /v4/workspaces"),
            &["HTTP 308", "It redirects"],
        ),
        case("to nowhere", Stub::json(304, json!({})), &["HTTP 304"]),
    ]);
}

#[test]
fn success_that_is_not_json() {
    let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
    check(vec![
        case(
            "a web page",
            Stub::new(200, "text/html", HTML),
            &["HTTP 200", NOT_JSON, NO_API, WEB_PAGE],
        )
        .lacks(&["<"]),
        case(
            "half an object",
            Stub::ok("{\"id\": 1"),
            &["HTTP 200", NOT_JSON, "8 bytes of application/json"],
        )
        .lacks(&["\"id\""]),
        case("two objects", Stub::ok("{} {}"), &[NOT_JSON]),
        case("not UTF-8", Stub::ok(b"\"\xff\"".to_vec()), &[NOT_JSON]),
        case("very deep", Stub::ok(deep(1 << 20)), &[NOT_JSON]).lacks(&["[["]),
    ]);
}

#[test]
fn an_unknown_project_leads_to_its_file() {
    let env = TestEnv::new();
    env.write("client_id.txt", "0000-not-the-id");
    let page = format!("{}/cloud-portal/library/alteryx-io", env.url);
    env.run(&[]).assert_failure(&[
        "returned HTTP 401 Unauthorized",
        &page,
        "client_id.txt",
        "\"faultstring\": \"Invalid ApiKey\"",
    ]);
    assert!(env.creds_are_valid());
}

#[test]
fn an_empty_response_is_shown_by_its_status() {
    let env = TestEnv::new();
    let statuses = [
        (200, "HTTP 200 OK\n"),
        (202, "HTTP 202 Accepted\n"),
        (204, "HTTP 204 No Content\n"),
    ];
    for (status, line) in statuses {
        env.stub_api(Stub::new(status, "application/json", ""));
        let outcome = env.run(&[]);
        outcome.assert_success();
        assert_eq!((&*outcome.stdout, &*outcome.stderr), ("", line));
    }
}
