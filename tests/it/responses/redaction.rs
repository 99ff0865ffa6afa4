//! No eight characters in a row of a token's secret part are printed, and nothing else is hidden. Every
//! run is checked for the first; here the services repeat tokens in all ways and places.

use super::HTML;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::jwt;
use crate::test_env::{TestEnv, secret};
use serde_json::{Value, json};

const REDACTED: &str = "(redacted)";

/// An environment with the tokens that its API knows: those before the refresh, and those after it.
fn env_with_tokens() -> (TestEnv, Value, Value) {
    let env = TestEnv::new();
    let (old, new) = (env.creds(), env.generate_tokens());
    env.stub_issuer(Stub::json(200, new.clone()));
    (env, old, new)
}

/// What is printed of these texts by a run that knows this token.
fn printed(token: &str, texts: &[&str]) -> Vec<String> {
    let (env, mut creds, _) = env_with_tokens();
    creds["refresh_token"] = json!(token);
    env.write("creds.json", creds.to_string());
    env.stub_api(Stub::json(200, json!(texts)));
    serde_json::from_str(&env.run(&[]).assert_success().stdout).unwrap()
}

#[test]
fn every_part_of_eight_characters() {
    let rows = [
        ("", ""),
        ("k3Jx9Qw7Zr5Tn1Lp8Vb2", "(redacted)"),
        ("k3Jx9Qw7", "(redacted)"),
        ("Jx9Qw7Zr", "(redacted)"),
        ("Tn1Lp8Vb2", "(redacted)"),
        ("k3Jx9Qw", "k3Jx9Qw"),
        ("1Lp8Vb2", "1Lp8Vb2"),
        ("K3JX9QW7ZR5TN1LP8VB2", "K3JX9QW7ZR5TN1LP8VB2"),
        ("k3Jx9Qw 7Zr5Tn1", "k3Jx9Qw 7Zr5Tn1"),
        ("k3Jx9Qw k3Jx9Qw7", "k3Jx9Qw (redacted)"),
        ("abck3Jx9Qw7Zr5Tn1Lp8Vb2xyz", "abc(redacted)xyz"),
        ("k3Jx9Qw7k3Jx9Qw7", "(redacted)"),
        ("k3Jx9Qw7 k3Jx9Qw7", "(redacted) (redacted)"),
        ("k3Jx9Qw7Zr.", "(redacted)."),
        (
            "refresh_token=k3Jx9Qw7Zr&x=y",
            "refresh_token=(redacted)&x=y",
        ),
        (
            "refresh_token\\u003dk3Jx9Qw7Zr",
            "refresh_token\\u003d(redacted)",
        ),
        ("\"\\\"k3Jx9Qw7Zr\\\"\"", "\"\\\"(redacted)\\\"\""),
        ("\\nk3Jx9Qw7Zr\\n", "\\n(redacted)\\n"),
        ("100%k3Jx9Qw7Zr%", "100%(redacted)%"),
        ("ëk3Jx9Qw7Zr日", "ë(redacted)日"),
        ("日本語日本語日本語", "日本語日本語日本語"),
    ];
    let printed = printed("k3Jx9Qw7Zr5Tn1Lp8Vb2", &rows.map(|(text, _)| text));
    for (printed, (text, shown)) in printed.iter().zip(rows) {
        assert_eq!(printed, shown, "{text:?}");
    }
}

#[test]
fn of_a_jwt_the_signature() {
    let dots = "a1b2c3d4e5.f6g7h8i9j0.k1l2m3n4o5";
    let rows = [
        (
            "eyJhbGciO.eyJpc3M.c2lnbmF0dXJl",
            "eyJhbGciO.eyJpc3M.(redacted)",
        ),
        // Of an encrypted one, the last part.
        (
            "eyJlbmMi0.cGFydDI0.cGFydDM0.cGFydDQ0.cGFydDUwMA",
            "eyJlbmMi0.cGFydDI0.cGFydDM0.cGFydDQ0.(redacted)",
        ),
        ("eyJhbGciP.eyJub25l.", "eyJhbGciP.eyJub25l."),
        ("eyJubzMwfQ.eyJvbmUifQ", REDACTED),
        (dots, REDACTED),
    ];
    check_all(rows, |token, shown| {
        assert_eq!(printed(token, &[token]), [shown]);
    });
}

