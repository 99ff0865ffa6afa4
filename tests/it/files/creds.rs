//! `creds.json` holds two tokens.

use super::{NEW_TOKENS, assert_refused, test_env};
use crate::mock::issuer::OAUTH_CLIENT;
use crate::support::case::check_all;
use crate::support::jwt;
use crate::test_env::TestEnv;
use serde_json::{Value, json};

const PAGE: &str = "https://au1.alteryxcloud.com/cloud-portal/preferences/oauth2-api-tokens";

const ODD_REFRESH_TOKEN: &str = "has an invalid character in its \"refresh_token\"";
const BROKEN: &str = "has a line break in a token, or lacks a quotation mark";
const CURLY: &str = "has curly quotation marks";
/// Correct the file by hand.
const BY_HAND: &str = "Correct that in a text editor.";
/// What the file should look like.
const FORMAT: &str =
    "The file should look like this: {\"access_token\": \"…\", \"refresh_token\": \"…\"}";

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

/// The file lacks a token, or a part of one. If no copy is left, only new tokens help.
fn check(env: &TestEnv, cases: Vec<Case>) {
    check_each(env, cases, |problem| {
        assert_refused(
            env,
            "creds.json",
            &[problem, "Paste the right one if you have it.", PAGE],
        );
    });
}

/// The tokens are there. What else is wrong is mended by hand, as `advice` says.
fn check_mendable(env: &TestEnv, advice: &[&str], cases: Vec<Case>) {
    check_each(env, cases, |problem| {
        let words = [&[problem], advice].concat();
        assert_refused(env, "creds.json", &words).assert_lacks(&[NEW_TOKENS, PAGE]);
    });
}

fn check_each(env: &TestEnv, cases: Vec<Case>, check_one: impl Fn(&str)) {
    let valid = env.read("creds.json");
    check_all(
        cases,
        |case| case.name.to_owned(),
        |case| {
            env.write("creds.json", &case.content);
            check_one(case.problem);
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
    check_each(
        &env,
        vec![
            case(
                "both",
                tokens(access, refresh),
                "still holds the placeholder for \"access_token\"",
            ),
            case(
                "one",
                tokens(&valid, refresh),
                "still holds the placeholder for \"refresh_token\"",
            ),
        ],
        |problem| {
            assert_refused(&env, "creds.json", &[problem, NEW_TOKENS, PAGE]);
        },
    );
}

#[test]
fn in_json() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let valid = env.read("creds.json");
    let (second, third) = (valid.lines().nth(1).unwrap(), valid.lines().nth(2).unwrap());
    let with_lines = |second: &str, third: &str| {
        ["{", second, third, "}", ""]
            .join("\n")
            .replace("\n\n", "\n")
    };
    assert_eq!(with_lines(second, third), valid, "a token on each line");
    let without_comma = second.trim_end_matches(',');
    let opening = second.replace(": \"", ": ");
    let key = second.replacen('"', "", 1);
    let single = second.replace(&format!("\"{access}\""), &format!("'{access}'"));
    check_mendable(
        &env,
        &[BY_HAND, FORMAT],
        vec![
            case(
                "bare tokens",
                format!("{access}\n{refresh}\n"),
                "is not JSON: expected value at line 1 column 1",
            ),
            case(
                "a comma too many",
                with_lines(second, &format!("{third},")),
                "trailing comma at line",
            ),
            case(
                "no comma",
                with_lines(without_comma, third),
                "expected `,` or `}` at line 3 column 3",
            ),
            case(
                "no quotation mark before a token",
                with_lines(&opening, third),
                "is not JSON: expected value at line 2 column 19",
            ),
            case(
                "no quotation mark after a token",
                with_lines(&second.replace("\",", ","), third),
                BROKEN,
            ),
            case(
                "no quotation mark before a name",
                with_lines(&key, third),
                "key must be a string at line 2 column 3",
            ),
            case(
                "single quotation marks",
                with_lines(&single, third),
                "is not JSON: expected value at line 2",
            ),
            case(
                "curly quotation marks",
                format!("{{\"access_token\": \u{201c}{access}\u{201d}}}"),
                CURLY,
            ),
            case(
                "curly quotation marks around a name",
                valid.replace("\"access_token\"", "\u{201c}access_token\u{201d}"),
                CURLY,
            ),
            case(
                "German quotation marks",
                format!("{{\"access_token\": \u{201e}{access}\u{201c}}}"),
                CURLY,
            ),
            case(
                "a line break in a token",
                valid.replace(&refresh[9..], &format!("\n{}", &refresh[9..])),
                BROKEN,
            ),
            case(
                "no braces",
                format!("{second}\n{third}\n"),
                "is not a JSON object",
            ),
            case(
                "cut short",
                valid.trim_end_matches("}\n"),
                "is not JSON: EOF",
            ),
            case(
                "one brace too many",
                format!("{valid}}}"),
                "is not JSON: trailing characters at line 5 column 1",
            ),
            case("a string", json!(access), "is not a JSON object"),
            case("an array", json!([access, refresh]), "is not a JSON object"),
            case("null", "null", "is not a JSON object"),
        ],
    );
}

#[test]
fn with_the_tokens_alone_and_each_in_its_place() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let bearer = |token| format!("Bearer {token}");
    check_mendable(
        &env,
        &["Remove that word."],
        vec![
            case(
                "Bearer",
                tokens(&bearer(&access), &refresh),
                "has the word Bearer in its \"access_token\"",
            ),
            case(
                "Bearer in the other",
                tokens(&access, &bearer(&refresh)),
                "has the word Bearer in its \"refresh_token\"",
            ),
        ],
    );
    check_mendable(
        &env,
        &["Swap them."],
        vec![case(
            "swapped",
            tokens(&refresh, &access),
            "has its tokens swapped",
        )],
    );
}

