//! What is saved, and where.

use super::AFTER_RUN;
use crate::mock::issuer::OAUTH_CLIENT;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::jwt;
use crate::support::process::{RENAME, injected};
#[cfg(unix)]
use crate::support::temp_folder::TempFolder;
use crate::test_env::TestEnv;
use serde_json::{Value, json};
#[cfg(unix)]
use std::fs;

#[test]
fn every_field_of_the_response_and_of_the_file() {
    let env = TestEnv::new();
    env.write("creds.json", env.creds_with("note", json!({"mine": 1})));
    env.run(&[]).assert_success();
    let creds = env.creds();
    assert_eq!(creds["note"], json!({"mine": 1}));
    assert_eq!(creds["token_type"], "Bearer");
    assert_eq!(creds["expires_in"], 300);
    assert!(creds["id_token"].is_string());
}

#[test]
fn numbers_as_they_were_sent() {
    let env = TestEnv::new();
    let numbers = r#""expires_at": 12345678901234567890123, "factor": 1.10"#;
    let response = format!(r#"{{"access_token": "a.e30.c", {numbers}}}"#);
    env.stub_issuer(Stub::ok(response));
    env.run(&[]);
    let saved = env.read("creds.json");
    for number in ["12345678901234567890123", "1.10"] {
        assert!(saved.contains(number), "{number} is not in {saved}");
    }
}

#[test]
fn no_refresh_token_keeps_the_old_one() {
    let env = TestEnv::new();
    env.keep_refresh_tokens();
    let before = env.creds();
    for _ in 0..2 {
        env.run(&[]).assert_success();
        assert_ne!(env.creds()["access_token"], before["access_token"]);
        assert_eq!(env.creds()["refresh_token"], before["refresh_token"]);
        assert!(env.creds_are_valid());
    }
}

#[test]
fn a_refresh_token_that_is_null_or_empty_counts_as_none() {
    for nothing in [Value::Null, json!("")] {
        let env = TestEnv::new();
        let refresh_token = env.refresh_token();
        let access_token = env.generate_tokens()["access_token"].clone();
        let response = json!({"access_token": access_token, "refresh_token": nothing});
        env.stub_issuer(Stub::json(200, response));
        env.run(&[]).assert_success();
        assert_eq!(env.creds()["access_token"], access_token);
        assert_eq!(env.refresh_token(), refresh_token);
        assert!(env.creds_are_valid());
    }
}

/// Some issuers make refresh tokens that are JWTs too.
#[test]
fn a_refresh_token_may_be_a_jwt() {
    let env = TestEnv::new();
    let jwt = |id| jwt(&json!({"iss": env.url, "client_id": OAUTH_CLIENT, "jti": id}));
    env.write("creds.json", env.creds_with("refresh_token", jwt("old")));
    let mut tokens = env.generate_tokens();
    tokens["refresh_token"] = json!(jwt("new"));
    env.stub_issuer(Stub::json(200, tokens.clone()));
    for _ in 0..2 {
        env.run(&[]).assert_success();
        assert_eq!(env.creds()["refresh_token"], tokens["refresh_token"]);
    }
}

/// Some issuers write null for what is absent, and some systems a byte order mark.
#[test]
fn what_arrived_is_not_thrown_away() {
    type Body = fn(&Value) -> Vec<u8>;
    let cases: [(&str, Body); 7] = [
        ("an error that is null", |tokens| {
            with_members(tokens, json!({"error": null}))
                .to_string()
                .into()
        }),
        ("all others null", |tokens| {
            let nulls = json!({"error": null, "error_description": null, "scope": null,
                "expires_in": null, "id_token": null});
            with_members(tokens, nulls).to_string().into()
        }),
        ("a byte order mark", |tokens| {
            format!("\u{feff}{tokens}").into()
        }),
        ("a byte order mark, but another encoding", |tokens| {
            let start = b"\xef\xbb\xbf{\"name\": \"Zo\xeb\", ".to_vec();
            [start, tokens.to_string()[1..].into()].concat()
        }),
        ("lines", |tokens| format!("\r\n{tokens:#}\r\n").into()),
        ("half a surrogate pair", |tokens| {
            tokens
                .to_string()
                .replacen('{', r#"{"name": "\ud800", "#, 1)
                .into()
        }),
        ("64 KB more", |tokens| {
            with_members(tokens, json!({"scope": "x".repeat(64 << 10)}))
                .to_string()
                .into()
        }),
    ];
    check_all_old(
        cases,
        |(name, _)| name.to_string(),
        |(_, body)| {
            let env = TestEnv::new();
            env.write("creds.json", env.creds_with("id_token", "an older one"));
            let tokens = env.generate_tokens();
            env.stub_issuer(Stub::ok(body(&tokens)));
            env.run(&[]).assert_success();
            // As text, since half a surrogate pair is no value.
            let saved = env.read("creds.json");
            for name in ["access_token", "refresh_token"] {
                let token = tokens[name].as_str().unwrap();
                assert!(saved.contains(token), "the {name} is not saved");
            }
            // What is absent stays as it was.
            assert!(saved.contains("an older one") && !saved.contains("null"));
            assert_eq!(env.creds_files(), AFTER_RUN);
        },
    );
}

fn with_members(tokens: &Value, members: Value) -> Value {
    let mut all = tokens.as_object().unwrap().clone();
    all.extend(members.as_object().unwrap().clone());
    Value::Object(all)
}

/// As with `git clean -fdX` in another terminal.
#[test]
fn although_the_reserved_file_vanishes() {
    let env = TestEnv::new();
    let reserved = env.path("creds.json.new");
    env.before_reply(move || std::fs::remove_file(reserved).unwrap());
    env.run(&[]).assert_success();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), AFTER_RUN);
    env.run(&[]).assert_success();
}

