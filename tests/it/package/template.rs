//! The package as a template for another program: the recipes of src/README.md, done to the letter.

use super::temp_crate::TempCrate;
use crate::mock::gateway::{CURRENT_WORKSPACE, WORKSPACE};
use crate::readme::{SRC_README, blocks, code, section};
use crate::stub::Stub;
use crate::support::{NAME, jwt};
use crate::test_env::TestEnv;
use serde_json::json;

const MAIN: &str = "src/main.rs";
const MANIFEST: &str = "Cargo.toml";
const GATEWAY: &str = "examples/sandbox/mock/gateway.rs";
const SCRIPT: &str = ".ci/run";
const REFRESH: &str = "POST /as/token";

/// The block of Rust with this number in a section.
fn rust(heading: &str, number: usize) -> String {
    blocks(section(SRC_README, heading), "rust").remove(number)
}

/// Updates what README.md says that the program prints.
fn show_in_readme(copy: &TempCrate, shown: &str) {
    let readme = copy.read("README.md");
    let run = section(&readme, "Run it");
    let old = run.split("$ cargo run\n").nth(1).unwrap();
    let old = old.split("```").next().unwrap();
    copy.replace("README.md", old, &format!("{shown}\n"));
}

#[test]
#[ignore = "compiles a copy of the package"]
fn renamed() {
    const NEW_NAME: &str = "cloud-check";
    let Some(copy) = TempCrate::copy_of_package("renamed") else {
        return;
    };
    let line = |name| format!("\nname = \"{name}\"\n");
    copy.replace(MANIFEST, &line(NAME), &line(NEW_NAME));
    copy.assert_green();
    copy.cargo("run --quiet --offline --example sandbox");

    let env = TestEnv::new();
    let help = env.outcome(copy.program(&env, NEW_NAME).arg("--help"));
    let help = &help.assert_success().stdout;
    let old_help = env.run(&["--help"]).stdout;
    assert_eq!(*help, old_help.replace(NAME, NEW_NAME));
    env.outcome(&mut copy.program(&env, NEW_NAME))
        .assert_success();
    let user_agent = format!("{NEW_NAME}/{}", env!("CARGO_PKG_VERSION"));
    for request in env.requests() {
        assert_eq!(request.header("user-agent"), user_agent);
    }
}

#[test]
#[ignore = "compiles a copy of the package"]
fn with_another_call() {
    let Some(copy) = TempCrate::copy_of_package("another-call") else {
        return;
    };
    const PATH: &str = "/v4/workspaces";
    let list = format!("[\n  {}\n]", WORKSPACE.replace('\n', "\n  "));
    for file in [MAIN, "src/help.txt", GATEWAY] {
        copy.replace(file, CURRENT_WORKSPACE, PATH);
    }
    copy.replace(GATEWAY, WORKSPACE, &list);
    show_in_readme(&copy, "[\n  {\n    \"id\": 31415,\n  …");
    copy.update_snapshots();
    copy.assert_green();

    let env = TestEnv::new();
    let run = env.outcome(&mut copy.program(&env, NAME));
    assert_eq!(run.assert_success().stdout, format!("{list}\n"));
}

#[test]
#[ignore = "compiles a copy of the package"]
fn with_a_typed_and_a_second_call() {
    let Some(copy) = TempCrate::copy_of_package("typed-call") else {
        return;
    };
    const START: &str = "fn get_current_workspace(";
    let call = format!("GET {CURRENT_WORKSPACE}");
    let replace = |new: &str| copy.replace(MAIN, item(&copy.read(MAIN), START), new);
    replace(&rust("Add a typed call", 0));
    let flag = |value| format!("IS_DEFAULT: bool = {value};");
    copy.replace(GATEWAY, &flag("true"), &flag("false"));
    show_in_readme(&copy, "31415\tsandbox");
    copy.assert_green();

    let env = TestEnv::new();
    let token = jwt(&json!({"sub": "nobody"}));
    let others = [
        // The first run knows it.
        json!({"id": env.access_token(), "name": "\u{1b}[31m"}),
        json!([{"id": 1}]),
        json!({"id": 1, "name": {"token": token}}),
        json!("private words"),
    ];
    for other in others {
        env.stub_api(Stub::ok(other.to_string()));
        let run = copy.program(&env, NAME).spawn().unwrap();
        let problem = "the response is not as expected: ";
        env.finish(run).assert_failure(&[problem]);
    }
    env.remove_stubs();

    replace(&rust("Add a second call", 0));
    show_in_readme(&copy, "HTTP 201 Created\ninvited to sandbox");
    copy.assert_green();
    let env = TestEnv::new();
    let run = env.finish(copy.program(&env, NAME).spawn().unwrap());
    assert_eq!(run.assert_success().stdout, "invited to sandbox\n");
    let invitation = "POST /v4/workspaces/31415/people/batch";
    assert_eq!(env.request_lines(), [REFRESH, &call, invitation]);
}

