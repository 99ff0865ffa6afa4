//! The main job: three files in, tokens refreshed and saved, the current workspace out.

use crate::mock::gateway::{PROJECT_ID, WORKSPACE};
use crate::mock::issuer::OAUTH_CLIENT;
use crate::stub::Stub;
use crate::support::NAME;
use crate::test_env::TestEnv;
use serde_json::Value;

#[test]
fn prints_it_as_it_was_sent() {
    let env = TestEnv::new();
    let outcome = env.run(&[]);
    outcome.assert_success();
    assert_eq!(outcome.stdout, format!("{WORKSPACE}\n"));
    assert_eq!(outcome.stderr, "");
    let expected = ["POST /as/token", "GET /iam/v1/workspaces/current"];
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
fn indents_json_and_changes_nothing_else() {
    let sent = concat!(
        r#"{"z":12345678901234567890123,"a":[1.10,1E5,-0,0.1e-7],"empty":{ },"none":[ ],"#,
        r#""text":"\" \\ \/ \u00e9 é {[,:]}","z":[[{"deep":[true,false,null]}]],"#,
        "\"\u{7f}\":\"\u{9b}31m \\u001b[0m\"}\r\n",
    );
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
  "text": "\" \\ \/ \u00e9 é {[,:]}",
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
  ],
  "\u007f": "\u009b31m \u001b[0m"
}
"#;
    let env = TestEnv::new();
    env.stub_api(Stub::ok(sent));
    assert_eq!(env.run(&[]).assert_success().stdout, printed);
}

#[test]
fn prints_json_that_is_one_value() {
    let env = TestEnv::new();
    for value in ["\"text\"", "1E5", "null", "[]"] {
        env.stub_api(Stub::ok(value));
        assert_eq!(env.run(&[]).assert_success().stdout, format!("{value}\n"));
    }
}

#[test]
fn prints_json_for_the_next_program() {
    let printed = TestEnv::new().run(&[]).assert_success().stdout.clone();
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed, serde_json::from_str::<Value>(WORKSPACE).unwrap());
}
