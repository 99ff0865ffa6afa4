//! The package as a template for another program: the section "Make it your own" of the README,
//! done to the letter.

use super::temp_crate::TempCrate;
use crate::mock::gateway::WORKSPACE;
use crate::readme;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::{NAME, jwt};
use crate::test_env::TestEnv;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

const SECTION: &str = "Make it your own";
/// The first call of the larger program.
const CALL: &str = "/iam/v1/workspaces/current";

#[test]
fn renamed_in_one_line() {
    const NEW_NAME: &str = "cloud-check";
    let Some(copy) = TempCrate::copy_of_package("renamed") else {
        return;
    };
    let name = format!("\nname = \"{NAME}\"\n");
    copy.replace("Cargo.toml", &name, &format!("\nname = \"{NEW_NAME}\"\n"));
    copy.assert_clean();

    let env = TestEnv::new();
    let help = env.outcome(copy.program(&env, NEW_NAME).arg("--help"));
    let help = &help.assert_success().stdout;
    for part in [" [-v] [METHOD]", " v4/workspaces\n"] {
        let part = format!("{NEW_NAME}{part}");
        assert!(help.contains(&part), "{part:?} is not in {help}");
    }
    let version = env.outcome(copy.program(&env, NEW_NAME).arg("--version"));
    let new_version = concat!(" ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(version.stdout, format!("{NEW_NAME}{new_version}"));

    let run = env.outcome(&mut copy.program(&env, NEW_NAME));
    assert_eq!(run.assert_success().stdout, format!("{WORKSPACE}\n"));
    let user_agent = format!("{NEW_NAME}/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(env.requests().len(), 2);
    for request in env.requests() {
        assert_eq!(request.header("user-agent"), user_agent);
    }

    // These are the tests that have to do with the name.
    let named = ["workspace::", "cli::", "readme::"];
    // Building it has brought Cargo.lock up to date.
    let tests = [
        "test",
        "--quiet",
        "--offline",
        "--locked",
        "--test",
        "it",
        "--",
    ];
    copy.cargo(&[&tests[..], &named].concat());
    let sandbox = copy.cargo(&["run", "--quiet", "--offline", "--example", "sandbox"]);
    assert!(
        sandbox.stdout.contains("With a real account"),
        "{sandbox:#?}"
    );
}

#[test]
fn with_a_typed_call() {
    let Some(copy) = TempCrate::copy_of_package("typed-call") else {
        return;
    };
    let main = copy.read("src/main.rs");
    let function = item(&main, "fn get_current_workspace(");
    copy.replace("src/main.rs", function, readme::blocks("rust")[0]);
    copy.assert_clean();

    let env = TestEnv::new();
    let help = env.outcome(copy.program(&env, NAME).arg("--help"));
    assert_eq!(help.stdout, env.run(&["--help"]).stdout);
    for path in ["v4/apiAccessTokens", "v4/workspaces"] {
        let run = env.outcome(copy.program(&env, NAME).arg(path));
        assert_eq!(run.assert_success().stdout, env.run(&[path]).stdout);
    }

    let list = json!([{"id": 1, "name": "\u{1b}[31m\u{202e}red"}, {"id": 2, "name": "Zoë"}]);
    env.stub("/v4/workspaces", Stub::ok(list.to_string()));
    let run = env.outcome(&mut copy.program(&env, NAME));
    let lines = &run.assert_success().stdout;
    assert!(
        lines.starts_with("1\t") && lines.ends_with("red\n2\tZoë\n"),
        "{lines:?}"
    );
    assert!(!lines.contains(['\u{1b}', '\u{202e}']), "{lines:?}");

    let token = jwt(&json!({"sub": "nobody"}));
    let others = [
        json!([{"id": format!("Bearer {token}\u{1b}[31m"), "name": "x"}]),
        json!([{"id": 1, "name": {"token": token}}]),
        json!([{"id": 1, "private": "words"}]),
        json!({"private": "words"}),
        json!("private words"),
    ];
    check_all(others, Value::to_string, |other| {
        env.stub("/v4/workspaces", Stub::ok(other.to_string()));
        let run = env.outcome(&mut copy.program(&env, NAME));
        run.assert_failure(&[" of the response differs from Workspace."])
            .assert_lacks(&["private", "words", "Bearer", "[31m"]);
        let mut parts = token.as_bytes().windows(8).map(str::from_utf8);
        let shown = parts.find(|part| run.stderr.contains(part.unwrap()));
        assert_eq!(shown, None);
    });
}

#[test]
fn in_a_larger_program() {
    let Some(program) = larger_program("larger-program", "") else {
        return;
    };
    let env = TestEnv::new();
    // The mock service may have another call in its place.
    env.stub(CALL, Stub::ok("1"));
    let mut command = program.program(&env, "larger-program");
    let run = env.outcome(&mut command);
    let workspaces = env.run(&["v4/workspaces"]).stdout;
    assert_eq!(run.assert_success().stdout, format!("1\n{workspaces}"));
    let refresh = "POST /as/token";
    let calls = [&format!("GET {CALL}"), "GET /v4/workspaces"];
    assert_eq!(env.request_lines()[..3], [refresh, calls[0], calls[1]]);
    let user_agent = env.requests()[1].header("user-agent").to_owned();
    assert_eq!(user_agent, "larger-program/0.1.0");

    // An access token that is about to expire is refreshed, with the refresh token beside it.
    let env = TestEnv::new();
    let mut command = program.program(&env, "larger-program");
    let soon = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() + 30;
    let claims = json!({"iss": format!("{}/as", env.url), "client_id": "client", "exp": soon});
    let refresh_token = "the-second-refresh-token-of-this-test";
    let tokens = json!({"access_token": jwt(&claims), "refresh_token": refresh_token});
    env.stub_issuer(Stub::ok(tokens.to_string()));
    env.stub(CALL, Stub::ok("1"));
    env.stub("/v4/workspaces", Stub::ok("2"));
    let run = env.outcome(&mut command);
    assert_eq!(run.assert_success().stdout, "1\n2\n");
    assert_eq!(env.request_lines(), [refresh, calls[0], refresh, calls[1]]);
    assert!(env.requests()[2].body.contains(refresh_token));

    // What `?` makes of an error.
    env.write("client_id.txt", "Your client id here");
    let run = env.outcome(&mut command);
    assert_eq!((run.code, &*run.stdout), (Some(1), ""));
    let problem = "client_id.txt still holds its placeholder";
    for part in [problem, "Copy the Client ID"] {
        assert!(run.stderr.contains(part), "{part:?} is not in {run:#?}");
    }
}

#[test]
fn in_a_folder_of_a_larger_program() {
    larger_program("folder-program", "cloud");
}

/// A new crate, made as the README says, with the folder `aac` in this folder of its `src`.
fn larger_program(name: &str, folder: &str) -> Option<TempCrate> {
    let program = TempCrate::new(name)?;
    program.add("src/aac", &format!("src/{folder}/aac"));
    // The same versions as here: others may not be on this machine.
    program.add("Cargo.lock", "Cargo.lock");
    let manifest = include_str!("../../../Cargo.toml");
    let (_, dependencies) = manifest.split_once("\n[dependencies]\n").unwrap();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap();
    let package = format!("name = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"");
    let manifest = format!("[package]\n{package}\n\n[dependencies]\n{dependencies}\n");
    program.write("Cargo.toml", &manifest);

    let mut main = readme::blocks("rust")[1].to_owned();
    for start in ["struct Api ", "fn get_access_token(", "fn call_api("] {
        main += "\n";
        main += item(include_str!("../../../src/main.rs"), start);
    }
    if !folder.is_empty() {
        program.write(&format!("src/{folder}/mod.rs"), "pub mod aac;\n");
        main = main.replace("mod aac;", &format!("mod {folder};"));
        main = main.replace("use aac::", &format!("use {folder}::aac::"));
    }
    program.write("src/main.rs", &main);
    program.assert_clean();
    Some(program)
}

#[test]
fn without_what_is_not_needed() {
    let Some(copy) = TempCrate::copy_of_package("deletion") else {
        return;
    };
    let (_, text) = readme::section(SECTION).split_once("**Delete").unwrap();
    for number in 1..=4 {
        let (_, step) = text.split_once(&format!("\n{number}. ")).unwrap();
        let step = step.split(&format!("\n{}. ", number + 1)).next().unwrap();
        let step = step.split("\n\n").next().unwrap();
        for word in step.split('`').skip(1).step_by(2) {
            // What follows these is in them.
            let is_place = ["Cargo.toml", ".ci/run", "src/main.rs"].contains(&word);
            if copy.path(word).exists() && !is_place {
                copy.remove(word);
            } else if number < 4 && !is_place {
                delete_from_manifest(&copy, word);
            }
        }
        if number == 4 {
            delete_command_line(&copy);
        }
        copy.assert_clean();
    }
    for name in ["benches", "tests", "examples", "src/cli.rs", "src/help.txt"] {
        assert!(!copy.path(name).exists(), "{name} is still there");
    }
    let manifest = copy.read("Cargo.toml");
    assert!(!manifest.contains("[[bench]]") && !manifest.contains("[dev-dependencies]"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run");
    let script = fs::read_to_string(script).unwrap();
    assert!(script.lines().last().unwrap().contains("--example sandbox"));

    let env = TestEnv::new();
    let run = env.outcome(&mut copy.program(&env, NAME));
    assert_eq!(run.assert_success().stdout, format!("{WORKSPACE}\n"));
}

/// Deletes a table, or the line of a dependency, if it is there: perhaps this package has lost it already.
fn delete_from_manifest(copy: &TempCrate, word: &str) {
    let (start, end) = match word.starts_with('[') {
        true => (format!("\n{word}\n"), "\n["),
        false => (format!("\n{word} = "), "\n"),
    };
    let manifest = copy.read("Cargo.toml");
    let Some((before, rest)) = manifest.split_once(&start) else {
        return;
    };
    let after = rest.find(end).map_or("", |end| &rest[end..]);
    copy.write("Cargo.toml", &format!("{before}{after}"));
}

/// Deletes from `main.rs` what belongs to the command line: its module, and each statement of `run`
/// that names what was parsed. The example's own call stays.
fn delete_command_line(copy: &TempCrate) {
    let main = copy.read("src/main.rs");
    let run = item(&main, "fn run(");
    let (head, body) = run.split_once("{\n").unwrap();
    let (mut new_run, mut statement) = (format!("{head}{{\n"), String::new());
    let mut parsed = vec!["cli"];
    for line in body.lines() {
        statement += &format!("{line}\n");
        // rustfmt indents what belongs to a statement further than where it begins and ends.
        let is_outer = line.starts_with("    ") && !line.starts_with("     ");
        if !is_outer || !line.ends_with([';', '}']) {
            continue;
        }
        if statement.contains("cli::parse") {
            let (names, _) = body.split_once(" = ").unwrap();
            parsed.extend(identifiers(names).filter(|name| *name != "let"));
        }
        if statement.contains("get_current_workspace(&api)") {
            new_run += "    let response = get_current_workspace(&api);\n";
        } else if !identifiers(&statement).any(|name| parsed.contains(&name)) {
            new_run += &statement;
        }
        statement.clear();
    }
    new_run += &statement;
    copy.replace("src/main.rs", run, &new_run);
    copy.replace("src/main.rs", "use cli::Command;\n", "");
    copy.replace("src/main.rs", "mod cli;\n", "");
    let allow = "\n#[allow(dead_code)]\nmod aac;\n";
    copy.replace("src/main.rs", "\nmod aac;\n", allow);
}

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    names.filter(|name| !name.is_empty())
}

/// An item of a source text that begins with `start`, with the comments and attributes above it.
#[track_caller]
fn item<'a>(source: &'a str, start: &str) -> &'a str {
    let start = source
        .find(&format!("\n{start}"))
        .unwrap_or_else(|| panic!("there is no {start}"))
        + 1;
    let end = start + source[start..].find("\n}\n").unwrap() + 3;
    let above = source[..start].lines().rev();
    let above = above.take_while(|line| line.starts_with("//") || line.starts_with("#["));
    let length: usize = above.map(|line| line.len() + 1).sum();
    &source[start - length..end]
}
