//! `-v` shows each step, in curl's manner.

use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID, WORKSPACE};
use crate::mock::http::Response;
use crate::mock::issuer::{OAUTH_CLIENT, TOKEN_ENDPOINT};
use crate::network::trusting;
use crate::progress;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::support::{CLOSED_PORT, NAME, jwt};
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// As many lines has `curl -v` for two such requests over plain HTTP.
const CURL_LINES: usize = 33;

/// The lines of a good run, with `…` for what differs from run to run.
fn expected(env: &TestEnv) -> Vec<String> {
    let (url, version) = (&env.url, env!("CARGO_PKG_VERSION"));
    let host = url.trim_start_matches("http://");
    let lines = [
        format!("* Connecting to {host} (from creds.json)"),
        format!("> POST {url}{TOKEN_ENDPOINT}"),
        format!("> user-agent: {NAME}/{version}"),
        "> content-type: application/x-www-form-urlencoded".to_owned(),
        format!("> grant_type=refresh_token&refresh_token=(redacted)&client_id={OAUTH_CLIENT}"),
        "< HTTP 200 OK (…s)".to_owned(),
        "< content-type: application/json".to_owned(),
        "< content-length: …".to_owned(),
        "* Saved the new tokens in creds.json: the access token expires in 5 min".to_owned(),
        format!("* Connecting to {host} (from aac_url.txt)"),
        format!("> GET {url}{CURRENT_WORKSPACE}"),
        "> authorization: Bearer (redacted)".to_owned(),
        format!("> user-agent: {NAME}/{version}"),
        format!("> x-client-id: {PROJECT_ID}"),
        format!("> x-api-project-id: {PROJECT_ID}"),
        "> content-type: application/json".to_owned(),
        "< HTTP 200 OK (…s)".to_owned(),
        "< content-type: application/json".to_owned(),
        "< content-length: …".to_owned(),
    ];
    lines.to_vec()
}

/// The line without what differs from run to run.
fn normal(line: &str) -> String {
    // Header and claims of the access token are shown.
    if line.starts_with("> authorization: Bearer eyJ") && line.ends_with(".(redacted)") {
        return "> authorization: Bearer (redacted)".to_owned();
    }
    if let Some((start, _)) = line.split_once("content-length: ") {
        return format!("{start}content-length: …");
    }
    match line
        .strip_suffix("s)")
        .and_then(|line| line.rsplit_once(" ("))
    {
        // Milliseconds, microseconds or seconds.
        Some((start, time)) if time.trim_end_matches(['m', 'µ']).parse::<f64>().is_ok() => {
            format!("{start} (…s)")
        }
        _ => line.to_owned(),
    }
}

/// An access token that expires so many minutes from now.
fn expiring_in(minutes: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let exp = now.as_secs() as i64 + minutes * 60;
    jwt(&json!({"iss": "https://issuer.example", "client_id": OAUTH_CLIENT, "exp": exp}))
}

#[test]
fn a_good_run_line_by_line() {
    let places: [&[&str]; 5] = [
        &["-v"],
        &["--verbose"],
        &["-v", "GET"],
        &["GET", "-v"],
        &["-v", "GET", CURRENT_WORKSPACE, "-v"],
    ];
    check_all_old(
        places,
        |arguments| format!("{arguments:?}"),
        |arguments| {
            let env = TestEnv::new();
            let outcome = env.run(arguments);
            outcome.assert_success();
            let lines: Vec<_> = outcome.stderr.lines().map(normal).collect();
            let (found, steps) = lines.split_at(2);
            let expected = expected(&env);
            // A larger program may make more calls.
            assert_eq!(steps[..expected.len()], expected);
            assert!(lines.len() <= CURL_LINES, "{} lines", lines.len());

            // What is found before anything is sent.
            let files = format!("* URL: {}, API project: {PROJECT_ID}", env.url);
            let store = "* Certificate store: the system's";
            for line in [&*files, store] {
                assert!(
                    found.contains(&line.to_owned()),
                    "{line:?} is not in {found:#?}"
                );
            }
        },
    );
}

#[test]
fn without_it_a_good_run_says_nothing() {
    let outcome = TestEnv::new().run(&[]);
    outcome.assert_success();
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.stdout, format!("{WORKSPACE}\n"));
}

#[test]
fn standard_output_is_the_response_alone() {
    let env = TestEnv::new();
    env.stub("/v4/things/1", Stub::new(201, "application/json", ""));
    let outcome = env.run(&["v4/things/1", "{\"a\": 1}", "-v"]);
    assert_eq!(outcome.assert_success().stdout, "");
    let end = "< content-length: 0\nHTTP 201 Created\n";
    assert!(outcome.stderr.ends_with(end), "{outcome:#?}");
    assert!(outcome.stderr.contains("\n> POST "), "{outcome:#?}");

    for arguments in [["-v", "--version"], ["--help", "-v"]] {
        let outcome = env.run(&arguments);
        outcome.assert_success().assert_lacks(&["*"]);
        assert!(outcome.stdout.contains(NAME), "{outcome:#?}");
    }
}

