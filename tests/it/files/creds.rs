//! `creds.json` holds two tokens.

use super::{assert_refused, test_env};
use crate::mock::issuer::OAUTH_CLIENT;
use crate::support::case::check_all;
use crate::support::jwt;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

const PAGE: &str = "https://au1.alteryxcloud.com/cloud-portal/preferences/oauth2-api-tokens";

struct Case<'a> {
    name: &'a str,
    content: String,
    problem: &'a str,
}

fn case<'a>(name: &'a str, content: impl ToString, problem: &'a str) -> Case<'a> {
    let content = content.to_string();
    Case {
        name,
        content,
        problem,
    }
}

fn check(env: &TestEnv, cases: Vec<Case>) {
    let valid = env.read("creds.json");
    check_all(
        cases,
        |case| case.name.to_owned(),
        |case| {
            env.write("creds.json", &case.content);
            assert_refused(env, "creds.json", &[case.problem, PAGE]);
        },
    );
    env.write("creds.json", valid);
    assert!(env.creds_are_valid());
}

fn tokens(access_token: &str, refresh_token: &str) -> Value {
    json!({"access_token": access_token, "refresh_token": refresh_token})
}

#[test]
fn not_placeholders() {
    let env = test_env();
    let (access, refresh) = ("Your access token here", "Your refresh token here");
    let valid = env.access_token();
    check(
        &env,
        vec![
            case(
                "both",
                tokens(access, refresh),
                "placeholders: see \"access_token\"",
            ),
            case(
                "one",
                tokens(&valid, refresh),
                "placeholders: see \"refresh_token\"",
            ),
        ],
    );
}

#[test]
fn in_json() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    check(
        &env,
        vec![
            case(
                "bare tokens",
                format!("{access}\n{refresh}\n"),
                "is not JSON: expected value at line 1 column 1",
            ),
            case(
                "no comma",
                format!(
                    "{{\n  \"access_token\": \"{access}\"\n  \"refresh_token\": \"{refresh}\"\n}}"
                ),
                "at line 3 column 3",
            ),
            case(
                "no quotation marks",
                format!("{{\"access_token\": {access}}}"),
                "is not JSON: expected value at line 1 column 18",
            ),
            case(
                "cut short",
                format!("{{\"access_token\": \"{access}\", \"refresh_token\": \"{refresh}"),
                "is not JSON: EOF",
            ),
            case(
                "a line break in a token",
                format!("{{\"access_token\": \"{access}\n\"}}"),
                "is not JSON: control character",
            ),
            case(
                "curly quotation marks",
                format!("{{\"access_token\": \u{201c}{access}\u{201d}}}"),
                "is not JSON: expected value",
            ),
            case("a string", json!(access), "is not a JSON object"),
            case("an array", json!([access, refresh]), "is not a JSON object"),
            case("null", "null", "is not a JSON object"),
        ],
    );
}

#[test]
fn as_strings() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let no_string = "\"refresh_token\" that is not a string";
    check(
        &env,
        vec![
            case("nothing", json!({}), "has no \"access_token\""),
            case(
                "no refresh token",
                json!({"access_token": access}),
                "has no \"refresh_token\"",
            ),
            case(
                "no access token",
                json!({"refresh_token": refresh}),
                "has no \"access_token\"",
            ),
            case(
                "an object",
                json!({"access_token": {"token": access}, "refresh_token": refresh}),
                "\"access_token\" that is not a string",
            ),
            case(
                "a number",
                json!({"access_token": access, "refresh_token": 5}),
                no_string,
            ),
            case(
                "null",
                json!({"access_token": access, "refresh_token": null}),
                no_string,
            ),
            case(
                "empty",
                tokens("", &refresh),
                "has an empty \"access_token\"",
            ),
            case(
                "blank",
                tokens(&access, " \n"),
                "has an empty \"refresh_token\"",
            ),
        ],
    );
}

#[test]
fn without_strange_characters() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let spaced = refresh.replace(&refresh[9..10], " ");
    let in_access_token = "strange characters in its \"access_token\"";
    let in_refresh_token = "strange characters in its \"refresh_token\"";
    check(
        &env,
        vec![
            case("a space", tokens(&access, &spaced), in_refresh_token),
            case(
                "an accent",
                tokens(&access, &format!("{refresh}é")),
                in_refresh_token,
            ),
            case(
                "Bearer",
                tokens(&format!("Bearer {access}"), &refresh),
                in_access_token,
            ),
        ],
    );
}

#[test]
fn whole_and_each_in_its_place() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let payload = access.split('.').nth(1).unwrap();
    let with_payload = |payload_: &str| tokens(&access.replace(payload, payload_), &refresh);
    let cut = "\"access_token\" that is cut short, or is no access token";
    let damaged = "\"access_token\" that is damaged: its second part";
    check(
        &env,
        vec![
            case(
                "swapped",
                tokens(&refresh, &access),
                "has its two tokens swapped",
            ),
            case(
                "the access token twice",
                tokens(&access, &access),
                "has one token twice",
            ),
            case("the refresh token twice", tokens(&refresh, &refresh), cut),
            case("30 letters", tokens(&access[..30], &refresh), cut),
            case(
                "four parts",
                tokens(&format!("{access}.{refresh}"), &refresh),
                cut,
            ),
            case("half a payload", with_payload(&payload[..40]), damaged),
            case("no payload", with_payload(""), damaged),
            case("no base64url", with_payload("%%%%"), damaged),
        ],
    );
}

#[test]
fn with_the_claims_of_an_access_token() {
    let env = test_env();
    let refresh = env.refresh_token();
    let iss = "https://issuer.example";
    let missing = "claims \"iss\" and \"client_id\"";
    let claiming = |claims: Value| tokens(&jwt(&claims), &refresh);
    check(
        &env,
        vec![
            case("no client_id", claiming(json!({"iss": iss})), missing),
            case(
                "no iss",
                claiming(json!({"client_id": OAUTH_CLIENT})),
                missing,
            ),
            case("a string", claiming(json!("claims")), missing),
            case(
                "an empty client_id",
                claiming(json!({"iss": iss, "client_id": ""})),
                missing,
            ),
            case(
                "an array as iss",
                claiming(json!({"iss": [iss], "client_id": OAUTH_CLIENT})),
                missing,
            ),
        ],
    );
}

#[test]
fn from_an_issuer_that_tokens_may_be_sent_to() {
    let env = test_env();
    let refresh = env.refresh_token();
    let not_https = "issuer (\"iss\") that is not a URL that begins with https://";
    let query = "issuer (\"iss\") that has a ? or # in it";
    let long = format!("https://issuer.example/{}", "x".repeat(65510));
    let issuers = [
        ("", not_https),
        ("issuer.example/as", not_https),
        ("http://issuer.example/as", not_https),
        ("http://localhost.evil.example", not_https),
        ("file:///etc/passwd", not_https),
        ("https://issuer.example/a b", not_https),
        ("https://issuer.example/\r\nx: y", not_https),
        (
            "https://me@issuer.example/as",
            "issuer (\"iss\") that has a user name",
        ),
        ("https://issuer.example/as?x=", query),
        ("https://issuer.example/as#x", query),
        (&long, "issuer (\"iss\") that is not a URL"),
    ];
    let cases = issuers.map(|(iss, problem)| {
        let claims = json!({"iss": iss, "client_id": OAUTH_CLIENT});
        case(
            &iss[..iss.len().min(40)],
            tokens(&jwt(&claims), &refresh),
            problem,
        )
    });
    check(&env, cases.into());
}
