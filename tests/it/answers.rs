//! What the issuer and the API answer, and what the program makes of it.

use crate::program::{Outcome, Place};
use crate::service::{CURRENT_WORKSPACE as API, Reply};
use serde_json::json;

const PAGE: &str = "https://eu1.alteryxcloud.com/cloud-portal/preferences/oauth2-api-tokens";
const EXCEPTION: &str = "{\n  \"exception\": {\n    \"message\": \"It says why\",\n    \"name\": \"SomeException\"\n  }\n}\n";

/// What is expected of an answer: in the message, and not in it.
type Expected<'a> = (&'a [&'a str], &'a [&'a str]);

fn assert_says(outcome: &Outcome, (there, not_there): Expected) {
    outcome.assert_failed(1, there);
    for word in not_there {
        assert!(
            !outcome.stderr.contains(word),
            "{word:?} is in {outcome:#?}"
        );
    }
}

#[test]
fn a_refusal_of_the_api_says_what_to_do_and_shows_the_services_own_words() {
    let place = Place::new();
    let fault = |code: &str| json!({"fault": {"faultstring": "No", "detail": {"errorcode": code}}});
    let exception = json!({"exception": {"name": "SomeException", "message": "It says why"}});
    let html = "<!DOCTYPE html><html><title>Blocked</title><script>alert(1)</script></html>";
    let cases: Vec<(Reply, Expected)> = vec![
        (
            Reply::json(401, fault("oauth.v2.InvalidApiKey")),
            (
                &[
                    "HTTP 401",
                    "client_id.txt is unknown",
                    "/library/alteryx-io",
                ],
                &[],
            ),
        ),
        (
            Reply::json(401, fault("keymanagement.service.invalid_access_token")),
            (&["HTTP 401", "the region that aac_url.txt names"], &[]),
        ),
        (
            Reply::json(400, exception.clone()),
            (&["HTTP 400", "does not take this request", EXCEPTION], &[]),
        ),
        (
            Reply::json(403, exception.clone()),
            (&["HTTP 403", "role", EXCEPTION], &[]),
        ),
        (
            Reply::json(404, json!({"error": "nothing"})),
            (
                &["HTTP 404", "Check the path", "\"error\": \"nothing\""],
                &[],
            ),
        ),
        (
            Reply::json(409, json!("why")),
            (&["HTTP 409", "\"why\""], &[]),
        ),
        (
            Reply::json(429, json!({})),
            (&["HTTP 429", "Try again later"], &[]),
        ),
        (
            Reply::json(429, json!({})).with("Retry-After: 17"),
            (&["HTTP 429", "Retry-After: 17"], &[]),
        ),
        (
            Reply::json(500, exception.clone()),
            (&["HTTP 500", "Try again later", EXCEPTION], &[]),
        ),
        (
            Reply::new(502, "text/html; charset=utf-8", html),
            (
                &["HTTP 502", "75 bytes of text/html; charset=utf-8"],
                &["<", "alert"],
            ),
        ),
        (
            Reply::new(503, "text/plain", "\u{1b}]0;x\u{7}\u{9b}31m"),
            (&["HTTP 503", "11 bytes of text/plain"], &["31m"]),
        ),
        (
            Reply::new(503, "application/json", "{\"a\": \"\u{9b}31m\u{7f}\"}"),
            (&["\"\\u009b31m\\u007f\""], &[]),
        ),
        (
            Reply::new(500, "application/json", ""),
            (&["HTTP 500"], &["bytes"]),
        ),
        (
            Reply::json(500, json!("x".repeat(1 << 20))),
            (&["HTTP 500", "1048578 bytes"], &["xxx"]),
        ),
        (
            Reply::json(599, json!(null)),
            (&["HTTP 599", "Try again later"], &[]),
        ),
        (
            Reply::new(302, "text/html", html)
                .with("Location: https://us1.alteryxcloud.com/sign-in"),
            (
                &[
                    "HTTP 302",
                    "It redirects to https://us1.alteryxcloud.com/sign-in",
                    "aac_url.txt",
                ],
                &["<"],
            ),
        ),
        (
            Reply::json(308, json!({}))
                .with(&format!("Location: {}/v4/workspaces", place.service.url)),
            (&["HTTP 308", "/v4/workspaces"], &[]),
        ),
        (Reply::json(304, json!({})), (&["HTTP 304"], &[])),
        // Success, and yet not an answer.
        (
            Reply::new(200, "text/html", html),
            (
                &["HTTP 200", "should be JSON", "75 bytes of text/html"],
                &["<"],
            ),
        ),
        (
            Reply::new(200, "application/json", "{\"id\": 1"),
            (&["HTTP 200", "should be JSON"], &["\"id\""]),
        ),
        (
            Reply::new(200, "application/json", "{} {}"),
            (&["should be JSON"], &[]),
        ),
        (
            Reply::new(200, "application/json", b"\"\xff\"".to_vec()),
            (&["should be JSON"], &[]),
        ),
        (
            Reply::new(
                200,
                "application/json",
                "[".repeat(1 << 20) + &"]".repeat(1 << 20),
            ),
            (&["should be JSON"], &["[["]),
        ),
        (
            Reply::new(200, "application/json", "[".repeat(130) + &"]".repeat(130)),
            (&["should be JSON"], &[]),
        ),
    ];
    for (reply, expected) in cases {
        place.service.script(API, reply);
        let seen = place.requests().len();
        let outcome = place.run(&[]);
        assert_says(&outcome, expected);
        assert!(
            outcome
                .stderr
                .contains(&format!("GET {}{API} answered HTTP", place.service.url)),
            "{outcome:#?}"
        );
        assert_eq!(
            place.requests().len(),
            seen + 2,
            "it is not asked again, and no redirect is followed"
        );
        assert!(
            place.credentials_are_good(),
            "the new tokens are saved all the same"
        );
    }
}

#[test]
fn a_refusal_of_the_issuer_says_what_to_do() {
    let error = |error: &str| json!({"error": error, "error_description": "It says why"});
    let cases: Vec<(Reply, Expected)> = vec![
        (
            Reply::json(400, error("invalid_grant")),
            (
                &[
                    "HTTP 400",
                    "used before, has expired or was revoked",
                    PAGE,
                    "It says why",
                ],
                &[],
            ),
        ),
        (
            Reply::json(401, error("invalid_client")),
            (&["HTTP 401", "client", PAGE], &[]),
        ),
        (
            Reply::json(400, error("unauthorized_client")),
            (&["client", PAGE], &[]),
        ),
        (
            Reply::json(400, error("invalid_request")),
            (&["HTTP 400", "It says why"], &[PAGE]),
        ),
        (
            Reply::json(403, json!({})),
            (&["HTTP 403", "does not take this request"], &["workspace"]),
        ),
        (
            Reply::json(500, error("server_error")),
            (&["HTTP 500", "Try again later"], &[PAGE]),
        ),
        (
            Reply::new(503, "text/html", "<h1>Down</h1>"),
            (&["HTTP 503", "13 bytes of text/html"], &["Down"]),
        ),
        (
            Reply::new(307, "", "").with("Location: https://evil.example/"),
            (&["It redirects to https://evil.example/"], &["aac_url.txt"]),
        ),
        (
            Reply::new(200, "text/html", "<h1>Sign in</h1>"),
            (
                &[
                    "HTTP 200",
                    "no answer with new tokens",
                    "16 bytes of text/html",
                ],
                &["Sign"],
            ),
        ),
        (
            Reply::new(204, "", ""),
            (&["HTTP 204", "no answer with new tokens"], &[]),
        ),
    ];
    for (reply, expected) in cases {
        let place = Place::new();
        place.write("aac_url.txt", "https://api.eu1.alteryxcloud.com");
        place.service.script("/as/token", reply);
        let outcome = place.run(&[]);
        assert_says(&outcome, expected);
        assert!(outcome.stderr.contains(&format!(
            "POST {}/as/token answered HTTP",
            place.service.url
        )));
        assert_eq!(place.requests(), ["POST /as/token"]);
        assert!(place.credentials_are_good());
    }
}

#[test]
fn a_wrong_project_id_is_told_by_the_gateway_and_led_back_to_its_file() {
    let place = Place::new();
    place.write("client_id.txt", "0000-not-the-id");
    let outcome = place.run(&[]);
    let page = format!("{}/cloud-portal/library/alteryx-io", place.service.url);
    outcome.assert_failed(
        1,
        &[
            "answered HTTP 401 Unauthorized",
            &page,
            "client_id.txt",
            "\"faultstring\": \"Invalid ApiKey\"",
        ],
    );
    assert!(place.credentials_are_good());
}

#[test]
fn a_token_that_the_service_sends_back_is_not_printed() {
    // That no part of a token is printed is looked at in each run; here there is one to be found.
    let place = Place::new();
    let creds = place.creds();
    let (access, refresh) = (
        creds["access_token"].as_str().unwrap(),
        creds["refresh_token"].as_str().unwrap(),
    );
    let next = place.service.generate_tokens();
    for reply in [
        Reply::json(
            400,
            json!({"error": format!("bad token {access}, or {refresh}")}),
        ),
        Reply::json(
            400,
            json!({"error": "invalid_grant", "error_description": format!("no {}... here", &refresh[..20])}),
        ),
        Reply::json(302, json!({})).with(&format!("Location: https://x.example/?token={refresh}")),
        Reply::json(429, json!({})).with(&format!("Retry-After: {refresh}")),
        Reply::new(400, &format!("text/plain; token={access}"), "no"),
        Reply::json(500, next.clone()),
        Reply::new(200, "text/plain", next.to_string() + "!"),
        Reply::new(200, "application/json", next.to_string().replace('}', ", ")),
    ] {
        place.service.script("/as/token", reply);
        place
            .run(&[])
            .assert_failed(1, &["/as/token answered HTTP"]);
    }
    place.service.unscript("/as/token");
    place.service.script(API, Reply::Echo);
    place
        .run(&[])
        .assert_failed(1, &["HTTP 400", "Bearer (redacted)"]);
}

#[test]
fn a_long_header_of_the_service_is_not_shown_in_full() {
    let place = Place::new();
    let long = format!("Location: https://x.test/{}", "y".repeat(5000));
    place
        .service
        .script(API, Reply::json(302, json!({})).with(&long));
    let outcome = place.run(&[]);
    outcome.assert_failed(1, &["It redirects to https://x.test/yyy"]);
    assert!(outcome.stderr.len() < 500, "{outcome:#?}");
}

#[test]
fn an_empty_answer_is_a_status_on_standard_error() {
    let place = Place::new();
    for (status, line) in [
        (200, "HTTP 200 OK\n"),
        (202, "HTTP 202 Accepted\n"),
        (204, "HTTP 204 No Content\n"),
    ] {
        place
            .service
            .script(API, Reply::new(status, "application/json", ""));
        let outcome = place.run(&[]);
        assert_eq!(
            (
                outcome.assert_done().stdout.as_str(),
                outcome.stderr.as_str()
            ),
            ("", line)
        );
    }
}