#[test]
fn how_long_the_new_access_token_is_valid() {
    let env = TestEnv::new();
    env.stub_issuer(Stub::json(200, json!({"access_token": expiring_in(60)})));
    let outcome = env.run(&["-v"]);
    let line = "* Saved the new tokens in creds.json: the access token expires in 60 min\n";
    assert!(outcome.stderr.contains(line), "{outcome:#?}");
}

#[test]
fn no_secret_of_a_response() {
    let env = TestEnv::new();
    let tokens = env.generate_tokens();
    let cookie = "Set-Cookie: session=c00kie-of-the-issuer; HttpOnly";
    let response = Response::json(200, tokens.clone());
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let echo = format!("X-Echo: {refresh_token}");
    env.stub_issuer(Stub::Respond(response).with(cookie).with(&echo));
    let cookie = "set-cookie: c00kie-of-the-api";
    let steering = "X-Steering: \u{9b}31m";
    env.stub_api(Stub::ok("{}").with(cookie).with(cookie).with(steering));
    let outcome = env.run(&["-v"]);
    outcome.assert_success().assert_lacks(&["c00kie", "\u{9b}"]);
    outcome.assert_lacks(&["x-echo"]);
}

/// The steps, whose last ones are where it ended.
fn last_steps(outcome: &str, count: usize) -> Vec<String> {
    let steps: Vec<_> = outcome
        .lines()
        .take_while(|line| !line.starts_with("error: "))
        .collect();
    let last = &steps[steps.len() - count..];
    last.iter().map(|line| normal(line)).collect()
}

#[test]
fn a_failure_ends_with_the_step_where_it_happened() {
    let env = TestEnv::new();
    env.write(
        "creds.json",
        env.creds_from(&format!("http://{CLOSED_PORT}/as")),
    );
    let outcome = env.run(&["-v"]);
    let steps = last_steps(&outcome.stderr, 5);
    assert_eq!(
        steps[0],
        format!("* Connecting to {CLOSED_PORT} (from creds.json)")
    );
    assert_eq!(steps[1], format!("> POST http://{CLOSED_PORT}/as/token"));
    let end = outcome
        .stderr
        .lines()
        .find(|line| line.starts_with("error: "));
    let error = format!("error: {CLOSED_PORT} (from creds.json) refused the connection.");
    assert_eq!(end, Some(&*error), "{outcome:#?}");

    let env = TestEnv::new();
    env.stub_issuer(Stub::json(400, json!({"error": "invalid_grant"})));
    let outcome = env.run(&["-v"]);
    let steps = last_steps(&outcome.stderr, 3);
    assert_eq!(steps[0], "< HTTP 400 Bad Request (…s)");
    outcome.assert_lacks(&["* Saved"]);

    let env = TestEnv::new();
    env.stub_api(Stub::json(404, json!({})));
    let outcome = env.run(&["-v"]);
    let steps = last_steps(&outcome.stderr, 3);
    assert_eq!(steps[0], "< HTTP 404 Not Found (…s)");
    assert!(outcome.stderr.contains(progress::SAVED), "{outcome:#?}");

    let env = TestEnv::new();
    env.write("creds.json", "{}");
    let outcome = env.run(&["-v"]);
    outcome.assert_lacks(&["* Connecting", "> "]);
    assert!(
        outcome
            .stderr
            .contains("error: creds.json has no \"access_token\""),
        "{outcome:#?}"
    );
}

#[test]
fn a_wrong_proxy() {
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from("https://issuer.example/as"));
    let mut program = env.program();
    program
        .arg("-v")
        .env("HTTPS_PROXY", format!("http://user:pa55word@{CLOSED_PORT}"));
    let outcome = env.outcome(&mut program);
    outcome.assert_lacks(&["pa55word", "user:"]);
    let proxy = format!("the proxy {CLOSED_PORT} (from HTTPS_PROXY)");
    let line = format!("* Connecting to issuer.example (from creds.json) through {proxy}");
    assert_eq!(last_steps(&outcome.stderr, 5)[0], line);
    let error = format!("\nerror: {proxy}, on the way to issuer.example");
    assert!(outcome.stderr.contains(&error), "{outcome:#?}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn an_untrusted_certificate() {
    let (authority, other) = (Authority::new("Company CA"), Authority::new("Another CA"));
    let env = TestEnv::over_tls(&other, "localhost", "localhost", VALID);
    let outcome = env.outcome(trusting(&env, &authority.pem).arg("-v"));
    let host = env.url.trim_start_matches("https://");
    let lines = [
        "* Certificate store: SSL_CERT_FILE=[FOLDER]/ca.pem\n",
        "* Connecting to [HOST] (from creds.json)\n",
    ];
    for line in lines {
        assert!(outcome.message.contains(line), "{outcome:#?}");
    }
    let error = format!("\nerror: {host} (from creds.json) has a certificate from a CA");
    assert!(outcome.stderr.contains(&error), "{outcome:#?}");
}
