//! The main job: three files in, tokens exchanged and saved, the current workspace out.

use crate::program::Place;
use crate::service::{CURRENT_WORKSPACE, OAUTH_CLIENT, PROJECT_ID, Reply, WORKSPACE};
use serde_json::Value;

#[test]
fn the_current_workspace_is_printed_as_it_was_sent() {
    let place = Place::new();
    let outcome = place.run(&[]);
    outcome.assert_done();
    assert_eq!(outcome.stdout, format!("{WORKSPACE}\n"));
    assert_eq!(outcome.stderr, "");
    assert_eq!(place.requests(), ["POST /as/token", "GET /iam/v1/workspaces/current"]);
}

#[test]
fn it_works_again_and_again_with_the_tokens_that_it_saved() {
    let place = Place::new();
    for _ in 0..5 {
        place.run(&[]).assert_done();
    }
    assert!(place.credentials_are_good());
}

#[test]
fn the_refresh_token_is_exchanged_for_a_new_pair_that_is_saved() {
    let place = Place::new();
    let old = place.creds();
    place.run(&[]).assert_done();
    let new = place.creds();
    assert_ne!(old["access_token"], new["access_token"]);
    assert_ne!(old["refresh_token"], new["refresh_token"]);
    assert!(!place.service.honours(old["refresh_token"].as_str().unwrap()));
    assert!(place.credentials_are_good());
    assert!(place.read("creds.json").ends_with("}\n"));
}

#[test]
fn the_exchange_is_a_form_with_the_client_of_the_access_token() {
    let place = Place::new();
    let refresh_token = place.creds()["refresh_token"].as_str().unwrap().to_owned();
    place.run(&[]).assert_done();
    let exchange = &place.service.seen()[0];
    assert_eq!(exchange.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(exchange.header("authorization"), "");
    let form = format!("grant_type=refresh_token&refresh_token={refresh_token}&client_id={OAUTH_CLIENT}");
    assert_eq!(exchange.body, form);
}

#[test]
fn the_call_carries_the_new_access_token_and_the_project_under_both_names() {
    let place = Place::new();
    place.run(&[]).assert_done();
    let call = &place.service.seen()[1];
    let token = place.creds()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(call.header("authorization"), format!("Bearer {token}"));
    assert_eq!(call.header("x-client-id"), PROJECT_ID);
    assert_eq!(call.header("x-api-project-id"), PROJECT_ID);
    assert_eq!(call.header("content-type"), "application/json");
    assert_eq!(call.header("user-agent"), format!("get_workspace/{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(call.body, "");
}

#[test]
fn a_byte_order_mark_windows_line_ends_and_blanks_are_forgiven() {
    let place = Place::new();
    let creds = place.creds();
    let padded = |name: &str| format!(" {}\\r\\n ", creds[name].as_str().unwrap());
    place.write("aac_url.txt", format!("\u{FEFF}{}/ \r\n\r\n", place.service.url));
    place.write("client_id.txt", format!("\u{FEFF}  {PROJECT_ID}\r\n"));
    place.write(
        "creds.json",
        format!(
            "\u{FEFF}{{\r\n\t\"access_token\": \"{}\",\r\n\t\"refresh_token\": \"{}\"\r\n}}\r\n",
            padded("access_token"),
            padded("refresh_token"),
        ),
    );
    place.run(&[]).assert_done();
    assert!(place.credentials_are_good());
}

#[test]
fn a_token_is_read_whether_its_payload_is_padded_or_not_and_with_every_letter_of_base64url() {
    let place = Place::new();
    // The claims of the stand-in's tokens have names with accents and in Japanese in them.
    let token = place.creds()["access_token"].as_str().unwrap().to_owned();
    let payload = token.split('.').nth(1).unwrap();
    assert!(payload.contains('-') && payload.contains('_'), "the stand-in's tokens do not test this");
    place.run(&[]).assert_done();

    let token = place.creds()["access_token"].as_str().unwrap().to_owned();
    let payload = token.split('.').nth(1).unwrap();
    place.write("creds.json", place.creds_with("access_token", token.replace(payload, &format!("{payload}=="))));
    place.run(&[]).assert_done();
}

#[test]
fn json_is_laid_out_and_otherwise_left_alone() {
    let place = Place::new();
    let sent = concat!(
        r#"{"z":12345678901234567890123,"a":[1.10,1E5,-0,0.1e-7],"empty":{ },"none":[ ],"text":"\" \\ \/ \u00e9 é {[,:]}","#,
        "\"z\":[[{\"deep\":[true,false,null]}]],\"\u{7f}\":\"\u{9b}31m \\u001b[0m\"}\r\n"
    );
    let shown = r#"{
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
    place.service.script(CURRENT_WORKSPACE, Reply::new(200, "application/json", sent));
    assert_eq!(place.run(&[]).assert_done().stdout, shown);
    for scalar in ["\"text\"", "1E5", "null", "[]"] {
        place.service.script(CURRENT_WORKSPACE, Reply::new(200, "application/json", scalar));
        assert_eq!(place.run(&[]).assert_done().stdout, format!("{scalar}\n"));
    }
}

#[test]
fn what_is_printed_is_json_for_the_next_program() {
    let place = Place::new();
    let printed: Value = serde_json::from_str(&place.run(&[]).assert_done().stdout).unwrap();
    assert_eq!(printed, serde_json::from_str::<Value>(WORKSPACE).unwrap());
}
