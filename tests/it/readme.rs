//! What the README shows is so.

use crate::program::{NOBODY, Outcome, Place, nowhere, utf_16};
use crate::service::{CURRENT_WORKSPACE, Reply, WORKSPACE};
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
    let copy = tempfile::tempdir().unwrap();
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
    Outcome::of(cargo.stdout(Stdio::piped()).output().unwrap()).assert_done();

    let place = Place::new();
    let program = target
        .join("debug")
        .join(format!("get_workspace{}", std::env::consts::EXE_SUFFIX));
    let outcome = place.outcome(&mut place.command(program.to_str().unwrap()));
    assert_eq!(outcome.assert_done().stdout, "31415\tsandbox\n");
    place
        .service
        .script("/v4/workspaces", Reply::new(200, "application/json", "{}"));
    let outcome = place.outcome(&mut place.command(program.to_str().unwrap()));
    outcome.assert_failed(
        1,
        &["/v4/workspaces answers otherwise: invalid type: map, expected a sequence"],
    );
}

#[test]
fn its_commands_work_in_the_folder_of_the_sandbox() {
    let place = Place::new();
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
        place
            .run(&[&[path], json.as_slice()].concat())
            .assert_done();
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

/// The messages in the table of the section "When it fails": each a list of parts, with `…` for what varies.
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
    let place = Place::new();
    let creds = place.read("creds.json");
    let shipped = |name: &str| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let mut said = String::new();
    let mut run = |place: &Place| said += &place.run(&[]).stderr;

    let swapped = json!({"access_token": place.creds()["refresh_token"], "refresh_token": place.creds()["access_token"]});
    let refused = place.creds_from(&format!("http://{NOBODY}"));
    let unknown = place.creds_from(&format!("https://{}", nowhere()));
    for content in [
        shipped("creds.json"),
        utf_16(&creds),
        creds.replace(',', "").into(),
        swapped.to_string().into(),
        refused.into(),
        unknown.into(),
    ] {
        place.write("creds.json", content);
        run(&place);
    }
    fs::remove_file(place.path("creds.json")).unwrap();
    run(&place);

    let place = Place::new();
    place.write("creds.json", place.creds_with("refresh_token", "spent"));
    run(&place);
    let place = Place::new();
    place.write("client_id.txt", "unknown");
    run(&place);
    place
        .service
        .script(CURRENT_WORKSPACE, Reply::json(401, json!({})));
    run(&place);
    place.service.script(
        CURRENT_WORKSPACE,
        Reply::json(302, json!({})).with("Location: https://x.test"),
    );
    run(&place);
    fs::create_dir(place.path("creds.json.new")).unwrap();
    run(&place);
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
