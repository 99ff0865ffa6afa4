//! Runs the program against a stand-in for Alteryx Cloud, without an account: `cargo run --example sandbox`.
//! With `-- --serve` the stand-in stays up, for trying things by hand.

#[allow(dead_code, reason = "what only the tests use")]
mod service;

use serde_json::Value;
use service::Service;
use std::error::Error;
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
    let folder = executable.ancestors().nth(3).ok_or("cannot find the target folder")?.join("sandbox");
    let service = Service::start()?;
    service.fill(&folder)?;

    println!("A stand-in for Alteryx Cloud is at {}.", service.url);
    println!("The three files that take the program there are in {}.\n", folder.display());
    if serve {
        println!("In another terminal:\n\n  cd {}\n  cargo run\n  cargo run v4/workspaces", folder.display());
        println!("  cargo run v4/workspaces/31415/people/batch '{{\"emails\": [\"name1@domain.com\"]}}'\n");
        println!("Ctrl-C ends it.");
        loop {
            thread::park();
        }
    }

    let spent = refresh_token(&folder)?;
    println!("$ cargo run");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    // What cargo says of this example to this example would, to the other cargo, be a reason to compile anew.
    for (name, _) in env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG") || name.starts_with("CARGO_MANIFEST"))
    {
        cargo.env_remove(name);
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let status = cargo.args(["run", "--manifest-path", manifest]).current_dir(&folder).status()?;

    println!("\nThe stand-in saw:");
    for request in service.seen() {
        println!("  {} {}", request.method, request.path);
    }
    let kept = refresh_token(&folder)?;
    println!(
        "The refresh token that creds.json held is {}.",
        if service.honours(&spent) { "still good" } else { "spent" }
    );
    println!("The one that it holds now is {}.", if service.honours(&kept) { "good" } else { "not good" });
    Ok(if status.success() && service.honours(&kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn refresh_token(folder: &Path) -> Result<String, Box<dyn Error>> {
    let creds: Value = serde_json::from_slice(&fs::read(folder.join("creds.json"))?)?;
    Ok(creds["refresh_token"].as_str().ok_or("creds.json has no refresh_token")?.to_owned())
}
