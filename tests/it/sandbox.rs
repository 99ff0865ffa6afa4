//! The sandbox lets the Python, Node and bash programs in, too, leaves others' folders alone, and has
//! the two pages of the portal.

use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID};
use crate::mock::issuer::{OAUTH_CLIENT, TOKEN_ENDPOINT};
use crate::support::case::check_all;
use crate::support::{PROGRAM, skip, wait_until};
use crate::test_env::TestEnv;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use std::env::consts::EXE_EXTENSION;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;

const TOKENS_PAGE: &str = "/cloud-portal/preferences/oauth2-api-tokens";

/// `cargo run --example sandbox -- --serve`, until it is dropped.
struct Sandbox {
    process: Child,
    /// What it printed when it was ready.
    printed: String,
}

impl Sandbox {
    /// Starts it as if the folder of `env` were cargo's target folder. `name` is for its output.
    fn serve(env: &TestEnv, name: &str) -> Option<Sandbox> {
        let executable = env.path("debug/examples/sandbox");
        let executable = executable.with_extension(EXE_EXTENSION);
        if !executable.exists() {
            fs::create_dir_all(env.path("debug/examples")).unwrap();
            fs::hard_link(built_sandbox()?, &executable).unwrap();
        }
        let stdout = File::create(env.path(name)).unwrap();
        let mut command = env.command(executable.to_str().unwrap());
        let mut sandbox = Sandbox {
            process: command.arg("--serve").stdout(stdout).spawn().unwrap(),
            printed: String::new(),
        };
        wait_until(|| {
            sandbox.printed = env.read(name);
            sandbox.printed.ends_with("Requests:\n\n")
        });
        Some(sandbox)
    }

    fn url(&self) -> &str {
        let (_, url) = self.printed.split_once(" is at ").unwrap();
        url.split_once(".\n").unwrap().0
    }

    fn folder(&self) -> PathBuf {
        let cd = if cfg!(windows) { "  pushd " } else { "  cd " };
        let mut lines = self.printed.lines();
        let quoted = lines.find_map(|line| line.strip_prefix(cd)).unwrap();
        let folder = quoted.trim_matches(['\'', '"']);
        folder.replace(r"'\''", "'").into()
    }

    /// The content of the three files.
    fn files(&self) -> [String; 3] {
        let names = ["aac_url.txt", "client_id.txt", "creds.json"];
        names.map(|name| fs::read_to_string(self.folder().join(name)).unwrap())
    }

