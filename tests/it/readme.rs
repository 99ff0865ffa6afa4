//! What the README shows is so. Its Rust is tried in `package::template`.

use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
use crate::support::temp_folder::TempFolder;
use crate::support::{NAME, skip, unknown_host, utf_16};
use crate::test_env::TestEnv;
use crate::tls::Authority;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

const README: &str = include_str!("../../README.md");

/// The blocks of code that are marked as `language`.
pub fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    let blocks = README.split(&start).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

/// The text of a section, from its heading to the next.
pub fn section(heading: &str) -> &'static str {
    let sections = README.split("\n## ");
    let mut found =
        sections.filter_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'));
    let section = found.next();
    section.unwrap_or_else(|| panic!("there is no section {heading:?}"))
}

/// The commands in the blocks marked `console`, each with what it prints as far as that is shown.
fn commands() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut commands = Vec::new();
    for block in blocks("console") {
        for command in block.split("$ ").skip(1) {
            let mut lines = command.lines();
            commands.push((lines.next().unwrap(), lines.collect()));
        }
    }
    commands
}

/// The words of a command line of a Unix shell.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part);
        } else {
            words.extend(part.split_whitespace());
        }
    }
    words
}

/// A line without what differs from run to run: the time that a response took.
fn without_time(line: &str) -> &str {
    match line.strip_suffix("s)") {
        Some(start) => start.trim_end_matches(|c: char| c.is_ascii_digit() || ".mµ".contains(c)),
        None => line,
    }
}

/// Whether the lines are as shown, where a line `…` is for any lines, and `…` in a line for any text.
fn is_as_shown(shown: &[String], printed: &[&str]) -> bool {
    let is_same = |shown: &str, printed: &str| {
        let (shown, printed) = (without_time(shown), without_time(printed));
        match shown.split_once('…') {
            Some((start, end)) => printed.starts_with(start) && printed.ends_with(end),
            None => shown == printed,
        }
    };
    match (shown, printed) {
        ([], []) => true,
        ([line, shown @ ..], _) if line.trim() == "…" => {
            (0..=printed.len()).any(|skipped| is_as_shown(shown, &printed[skipped..]))
        }
        ([line, shown @ ..], [first, printed @ ..]) => {
            is_same(line, first) && is_as_shown(shown, printed)
        }
        _ => false,
    }
}

#[test]
fn its_commands_print_what_it_shows() {
    let run = commands().into_iter().filter_map(|(command, shown)| {
        let arguments = command.strip_prefix("cargo run")?;
        (!arguments.contains("--example")).then_some((arguments, shown))
    });
    let run: Vec<_> = run.collect();
    assert_eq!(run.len(), 5);
    check_all(
        &run,
        |(arguments, _)| arguments.to_string(),
        |(arguments, shown)| {
            let env = TestEnv::new();
            let mut arguments = words(arguments);
            arguments.retain(|word| !["--quiet", "--"].contains(word));
            let outcome = env.run(&arguments);
            outcome.assert_success();
            if shown.is_empty() {
                return;
            }
            let host = env.url.trim_start_matches("http://");
            // The mock service is issuer and API at once, without TLS.
            let shown: Vec<_> = shown
                .iter()
                .map(|line| {
                    line.replace("https://api.us1.alteryxcloud.com", &env.url)
                        .replace("pingauth.alteryxcloud.com", host)
                        .replace("api.us1.alteryxcloud.com", host)
                })
                .collect();
            let printed = format!("{}{}", outcome.stderr, outcome.stdout);
            assert!(
                is_as_shown(&shown, &printed.lines().collect::<Vec<_>>()),
                "{shown:#?} is not {printed}"
            );
        },
    );
}

