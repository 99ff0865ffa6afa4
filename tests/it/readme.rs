//! What README.md and src/README.md show is so. The Rust in them is tried in `package::template`.

use crate::support::NAME;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
use crate::support::process::is_missing;
use crate::support::temp_folder::TempFolder;
use crate::test_env::TestEnv;
use std::path::Path;
use std::process::Command;
use std::{env, fs, mem};

const README: &str = include_str!("../../README.md");
pub const SRC_README: &str = include_str!("../../src/README.md");

/// The blocks of code that are marked as `language`, each without its indentation.
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    let parts: Vec<_> = text.split(&format!("```{language}\n")).collect();
    let block = |pair: &[&str]| {
        let indent = pair[0].len() - pair[0].trim_end_matches(' ').len();
        let block = pair[1].split("```").next().unwrap();
        // Before the closing fence stands its indentation.
        let lines = block.trim_end_matches(' ').lines();
        let lines = lines.map(|line| line.get(indent..).unwrap_or(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    parts.windows(2).map(block).collect()
}

/// The text of a section, from its heading to the next.
pub fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let mut sections = text.split("\n## ");
    let section = sections.find_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'));
    section.unwrap_or_else(|| panic!("there is no section {heading:?}"))
}

/// What stands between backticks.
pub fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The words of a command line of a Unix shell.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            1 => words.push(part),
            _ => words.extend(part.split_whitespace()),
        }
    }
    words
}

/// Whether `text` begins as `shown`, in which `…` is for anything.
fn begins_as(text: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let start = parts.next().unwrap();
    let mut rest = text.strip_prefix(start);
    for part in parts {
        rest = rest.and_then(|rest| Some(rest.split_once(part)?.1));
    }
    rest.is_some()
}

#[test]
fn its_commands_print_what_it_shows() {
    // Each command, what it prints, and perhaps curl's way to write it.
    let mut runs: Vec<(String, (String, String))> = Vec::new();
    let mut curl = String::new();
    for line in blocks(README, "console").concat().lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            curl = comment.to_owned();
        } else if let Some(command) = line.strip_prefix("$ ") {
            runs.push((command.to_owned(), (String::new(), mem::take(&mut curl))));
        } else if let Some((_, (shown, _))) = runs.last_mut() {
            *shown += &format!("{line}\n");
        }
    }
    runs.retain(|(command, _)| command.starts_with("cargo run") && !command.contains("--example"));
    assert_eq!(runs.len(), 5);
    let beside_curl = runs.iter().filter(|(_, (_, curl))| !curl.is_empty());
    assert_eq!(beside_curl.count(), 3);
    check_all(runs, |line, (shown, curl)| {
        let env = TestEnv::new();
        let arguments = words(line).into_iter().skip(2);
        let arguments = arguments.filter(|word| !["--quiet", "--"].contains(word));
        // Without a PATH, if the line has none.
        let outcome = env.finish(env.program().args(arguments).spawn().unwrap());
        let printed = format!("{}{}", outcome.assert_success().stderr, outcome.stdout);
        // The mock service is issuer and API at once, without TLS.
        let host = env.url.trim_start_matches("http://");
        let shown = shown
            .replace("https://api.us1.alteryxcloud.com", &env.url)
            .replace("pingauth.alteryxcloud.com", host)
            .replace("312.4ms", "…");
        assert!(begins_as(&printed, &shown), "{shown} is not {printed}");
        if let ["curl", "-X", method, url, ..] = words(&curl)[..] {
            let path = url.replace("https://us1.alteryxcloud.com", "");
            let path = path.replace("<id>", "31415");
            let request = env.last_request();
            assert_eq!((&*request.method, request.path), (method, path));
        }
    });
}