#[test]
#[cfg(unix)]
fn to_the_target_of_a_symlink() {
    let env = TestEnv::new();
    let elsewhere = TempFolder::new();
    let target = elsewhere.path().join("tokens.json");
    fs::rename(env.path("creds.json"), &target).unwrap();
    std::os::unix::fs::symlink(&target, env.path("creds.json")).unwrap();
    let before = fs::read(&target).unwrap();
    env.run(&[]).assert_success();
    assert_eq!(fs::read_link(env.path("creds.json")).unwrap(), target);
    assert!(
        fs::read(&target).unwrap() != before,
        "the target is the same"
    );
    assert!(env.creds_are_valid());
    let count = fs::read_dir(elsewhere.path()).unwrap().count();
    assert_eq!(count, 2, "there is more than the target and its lock");
}

#[test]
#[cfg(unix)]
fn not_through_a_symlink_that_somebody_laid() {
    let env = TestEnv::new();
    let elsewhere = TempFolder::new();
    let victim = elsewhere.path().join("victim");
    fs::write(&victim, "").unwrap();
    std::os::unix::fs::symlink(&victim, env.path("creds.json.new")).unwrap();
    env.run(&[]).assert_success();
    assert!(fs::read(&victim).unwrap().is_empty());
    assert!(env.creds_are_valid());
}

#[test]
fn over_the_old_ones_where_rename_cannot_work() {
    for error in ["EBUSY", "EXDEV"] {
        let env = TestEnv::new();
        // It is so long that some of it would remain. Spaces may.
        let long = env
            .read("creds.json")
            .replacen('{', &format!("{{{}", " ".repeat(4000)), 1);
        env.write("creds.json", long);
        let Some(mut program) = injected(&env, &[format!("{RENAME}:error={error}")]) else {
            return;
        };
        env.outcome(&mut program).assert_success();
        assert!(env.creds_are_valid());
        assert!(
            env.read("creds.json").trim_end().ends_with('}'),
            "some of the old text remains"
        );
        #[cfg(unix)]
        assert_eq!(super::mode(&env.path("creds.json")), 0o600);
        assert_eq!(env.creds_files(), AFTER_RUN);
        env.run(&[]).assert_success();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn lost_tokens_lead_to_the_page_for_others() {
    use crate::support::process::{limit_file_size, limited};
    use std::{sync::mpsc, time::Duration};
    let env = TestEnv::new();
    let before = env.read("creds.json");
    let (sender, receiver) = mpsc::channel();
    // When the new tokens are on their way, no file can be written any more.
    env.before_reply(move || {
        let id = receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        limit_file_size(id, 0);
    });
    let run = limited(&env, "-f 1000000").spawn().unwrap();
    sender.send(run.id()).unwrap();
    let page = format!("{}/cloud-portal/preferences/oauth2-api-tokens", env.url);
    env.finish(run)
        .assert_failure(&["File too large", super::USED, super::KEPT, &page]);
    assert_eq!(env.request_lines(), ["POST /as/token"]);
    // The message is true, and nothing is torn.
    let files = ["creds.json", "creds.json.lock", "creds.json.new"];
    assert_eq!(env.creds_files(), files);
    assert!(
        env.read("creds.json") == before,
        "creds.json is not the same"
    );
}
