//! What can be wrong with the three files. All of it is found before the refresh token is used.

use crate::program::{Place, token, utf_16};
use crate::service::OAUTH_CLIENT;
use serde_json::{Value, json};
use std::fs;

/// The page for what belongs into `creds.json`, and that for `client_id.txt`, in the region of these tests.
const TOKENS: &str = "https://au1.alteryxcloud.com/cloud-portal/preferences/oauth2-api-tokens";
const PROJECTS: &str = "https://au1.alteryxcloud.com/cloud-portal/library/alteryx-io";

/// A place whose tokens are for the stand-in, and whose region is a real one, which no request gets to here.
fn place() -> Place {
    let place = Place::new();
    place.write("aac_url.txt", "https://api.au1.alteryxcloud.com\n");
    place
}

/// A run fails because of `file`, says all of `words`, and has asked nobody for anything.
#[track_caller]
fn assert_refused(place: &Place, file: &str, words: &[&str]) {
    let before = fs::read(place.path("creds.json")).ok();
    let outcome = place.run(&[]);
    outcome.assert_failed(1, &[&[file], words].concat());
    assert_eq!(outcome.stderr.lines().count(), 2, "{outcome:#?}");
    assert!(
        outcome.stderr.starts_with(&format!("error: {file} ")),
        "{outcome:#?}"
    );
    assert!(place.requests().is_empty());
    assert_eq!(fs::read(place.path("creds.json")).ok(), before);
}

