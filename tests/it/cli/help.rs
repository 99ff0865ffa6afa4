//! `--help` and `--version`.

use crate::support::NAME;
use crate::test_env::TestEnv;
use std::fs;

#[test]
fn fits_a_screen_and_needs_no_files() {
    let env = TestEnv::new();
    fs::remove_file(env.path("creds.json")).unwrap();
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["GET", "v4/workspaces", "--help"],
        &["-v", "--help"],
    ] {
        let help = env.run(arguments).assert_success().stdout.clone();
        assert!(help.lines().count() <= 32, "more lines than a screen has");
        assert!(
            help.lines().all(|line| line.len() <= 90),
            "wider than a screen"
        );
    }
    env.assert_nothing_sent();
}

#[test]
fn shows_the_usage_and_the_calls_of_the_guide() {
    let help = TestEnv::new()
        .run(&["--help"])
        .assert_success()
        .stdout
        .clone();
    let usage = format!("Usage: {NAME} [-v] [METHOD] [PATH] [JSON]");
    let invitation = "/people/batch '{\"emails\"";
    let parts = [
        &usage,
        "@FILE",
        "--verbose",
        "v4/apiAccessTokens",
        "v4/workspaces",
        invitation,
    ];
    for part in parts {
        assert!(help.contains(part), "{part:?} is not in {help}");
    }
}

#[test]
fn version() {
    let env = TestEnv::new();
    for option in ["--version", "-V"] {
        let version = format!("{NAME} {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(env.run(&[option]).assert_success().stdout, version);
    }
    env.assert_nothing_sent();
}