/// Runs the program with these tokens, with and without `-v`. That no part of them is printed is
/// looked at in each run. Returns what was received, as the first run printed it.
fn received(env: &TestEnv, creds: &Value) -> String {
    let [verbose, _] = [&["-v"][..], &[]].map(|arguments| {
        env.write("creds.json", creds.to_string());
        env.run(arguments)
    });
    let lines = verbose.stderr.lines().chain(verbose.stdout.lines());
    let lines = lines.filter(|line| !line.starts_with('>'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
#[rustfmt::skip]
fn in_each_place_of_a_response_of_the_api() {
    type Place = (&'static str, fn(&str) -> Stub);
    let places: [Place; 13] = [
        ("error", |text| Stub::json(400, json!({"error": text}))),
        ("a member's name", |text| Stub::json(400, json!({"a": [{text: null}]}))),
        ("a whole body", |text| Stub::json(500, json!(text))),
        ("plain text", |text| Stub::new(500, "text/plain", text)),
        ("XML", |text| Stub::new(403, "text/xml", format!("<a>{text}</a>"))),
        ("title", |text| Stub::new(503, "text/html", HTML.replace("Blocked", text))),
        ("half an object", |text| Stub::ok(format!("{{\"{text}"))),
        ("success", |text| Stub::json(200, json!({text: [text, 1]}))),
        ("Retry-After", |text| Stub::json(429, json!({})).with(&format!("Retry-After: {text} GMT"))),
        ("Location", |text| Stub::new(302, "", "").with(&format!("Location: https://{text}/{text}"))),
        ("Content-Type", |text| Stub::new(500, &format!("text/plain; token={text}"), "no")),
        ("another header", |text| Stub::json(400, json!({})).with(&format!("X-Echo: {text}"))),
        ("status line", |text| Stub::Raw(format!("HTTP/1.1 400 {text}\r\nX: {text}\r\n\r\n").into())),
    ];
    let (env, old, new) = env_with_tokens();
    check_all(places, |_, respond| {
        for token in [&old["refresh_token"], &new["refresh_token"], &new["access_token"]] {
            env.stub_api(respond(secret(token.as_str().unwrap())));
            let received = received(&env, &old);
            assert!(received.contains(REDACTED), "{received}");
        }
    });
}

/// A control character is printed as its escape, which may be how a token goes on.
#[test]
fn as_it_is_printed() {
    let (env, mut old, _) = env_with_tokens();
    old["refresh_token"] = json!("abcd\\u009befgh");
    for response in [
        Stub::new(500, "text/plain", "abcd\u{9b}efgh"),
        Stub::json(200, json!("abcd\u{9b}efgh")),
    ] {
        env.stub_api(response);
        assert!(received(&env, &old).contains(REDACTED));
    }
}

#[test]
fn in_what_is_sent() {
    let (env, old, new) = env_with_tokens();
    let path = format!("v4/x?token={}", old["refresh_token"].as_str().unwrap());
    let outcome = env.run(&["-v", &path, &new.to_string()]);
    let access_token = new["access_token"].as_str().unwrap();
    let claims = access_token.strip_suffix(secret(access_token)).unwrap();
    let shown = [
        "&refresh_token=(redacted)&client_id=",
        "/v4/x?token=(redacted)\n",
        &format!("> authorization: Bearer {claims}(redacted)\n"),
        &format!("\"access_token\":\"{claims}(redacted)\""),
    ];
    outcome.assert_has(&shown);
}

/// Headers that may hold new tokens, or a session, whatever they are called.
#[test]
fn of_the_issuers_response_three_headers() {
    let (env, old, new) = env_with_tokens();
    let token = new["refresh_token"].as_str().unwrap();
    let error = json!({"error": "invalid_grant", "error_description": token, "token": token});
    let nested = json!({"data": new, "error": {"token": token}});
    let responses = [
        Stub::json(200, new.clone()),
        Stub::json(400, error),
        Stub::json(200, nested),
        Stub::new(400, "text/plain", token),
    ];
    let creds = json!({"access_token": old["access_token"], "refresh_token": token});
    for mut response in responses {
        for name in ["Set-Cookie", "X-Token", "Location", "Authorization"] {
            response = response.with(&format!("{name}: issuers-{token}"));
        }
        env.stub_issuer(response.with("Date: Wed, 21 Oct 2026 07:28:00 GMT"));
        let received = received(&env, &creds);
        let lines = received.lines().skip_while(|it| !it.starts_with("< HTTP"));
        let headers = lines.skip(1).map_while(|line| line.strip_prefix("< "));
        let names = headers.map(|header| header.split(':').next().unwrap());
        let expected = ["content-type", "date", "content-length"];
        assert_eq!(names.collect::<Vec<_>>(), expected, "{received}");
        assert!(!received.contains("issuers-"), "{received}");
    }
}

#[test]
fn no_cookie_of_the_api() {
    let (env, old, _) = env_with_tokens();
    for status in [200, 401] {
        let response = Stub::json(status, json!({})).with("X-Shown: yes");
        let response = response.with("Set-Cookie: c00kie=1");
        env.stub_api(response.with("set-cookie: c00kie=2"));
        let received = received(&env, &old);
        assert!(received.contains("< x-shown: yes\n"), "{received}");
        assert!(!received.contains("c00kie"), "{received}");
    }
}

#[test]
fn and_nothing_else() {
    let (env, mut old, new) = env_with_tokens();
    old["note"] = json!("Marketing-Analytics");
    let access_token = new["access_token"].as_str().unwrap();
    let claims = access_token.strip_suffix(secret(access_token)).unwrap();
    let portal = format!("{}/cloud-portal/preferences/oauth2-api-tokens", env.url);
    let texts = [
        // A token that the API has just made, which it shows once.
        &jwt(&json!({"iss": env.url, "made": "for you"})),
        // What others have in common with the access token.
        &format!("{claims}another-signature"),
        // A page's cursor, a signed URL, a name, and a URL of our own advice.
        "eyJsYXN0IjoxMjM0NTY3ODkwLCJpZCI6IjAxSlpTQU5EIn0",
        "https://files.example/x?sig=Zm9vYmFyYmF6cXV4&se=2026-01-01T00%3A00%3A00Z",
        "Marketing-Analytics",
        &portal,
    ];
    let body = json!({"texts": texts, "creds": "access_token, refresh_token"});
    for status in [200, 400] {
        env.stub_api(Stub::json(status, body.clone()));
        let received = received(&env, &old);
        for text in texts {
            assert!(received.contains(text), "{text} in {received}");
        }
    }
}

#[test]
fn and_a_success_stays_json() {
    // A refresh token is any visible ASCII (RFC 6749 appendix A.17).
    let tokens = [
        "12345678901234567890123456789",
        "abcdefg\\hijklmno\\\\pqrstuvw\\",
        "abcdefgh\"ijklmnop\":\"qrstuvwx\"",
        "a%41b%42c%43d/+e\\u00ebfghijklm\\n\"g==",
    ];
    let (env, mut old, mut new) = env_with_tokens();
    let mut redacted = 0;
    for token in tokens {
        (old["refresh_token"], new["refresh_token"]) = (json!(token), json!(token));
        env.stub_issuer(Stub::json(200, new.clone()));
        env.write("creds.json", old.to_string());
        for length in 8..=token.len() {
            let start = json!(token[..length]).to_string();
            let end = json!(token[token.len() - length..]).to_string();
            // As an encoder writes it that escapes more.
            let escaped = format!("\"\\u00eb{}\\/\"", &end[1..end.len() - 1]);
            let body = match token.parse::<f64>() {
                Ok(_) => format!("[-1{}.5e1]", &token[..length]),
                Err(_) => format!("[{start}, {{{end}: {escaped}, \"x\": {end}}}]"),
            };
            env.stub_api(Stub::ok(&*body));
            let outcome = env.run(&[]);
            outcome.assert_success();
            let printed = serde_json::from_str::<Value>(&outcome.stdout);
            assert!(printed.is_ok(), "{body} is printed as {outcome:#?}");
            redacted += usize::from(outcome.stdout.contains(REDACTED));
        }
    }
    assert!(redacted > 80, "{redacted} bodies tested this");
}

#[test]
#[cfg(unix)]
#[should_panic(expected = "part of a token, is printed")]
fn eight_characters_are_noticed() {
    let env = TestEnv::new();
    let mut leak = env.command("sh");
    env.outcome(leak.args(["-c", "tail -c 20 creds.json | head -c 8"]));
}
