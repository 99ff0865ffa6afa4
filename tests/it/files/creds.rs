//! `creds.json` holds two tokens.

use super::check_contents;
use crate::mock::issuer::OAUTH_CLIENT;
use crate::support::jwt;
use serde_json::{Value, json};

const ISSUER: &str = "https://issuer.example/as";
const REFRESH: &str = "k3Jx9Qw7Zr5Tn1Lp8Vb2k3Jx9Qw7Zr5Tn1Lp8Vb2";

fn access_token() -> String {
    jwt(&json!({"iss": ISSUER, "client_id": OAUTH_CLIENT}))
}

fn tokens(access_token: impl Into<Value>, refresh_token: impl Into<Value>) -> String {
    json!({"access_token": access_token.into(), "refresh_token": refresh_token.into()}).to_string()
}

#[test]
fn in_json() {
    let access = access_token();
    let valid =
        format!("{{\n  \"access_token\": \"{access}\",\n  \"refresh_token\": \"{REFRESH}\"\n}}\n");
    let with = |old: &str, new: &str| {
        assert!(valid.contains(old));
        valid.replacen(old, new, 1)
    };
    let unquoted = [
        with("\",\n", ",\n"),
        with(&REFRESH[9..], &format!("\n{}", &REFRESH[9..])),
    ];
    let curly = [
        format!("{{\"access_token\": \u{201c}{access}\u{201d}}}"),
        format!("{{\"access_token\": \u{201e}{access}\u{201c}}}"),
        with("\"access_token\"", "\u{201c}access_token\u{201d}"),
    ];
    let single = with(&format!("\"{access}\""), &format!("'{access}'"));
    let no_object = [
        json!(access).to_string(),
        json!([access, REFRESH]).to_string(),
        "null".to_owned(),
        valid.trim_matches(['{', '}', '\n']).to_owned(),
    ];
    check_contents(
        "files/creds_syntax",
        "creds.json",
        &[
            ("a web page", &["<!DOCTYPE html>".to_owned()]),
            ("rich text", &["{\\rtf1\\ansi}".to_owned()]),
            ("bare tokens", &[format!("{access}\n{REFRESH}\n")]),
            ("a comma too many", &[with("\"\n}", "\",\n}")]),
            ("no comma", &[with("\",\n", "\"\n")]),
            ("no quotation mark before a token", &[with(": \"", ": ")]),
            ("a token in angle brackets", &[with(": \"", ": <")]),
            ("no quotation mark after one, or a line break", &unquoted),
            ("no quotation mark before a name", &[with("\"", "")]),
            ("single quotation marks", &[single]),
            ("curly quotation marks", &curly),
            ("cut short", &[with("\n}\n", "")]),
            ("a variable that was not replaced", &["$x".to_owned()]),
            ("one brace too many", &[format!("{valid}}}")]),
            ("no object", &no_object),
        ],
    );
}

#[test]
fn each_in_its_place() {
    let access = &*access_token();
    let shipped = ["Your access token here", "Your refresh token here"];
    let no_access = [
        "{}".to_owned(),
        json!({"refresh_token": REFRESH}).to_string(),
        tokens("", REFRESH),
        tokens(Value::Null, REFRESH),
        tokens(json!({"token": access}), REFRESH),
    ];
    let no_refresh = [
        json!({"access_token": access}).to_string(),
        tokens(access, " \n"),
        tokens(access, 5),
    ];
    let strange = ["12345 67890", " 1234 6789 "].map(|refresh| tokens(access, refresh));
    let misnamed = json!({"accessToken": access, "refreshToken": REFRESH}).to_string();
    let bearer = |token| format!("Bearer {token}");
    check_contents(
        "files/creds_tokens",
        "creds.json",
        &[
            ("as shipped", &[tokens(shipped[0], shipped[1])]),
            ("half as shipped", &[tokens(access, shipped[1])]),
            ("Bearer", &[tokens(bearer(access), REFRESH)]),
            ("Bearer in the other", &[tokens(access, bearer(REFRESH))]),
            ("swapped", &[tokens(REFRESH, access)]),
            ("the access token twice", &[tokens(access, access)]),
            ("names of another program", &[misnamed]),
            ("no access token", &no_access),
            ("no refresh token", &no_refresh),
            ("strange characters", &strange),
            ("no ASCII", &[tokens(access, "12345é")]),
        ],
    );
}

#[test]
fn a_whole_access_token() {
    let access = access_token();
    let payload = access.split('.').nth(1).unwrap();
    let with_payload = |new: &str| tokens(access.replace(payload, new), REFRESH);
    let claiming = |claims: Value| tokens(jwt(&claims), REFRESH);
    let from = |iss: &str| claiming(json!({"iss": iss, "client_id": OAUTH_CLIENT}));
    let damaged = [
        tokens(&access[..30], REFRESH),
        tokens(REFRESH, REFRESH),
        with_payload(&payload[..40]),
        with_payload(""),
        with_payload("%%%%"),
        claiming(json!({"iss": ISSUER})),
        claiming(json!({"client_id": OAUTH_CLIENT})),
        claiming(json!({"iss": [ISSUER], "client_id": OAUTH_CLIENT})),
        claiming(json!("claims")),
    ];
    let forbidden = [
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
        from(&format!("{ISSUER}/{}", "x".repeat(65510))),
    ];
    check_contents(
        "files/creds_access_token",
        "creds.json",
        &[
            ("cut short, damaged or another token", &damaged),
            ("an issuer that tokens may not be sent to", &forbidden),
        ],
    );
}
