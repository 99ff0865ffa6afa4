//! What is saved, and where.

use super::{AFTER_RUN, NEW, put_folder};
use crate::mock::issuer::OAUTH_CLIENT;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::jwt;
use crate::support::process::{RENAME, injected};
#[cfg(unix)]
use crate::support::temp_folder::TempFolder;
use crate::test_env::TestEnv;
use serde_json::{Value, json};
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
    let nulls = r#"{"error": null, "error_description": null, "scope": null,
        "expires_in": null, "id_token": null,"#;
    let long = format!("{{\"scope\": \"{}\",", "x".repeat(64 << 10));
    let latin_1 = b"\xef\xbb\xbf{\"name\": \"Zo\xeb\",";
    // What stands at the beginning, in place of the brace.
    let cases: [(&str, &[u8]); 7] = [
        ("an error that is null", b"{\"error\": null,"),
        ("all others null", nulls.as_bytes()),
        ("a byte order mark", b"\xef\xbb\xbf{"),
        ("a byte order mark, but another encoding", latin_1),
        ("lines", b"\r\n{\r\n"),
        ("half a surrogate pair", br#"{"name": "\ud800","#),
        ("64 KB more", long.as_bytes()),
    ];
    check_all(cases, |_, start| {
        let env = TestEnv::new();
        env.write("creds.json", env.creds_with("id_token", "an older one"));
        let tokens = env.generate_tokens();
        let rest = tokens.to_string().split_off(1) + "\r\n";
        env.stub_issuer(Stub::ok([start, rest.as_bytes()].concat()));
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
    });
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
    let is_same = fs::read(&target).unwrap() == before;
    assert!(!is_same, "the target is the same");
    assert!(env.creds_are_valid());
    let count = fs::read_dir(elsewhere.path()).unwrap().count();
    assert_eq!(count, 2, "there is more than the target and its lock");
}

/// As with `git clean -fdX` in another terminal, or where a file cannot be renamed.
#[test]
fn although_the_reserved_file_cannot_be_used() {
    type Meddle = fn(&TestEnv);
    let cases: [(&str, Meddle); 3] = [
        ("it has vanished", |env| {
            let new = env.path(NEW);
            env.before_reply(|| fs::remove_file(new));
        }),
        ("both have vanished", |env| {
            let (new, creds) = (env.path(NEW), env.path("creds.json"));
            env.before_reply(|| fs::remove_file(new).and(fs::remove_file(creds)));
        }),
        ("a folder is in its place", |env| {
            let new = env.path(NEW);
            env.before_reply(move || put_folder(&new));
        }),
    ];
    check_all(cases, |name, meddle| {
        let env = TestEnv::new();
        env.write("creds.json", env.read("creds.json") + &" ".repeat(4000));
        meddle(&env);
        env.run(&[]).assert_success();
        assert!(env.creds_are_valid());
        // What is overwritten keeps its length.
        let is_overwritten = env.read("creds.json").ends_with(' ');
        assert_eq!(is_overwritten, name.contains("a folder"));
        assert!(!env.path(NEW).is_file());
    });
}

#[test]
fn over_the_old_ones_where_rename_cannot_work() {
    for error in ["EBUSY", "EXDEV"] {
        let env = TestEnv::new();
        // It is so long that some of it would remain. Spaces may.
        let mut long = env.read("creds.json");
        long.insert_str(1, &" ".repeat(4000));
        env.write("creds.json", long);
        let Some(mut program) = injected(&env, RENAME, &format!("error={error}")) else {
            return;
        };
        #[cfg(unix)]
        super::set_mode(&env.path("creds.json"), 0o644);
        env.outcome(&mut program).assert_success();
        assert!(env.creds_are_valid());
        let is_whole = env.read("creds.json").trim_end().ends_with('}');
        assert!(is_whole, "some of the old text remains");
        #[cfg(unix)]
        assert_eq!(super::mode(&env.path("creds.json")), 0o600);
        assert_eq!(env.creds_files(), AFTER_RUN);
        env.run(&[]).assert_success();
    }
}

#[cfg(windows)]
mod on_windows {
    use super::*;
    use std::os::windows::fs::OpenOptionsExt;
    use std::{thread, time::Duration};

    const SHARE_READ_AND_WRITE: u32 = 3;

    /// It is overwritten, since it cannot be replaced.
    #[test]
    fn although_another_program_has_the_file_open() {
        let env = TestEnv::new();
        let mut options = fs::File::options();
        options.read(true).share_mode(SHARE_READ_AND_WRITE);
        let in_use = options.open(env.path("creds.json")).unwrap();
        env.run(&[]).assert_success();
        drop(in_use);
        assert!(env.creds_are_valid());
        assert_eq!(env.creds_files(), AFTER_RUN);
    }

    /// A virus scanner or a synchroniser lets go of a file after a moment.
    #[test]
    fn although_a_file_is_held_for_a_moment() {
        for name in ["creds.json", NEW] {
            let env = TestEnv::new();
            let path = env.path(name);
            env.before_reply(move || {
                let held = fs::File::options().read(true).share_mode(0).open(path)?;
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(60));
                    drop(held);
                });
                Ok(())
            });
            env.run(&[]).assert_success();
            assert!(env.creds_are_valid(), "{name}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn lost_tokens_lead_to_the_page_for_others() {
    use crate::support::process::limited;
    use std::{process::Command, sync::mpsc};
    let env = TestEnv::new();
    let before = env.read("creds.json");
    let (sender, receiver) = mpsc::channel::<u32>();
    // When the new tokens are on their way, no file can be written any more.
    env.before_reply(move || {
        let id = receiver.recv().unwrap();
        let mut prlimit = Command::new("prlimit");
        prlimit.args([&format!("--pid={id}"), "--fsize=0"]);
        prlimit.status().map(drop)
    });
    let run = limited(&env, "-f 1000000").spawn().unwrap();
    sender.send(run.id()).unwrap();
    let page = format!("{}/cloud-portal/preferences/oauth2-api-tokens", env.url);
    env.finish(run)
        .assert_failure(&["File too large", super::UNSAVED, super::KEPT, &page]);
    assert_eq!(env.request_lines(), ["POST /as/token"]);
    // The message is true, and nothing is torn.
    assert_eq!(env.creds_files(), ["creds.json", super::LOCK, NEW]);
    assert!(env.read("creds.json") == before, "creds.json has changed");
}
