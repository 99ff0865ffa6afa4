//! `--help` and `--version`.

use crate::support::NAME;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use std::fs;

/// Both need no files, and print nothing else, whatever else is asked for.
fn check(runs: &[&[&str]], check: impl Fn(&str)) {
    let env = TestEnv::new();
    fs::remove_file(env.path("creds.json")).unwrap();
    check_all(runs.iter().map(|run| (run, ())), |arguments, ()| {
        let outcome = env.run(arguments);
        check(&outcome.assert_success().stdout);
        assert_eq!(outcome.stderr, "");
    });
    env.assert_nothing_sent();
}

#[test]
fn help_fits_a_screen_and_shows_the_calls_of_the_guide() {
    let usage = format!("Usage: {NAME} [-v] [METHOD] [PATH] [JSON]");
    let parts = [
        &usage,
        "@FILE",
        "--verbose",
        "v4/apiAccessTokens",
        "v4/workspaces",
        "/people/batch '{\"emails\"",
    ];
    let runs: [&[&str]; 7] = [
        &["--help"],
        &["-h"],
        &["-vh"],
        &["-v", "--help"],
        &["--help", "-v"],
        &["v4/workspaces", "-hv"],
        &["GET", "v4/workspaces", "--help"],
    ];
    check(&runs, |help| {
        assert!(help.lines().count() <= 32, "more lines than a screen has");
        let is_narrow = help.lines().all(|line| line.len() <= 90);
        assert!(is_narrow, "wider than a screen");
        for part in parts {
            assert!(help.contains(part), "{part:?} is not in {help}");
        }
    });
}

#[test]
fn version() {
    check(
        &[&["--version"], &["-V"], &["-v", "--version"]],
        |printed| {
            let version = format!("{NAME} {}\n", env!("CARGO_PKG_VERSION"));
            assert_eq!(printed, version);
        },
    );
}
