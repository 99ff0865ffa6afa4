//! `creds.json` holds two tokens.

use super::check_contents;
use crate::mock::issuer::OAUTH_CLIENT;
use crate::support::jwt;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

/// An access token and a refresh token of which no issuer is asked.
fn sample() -> (String, String) {
    let claims = json!({"iss": "https://issuer.example/as", "client_id": OAUTH_CLIENT});
    let refresh_token = TestEnv::new().refresh_token();
    (jwt(&claims), refresh_token)
}

fn tokens(access_token: impl Into<Value>, refresh_token: impl Into<Value>) -> String {
    json!({"access_token": access_token.into(), "refresh_token": refresh_token.into()}).to_string()
}

#[test]
fn in_json() {
    let (access, refresh) = sample();
    let valid =
        format!("{{\n  \"access_token\": \"{access}\",\n  \"refresh_token\": \"{refresh}\"\n}}\n");
    let with = |old: &str, new: &str| {
        assert!(valid.contains(old));
        valid.replacen(old, new, 1)
    };
    let broken = format!("\n{}", &refresh[9..]);
    check_contents(
        "files/creds_syntax",
        "creds.json",
        &[
            ("bare tokens", &[format!("{access}\n{refresh}\n")]),
            ("a comma too many", &[with("\"\n}", "\",\n}")]),
            ("no comma", &[with("\",\n", "\"\n")]),
            ("no quotation mark before a token", &[with(": \"", ": ")]),
            (
                "no quotation mark after a token, or a line break in it",
                &[with("\",\n", ",\n"), with(&refresh[9..], &broken)],
            ),
            ("no quotation mark before a name", &[with("\"", "")]),
            (
                "single quotation marks",
                &[with(&format!("\"{access}\""), &format!("'{access}'"))],
            ),
            (
                "curly quotation marks",
                &[
                    format!("{{\"access_token\": \u{201c}{access}\u{201d}}}"),
                    format!("{{\"access_token\": \u{201e}{access}\u{201c}}}"),
                    with("\"access_token\"", "\u{201c}access_token\u{201d}"),
                ],
            ),
            ("cut short", &[with("\n}\n", "")]),
            ("one brace too many", &[format!("{valid}}}")]),
            (
                "no object",
                &[
                    json!(access).to_string(),
                    json!([access, refresh]).to_string(),
                    "null".to_owned(),
                    valid.trim_matches(['{', '}', '\n']).to_owned(),
                ],
            ),
        ],
    );
}

#[test]
fn each_in_its_place() {
    let (access, refresh) = sample();
    let misnamed = json!({"accessToken": access, "refreshToken": refresh}).to_string();
    check_contents(
        "files/creds_tokens",
        "creds.json",
        &[
            (
                "as shipped",
                &[tokens("Your access token here", "Your refresh token here")],
            ),
            (
                "half as shipped",
                &[tokens(&*access, "Your refresh token here")],
            ),
            ("Bearer", &[tokens(format!("Bearer {access}"), &*refresh)]),
            (
                "Bearer in the other",
                &[tokens(&*access, format!("Bearer {refresh}"))],
            ),
            ("swapped", &[tokens(&*refresh, &*access)]),
            ("the access token twice", &[tokens(&*access, &*access)]),
            ("names of another program", &[misnamed]),
            (
                "no access token",
                &[
                    "{}".to_owned(),
                    json!({"refresh_token": refresh}).to_string(),
                    tokens("", &*refresh),
                    tokens(Value::Null, &*refresh),
                    tokens(json!({"token": access}), &*refresh),
                ],
            ),
            (
                "no refresh token",
                &[
                    json!({"access_token": access}).to_string(),
                    tokens(&*access, " \n"),
                    tokens(&*access, 5),
                ],
            ),
            (
                "strange characters",
                &[
                    tokens(&*access, "12345 67890"),
                    tokens(&*access, format!("{refresh}é")),
                ],
            ),
        ],
    );
}

#[test]
fn a_whole_access_token() {
    let (access, refresh) = sample();
    let (start, payload) = (&access[..30], access.split('.').nth(1).unwrap());
    let claiming = |claims: Value| tokens(jwt(&claims), &*refresh);
    let with_payload = |new: &str| tokens(access.replace(payload, new), &*refresh);
    let iss = "https://issuer.example";
    let from = |iss: &str| claiming(json!({"iss": iss, "client_id": OAUTH_CLIENT}));
    let long = format!("{iss}/{}", "x".repeat(65510));
    check_contents(
        "files/creds_access_token",
        "creds.json",
        &[
            (
                "cut short, damaged or another token",
                &[
                    tokens(start, &*refresh),
                    tokens(&*refresh, &*refresh),
                    with_payload(&payload[..40]),
                    with_payload(""),
                    with_payload("%%%%"),
                    claiming(json!({"iss": iss})),
                    claiming(json!({"client_id": OAUTH_CLIENT})),
                    claiming(json!({"iss": [iss], "client_id": OAUTH_CLIENT})),
                    claiming(json!("claims")),
                ],
            ),
            (
                "an issuer that tokens may not be sent to",
                &[
                    from(""),
                    from("issuer.example/as"),
                    from("http://issuer.example/as"),
                    from("http://localhost.evil.example"),
                    from("file:///etc/passwd"),
                    from("https://issuer.example/a b"),
                    from("https://issuer.example/\r\nx: y"),
                    from("https://me@issuer.example/as"),
                    from("https://issuer.example/as?x="),
                    from("https://issuer.example/as#x"),
                    from(&long),
                ],
            ),
        ],
    );
}
