//! What the package is made of.

mod temp_crate;
mod template;

use crate::support::NAME;
use crate::support::outcome::Outcome;
use std::process::Command;

/// What cargo prints about the package, without the network.
fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).args(["--offline", "--locked"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output();
    Outcome::of(output.unwrap()).assert_success().stdout.clone()
}

/// The crates of a build for this system, each with its features.
fn crates(edges: &str) -> Vec<String> {
    let tree = cargo(&[
        "tree", "--edges", edges, "--prefix", "none", "--format", "{p} {f}",
    ]);
    let lines = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned());
    lines.filter(|line| !line.starts_with(NAME)).collect()
}

#[test]
fn needs_three_crates_to_run() {
    let tree = cargo(&[
        "tree", "--edges", "normal", "--depth", "1", "--prefix", "none",
    ]);
    let names: Vec<_> = tree
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(names, [NAME, "serde", "serde_json", "ureq"]);
}

/// Otherwise the sandbox compiles them, and then again for the program that it runs.
#[test]
fn crates_have_the_same_features_in_the_sandbox() {
    let with_sandbox = crates("normal,build,dev");
    for line in crates("normal,build") {
        assert!(
            with_sandbox.contains(&line),
            "{line} is another one for the sandbox"
        );
    }
}

#[test]
fn takes_nobodys_credentials_along() {
    let files = cargo(&["package", "--list", "--allow-dirty"]);
    assert!(files.contains("main.rs"), "{files}");
    for name in ["creds.json", "client_id.txt", "aac_url.txt"] {
        assert!(!files.contains(name), "{files}");
    }
}
