//! JSON from a file, or from standard input.

use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
use crate::support::snapshot::check_snapshot;
use crate::support::utf_16;
use crate::test_env::TestEnv;
use std::fs::File;

const FILE: &str = "body.json";
const AT_FILE: &str = "@body.json";
const PATH: &str = "v4/things/1";
const JSON: &str = "{\n\t\"emails\" : [\"zoë@example.com\"], \"b\": 1.10\n}\n";

/// Runs the program with this content of a file, which it reads itself or is given as standard input.
fn run_with(env: &TestEnv, content: &[u8], argument: &str) -> Outcome {
    env.write(FILE, content);
    let mut program = env.program();
    program.args([PATH, argument]);
    if argument == "@-" {
        program.stdin(File::open(env.path(FILE)).unwrap());
    }
    env.outcome(&mut program)
}

#[test]
fn is_sent_as_it_is() {
    let with_mark = format!("\u{feff}{JSON}");
    let with_returns = JSON.replace('\n', "\r\n");
    let cases = [
        (JSON, JSON),
        (&with_mark, JSON),
        (&with_returns, &with_returns),
        ("[1]", "[1]"),
    ];
    check_all(cases, |content, body| {
        for argument in [AT_FILE, "@-"] {
            let env = TestEnv::new();
            env.stub("/v4/things/1", Stub::ok("{}"));
            run_with(&env, content.as_bytes(), argument).assert_success();
            let request = env.last_request();
            assert_eq!((&*request.method, &*request.body), ("POST", body));
        }
    });
}

#[test]
fn is_checked_before_anything_is_sent() {
    let utf_16 = utf_16(JSON);
    let cases: [(&str, &[u8]); 5] = [
        ("UTF-16", &utf_16),
        ("not UTF-8", b"\"\xe9\""),
        ("no JSON", b"{emails: []}"),
        ("empty", b""),
        ("a comma too many", b"{\"a\": 1,\n}"),
    ];
    check_snapshot("cli/json_files", cases, |content| {
        let messages = [AT_FILE, "@-"].map(|argument| {
            let env = TestEnv::new();
            let outcome = run_with(&env, content, argument);
            outcome.assert_usage_error(&[]);
            env.assert_nothing_sent();
            assert!(env.creds_are_valid());
            outcome.message
        });
        assert_eq!(messages[0].replace(AT_FILE, "@-"), messages[1]);
        messages[0].clone()
    });
}

#[test]
fn the_file_has_to_be_there() {
    let env = TestEnv::new();
    for argument in ["@missing.json", "@."] {
        let problem = format!("error: \"{argument}\" cannot be read: ");
        env.run(&[PATH, argument])
            .assert_usage_error(&[&problem, "Check the file name", "--help"]);
    }
    env.assert_nothing_sent();
}

/// It may be that with the tokens, which are not known yet.
#[test]
fn no_part_of_a_file_is_shown() {
    let env = TestEnv::new();
    env.write(FILE, env.read("creds.json").replace('}', ",}"));
    env.run(&[PATH, AT_FILE])
        .assert_usage_error(&[FILE])
        .assert_lacks(&["access_token", "Quote the JSON"]);
}

#[test]
fn only_the_start_of_a_long_text_is_shown() {
    let env = TestEnv::new();
    let outcome = env.run(&[PATH, &format!("{{{}", "ä".repeat(1000))]);
    outcome.assert_usage_error(&["error: \"{ää"]);
    assert!(outcome.stderr.chars().count() < 500, "{outcome:#?}");
}
