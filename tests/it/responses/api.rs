//! Responses of the API.

use super::{HTML, Row};
use crate::stub::Stub;
use crate::support::snapshot::check_snapshot;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

/// A fault of the gateway.
fn fault(status: u16, faultstring: &str, errorcode: &str) -> Stub {
    let detail = json!({"errorcode": errorcode});
    let fault = json!({"faultstring": faultstring, "detail": detail});
    Stub::json(status, json!({"fault": fault}))
}

fn exception(status: u16, name: &str, message: &str) -> Stub {
    let exception = json!({"name": name, "message": message});
    Stub::json(status, json!({"exception": exception}))
}

fn plain(status: u16, text: &str) -> Stub {
    Stub::new(status, "text/plain", text)
}

fn page(status: u16, html: &str) -> Stub {
    Stub::new(status, "text/html; charset=utf-8", html)
}

fn too_many(retry_after: &str) -> Stub {
    Stub::json(429, json!({})).with(&format!("Retry-After: {retry_after}"))
}

fn redirect(location: &str) -> Stub {
    plain(302, "Found. Redirecting").with(&format!("Location: {location}"))
}

#[rustfmt::skip]
fn refusals() -> Vec<Row> {
    let denied = json!({"data": null, "msg": "User \"51\" does not have create privilege on workflow"});
    let upstream = "upstream connect error or disconnect/reset before headers.\nreset reason: connection termination\n";
    let long_title = format!("<Title id=1>\n  Ä\u{1b}[31m{}</title>", "y".repeat(5000));
    let long_title = Box::leak(long_title.into_boxed_str());
    let latin = Stub::new(500, "text/plain; charset=ISO-8859-1", b"Zugriff verweigert f\xfcr Zo\xeb".to_vec());
    let xml = "<?xml version=\"1.0\"?>\n<Error>\n  <Code>AccessDenied</Code>\n</Error>";
    vec![
        // The vendor's table.
        ("unknown project", fault(401, "Invalid ApiKey", "oauth.v2.InvalidApiKey")),
        ("no project", fault(401, "Failed to resolve API Key variable request.header.x-client-id", "steps.oauth.v2.FailedToResolveAPIKey")),
        ("unauthorized, as plain text", plain(401, "Unauthorized")),
        ("numbers in words", Stub::json(400, json!({"fault": {"detail": {"errorcode": "x.Y", "reason": "at most 5 items"}}}))),
        ("no route", exception(404, "RouteNotFoundException", "No route found for GET /v4/x")),
        ("no privilege", Stub::json(403, denied)),
        ("malformed request, as a page", page(400, "<html lang=en><title>Error 400 (Bad Request)!!1</title><p>Your client has issued a malformed request.</html>")),
        // Its kin.
        ("key and resource", fault(401, "Invalid ApiKey for given resource", "oauth.v2.InvalidApiKeyForGivenResource")),
        ("key not approved", fault(401, "ApiKey not approved", "oauth.v2.ApiKeyNotApproved")),
        ("company not active", fault(500, "Company Status is not Active", "keymanagement.service.CompanyStatusNotActive")),
        ("unknown client", fault(401, "Invalid client id", "keymanagement.service.invalid_client-invalid_client_id")),
        ("no product", fault(403, "Invalid API call as no apiproduct match found", "keymanagement.service.InvalidAPICallAsNoApiProductMatchFound")),
        ("resource", fault(401, "API Resource does not exist", "keymanagement.service.apiresource_doesnot_exist")),
        ("token expired", fault(401, "Access Token expired", "keymanagement.service.access_token_expired")),
        ("unknown token", fault(401, "Invalid Access Token", "keymanagement.service.invalid_access_token")),
        ("token revoked", fault(401, "Access Token not approved", "keymanagement.service.access_token_not_approved")),
        ("JWT", fault(401, "Failed to Decode Token", "steps.jwt.FailedToDecode")),
        ("quota", fault(429, "Rate limit quota violation", "policies.ratelimit.QuotaViolation")),
        ("spike arrest, in an older version", fault(500, "Spike arrest violation", "policies.ratelimit.SpikeArrestViolation")),
        ("another fault", fault(401, "Scope is not enough", "steps.oauth.v2.insufficient_scope")),
        ("target", fault(503, "The Service is temporarily unavailable", "messaging.adaptors.http.flow.ServiceUnavailable")),
        ("no target", fault(503, "The Service is temporarily unavailable", "messaging.adaptors.http.flow.NoActiveTargets")),
        // JSON.
        ("404, about a page", exception(404, "PageNotFoundException", "There is no such page")),
        ("405", exception(405, "MethodNotAllowed", "")),
        ("400", exception(400, "ValidationFailed", "emails must be a list")),
        ("401", exception(401, "Unauthorized", "")),
        ("404", exception(404, "NotFoundException", "There is nothing here")),
        ("409", Stub::json(409, json!("a text"))),
        ("500", exception(500, "InternalServerError", "It says why")),
        ("599", Stub::json(599, Value::Null)),
        ("control characters in JSON", Stub::new(400, "application/json", "{\"a\": \"\u{9b}31m\u{7f}\"}")),
        // When to try again.
        ("429", Stub::json(429, json!({}))),
        ("429, now", too_many("0")),
        ("429, seconds", too_many("30")),
        ("429, minutes", too_many("150")),
        ("429, hours", too_many("86400")),
        ("429, a date", too_many("Wed, 21 Oct 2026 07:28:00 GMT")),
        ("429, nonsense", too_many("soon")),
        ("429, a year", too_many("31536000")),
        ("503", plain(503, "no healthy upstream").with("Retry-After: 1")),
        // Redirects.
        ("redirect to a host", page(302, HTML).with("Location: https://us1.alteryxcloud.com/sign-in?token=x")),
        ("redirect with a name and a port", redirect("https://ann:pa55word@login.example:8443/")),
        ("redirect without a scheme", redirect("//login.example/x")),
        ("redirect to a path", redirect("/v4/workspaces?next=https://login.example/")),
        ("redirect to no URL", redirect("https://[")),
        ("redirect beside JSON", Stub::json(308, json!({})).with("Location: /v4/workspaces/")),
        ("redirect to nowhere", Stub::json(302, json!({}))),
        ("304", Stub::new(304, "", "")),
        // Web pages.
        ("page", page(502, HTML)),
        ("page with Retry-After", page(503, HTML).with("Retry-After: 60")),
        ("page with a long title on lines", page(404, long_title)),
        ("page with an empty title", page(404, "<html><title> </title>")),
        ("page without a title", Stub::new(401, "text/html", "<h1>Down</h1>")),
        ("page of a web filter", page(403, HTML)),
        ("page that is called JSON", Stub::new(403, "application/json", HTML)),
        // Other text.
        ("plain text", plain(503, upstream)),
        ("plain text of a proxy", plain(403, "RBAC: access denied")),
        ("plain text that is long", plain(400, &"word ".repeat(1000))),
        ("plain text in ISO 8859-1", latin),
        ("control characters in plain text", plain(500, "\u{1b}]0;x\u{7}\u{9b}31m")),
        ("XML", Stub::new(403, "application/xml", xml)),
        // Nothing to show.
        ("nothing", Stub::new(500, "application/json", "")),
        ("nothing of HTML", Stub::new(405, "text/html", "")),
        ("nothing, 403", Stub::new(403, "", "")),
        ("nothing but blanks", plain(400, " \r\n")),
        ("binary", Stub::new(500, "application/zip", b"PK\x03\x04\0\0\xff\xfe".to_vec())),
        ("binary of no type", Stub::new(500, "", b"\0\0\xff".to_vec())),
        ("a megabyte", Stub::json(500, json!("x".repeat(1 << 20)))),
        // Success that is not JSON.
        ("success with a page", page(200, HTML)),
        ("success with plain text", plain(200, "OK")),
        ("half an object", Stub::ok("{\"id\": 1")),
        ("two objects", Stub::ok("{} {}")),
        ("very deep", Stub::ok("[".repeat(1 << 20) + &"]".repeat(1 << 20))),
    ]
}