/// In a repository with the three files, as shipped: first ignored as the README says, then filled in.
#[test]
fn its_git_commands_keep_credentials_out_of_git() {
    let folder = TempFolder::new();
    let git = |line: &str| {
        let mut git = Command::new("git");
        // In a hook, these name the repository that is being committed to.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                git.env_remove(name);
            }
        }
        git.args(&words(line)[1..]).current_dir(folder.path());
        git.output().map(Outcome::of)
    };
    if git("git --version").is_err() {
        return skip("there is no git");
    }
    let fill = |content: &str| {
        for name in ["aac_url.txt", "client_id.txt", "creds.json"] {
            fs::write(folder.path().join(name), content).unwrap();
        }
    };
    let changes = || {
        let outcome = git("git diff --name-only").unwrap();
        outcome.assert_success().stdout.lines().count()
    };
    fill("as shipped\n");
    git("git init --quiet").unwrap().assert_success();
    git("git add .").unwrap().assert_success();
    let hide = commands().into_iter().map(|(command, _)| command);
    let hide = hide
        .filter(|command| command.starts_with("git "))
        .collect::<Vec<_>>()
        .concat();
    git(&hide).unwrap().assert_success();
    fill("mine\n");
    assert_eq!(changes(), 0);

    // In a repository of one's own.
    let section = section("Make it your own");
    let mut code = section.split('`').skip(1).step_by(2);
    let remove = code.find(|code| code.starts_with("git rm ")).unwrap();
    git(remove).unwrap().assert_success();
    assert!(folder.path().join("creds.json").exists());
    let tracked = git("git ls-files").unwrap().stdout;
    assert_eq!(tracked, "aac_url.txt\nclient_id.txt\n");

    assert!(README.contains("to undo this, use `--no-skip-worktree`"));
    let show = hide
        .replace("--skip", "--no-skip")
        .replace(" creds.json", "");
    git(&show).unwrap().assert_success();
    assert_eq!(changes(), 2);
}

#[test]
fn its_synopsis_is_that_of_help() {
    let help = TestEnv::new().run(&["--help"]).stdout;
    let start = format!("Usage: {NAME} ");
    let synopsis = help.lines().find_map(|line| line.strip_prefix(&start));
    assert!(section("Call other APIs").contains(&format!(" {}`", synopsis.unwrap())));
}

/// The messages in the table of "When it fails". In a message, `…` is for what varies.
fn messages() -> Vec<&'static str> {
    let rows = section("When it fails").lines();
    rows.filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect()
}

/// Whether `text` has all parts of a message, in order.
fn has_message(text: &str, message: &str) -> bool {
    let mut parts = message.split('…').map(str::trim);
    let end = parts.try_fold(text, |rest, part| Some(rest.split_once(part)?.1));
    end.is_some()
}

#[test]
fn its_messages_are_those_of_the_program() {
    let mut printed = vec![waiting(), untrusted()];
    // How each of the others comes about.
    let causes: &[fn(&TestEnv)] = &[
        |env| env.write("client_id.txt", "Your client id here\n"),
        |env| fs::remove_file(env.path("creds.json")).unwrap(),
        |env| env.write("creds.json", utf_16(&env.read("creds.json"))),
        |env| {
            let (access_token, refresh_token) = (env.access_token(), env.refresh_token());
            let swapped = json!({"access_token": refresh_token, "refresh_token": access_token});
            env.write("creds.json", swapped.to_string());
        },
        |env| {
            let old = env.read("creds.json");
            env.run(&[]).assert_success();
            env.write("creds.json", old);
        },
        |env| env.write("client_id.txt", "unknown"),
        |env| env.stub_api(Stub::json(401, json!({}))),
        |env| env.stub_api(Stub::new(200, "text/html", "<title>Sign in</title>")),
        |env| {
            let portal = Stub::new(302, "text/html", "");
            env.stub_api(portal.with("Location: https://us1.alteryxcloud.com/"));
        },
        |env| env.write("aac_url.txt", format!("https://{}", unknown_host())),
        |env| {
            let creds = env.creds_from(&format!("https://{}", unknown_host()));
            env.write("creds.json", creds);
        },
    ];
    for cause in causes {
        let env = TestEnv::new();
        cause(&env);
        printed.push(env.run(&[]).assert_failure(&[]).stderr.clone());
    }

    assert!(messages().len() > 5);
    let source = source();
    check_all(
        messages(),
        |message| message.to_string(),
        |message| {
            // This one takes as long to come.
            let is_so = match message.contains("30 seconds") {
                true => has_message(&source, message),
                false => printed.iter().any(|text| has_message(text, message)),
            };
            assert!(is_so, "it is not in {printed:#?}");
        },
    );
}

/// What a run prints while another one has the lock.
fn waiting() -> String {
    TestEnv::new().run_after_waiting(|| ())
}

/// What a run prints if nothing on this system trusts the host's certificate.
fn untrusted() -> String {
    let env = TestEnv::over_tls(
        &Authority::new("No CA"),
        "localhost",
        "localhost",
        2000..2100,
    );
    let outcome = env.run(&[]);
    assert!(env.creds_are_valid());
    outcome.assert_failure(&[]).stderr.clone()
}

/// All of `src`.
fn source() -> String {
    fn read(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else {
                *text += &fs::read_to_string(path).unwrap();
            }
        }
    }
    let mut text = String::new();
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut text,
    );
    text
}
