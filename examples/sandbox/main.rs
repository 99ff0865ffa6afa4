//! Runs the program against a stand-in for Alteryx Cloud, without an account: `cargo run --example sandbox`.
//! With `-- --serve` the stand-in stays up, for trying things by hand.

#[allow(dead_code, reason = "what only the tests use")]
mod service;

use serde_json::Value;
use service::Service;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, thread};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let serve = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [option] if option == "--serve" => true,
        _ => return Err("usage: cargo run --example sandbox [-- --serve]".into()),
    };

    // This example is in target/debug/examples, so that this folder is target/sandbox.
    let executable = env::current_exe()?;
    let folder = executable
        .ancestors()
        .nth(3)
        .ok_or("cannot find the target folder")?
        .join("sandbox");
    let service = Service::start()?;
    service.fill(&folder)?;
    say(&format!(
        "A stand-in for Alteryx Cloud is at {}.",
        service.url
    ));
    say(&format!(
        "The three files that take the program there are in {}.\n",
        folder.display()
    ));
    if serve {
        say(&format!(
            "In another terminal:\n\n  cd {}\n  cargo run\n  cargo run v4/workspaces",
            folder.display()
        ));
        say(
            "  cargo run v4/workspaces/31415/people/batch '{\"emails\": [\"name1@domain.com\"]}'\n",
        );
        say("Ctrl-C ends it.");
        loop {
            thread::park();
        }
    }

    let before = refresh_token(&folder)?;
    say("$ cargo run");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    // What cargo says of this example to this example would, to the other cargo, be a reason to compile anew.
    for name in env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if name.starts_with("CARGO_PKG") || name.starts_with("CARGO_MANIFEST") {
            cargo.env_remove(name);
        }
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let status = cargo
        .args(["run", "--manifest-path", manifest])
        .current_dir(&folder)
        .status()?;

    say("\nThe stand-in saw:");
    for request in service.seen() {
        say(&format!("  {} {}", request.method, request.path));
    }
    let after = refresh_token(&folder)?;
    let (was_spent, is_good) = (!service.honours(&before), service.honours(&after));
    say(&format!(
        "The refresh token that creds.json held {} spent.",
        if was_spent { "is" } else { "is not" }
    ));
    say(&format!(
        "The one that it holds now {} good.",
        if is_good { "is" } else { "is not" }
    ));
    Ok(if status.success() && was_spent && is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints a line. Unlike println!, it does not panic where `head`, say, has read enough.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn refresh_token(folder: &Path) -> Result<String, Box<dyn Error>> {
    let creds: Value = serde_json::from_slice(&fs::read(folder.join("creds.json"))?)?;
    Ok(creds["refresh_token"]
        .as_str()
        .ok_or("creds.json has no refresh_token")?
        .to_owned())
}