#[test]
fn a_file_that_is_missing_or_not_to_be_read_is_named() {
    for file in ["aac_url.txt", "client_id.txt", "creds.json"] {
        let place = place();
        fs::remove_file(place.path(file)).unwrap();
        let folder = fs::canonicalize(place.folder.path()).unwrap();
        let folder = folder.file_name().unwrap().to_str().unwrap();
        assert_refused(
            &place,
            file,
            &["is not in this folder", folder, "in the folder that holds"],
        );

        fs::create_dir(place.path(file)).unwrap();
        let problem = if cfg!(windows) {
            "cannot be read"
        } else {
            "is a folder, not a file"
        };
        assert_refused(&place, file, &[problem]);
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_named_and_what_to_do() {
    for file in ["aac_url.txt", "client_id.txt", "creds.json"] {
        let place = place();
        let content = place.read(file);
        place.write(file, utf_16(&content));
        assert_refused(
            &place,
            file,
            &["is UTF-16, as PowerShell's > writes it: save it as UTF-8"],
        );
        place.write(file, [content.as_bytes(), b"\xe9"].concat());
        assert_refused(&place, file, &["is not UTF-8 text"]);
        place.write(file, " \r\n");
        assert_refused(
            &place,
            file,
            &[if file == "creds.json" {
                "is not JSON: EOF"
            } else {
                "is empty"
            }],
        );
    }
}

#[test]
fn aac_url_txt_holds_a_url_that_a_token_may_go_to() {
    for (content, problem) in [
        (
            "api.us1.alteryxcloud.com",
            "is not a URL that begins with https://",
        ),
        (
            "//api.us1.alteryxcloud.com",
            "is not a URL that begins with https://",
        ),
        (
            "http://api.us1.alteryxcloud.com",
            "is not a URL that begins with https://",
        ),
        (
            "http://127.0.0.1.evil.example",
            "is not a URL that begins with https://",
        ),
        (
            "ftp://api.us1.alteryxcloud.com",
            "is not a URL that begins with https://",
        ),
        (
            "https:api.us1.alteryxcloud.com",
            "is not a URL that begins with https://",
        ),
        ("https://", "is not a URL that begins with https://"),
        (
            "https://me:pass@api.us1.alteryxcloud.com",
            "has a user name",
        ),
        ("http://127.0.0.1@evil.example", "has a user name"),
        (
            "https://api.us1.alteryxcloud.com:port",
            "has no proper host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com:99999",
            "has no proper host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com:",
            "has no proper host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com/v4",
            "has a path after its host",
        ),
        ("https://api.us1.alteryxcloud.com?x=1", "has a ? or # in it"),
        ("https://api.us1.alteryxcloud.com#x", "has a ? or # in it"),
        (
            "https://api.us1.alteryxcloud.com\nhttps://api.eu1.alteryxcloud.com",
            "has more than one line",
        ),
        ("https://api.us1 .alteryxcloud.com", "has ' ' in it"),
        (
            "https://api.us1.alteryxcloud.com\u{1b}[31m",
            "has '\\u{1b}' in it",
        ),
        (
            "\"https://api.us1.alteryxcloud.com\"",
            "is not a URL that begins with https://",
        ),
    ] {
        let place = place();
        place.write("aac_url.txt", content);
        assert_refused(
            &place,
            "aac_url.txt",
            &[problem, "https://api.us1.alteryxcloud.com, or eu1 or au1"],
        );
    }
}

#[test]
fn client_id_txt_holds_one_id() {
    for (content, problem) in [
        ("Your client id here\n", "still holds its placeholder"),
        ("b2a0c7e4\nb2a0c7e4\n", "has more than one line"),
        ("b2a0 c7e4", "has ' ' in it"),
        ("b2a0\tc7e4", "has '\\t' in it"),
        ("b2a0c7e4\u{1b}[31m", "has '\\u{1b}' in it"),
        ("b2a0c7e4\u{a0}x", "has '\\u{a0}' in it"),
        ("b2\u{e9}a0c7e4", "has 'é' in it"),
    ] {
        let place = place();
        place.write("client_id.txt", content);
        assert_refused(&place, "client_id.txt", &[problem, PROJECTS]);
    }
}

#[test]
fn creds_json_holds_two_tokens() {
    let place = place();
    let creds = place.creds();
    let (access, refresh) = (
        creds["access_token"].as_str().unwrap(),
        creds["refresh_token"].as_str().unwrap(),
    );
    let claims = json!({"iss": format!("{}/as", place.service.url), "client_id": OAUTH_CLIENT});
    let with = |access: &str, refresh: &str| {
        json!({"access_token": access, "refresh_token": refresh}).to_string()
    };
    let claiming = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        with(&token(&claims), refresh)
    };
    let payload = access.split('.').nth(1).unwrap();
    for (content, problem) in [
        (
            with("Your access token here", "Your refresh token here"),
            "placeholders: see \"access_token\"",
        ),
        (
            with(access, "Your refresh token here"),
            "placeholders: see \"refresh_token\"",
        ),
        // Not JSON, or not an object. The position is said, and nothing is quoted.
        (
            format!("{access}\n{refresh}\n"),
            "is not JSON: expected value at line 1 column 1",
        ),
        (
            format!("{{\n  \"access_token\": \"{access}\"\n  \"refresh_token\": \"{refresh}\"\n}}"),
            "at line 3 column 3",
        ),
        (
            format!("{{\"access_token\": {access}}}"),
            "is not JSON: expected value at line 1 column 18",
        ),
        (
            format!("{{\"access_token\": \"{access}\", \"refresh_token\": \"{refresh}"),
            "is not JSON: EOF",
        ),
        (
            format!("{{\"access_token\": \"{access}\n\"}}"),
            "is not JSON: control character",
        ),
        (
            format!("{{\"access_token\": \u{201c}{access}\u{201d}}}"),
            "is not JSON: expected value",
        ),
        (format!("\"{access}\""), "is not a JSON object"),
        (
            format!("[\"{access}\", \"{refresh}\"]"),
            "is not a JSON object",
        ),
        ("null".to_owned(), "is not a JSON object"),
        // The members.
        ("{}".to_owned(), "has no \"access_token\""),
        (
            json!({"access_token": access}).to_string(),
            "has no \"refresh_token\"",
        ),
        (
            json!({"refresh_token": refresh}).to_string(),
            "has no \"access_token\"",
        ),
        (
            json!({"access_token": {"token": access}, "refresh_token": refresh}).to_string(),
            "\"access_token\" that is not a string",
        ),
        (
            json!({"access_token": access, "refresh_token": 5}).to_string(),
            "\"refresh_token\" that is not a string",
        ),
        (
            json!({"access_token": access, "refresh_token": null}).to_string(),
            "\"refresh_token\" that is not a string",
        ),
        (with("", refresh), "has an empty \"access_token\""),
        (with(access, " \n"), "has an empty \"refresh_token\""),
        (
            with(access, &refresh.replace(&refresh[9..10], " ")),
            "strange characters in its \"refresh_token\"",
        ),
        (
            with(access, &format!("{refresh}é")),
            "strange characters in its \"refresh_token\"",
        ),
        (
            with(&format!("Bearer {access}"), refresh),
            "strange characters in its \"access_token\"",
        ),
        // The access token.
        (with(refresh, access), "has its two tokens swapped"),
        (with(access, access), "has one token twice"),
        (
            with(refresh, refresh),
            "\"access_token\" that is cut short, or is no access token",
        ),
        (
            with(&access[..30], refresh),
            "\"access_token\" that is cut short, or is no access token",
        ),
        (
            with(&format!("{access}.{refresh}"), refresh),
            "\"access_token\" that is cut short, or is no access token",
        ),
        (
            with(&access.replace(payload, &payload[..40]), refresh),
            "\"access_token\" that is damaged",
        ),
        (
            with(&access.replace(payload, ""), refresh),
            "\"access_token\" that is damaged",
        ),
        (
            with(&access.replace(payload, "%%%%"), refresh),
            "that is damaged: its second part",
        ),
        (
            with(&token(&json!({"iss": "https://issuer.example"})), refresh),
            "claims \"iss\" and \"client_id\"",
        ),
        (
            with(&token(&json!({"client_id": OAUTH_CLIENT})), refresh),
            "claims \"iss\" and \"client_id\"",
        ),
        (
            with(&token(&json!("claims")), refresh),
            "claims \"iss\" and \"client_id\"",
        ),
        (
            claiming("client_id", json!("")),
            "claims \"iss\" and \"client_id\"",
        ),
        (
            claiming("iss", json!(["https://issuer.example"])),
            "claims \"iss\" and \"client_id\"",
        ),
        (
            claiming("iss", json!("")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
        (
            claiming("iss", json!("issuer.example/as")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
        (
            claiming("iss", json!("http://issuer.example/as")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
        (
            claiming("iss", json!("http://localhost.evil.example")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
        (
            claiming("iss", json!("file:///etc/passwd")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
        (
            claiming("iss", json!("https://me@issuer.example/as")),
            "issuer (\"iss\") that has a user name",
        ),
        (
            claiming("iss", json!("https://issuer.example/as?x=")),
            "issuer (\"iss\") that has a ? or # in it",
        ),
        (
            claiming(
                "iss",
                json!(format!("https://issuer.example/{}", "x".repeat(65510))),
            ),
            "issuer (\"iss\") that is not a URL",
        ),
        (
            claiming("iss", json!("https://issuer.example/as#x")),
            "issuer (\"iss\") that has a ? or # in it",
        ),
        (
            claiming("iss", json!("https://issuer.example/a b")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
        (
            claiming("iss", json!("https://issuer.example/\r\nx: y")),
            "issuer (\"iss\") that is not a URL that begins with https://",
        ),
    ] {
        place.write("creds.json", content);
        assert_refused(&place, "creds.json", &[problem, TOKENS]);
    }
    place.write("creds.json", creds.to_string());
    assert!(place.credentials_are_good());
}

#[test]
fn an_issuer_is_taken_with_a_slash_at_its_end_and_at_any_loopback_name() {
    for (old, new) in [
        ("/as", "/as/"),
        ("127.0.0.1", "localhost"),
        ("http://127.0.0.1", "HTTP://LocalHost"),
    ] {
        let place = Place::new();
        let iss = format!("{}/as", place.service.url).replace(old, new);
        place.write("creds.json", place.creds_from(&iss));
        place.run(&[]).assert_done();
        assert!(place.credentials_are_good());
    }
}