    /// Runs the program in its folder.
    #[track_caller]
    fn assert_success(&self, env: &TestEnv) {
        let run = env.outcome(env.program().current_dir(self.folder()));
        run.assert_success();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The executable, unless its source has changed since it was built.
fn built_sandbox() -> Option<PathBuf> {
    let built = Path::new(PROGRAM).with_file_name("examples/sandbox");
    let built = built.with_extension(EXE_EXTENSION);
    let modified = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sandbox");
    let files = [source.join("mock"), source].map(|folder| fs::read_dir(folder).unwrap());
    let files = files.into_iter().flatten().map(|file| file.unwrap().path());
    let mut files = files.filter(|path| path.is_file());
    let is_built = built.exists() && files.all(|file| modified(&file) <= modified(&built));
    if !is_built {
        skip("the sandbox is not built, unlike by `cargo test` without `--test`");
    }
    is_built.then_some(built)
}

/// Sends a request with these headers, each with its line end, and returns the response.
fn send(url: &str, line: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let head = format!("{line} HTTP/1.1\r\n{headers}Content-Length: {}", body.len());
    write!(stream, "{head}\r\n\r\n{body}").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// What a page of the portal shows.
fn open_page(url: &str, page: &str) -> String {
    let response = send(url, &format!("GET {page}"), "", "");
    assert_status(&response, 200);
    let (_, start) = response.split_once("<pre>").unwrap();
    start.split("</pre>").next().unwrap().to_owned()
}

#[track_caller]
fn assert_status(response: &str, status: u16) {
    let start = format!("HTTP/1.1 {status} ");
    assert!(response.starts_with(&start), "{response}");
}

/// The pages to which the program's advice leads.
#[test]
fn portal_hands_out_tokens_and_the_client_id() {
    let env = TestEnv::new();
    let used = env.read("creds.json");
    env.run(&[]).assert_success();
    env.write("creds.json", used);
    env.run(&[])
        .assert_failure(&[&format!("{}{TOKENS_PAGE}", env.url)]);
    env.write("creds.json", open_page(&env.url, TOKENS_PAGE));
    env.run(&[]).assert_success();

    let page = "/cloud-portal/library/alteryx-io";
    env.write("client_id.txt", "unknown");
    env.run(&[])
        .assert_failure(&[&format!("{}{page}", env.url)]);
    assert_eq!(open_page(&env.url, page), PROJECT_ID);

    let other = send(&env.url, "GET /cloud-portal/<b>", "", "");
    assert_status(&other, 404);
    assert!(!other.contains("<b>"), "{other}");
}

#[test]
fn takes_the_project_id_under_either_name() {
    let env = TestEnv::new();
    let token = env.access_token();
    let (id, wrong) = (PROJECT_ID, OAUTH_CLIENT);
    let cases = [
        ((Some(id), None), 200),
        ((None, Some(id)), 200),
        ((Some(id), Some(id)), 200),
        ((None, None), 401),
        ((Some(wrong), None), 401),
        ((None, Some(wrong)), 401),
        ((Some(id), Some(wrong)), 401),
        ((Some(wrong), Some(id)), 401),
        ((Some(wrong), Some(wrong)), 401),
        ((Some(id), Some("")), 401),
    ];
    check_all(cases, |(client_id, api_project_id), status| {
        let mut headers = format!("Authorization: Bearer {token}\r\n");
        if let Some(id) = client_id {
            headers += &format!("x-client-id: {id}\r\n");
        }
        if let Some(id) = api_project_id {
            headers += &format!("x-api-project-id: {id}\r\n");
        }
        let line = format!("GET {CURRENT_WORKSPACE}");
        assert_status(&send(&env.url, &line, &headers, ""), status);
    });
}

#[test]
fn asks_for_the_type_of_a_body_only() {
    const INVITE: &str = "POST /v4/workspaces/31415/people/batch";
    const EMAILS: &str = r#"{"emails": []}"#;
    let env = TestEnv::new();
    let token = env.access_token();
    let cases = [
        (("GET /v4/workspaces", "", ""), 200),
        ((INVITE, "", ""), 400),
        ((INVITE, "", EMAILS), 415),
        ((INVITE, "text/plain", EMAILS), 415),
        ((INVITE, "application/json", EMAILS), 201),
        ((INVITE, "application/json; charset=utf-8", EMAILS), 201),
    ];
    check_all(cases, |(line, content_type, body), status| {
        let mut headers = format!("Authorization: Bearer {token}\r\n");
        headers += &format!("x-client-id: {PROJECT_ID}\r\n");
        if !content_type.is_empty() {
            headers += &format!("Content-Type: {content_type}\r\n");
        }
        assert_status(&send(&env.url, line, &headers, body), status);
    });
}

/// Node says so of every form.
#[test]
fn takes_a_form_that_names_its_charset() {
    let env = TestEnv::new();
    let tokens = format!("refresh_token={}", env.refresh_token());
    let form = format!("grant_type=refresh_token&{tokens}&client_id={OAUTH_CLIENT}");
    let line = format!("POST {TOKEN_ENDPOINT}");
    let refused = send(&env.url, &line, "Content-Type: text/plain\r\n", &form);
    assert_status(&refused, 400);
    let headers = "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n";
    assert_status(&send(&env.url, &line, headers, &form), 200);
}

#[test]
fn serves_tokens_that_the_other_programs_can_read() {
    let env = TestEnv::new();
    let Some(sandbox) = Sandbox::serve(&env, "stdout") else {
        return;
    };
    let assert_readable = || assert_readable(&sandbox.files()[2]);
    assert_readable();
    // The number of the pair, which is in the token, gets a second digit.
    for _ in 0..12 {
        sandbox.assert_success(&env);
        assert_readable();
        let creds = open_page(sandbox.url(), TOKENS_PAGE);
        fs::write(sandbox.folder().join("creds.json"), creds).unwrap();
        assert_readable();
    }
}

/// The programs decode the payload of an access token as base64, not base64url. What they add to it
/// first, Node nothing, bash two `=` and Python four, makes no difference if it needs two.
#[track_caller]
fn assert_readable(creds: &str) {
    let creds: Value = serde_json::from_str(creds).unwrap();
    let token = creds["access_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    let claims = BASE64_STANDARD.decode(format!("{payload}==")).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["client_id"], OAUTH_CLIENT);
}

#[test]
fn serves_in_a_folder_that_no_other_sandbox_uses() {
    let env = TestEnv::new();
    let Some(first) = Sandbox::serve(&env, "first") else {
        return;
    };
    let files = first.files();
    let second = Sandbox::serve(&env, "second").unwrap();
    let folder = first.folder();
    let notice = format!("Another sandbox is running in {}.\n", folder.display());
    assert!(second.printed.starts_with(&notice), "{}", second.printed);
    assert_ne!(second.folder(), folder);
    assert_eq!(first.files(), files);
    first.assert_success(&env);
    second.assert_success(&env);

    // However it ends, its folder is free again.
    drop(first);
    let files = second.files();
    let third = Sandbox::serve(&env, "third").unwrap();
    assert_eq!(third.folder(), folder);
    assert_eq!(second.files(), files);
    third.assert_success(&env);
    second.assert_success(&env);
}
