//! What the package is made of.

use crate::program::Outcome;
use std::process::{Command, Stdio};

/// What cargo says, about the package and without the network.
fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(arguments)
        .args(["--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let outcome = Outcome::of(
        cargo
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .unwrap(),
    );
    outcome.assert_done();
    outcome.stdout
}

#[test]
fn it_needs_three_packages_to_run() {
    let tree = cargo(&[
        "tree", "--edges", "normal", "--depth", "1", "--prefix", "none",
    ]);
    let names: Vec<&str> = tree
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(names, ["get_workspace", "serde", "serde_json", "ureq"]);
}

#[test]
fn it_would_not_take_anybodys_credentials_along() {
    let files = cargo(&["package", "--list", "--allow-dirty"]);
    assert!(files.contains("main.rs"), "{files}");
    for name in ["creds.json", "client_id.txt", "aac_url.txt"] {
        assert!(!files.lines().any(|file| file.contains(name)), "{files}");
    }
}