/// In a repository with the three files, as shipped: first ignored as the README says, then filled in.
#[test]
fn its_git_commands_keep_credentials_out_of_git() {
    if is_missing("git") {
        return;
    }
    let folder = TempFolder::new();
    let run = |line: &str| {
        let mut git = Command::new("git");
        // In a hook, these name the repository that is being committed to.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                git.env_remove(name);
            }
        }
        git.args(&words(line)[1..]).current_dir(folder.path());
        let outcome = Outcome::of(git.output().unwrap());
        outcome.assert_success().stdout.clone()
    };
    let find = |text, start| code(text).find(|code| code.starts_with(start)).unwrap();
    let fill = |content: &str| {
        for name in ["aac_url.txt", "client_id.txt", "creds.json"] {
            fs::write(folder.path().join(name), content).unwrap();
        }
    };
    fill("as shipped\n");
    run("git init --quiet");
    run("git add .");
    run("git -c user.name=a -c user.email=a commit --quiet --message as-shipped");
    let hide = find(section(README, "The three files"), "git ");
    run(hide);
    fill("mine\n");
    // In a repository of one's own, creds.json may be left out.
    let hides_creds = hide.contains(" creds.json");
    let expected = if hides_creds { "" } else { "creds.json\n" };
    assert_eq!(run("git diff --name-only"), expected);

    // In a repository of one's own.
    run(find(section(SRC_README, "Your own repository"), "git rm "));
    assert!(folder.path().join("creds.json").exists());
    assert_eq!(run("git ls-files"), "aac_url.txt\nclient_id.txt\n");

    let undo = find(section(README, "The three files"), "--no-");
    let hide_two = hide.replace(" creds.json", "");
    run(&hide_two.replace("--skip-worktree", undo));
    assert_eq!(run("git diff --name-only").lines().count(), 2);
}

#[test]
fn its_synopsis_is_that_of_help() {
    let help = TestEnv::new().run(&["--help"]).stdout;
    let start = format!("Usage: {NAME} ");
    let synopsis = help.lines().find_map(|line| line.strip_prefix(&start));
    assert!(section(README, "Call other APIs").contains(&format!(" {}`", synopsis.unwrap())));
}

#[test]
fn its_messages_are_those_of_the_program() {
    let used: fn(&TestEnv) = |env| {
        let old = env.read("creds.json");
        env.run(&[]).assert_success();
        env.write("creds.json", old);
    };
    let unknown: fn(&TestEnv) = |env| env.write("client_id.txt", "unknown");
    let items: Vec<_> = section(README, "When it fails").split("\n- ").collect();
    // The first is the linker's.
    assert_eq!(items.len(), 4);
    for (item, cause) in items[2..].iter().zip([used, unknown]) {
        let env = TestEnv::new();
        cause(&env);
        env.run(&[]).assert_failure(&[code(item).next().unwrap()]);
    }
}

/// The steps of the example are where the table says.
#[test]
fn its_names_are_those_of_the_source() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rows = section(SRC_README, "The steps").lines().skip(4);
    let rows = rows.filter(|line| line.starts_with("| `"));
    assert!(rows.clone().count() > 15);
    check_all(rows.map(|row| (row, ())), |row, ()| {
        let [_, names, files] = row.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("it has not three columns");
        };
        let files = code(files).map(|file| fs::read_to_string(src.join(file)).unwrap());
        let text = files.collect::<String>();
        for name in code(names) {
            let name = name.rsplit("::").next().unwrap();
            let items = ["fn ", "const ", "let "].map(|start| format!("{start}{name}"));
            assert!(items.iter().any(|item| text.contains(item)), "{name}");
        }
    });
}

#[test]
fn its_links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (text, folder) in [(README, root), (SRC_README, &root.join("src"))] {
        let links = text.split("](").skip(1);
        let links: Vec<_> = links.filter_map(|it| it.split(')').next()).collect();
        assert!(links.len() > 2);
        for link in links.iter().filter(|link| !link.starts_with("https://")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = fs::read_to_string(folder.join(file)).unwrap();
            let heading = format!("\n## {}", heading.replace('-', " "));
            let is_there = target.to_lowercase().contains(&heading);
            assert!(is_there || heading == "\n## ", "{link}");
        }
    }
}
