//! Nothing that is printed steers a terminal, or makes a text look like another: control characters,
//! bidirectional overrides, characters without a width.

use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
use crate::test_env::TestEnv;
use serde_json::json;

/// Sets a window's title, clears the screen (twice), turns the direction, hides, and begins a line.
const STEERING: &str =
    "a\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\nerror: b\r";
/// As much of that as a header takes.
const IN_A_HEADER: &str = "a\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}b";

#[track_caller]
fn assert_harmless(outcome: &Outcome, code: i32) {
    assert_eq!(outcome.code, Some(code), "{outcome:#?}");
    for text in [&outcome.stdout, &outcome.stderr] {
        let found = text.chars().find(|&c| {
            c.is_control() && c != '\n'
                || "\u{ad}\u{61c}\u{feff}\u{2028}\u{2029}".contains(c)
                || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2060}'..='\u{206f}').contains(&c)
        });
        assert_eq!(found, None, "{outcome:#?}");
    }
    let lines = outcome.stderr.lines();
    let errors = lines.filter(|line| line.starts_with("error: "));
    assert!(errors.count() < 2, "{outcome:#?}");
}

#[test]
fn responses() {
    let description = json!({"error": STEERING, "error_description": STEERING});
    let html = format!("<html><title>{STEERING}</title></html>");
    let status_line = format!("HTTP/1.1 400 {STEERING}\r\n\r\n");
    let header =
        |status, name| Stub::json(status, json!({})).with(&format!("{name}: {IN_A_HEADER}"));
    let cases = [
        ("a description", Stub::json(400, description)),
        ("a member", Stub::json(400, json!({STEERING: [STEERING]}))),
        ("plain text", Stub::new(500, "text/plain", STEERING)),
        ("a title", Stub::new(503, "text/html", html)),
        ("Location", header(302, "Location")),
        ("Retry-After", header(429, "Retry-After")),
        ("another header", header(400, "X-Request")),
        ("Content-Type", Stub::new(500, IN_A_HEADER, "x")),
        ("half of JSON", Stub::ok(format!("{{\"{STEERING}"))),
        ("no HTTP", Stub::Raw(STEERING.into())),
        ("a status line", Stub::Raw(status_line.into())),
    ];
    check_all(cases, |_, response| {
        for stub in [TestEnv::stub_issuer, TestEnv::stub_api] {
            let env = TestEnv::new();
            stub(&env, response.clone());
            assert_harmless(&env.run(&["-v"]), 1);
        }
    });
}

#[test]
fn files_and_arguments() {
    let env = TestEnv::new();
    let at_file = format!("@{STEERING}");
    let runs: [&[&str]; 5] = [
        &[STEERING],
        &["v4/x", STEERING],
        &["v4/x", &at_file],
        &["--\u{1b}[2J"],
        &["PO\u{1b}ST", "v4/x"],
    ];
    for arguments in runs {
        assert_harmless(&env.run(arguments), 2);
    }
    for name in ["client_id.txt", "aac_url.txt", "creds.json"] {
        let env = TestEnv::new();
        env.write(name, format!("{{\"{STEERING}\": {STEERING}"));
        assert_harmless(&env.run(&["-v"]), 1);
    }
}

#[test]
#[cfg(unix)]
fn the_name_of_the_folder() {
    let env = TestEnv::new();
    let folder = env.path(STEERING);
    std::fs::create_dir(&folder).unwrap();
    let outcome = env.outcome(env.program().current_dir(&folder));
    outcome.assert_failure(&["aac_url.txt is not in ", "\\u001b"]);
    assert_harmless(&outcome, 1);
}

#[test]
#[cfg(target_os = "linux")]
fn the_name_of_a_file_in_a_variable() {
    let env = TestEnv::new();
    let outcome = env.outcome(env.program().arg("-v").env("SSL_CERT_FILE", STEERING));
    assert_harmless(&outcome, 0);
}
