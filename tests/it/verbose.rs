//! `-v` shows each step, in curl's manner.

use crate::mock::gateway::CURRENT_WORKSPACE;
use crate::stub::Stub;
use crate::support::snapshot::check_snapshot;
use crate::support::{CLOSED_PORT, NAME};
use crate::test_env::TestEnv;
use serde_json::json;
use std::process::Command;

/// As many lines has `curl -v` for two such requests over plain HTTP.
const CURL_LINES: usize = 33;

/// The steps that a run shows, without what differs from run to run.
fn steps(env: &TestEnv, program: &mut Command) -> String {
    let steps = env.outcome(program).message;
    let steps = steps
        .lines()
        .take_while(|line| !line.starts_with("error: "));
    let steps: Vec<_> = steps.map(normal).collect();
    assert!(steps.len() <= CURL_LINES, "{steps:#?}");
    steps.join("\n")
}

fn normal(line: &str) -> String {
    let user_agent = format!("{NAME}/{}", env!("CARGO_PKG_VERSION"));
    let line = line.replace(&user_agent, "[PROGRAM]");
    let line = line.replace(CLOSED_PORT, "[CLOSED]");
    for start in ["> content-length: ", "< content-length: "] {
        if line.starts_with(start) {
            return format!("{start}…");
        }
    }
    // Header and claims of the access token are shown.
    let start = "> authorization: Bearer ";
    if line.starts_with(start) && line.ends_with(".(redacted)") {
        return format!("{start}….(redacted)");
    }
    // Milliseconds, microseconds or seconds.
    let time = line.strip_suffix("s)").and_then(|it| it.rsplit_once(" ("));
    match time {
        Some((start, time)) if time.trim_end_matches(['m', 'µ']).parse::<f64>().is_ok() => {
            format!("{start} (…s)")
        }
        _ => line,
    }
}

#[test]
fn a_good_run_line_by_line() {
    // Wherever the option stands.
    let places: [&[&str]; 6] = [
        &["-v"],
        &["--verbose"],
        &["-v", "GET"],
        &["GET", "-v"],
        &["-v", "--", "GET", CURRENT_WORKSPACE],
        &["-v", "GET", CURRENT_WORKSPACE, "-v"],
    ];
    check_snapshot("verbose/good", [("a good run", places)], |places| {
        let run = |arguments: &[&str]| {
            let env = TestEnv::new();
            steps(&env, env.program().args(arguments))
        };
        let first = run(places[0]);
        for place in places {
            assert_eq!(run(place), first, "{place:?}");
        }
        first
    });
}

/// The last line that begins with `*` names the step that failed.
#[test]
fn failures() {
    type Row = (&'static str, fn(&TestEnv, &mut Command));
    let rows: [Row; 5] = [
        ("creds.json without tokens", |env, _| {
            env.write("creds.json", "{}");
        }),
        ("an issuer that is not reached", |env, _| {
            let issuer = format!("http://{CLOSED_PORT}/as");
            env.write("creds.json", env.creds_from(&issuer));
        }),
        ("a proxy that is not reached", |env, program| {
            env.write("creds.json", env.creds_from("https://issuer.example/as"));
            program.env("HTTPS_PROXY", format!("http://user:pa55word@{CLOSED_PORT}"));
        }),
        ("an issuer that refuses", |env, _| {
            env.stub_issuer(Stub::json(400, json!({"error": "invalid_grant"})));
        }),
        ("an API that refuses", |env, _| {
            env.stub_api(Stub::json(404, json!({})));
        }),
    ];
    check_snapshot("verbose/failures", rows, |prepare| {
        let env = TestEnv::new();
        let mut program = env.program();
        prepare(&env, program.arg("-v"));
        let steps = steps(&env, &mut program);
        steps[steps.rfind("* ").unwrap()..].to_owned()
    });
}

#[test]
fn standard_output_is_the_response_alone() {
    let env = TestEnv::new();
    env.stub("/v4/things/1", Stub::new(201, "application/json", ""));
    let outcome = env.run(&["v4/things/1", "{\"a\": 1}", "-v"]);
    assert_eq!(outcome.assert_success().stdout, "");
    outcome.assert_has(&["\n> POST "]);
    let end = "< content-length: 0\nHTTP 201 Created\n";
    assert!(outcome.stderr.ends_with(end), "{outcome:#?}");
}
