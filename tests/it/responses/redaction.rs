//! No eight characters in a row of a token's secret part are printed, and nothing else is hidden. Every
//! run is checked for the first; here the services repeat tokens in all ways and places.

#[allow(dead_code)]
#[path = "../../../src/aac/output.rs"]
mod output;

use super::HTML;
use crate::error;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::jwt;
use crate::test_env::{TestEnv, secret};
use output::{redact, remember};
use serde_json::{Value, json};

const REDACTED: &str = "(redacted)";

#[test]
fn every_part_of_eight_characters() {
    let token = "k3Jx9Qw7Zr5Tn1Lp8Vb2";
    remember(token);
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
        ("\0\0\0\0\0\0\0k3Jx9Qw7", "\0\0\0\0\0\0\0(redacted)"),
    ];
    check_all_old(
        rows,
        |(text, _)| format!("{text:?}"),
        |(text, shown)| assert_eq!(redact(text), *shown),
    );
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
    check_all_old(
        rows,
        |(token, _)| token.to_string(),
        |(token, shown)| {
            remember(token);
            assert_eq!(redact(token), *shown);
        },
    );
}

/// An environment with the tokens that its API knows: those before the refresh, and those after it.
fn env_with_tokens() -> (TestEnv, Value, Value) {
    let env = TestEnv::new();
    let (old, new) = (env.creds(), env.generate_tokens());
    env.stub_issuer(Stub::json(200, new.clone()));
    (env, old, new)
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
    check_all_old(places, |(name, _)| name.to_string(), |(_, respond)| {
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
    for text in shown {
        assert!(
            outcome.stderr.contains(text),
            "{text} is not in {outcome:#?}"
        );
    }
}

/// Headers that may hold new tokens, or a session, whatever they are called.
#[test]
fn of_the_issuers_response_three_headers() {
    let (env, old, new) = env_with_tokens();
    let token = new["refresh_token"].as_str().unwrap();
    let error = json!({"error": "invalid_grant", "error_description": token, "token": token});
    let nested = json!({"data": new, "error": {"token": token}});
    let other = Stub::new(400, "text/plain", token);
    for response in [
        Stub::json(200, new.clone()),
        Stub::json(400, error),
        Stub::json(200, nested),
        other,
    ] {
        let mut response = response.with("Date: Wed, 21 Oct 2026 07:28:00 GMT");
        for name in ["Set-Cookie", "X-Token", "Location", "Authorization"] {
            response = response.with(&format!("{name}: issuers-{token}"));
        }
        env.stub_issuer(response);
        let received = received(
            &env,
            &json!({"access_token": old["access_token"], "refresh_token": token}),
        );
        let headers = received
            .lines()
            .skip_while(|line| !line.starts_with("< HTTP"));
        let headers = headers.skip(1).map_while(|line| line.strip_prefix("< "));
        let mut names: Vec<_> = headers
            .map(|line| line.split(':').next().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            ["content-length", "content-type", "date"],
            "{received}"
        );
        assert!(!received.contains("issuers-"), "{received}");
    }
}

#[test]
fn no_cookie_of_the_api() {
    let (env, old, _) = env_with_tokens();
    for status in [200, 401] {
        let response = Stub::json(status, json!({})).with("X-Shown: yes");
        env.stub_api(
            response
                .with("Set-Cookie: session=c00kie")
                .with("set-cookie: c00kie=2"),
        );
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

/// Random numbers, the same each time (Knuth's MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % count
    }

    fn piece<'a>(&mut self, token: &'a str) -> &'a str {
        let third = token.len() / 3;
        &token[self.below(third)..token.len() - self.below(third)]
    }

    /// JSON with pieces of a token in it.
    fn json(&mut self, token: &str, depth: usize) -> String {
        let text = |text: &str| json!(text).to_string();
        match self.below(if depth < 4 { 7 } else { 5 }) {
            0 => text(self.piece(token)),
            1 => text(&format!(
                "{}, ë{}\u{1b}",
                self.piece(token),
                self.piece(token)
            )),
            // As an encoder writes it that escapes more.
            2 => format!(
                "\"\\u00eb{}\\/\"",
                text(self.piece(token)).trim_matches('"')
            ),
            3 if token.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("-1{}.5e1", self.piece(token))
            }
            3 | 4 => ["null", "true", "\"\"", "[]"][self.below(4)].to_owned(),
            5 => format!(
                "[{},{}]",
                self.json(token, depth + 1),
                self.json(token, depth + 1)
            ),
            _ => {
                let name = text(self.piece(token));
                format!(
                    "{{{name}:{},\"x\": {}}}",
                    self.json(token, depth + 1),
                    self.json(token, depth + 1)
                )
            }
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
    let mut random = Random(18);
    let mut redacted = 0;
    for token in tokens {
        (old["refresh_token"], new["refresh_token"]) = (json!(token), json!(token));
        env.stub_issuer(Stub::json(200, new.clone()));
        env.write("creds.json", old.to_string());
        for _ in 0..75 {
            let body = random.json(token, 0);
            env.stub_api(Stub::ok(&*body));
            let outcome = env.run(&[]);
            outcome.assert_success();
            let printed = serde_json::from_str::<Value>(&outcome.stdout);
            assert!(printed.is_ok(), "{body} is printed as {outcome:#?}");
            redacted += usize::from(outcome.stdout.contains(REDACTED));
        }
    }
    assert!(redacted > 100, "{redacted} of 300 bodies tested this");
}

#[test]
#[cfg(unix)]
#[should_panic(expected = "part of a token, is printed")]
fn eight_characters_are_noticed() {
    let env = TestEnv::new();
    let mut leak = env.command("sh");
    env.outcome(leak.args(["-c", "sed -n 3p creds.json | cut -c 30-37"]));
}
