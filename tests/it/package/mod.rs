//! What the package is made of.

mod temp_crate;
mod template;

use crate::support::NAME;
use crate::support::outcome::Outcome;
use std::collections::HashSet;
use std::process::Command;

/// What cargo prints about the package, without the network.
fn cargo(arguments: &str) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments.split(' '));
    cargo.args(["--offline", "--locked"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output();
    Outcome::of(output.unwrap()).assert_success().stdout.clone()
}

#[test]
fn needs_three_crates_to_run() {
    let tree = cargo("tree --edges normal --depth 1 --prefix none");
    let names = tree.lines().map(|line| line.split(' ').next().unwrap());
    let names: Vec<_> = names.collect();
    assert_eq!(names, [NAME, "serde", "serde_json", "ureq"]);
}

/// Otherwise the sandbox compiles them, and then again for the program that it runs.
#[test]
fn crates_have_the_same_features_in_the_sandbox() {
    // Each crate with its version and features.
    let tree = "tree --prefix none --no-dedupe --format {p}_{f} --edges";
    let with_sandbox = cargo(&format!("{tree} normal,build,dev"));
    let with_sandbox: HashSet<_> = with_sandbox.lines().collect();
    for line in cargo(&format!("{tree} normal,build")).lines() {
        let is_same = with_sandbox.contains(line);
        assert!(is_same, "{line} is another one for the sandbox");
    }
}

#[test]
fn takes_nobodys_credentials_along() {
    let files = cargo("package --list --allow-dirty");
    assert!(files.contains("main.rs"), "{files}");
    for name in ["creds.json", "client_id.txt", "aac_url.txt"] {
        assert!(!files.contains(name), "{files}");
    }
}
