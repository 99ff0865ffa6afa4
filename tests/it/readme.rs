//! What the README shows is so.

use crate::mock::gateway::WORKSPACE;
use crate::stub::Stub;
use crate::support::outcome::Outcome;
use crate::support::temp_folder::TempFolder;
use crate::support::{CLOSED_PORT, NAME, unknown_host, utf_16};
use crate::test_env::TestEnv;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const README: &str = include_str!("../../README.md");

/// The blocks of code that are marked as `language`.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    README
        .split(&start)
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

#[test]
fn its_rust_makes_the_program_list_workspaces() {
    let [function, end_of_run] = blocks("rust")[..] else {
        panic!("there are two blocks of Rust")
    };
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = TempFolder::new();
    fs::create_dir(copy.path().join("src")).unwrap();
    for entry in fs::read_dir(package.join("src")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(
            entry.path(),
            copy.path().join("src").join(entry.file_name()),
        )
        .unwrap();
    }
    fs::copy(package.join("Cargo.lock"), copy.path().join("Cargo.lock")).unwrap();
    // The benchmark is not copied.
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    fs::write(
        copy.path().join("Cargo.toml"),
        manifest.split("[[bench]]").next().unwrap(),
    )
    .unwrap();
    let main = fs::read_to_string(copy.path().join("src/main.rs")).unwrap();
    let (start, rest) = main
        .split_once("    let answer = match arguments {")
        .unwrap();
    let (_, rest) = rest.split_once("\n}\n").unwrap();
    fs::write(
        copy.path().join("src/main.rs"),
        format!("{start}{end_of_run}}}\n{rest}\n{function}"),
    )
    .unwrap();

    // Not into the folder of this build, which another cargo may be waiting for.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--locked", "--offline"])
        .current_dir(copy.path())
        .env("CARGO_TARGET_DIR", &target);
    Outcome::of(cargo.stdout(Stdio::piped()).output().unwrap()).assert_success();

    let env = TestEnv::new();
    let program = target
        .join("debug")
        .join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    let outcome = env.outcome(&mut env.command(program.to_str().unwrap()));
    assert_eq!(outcome.assert_success().stdout, "31415\tsandbox\n");
    env.stub("/v4/workspaces", Stub::new(200, "application/json", "{}"));
    let outcome = env.outcome(&mut env.command(program.to_str().unwrap()));
    outcome.assert_failure(&[
        "/v4/workspaces answers otherwise: invalid type: map, expected a sequence",
    ]);
}

#[test]
fn its_commands_work_in_the_folder_of_the_sandbox() {
    let env = TestEnv::new();
    let mut count = 0;
    for line in blocks("console").concat().lines() {
        let Some(arguments) = line.strip_prefix("$ cargo run v4") else {
            continue;
        };
        let line = format!("v4{arguments}");
        let (path, json) = line
            .split_once(" '")
            .map_or((line.as_str(), None), |(path, json)| {
                (path, json.strip_suffix('\''))
            });
        env.run(&[&[path], json.as_slice()].concat())
            .assert_success();
        count += 1;
    }
    assert_eq!(count, 3);
    assert!(README.contains("HTTP 201 Created\n```"));
    let start: String = WORKSPACE
        .lines()
        .take(6)
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(README.contains(&format!("$ cargo run\n{start}")));
}

/// The messages in the table of the section "When it fails": each a list of parts, with `…` for
/// what varies.
fn messages() -> Vec<Vec<&'static str>> {
    let section = README
        .split("\n## ")
        .find(|section| section.starts_with("When it fails"))
        .unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let message = row.split(" | ").next().unwrap();
        message
            .split(['`', '…'])
            .map(|part| part.trim_matches([' ', ',', '.']))
            .filter(|part| !part.is_empty())
            .collect()
    })
    .collect()
}

#[test]
fn its_messages_are_those_of_the_program() {
    let env = TestEnv::new();
    let creds = env.read("creds.json");
    let shipped = |name: &str| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let mut said = String::new();
    let mut run = |env: &TestEnv| said += &env.run(&[]).stderr;

    let swapped = json!({"access_token": env.creds()["refresh_token"], "refresh_token": env.creds()["access_token"]});
    let refused = env.creds_from(&format!("http://{CLOSED_PORT}"));
    let unknown = env.creds_from(&format!("https://{}", unknown_host()));
    for content in [
        shipped("creds.json"),
        utf_16(&creds),
        creds.replace(',', "").into(),
        swapped.to_string().into(),
        refused.into(),
        unknown.into(),
    ] {
        env.write("creds.json", content);
        run(&env);
    }
    fs::remove_file(env.path("creds.json")).unwrap();
    run(&env);

    let env = TestEnv::new();
    env.write("creds.json", env.creds_with("refresh_token", "unknown"));
    run(&env);
    let env = TestEnv::new();
    env.write("client_id.txt", "unknown");
    run(&env);
    env.stub_api(Stub::json(401, json!({})));
    run(&env);
    env.stub_api(Stub::json(302, json!({})).with("Location: https://x.test"));
    run(&env);
    fs::create_dir(env.path("creds.json.new")).unwrap();
    run(&env);
    // Those that take long, or need Linux or another run, have tests of their own.
    said += include_str!("../../src/error.rs");
    said += include_str!("../../src/credentials.rs");

    assert!(messages().len() > 10);
    for message in messages() {
        for part in message {
            assert!(
                said.contains(part),
                "{part:?} is not a message of the program:\n{said}"
            );
        }
    }
}