#[test]
fn are_told_in_their_own_words() {
    check_snapshot("api", refusals(), |response| {
        let env = TestEnv::new();
        env.stub_api(response);
        let outcome = env.run(&[]);
        // No call is made again, and no redirect is followed.
        assert_eq!(env.requests().len(), 2, "{outcome:#?}");
        assert!(env.creds_are_valid(), "{outcome:#?}");
        outcome.assert_failure(&[]).message.clone()
    });
}

/// A gateway that gives up does not know whether the call was made.
#[test]
fn after_a_server_error_a_call_may_have_been_made() {
    let env = TestEnv::new();
    env.stub("/v4/x", Stub::json(504, json!({})));
    let again = "Try again later.";
    let check = "Check whether the call took effect before you try again.";
    env.run(&["v4/x"])
        .assert_failure(&[again])
        .assert_lacks(&[check]);
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        env.run(&[method, "v4/x"])
            .assert_failure(&[check])
            .assert_lacks(&[again]);
    }
}

#[test]
fn a_long_refusal_is_cut() {
    let env = TestEnv::new();
    env.stub_api(Stub::json(400, json!("word ".repeat(10_000))));
    let outcome = env.run(&[]);
    outcome.assert_failure(&["word word"]);
    assert!((4096..5000).contains(&outcome.stderr.len()), "{outcome:#?}");
}

#[test]
fn an_empty_response_is_shown_by_its_status() {
    let env = TestEnv::new();
    for status in ["200 OK", "202 Accepted", "204 No Content"] {
        let code = status[..3].parse().unwrap();
        env.stub_api(Stub::new(code, "application/json", ""));
        let outcome = env.run(&[]);
        outcome.assert_success();
        assert_eq!(outcome.stdout, "");
        assert_eq!(outcome.stderr, format!("HTTP {status}\n"));
    }
}

#[test]
fn a_success_in_another_encoding_is_read() {
    let env = TestEnv::new();
    let rows = [
        ("; charset=iso-8859-1", "ë"),
        (";charset=\"ISO-8859-1\"", "ë"),
        ("", "\u{fffd}"),
    ];
    for (charset, letter) in rows {
        let content_type = format!("application/json{charset}");
        env.stub_api(Stub::new(200, &content_type, b"\"Zo\xeb\"".to_vec()));
        let printed = format!("\"Zo{letter}\"\n");
        assert_eq!(env.run(&[]).assert_success().stdout, printed);
    }
}
