//! Runs the program against a mock of Alteryx Cloud, without an account:
//! `cargo run --example sandbox`. With `-- --serve` the mock service stays up, so that you can try
//! things by hand.

mod mock;

use mock::http::{RecordedRequest, Stream};
use mock::{MockService, Server};
use serde_json::Value;
use std::error::Error;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf, absolute};
use std::process::{Command, ExitCode};
use std::{env, fs, thread};

const MANIFEST_DIR: &str = env!("CARGO_MANIFEST_DIR");

const USAGE: &str = "Usage: cargo run --example sandbox [-- --serve]";

/// What the program is run with.
const ARGUMENTS: &[&str] = &["-v"];

/// The body of the guide's invitation, as it is typed in a shell.
const INVITATION: &str = r#"'{"emails": ["name1@domain.com"]}'"#;

/// Prints a line at once. Unlike `println!`, it does not panic if nobody reads any more.
macro_rules! say {
    ($($line:tt)*) => {{
        let mut stdout = io::stdout();
        let _ = writeln!(stdout, $($line)*).and_then(|()| stdout.flush());
    }};
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run_program(),
        ["--serve"] => serve(),
        _ => {
            let _ = writeln!(io::stderr(), "{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

/// Runs the program once and shows what happened.
fn run_program() -> Result<ExitCode, Box<dyn Error>> {
    let (folder, _lock) = free_folder("sandbox")?;
    let mock = MockService::start(PlainServer)?;
    mock.fill(&folder)?;
    say!("A mock of Alteryx Cloud is at {}.", mock.url);
    say!("The three files for it are in {}.\n", folder.display());
    let before = refresh_token(&folder)?;

    let dashes: &[&str] = if ARGUMENTS.is_empty() { &[] } else { &["--"] };
    let arguments = [&["run"], dashes, ARGUMENTS].concat();
    say!("$ cargo {}", arguments.join(" "));
    let status = cargo()?
        .args(["run", "--manifest-path"])
        .arg(manifest())
        .args(&arguments[1..])
        .current_dir(&folder)
        .status()?;

    say!("\nThe mock service received:");
    for RecordedRequest { method, path, .. } in &mock.state().requests {
        say!("  {method} {path}");
    }
    let after = refresh_token(&folder)?;
    let is_used = !mock.state().issuer.accepts(&before);
    let is_valid = mock.state().issuer.accepts(&after);
    let not = |so| if so { "" } else { "NOT " };
    say!("The old refresh token has {}been used.", not(is_used));
    say!("The new one, in creds.json, is {}valid.", not(is_valid));
    if !status.success() || !is_used || !is_valid {
        return Ok(ExitCode::FAILURE);
    }
    say!("\nWith a real account, only the three files differ:");
    say!("  aac_url.txt    the URL of your region's API");
    say!("  client_id.txt  the Client ID of your API project");
    say!("  creds.json     the tokens that you generate in the portal");
    say!("See \"The three files\" in README.md.");
    Ok(ExitCode::SUCCESS)
}

/// Stays up until Ctrl-C.
fn serve() -> Result<ExitCode, Box<dyn Error>> {
    let (folder, _lock) = free_folder("sandbox-serve")?;
    let mock = MockService::start(LoggingServer)?;
    // The Python, Node and bash programs are welcome in the folder, too.
    mock.state().issuer.is_plain_base64 = true;
    mock.fill(&folder)?;
    say!("A mock of Alteryx Cloud is at {}.", mock.url);
    say!("In another terminal:\n");
    say!(
        "  {} {}",
        if cfg!(windows) { "pushd" } else { "cd" },
        quoted(&folder)
    );
    // Cargo finds the manifest by itself if the target folder is in its usual place.
    let run = if folder.starts_with(MANIFEST_DIR) {
        "cargo run".to_owned()
    } else {
        format!("cargo run --manifest-path {}", quoted(&manifest()))
    };
    say!("  {run}");
    say!("  {run} -- v4/apiAccessTokens");
    say!("  {run} -- v4/workspaces");
    say!("  {run} -- v4/workspaces/31415/people/batch {INVITATION}");
    say!(
        "\nThe three files there are ready to use. To fill them in yourself, get the Client ID and new"
    );
    say!("tokens at:\n");
    say!("  {}/cloud-portal/library/alteryx-io", mock.url);
    say!("  {}/cloud-portal/preferences/oauth2-api-tokens", mock.url);
    say!("\nPress Ctrl-C to stop. Requests:\n");
    loop {
        thread::park();
    }
}

/// A server that adds nothing.
struct PlainServer;

impl Server for PlainServer {}

/// A server that prints each request as it comes.
struct LoggingServer;

impl Server for LoggingServer {
    fn reply(
        &self,
        mock: &MockService,
        request: &RecordedRequest,
        stream: &mut dyn Stream,
    ) -> io::Result<()> {
        let response = mock.respond(request);
        say!("{} {} {}", request.method, request.path, response.status);
        response.write(stream)
    }
}

/// A folder that no other sandbox uses for as long as this process lives, and the lock that sees to
/// it. The system releases that in any case, even after a crash.
fn free_folder(name: &str) -> Result<(PathBuf, File), Box<dyn Error>> {
    let target = target_folder()?;
    for number in 1..100 {
        let name = match number {
            1 => name.to_owned(),
            _ => format!("{name}-{number}"),
        };
        let folder = target.join(&name);
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        let lock = options.open(target.join(format!("{name}.lock")))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                say!("Another sandbox is running in {}.", folder.display());
            }
            // A file system without locks has to do without.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok((folder, lock)),
        }
    }
    Err("too many sandboxes are running".into())
}

/// The folder that cargo builds into: this example is `debug/examples/sandbox` there.
fn target_folder() -> Result<PathBuf, Box<dyn Error>> {
    let executable = env::current_exe()?;
    let folder = executable.ancestors().nth(3);
    Ok(folder.ok_or("cannot find the target folder")?.to_owned())
}

fn manifest() -> PathBuf {
    Path::new(MANIFEST_DIR).join("Cargo.toml")
}

/// A cargo that builds what is not built yet, as if it were started by hand.
fn cargo() -> Result<Command, Box<dyn Error>> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    // The outer cargo describes this example in these variables. Build scripts that look at them
    // would run again, and their crates would be compiled again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    // It runs in another folder, where a relative path would lead elsewhere.
    if let Some(folder) = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        cargo.env("CARGO_TARGET_DIR", absolute(folder)?);
    }
    Ok(cargo)
}

/// A path in quotation marks, for the shells of this system.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if cfg!(windows) {
        format!("\"{path}\"")
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

fn refresh_token(folder: &Path) -> Result<String, Box<dyn Error>> {
    let creds: Value = serde_json::from_slice(&fs::read(folder.join("creds.json"))?)?;
    let token = creds["refresh_token"].as_str();
    Ok(token.ok_or("creds.json has no refresh_token")?.to_owned())
}