/// A new crate, made as the page says.
#[test]
#[ignore = "compiles another crate"]
fn in_a_larger_program() {
    const LARGER: &str = "larger-program";
    const SECTION: &str = "Use it in a larger program";
    let Some(program) = TempCrate::new(LARGER) else {
        return;
    };
    program.add("src/aac");
    // The same versions as here: others may not be on this machine.
    program.add("Cargo.lock");
    let manifest = include_str!("../../../Cargo.toml");
    let (_, dependencies) = manifest.split_once("\n[dependencies]\n").unwrap();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap();
    let package = format!("name = \"{LARGER}\"\nversion = \"0.1.0\"\nedition = \"2024\"");
    let manifest = format!("[package]\n{package}\n\n[dependencies]\n{dependencies}\n");
    program.write(MANIFEST, manifest);

    let main = include_str!("../../../src/main.rs");
    let mut api = rust(SECTION, 0);
    let (_, step) = section(SRC_README, SECTION).split_once("\n3. ").unwrap();
    let (names, _) = step.split_once(" from `src/main.rs`").unwrap();
    for name in code(names) {
        let starts = ["const NAME:", "struct NAME ", "fn NAME("];
        let mut starts = starts.iter().map(|start| start.replace("NAME", name));
        let start = starts.find(|start| main.contains(&format!("\n{start}")));
        api = format!("{api}\n{}", item(main, &start.unwrap()));
    }
    for name in [
        "\nstruct Api ",
        "\n    client: Client,\n",
        "\n    settings: Settings,\n",
        "\nfn get_access_token(",
        "\nfn call_api(",
    ] {
        assert_eq!(api.matches(name).count(), 1, "{name}");
        let word = name.trim_start();
        api = api.replace(name, &name.replace(word, &format!("pub(crate) {word}")));
    }
    program.write("src/api.rs", api);
    program.write(MAIN, rust(SECTION, 1));
    program.assert_clean();

    let env = TestEnv::new();
    let mut command = program.program(&env, LARGER);
    let calls = ["/iam/v1/workspaces/current", "/v4/workspaces"];
    let lines = calls.map(|path| format!("GET {path}"));
    let stub = |answers: [&str; 2]| {
        for (path, answer) in calls.into_iter().zip(answers) {
            env.stub(path, Stub::ok(answer));
        }
    };
    stub(["1", "2"]);
    let outcome = env.outcome(&mut command);
    assert_eq!(outcome.assert_success().stdout, "1\n2\n");
    assert_eq!(env.request_lines(), [REFRESH, &lines[0], &lines[1]]);
    let user_agent = format!("{LARGER}/0.1.0");
    assert_eq!(env.requests()[1].header("user-agent"), user_agent);

    // `head` has closed the pipe.
    let mut head = command.spawn().unwrap();
    drop(head.stdout.take());
    env.finish(head).assert_success();

    // A token of the run is not printed, wherever it comes from.
    stub(["1", &json!(env.access_token()).to_string()]);
    let before = env.requests().len();
    // An access token that is too old is refreshed, with the refresh token beside it.
    let claims = json!({"iss": format!("{}/as", env.url), "client_id": "client"});
    let refresh_token = "the-second-refresh-token-of-this-test";
    let tokens = json!({"access_token": jwt(&claims), "refresh_token": refresh_token});
    env.stub_issuer(Stub::ok(tokens.to_string()));
    program.replace(MAIN, "from_secs(4 * 60)", "ZERO");
    let mut command = program.program(&env, LARGER);
    let outcome = env.outcome(&mut command);
    assert!(outcome.assert_success().stdout.contains("(redacted)"));
    let expected = [REFRESH, REFRESH, &lines[0], REFRESH, &lines[1]];
    assert_eq!(env.request_lines()[before..], expected);
    assert!(env.requests()[before + 1].body.contains(refresh_token));

    env.write("client_id.txt", "Your client id here");
    let problem = "client_id.txt still holds its placeholder.\nCopy the ID";
    env.outcome(&mut command).assert_failure(&[problem]);
}