#[test]
fn as_strings() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
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
                "has no \"access_token\"",
            ),
            case(
                "a number",
                json!({"access_token": access, "refresh_token": 5}),
                "has no \"refresh_token\"",
            ),
            case(
                "null",
                json!({"access_token": access, "refresh_token": null}),
                "has no \"refresh_token\"",
            ),
            case("empty", tokens("", &refresh), "has no \"access_token\""),
            case("blank", tokens(&access, " \n"), "has no \"refresh_token\""),
        ],
    );
}

#[test]
fn without_strange_characters() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let spaced = refresh.replace(&refresh[9..10], " ");
    check(
        &env,
        vec![
            case("a space", tokens(&access, &spaced), ODD_REFRESH_TOKEN),
            case(
                "an accent",
                tokens(&access, &format!("{refresh}é")),
                ODD_REFRESH_TOKEN,
            ),
        ],
    );
}

#[test]
fn whole() {
    let env = test_env();
    let (access, refresh) = (env.access_token(), env.refresh_token());
    let payload = access.split('.').nth(1).unwrap();
    let with_payload = |payload_: &str| tokens(&access.replace(payload, payload_), &refresh);
    let cut = "\"access_token\" that is cut short or damaged, or is not a JWT";
    let damaged = cut;
    check(
        &env,
        vec![
            case(
                "the access token twice",
                tokens(&access, &access),
                "has one token in both places",
            ),
            case("the refresh token twice", tokens(&refresh, &refresh), cut),
            case("30 letters", tokens(&access[..30], &refresh), cut),
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
    let missing = "\"access_token\" that is cut short or damaged, or is not a JWT";
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
    let long = format!("https://issuer.example/{}", "x".repeat(65510));
    let issuers = [
        "",
        "issuer.example/as",
        "http://issuer.example/as",
        "http://localhost.evil.example",
        "file:///etc/passwd",
        "https://issuer.example/a b",
        "https://issuer.example/\r\nx: y",
        "https://me@issuer.example/as",
        "https://issuer.example/as?x=",
        "https://issuer.example/as#x",
        &long,
    ];
    let cases = issuers.map(|iss: &str| {
        let claims = json!({"iss": iss, "client_id": OAUTH_CLIENT});
        case(
            &iss[..iss.len().min(40)],
            tokens(&jwt(&claims), &refresh),
            "\"access_token\" that names an issuer (\"iss\") that is not an https:// URL",
        )
    });
    check(&env, cases.into());
}
