//! The main job: three files in, tokens refreshed and saved, the current workspace out.

use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID, WORKSPACE};
use crate::mock::issuer::OAUTH_CLIENT;
use crate::stub::Stub;
use crate::support::NAME;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use serde_json::Value;

#[test]
fn prints_it_as_it_was_sent() {
    let env = TestEnv::new();
    let payload = env.access_token();
    let payload = payload.split('.').nth(1).unwrap();
    let has_each_letter = payload.contains('-') && payload.contains('_');
    assert!(has_each_letter, "the token does not test base64url");
    let outcome = env.run(&[]);
    outcome.assert_success();
    assert_eq!(outcome.stdout, format!("{WORKSPACE}\n"));
    assert_eq!(outcome.stderr, "");
}

#[test]
fn saves_both_new_tokens() {
    let env = TestEnv::new();
    for _ in 0..5 {
        let (access_token, refresh_token) = (env.access_token(), env.refresh_token());
        env.run(&[]).assert_success();
        assert_ne!(env.access_token(), access_token);
        assert_ne!(env.refresh_token(), refresh_token);
        assert!(!env.accepts(&refresh_token));
        assert!(env.creds_are_valid());
        assert!(env.read("creds.json").ends_with("}\n"));
    }
}

#[test]
fn refreshes_with_a_form_and_calls_with_the_new_token() {
    let env = TestEnv::new();
    let refresh_token = env.refresh_token();
    env.run(&[]).assert_success();
    let call = format!("GET {CURRENT_WORKSPACE}");
    assert_eq!(env.request_lines(), ["POST /as/token", &call]);
    let requests = env.requests();
    for request in &requests {
        let user_agent = format!("{NAME}/{}", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.header("user-agent"), user_agent);
    }
    let form_type = "application/x-www-form-urlencoded";
    assert_eq!(requests[0].header("content-type"), form_type);
    assert_eq!(requests[0].header("authorization"), "");
    let tokens = format!("refresh_token={refresh_token}&client_id={OAUTH_CLIENT}");
    let form = format!("grant_type=refresh_token&{tokens}");
    assert_eq!(requests[0].body, form);
    let bearer = format!("Bearer {}", env.access_token());
    assert_eq!(requests[1].header("authorization"), bearer);
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
fn the_default_port_may_be_written() {
    let env = TestEnv::new();
    env.write("aac_url.txt", "https://localhost:443");
    // Whether something listens there does not matter.
    env.run(&["-v"]).assert_has(&["\n> GET https://localhost"]);
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

#[test]
fn prints_a_value_as_text_that_steers_no_terminal() {
    let cases = [
        (r#""text""#, r#""text""#),
        ("1E5", "1E5"),
        ("-0", "-0"),
        ("null", "null"),
        ("true", "true"),
        ("[]", "[]"),
        ("{}", "{}"),
        (r#""""#, r#""""#),
        // A byte order mark is ignored.
        ("\u{feff}[]", "[]"),
        // Escaped characters become themselves.
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
        // So does half a surrogate pair.
        (r#""\ud83d""#, r#""\ud83d""#),
        (r#""\ude80\ud83d""#, r#""\ude80\ud83d""#),
        (r#""cut \ud83d, here""#, r#""cut \ud83d, here""#),
        (r#""\ud83d\u0041""#, r#""\ud83d\u0041""#),
        // Control characters are escaped, also beside half a pair, where the string is left alone.
        (r#""\u001b[0m \u0007""#, r#""\u001b[0m \u0007""#),
        (r#""\u0008\u000a\u0009""#, r#""\b\n\t""#),
        ("\"\u{7f}\"", r#""\u007f""#),
        ("\"\u{9b}31m\"", r#""\u009b31m""#),
        (r#""\u009b31m""#, r#""\u009b31m""#),
        ("{\"\u{9b}\":0}", "{\n  \"\\u009b\": 0\n}"),
        ("\"\\ud83d\u{9b}\"", r#""\ud83d\u009b""#),
        // Overrides and isolates of the direction of writing.
        ("\"\u{202e}gpj\u{2066}\"", r#""\u202egpj\u2066""#),
        (r#""\u202E\u200f\u061c""#, r#""\u202e\u200f\u061c""#),
        // What has no width: spaces, joiners, marks, tags.
        ("\"\u{200b}b\u{feff}c\u{ad}\"", r#""\u200bb\ufeffc\u00ad""#),
        (r#""\u200b\u2060\u180e""#, r#""\u200b\u2060\u180e""#),
        ("\"\u{e0041}\"", r#""\udb40\udc41""#),
        // Line separators.
        ("\"\u{2028}\u{2029}\u{85}\"", r#""\u2028\u2029\u0085""#),
    ];
    let env = TestEnv::new();
    check_all(cases, |sent, printed| {
        env.stub_api(Stub::ok(*sent));
        let outcome = env.run(&[]);
        assert_eq!(outcome.assert_success().stdout, format!("{printed}\n"));
        // It still says the same.
        let value = |json| serde_json::from_str::<Value>(json).ok();
        let sent = sent.trim_start_matches('\u{feff}');
        assert_eq!(value(printed), value(sent));
    });
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
    check_all(cases.map(|sent| (sent, sent)), |_, sent| {
        env.stub_api(Stub::ok(sent));
        env.run(&[])
            .assert_failure(&["returned HTTP 200 OK, but no usable JSON"]);
    });
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