#[test]
#[ignore = "compiles a copy of the package"]
fn without_what_is_not_needed() {
    const SECTION: &str = "Delete what you do not need";
    let Some(copy) = TempCrate::copy_of_package("deletion") else {
        return;
    };
    let text = section(SRC_README, SECTION);
    for number in 1..=5 {
        let (_, step) = text.split_once(&format!("\n{number}. ")).unwrap();
        let step = step.split(&format!("\n{}. ", number + 1)).next().unwrap();
        let step = step.split("```").next().unwrap();
        for word in code(step) {
            let is_place = [MANIFEST, SCRIPT, MAIN, "README.md"].contains(&word);
            if !is_place && copy.path(word).exists() {
                copy.remove(word);
            } else if word.starts_with("\"/") {
                copy.replace(MANIFEST, &format!(", {word}"), "");
            } else if word.starts_with("[") || ["rcgen", "rustls"].contains(&word) {
                delete_from_manifest(&copy, word);
            } else if word == "strace" {
                delete(&copy, SCRIPT, "# A few tests", "\nfi\n\n");
            } else if word == "cargo test" {
                delete(&copy, SCRIPT, "\ncargo test", " --include-ignored");
            } else if word == "mod cli;" {
                copy.replace(MAIN, "mod cli;\n", "");
            }
        }
        match number {
            4 => delete(&copy, SCRIPT, "\ncargo run", " sandbox"),
            5 => {
                let main = copy.read(MAIN);
                copy.replace(MAIN, item(&main, "fn run("), &rust(SECTION, 0));
                copy.replace(MAIN, "\nmod aac;", "\n#[allow(dead_code)]\nmod aac;");
            }
            _ => {}
        }
        match number {
            1 | 2 => copy.assert_green(),
            _ => {
                copy.assert_clean();
                copy.check();
            }
        }
    }
    for name in ["benches", "tests", "examples", "src/cli.rs", "src/help.txt"] {
        assert!(!copy.path(name).exists(), "{name} is still there");
    }
    assert!(!copy.read(SCRIPT).contains("test"));
    let manifest = copy.read(MANIFEST);
    for table in ["bench", "dev-dependencies", "examples"] {
        assert!(!manifest.contains(table), "{manifest}");
    }

    let env = TestEnv::new();
    let run = env.finish(copy.program(&env, NAME).spawn().unwrap());
    assert_eq!(run.assert_success().stdout, format!("{WORKSPACE}\n"));
}

/// Deletes what is in a file from `start` to `end`.
fn delete(copy: &TempCrate, file: &str, start: &str, end: &str) {
    let text = copy.read(file);
    let from = text.find(start).unwrap();
    let to = from + text[from..].find(end).unwrap() + end.len();
    copy.write(file, format!("{}{}", &text[..from], &text[to..]));
}

/// Deletes a table with the comment above it, or a dependency's line.
fn delete_from_manifest(copy: &TempCrate, word: &str) {
    let manifest = copy.read(MANIFEST);
    let (start, end, mark) = match word.starts_with('[') {
        true => (format!("\n{word}\n"), "\n\n", '#'),
        // The comment above it is about all dependencies.
        false => (format!("\n{word} = "), "\n", '\0'),
    };
    let (before, rest) = manifest.split_once(&start).unwrap();
    let after = rest.split_once(end).map_or("", |(_, after)| after);
    let above = before.lines().rev();
    let comment = above.take_while(|line| line.starts_with(mark));
    let comment: usize = comment.map(|line| line.len() + 1).sum();
    let before = &before[..before.len() - comment];
    copy.write(MANIFEST, format!("{before}\n{after}"));
}

/// An item of a source text that begins with `start`, with the comments and attributes above it.
#[track_caller]
fn item<'a>(source: &'a str, start: &str) -> &'a str {
    let found = source.find(&format!("\n{start}"));
    let start = found.unwrap_or_else(|| panic!("there is no {start}")) + 1;
    let end = if source[start..].starts_with("const") {
        ";\n"
    } else {
        "\n}\n"
    };
    let end = start + source[start..].find(end).unwrap() + end.len();
    let above = source[..start].lines().rev();
    let above = above.take_while(|line| line.starts_with("//") || line.starts_with("#["));
    let length: usize = above.map(|line| line.len() + 1).sum();
    &source[start - length..end]
}
