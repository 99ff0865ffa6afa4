//! The main job: three files in, tokens refreshed and saved, the current workspace out.

use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID, WORKSPACE};
use crate::mock::issuer::OAUTH_CLIENT;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::{NAME, jwt};
use crate::test_env::TestEnv;
use serde_json::{Value, json};

#[test]
fn prints_it_as_it_was_sent() {
    let env = TestEnv::new();
    let outcome = env.run(&[]);
    outcome.assert_success();
    assert_eq!(outcome.stdout, format!("{WORKSPACE}\n"));
    assert_eq!(outcome.stderr, "");
    let expected = [
        "POST /as/token".to_owned(),
        format!("GET {CURRENT_WORKSPACE}"),
    ];
    assert_eq!(env.request_lines(), expected);
}

#[test]
fn works_again_with_the_saved_tokens() {
    let env = TestEnv::new();
    for _ in 0..5 {
        env.run(&[]).assert_success();
    }
    assert!(env.creds_are_valid());
}

#[test]
fn saves_both_new_tokens() {
    let env = TestEnv::new();
    let (access_token, refresh_token) = (env.access_token(), env.refresh_token());
    env.run(&[]).assert_success();
    assert_ne!(env.access_token(), access_token);
    assert_ne!(env.refresh_token(), refresh_token);
    assert!(!env.accepts(&refresh_token));
    assert!(env.creds_are_valid());
    assert!(env.read("creds.json").ends_with("}\n"));
}

#[test]
fn refreshes_with_a_form() {
    let env = TestEnv::new();
    let refresh_token = env.refresh_token();
    env.run(&[]).assert_success();
    let refresh = &env.requests()[0];
    assert_eq!(
        refresh.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(refresh.header("authorization"), "");
    let form = [
        "grant_type=refresh_token",
        &format!("refresh_token={refresh_token}"),
        &format!("client_id={OAUTH_CLIENT}"),
    ];
    assert_eq!(refresh.body, form.join("&"));
}

#[test]
fn calls_with_the_new_token_and_both_project_headers() {
    let env = TestEnv::new();
    env.run(&[]).assert_success();
    let call = &env.requests()[1];
    let user_agent = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        call.header("authorization"),
        format!("Bearer {}", env.access_token())
    );
    assert_eq!(call.header("x-client-id"), PROJECT_ID);
    assert_eq!(call.header("x-api-project-id"), PROJECT_ID);
    assert_eq!(call.header("content-type"), "application/json");
    assert_eq!(call.header("user-agent"), user_agent);
    assert!(user_agent.starts_with(NAME));
    assert_eq!(call.body, "");
}

#[test]
fn forgives_marks_line_ends_and_spaces() {
    let env = TestEnv::new();
    let access_token = format!(" {}\\r\\n ", env.access_token());
    let refresh_token = format!(" {}\\r\\n ", env.refresh_token());
    env.write("aac_url.txt", format!("\u{FEFF}{}/ \r\n\r\n", env.url));
    env.write("client_id.txt", format!("\u{FEFF}  {PROJECT_ID}\r\n"));
    let lines = [
        "\u{FEFF}{",
        &format!("\t\"access_token\": \"{access_token}\","),
        &format!("\t\"refresh_token\": \"{refresh_token}\""),
        "}\r\n",
    ];
    env.write("creds.json", lines.join("\r\n"));
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
}

#[test]
fn reads_every_letter_of_base64url() {
    let env = TestEnv::new();
    let token = env.access_token();
    let payload = token.split('.').nth(1).unwrap();
    assert!(
        payload.contains('-') && payload.contains('_'),
        "the token does not test this"
    );
    env.run(&[]).assert_success();
}

#[test]
fn reads_a_padded_payload() {
    let env = TestEnv::new();
    let token = env.access_token();
    let payload = token.split('.').nth(1).unwrap();
    let padded = token.replace(payload, &format!("{payload}=="));
    env.write("creds.json", env.creds_with("access_token", padded));
    env.run(&[]).assert_success();
}

#[test]
fn takes_an_issuer_on_this_machine_however_it_is_written() {
    let rewritten = [
        ("/as", "/as/"),
        ("127.0.0.1", "localhost"),
        ("http://127.0.0.1", "HTTP://LocalHost"),
    ];
    for (old, new) in rewritten {
        let env = TestEnv::new();
        let iss = format!("{}/as", env.url).replace(old, new);
        env.write("creds.json", env.creds_from(&iss));
        env.run(&[]).assert_success();
        assert!(env.creds_are_valid());
    }
}

#[test]
fn indents_json_and_keeps_what_it_says() {
    let sent = concat!(
        r#"{"z":12345678901234567890123,"a":[1.10,1E5,-0,0.1e-7],"empty":{ },"none":[ ],"#,
        r#""text":"\" \\ \n é {[,:]}","z":[[{"deep":[true,false,null]}]]}"#,
        "\r\n",
    );
    // Two members of the same name stay two, and in their order.
    let printed = r#"{
  "z": 12345678901234567890123,
  "a": [
    1.10,
    1E5,
    -0,
    0.1e-7
  ],
  "empty": {},
  "none": [],
  "text": "\" \\ \n é {[,:]}",
  "z": [
    [
      {
        "deep": [
          true,
          false,
          null
        ]
      }
    ]
  ]
}
"#;
    let env = TestEnv::new();
    env.stub_api(Stub::ok(sent));
    assert_eq!(env.run(&[]).assert_success().stdout, printed);
}

/// Checks how each JSON text, which is one value, is printed.
fn check_printed(cases: &[(&str, &str)]) {
    let env = TestEnv::new();
    check_all_old(
        cases,
        |(sent, _)| sent.to_string(),
        |(sent, printed)| {
            env.stub_api(Stub::ok(*sent));
            let outcome = env.run(&[]);
            assert_eq!(outcome.assert_success().stdout, format!("{printed}\n"));
            // It still says the same.
            let value = |json| serde_json::from_str::<Value>(json).ok();
            assert_eq!(value(&outcome.stdout), value(sent));
        },
    );
}

#[test]
fn prints_json_that_is_one_value() {
    check_printed(
        &["\"text\"", "1E5", "-0", "null", "true", "[]", "{}", "\"\""].map(|value| (value, value)),
    );
}

#[test]
fn prints_escaped_characters_as_themselves() {
    check_printed(&[
        (r#""Zo\u00eb""#, r#""Zoë""#),
        (r#""Zo\u00EB""#, r#""Zoë""#),
        (r#""\ud83d\ude80""#, r#""🚀""#),
        (r#""\u65e5\u672c""#, r#""日本""#),
        (r#""\u0041\/\u002f""#, r#""A//""#),
        (r#"{"\u00eb":1}"#, "{\n  \"ë\": 1\n}"),
        (r#""ë 🚀 日本""#, r#""ë 🚀 日本""#),
        // What would end the string, or begin an escape, stays escaped.
        (r#""\u0022 \u005c""#, r#""\" \\""#),
        (r#""\\u00eb \\\u00eb""#, r#""\\u00eb \\ë""#),
    ]);
}

#[test]
fn keeps_lone_surrogates() {
    check_printed(&[
        (r#""\ud83d""#, r#""\ud83d""#),
        (r#""\ude80\ud83d""#, r#""\ude80\ud83d""#),
        (r#""cut \ud83d, here""#, r#""cut \ud83d, here""#),
        (r#""\ud83d\u0041""#, r#""\ud83d\u0041""#),
    ]);
}

#[test]
fn escapes_what_steers_a_terminal() {
    check_printed(&[
        (r#""\u001b[0m \u0007""#, r#""\u001b[0m \u0007""#),
        (r#""\u0008\u000a\u0009""#, r#""\b\n\t""#),
        ("\"\u{7f}\"", r#""\u007f""#),
        ("\"\u{9b}31m\"", r#""\u009b31m""#),
        (r#""\u009b31m""#, r#""\u009b31m""#),
        ("{\"\u{9b}\":0}", "{\n  \"\\u009b\": 0\n}"),
        // Beside half a surrogate pair, where the string is left alone.
        ("\"\\ud83d\u{9b}\"", r#""\ud83d\u009b""#),
        // Overrides and isolates of the direction of writing.
        ("\"\u{202e}gpj\u{2066}\"", r#""\u202egpj\u2066""#),
        (r#""\u202E\u200f\u061c""#, r#""\u202e\u200f\u061c""#),
        // What has no width: spaces, joiners, marks, tags.
        (
            "\"a\u{200b}b\u{feff}c\u{ad}\"",
            r#""a\u200bb\ufeffc\u00ad""#,
        ),
        (r#""\u200b\u2060\u180e""#, r#""\u200b\u2060\u180e""#),
        ("\"\u{e0041}\"", r#""\udb40\udc41""#),
        // Line separators.
        ("\"\u{2028}\u{2029}\u{85}\"", r#""\u2028\u2029\u0085""#),
    ]);
}

#[test]
fn prints_no_json_that_is_none() {
    let cases = [
        "[1,2]\u{c}",
        "[1,2]\u{a0}",
        "[1,2]\0",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "[01]",
        "[1] [2]",
        "NaN",
        "\"\t\"",
        "\"\\x\"",
        "\"\\ud8\"",
        "\"open",
        "text",
    ];
    let env = TestEnv::new();
    check_all_old(
        cases,
        |sent| format!("{sent:?}"),
        |sent| {
            env.stub_api(Stub::ok(*sent));
            env.run(&[])
                .assert_failure(&["returned HTTP 200 OK, but no valid JSON"]);
        },
    );
}

#[test]
fn prints_deep_nesting_within_reason() {
    let nested = |depth| "[".repeat(depth) + "1" + &"]".repeat(depth);
    let env = TestEnv::new();
    env.stub_api(Stub::ok(nested(1000)));
    assert_eq!(env.run(&[]).assert_success().stdout.lines().count(), 2001);
    env.stub_api(Stub::ok(nested(100_000)));
    env.run(&[]).assert_failure(&["HTTP 200"]);
}

#[test]
fn ignores_a_byte_order_mark_before_json() {
    let env = TestEnv::new();
    env.stub_api(Stub::ok("\u{feff}[]"));
    assert_eq!(env.run(&[]).assert_success().stdout, "[]\n");
}

#[test]
fn prints_json_for_the_next_program() {
    let printed = TestEnv::new().run(&[]).assert_success().stdout.clone();
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed, serde_json::from_str::<Value>(WORKSPACE).unwrap());
}

#[test]
fn a_refresh_token_may_be_a_jwt() {
    let env = TestEnv::new();
    let claims = json!({"iss": env.url, "client_id": OAUTH_CLIENT, "typ": "Refresh"});
    env.write("creds.json", env.creds_with("refresh_token", jwt(&claims)));
    // The mock service does not know it.
    env.run(&[])
        .assert_failure(&["returned HTTP 400", "invalid_grant"]);
}

#[test]
fn the_default_port_may_be_written() {
    let env = TestEnv::new();
    env.write("aac_url.txt", "https://localhost:443");
    // Whether something listens there does not matter.
    let outcome = env.run(&["-v"]);
    assert!(
        outcome.stderr.contains("\n> GET https://localhost"),
        "{outcome:#?}"
    );
}
