//! Ways to run the program in which something fails.

use super::{PROGRAM, skip};
use crate::test_env::TestEnv;
use std::process::{Command, Stdio};

/// The system calls that rename a file; a question mark is for those that this processor does not
/// have.
pub const RENAME: &str = "?rename,?renameat,?renameat2";

/// The program under `strace`, in which these system calls have an effect such as `error=EBUSY`.
pub fn injected(env: &TestEnv, calls: &str, effect: &str) -> Option<Command> {
    strace(env, calls, effect, &[])
}

/// The same, but only if they concern this file.
pub fn injected_at(env: &TestEnv, file: &str, calls: &str, effect: &str) -> Option<Command> {
    strace(env, calls, effect, &["-P", env.path(file).to_str()?])
}

fn strace(env: &TestEnv, calls: &str, effect: &str, options: &[&str]) -> Option<Command> {
    if is_missing("strace") {
        return None;
    }
    let mut strace = env.command("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null"]);
    strace.args(["-e", &format!("trace={calls}")]);
    strace.args(["-e", &format!("inject={calls}:{effect}")]);
    strace.args(options).arg(PROGRAM);
    Some(strace)
}

/// The program with a limit of the shell, such as `-f 64`.
#[cfg(unix)]
pub fn limited(env: &TestEnv, limit: &str) -> Command {
    // Without the signal, a file that would be too large is an error.
    let script = format!("trap '' XFSZ; ulimit {limit}; exec \"$0\"");
    let mut shell = env.command("sh");
    shell.args(["-c", &script, PROGRAM]);
    shell
}

/// The program, with rights for which read-only is read-only: root has others.
#[cfg(unix)]
pub fn unprivileged(env: &TestEnv) -> Option<Command> {
    use std::os::unix::fs::MetadataExt;
    let owner = std::fs::metadata(env.path("creds.json")).unwrap().uid();
    if owner != 0 {
        return Some(env.program());
    }
    if is_missing("setpriv") {
        return None;
    }
    let mut setpriv = env.command("setpriv");
    setpriv.args(["--bounding-set", "-dac_override,-dac_read_search", PROGRAM]);
    Some(setpriv)
}

/// Whether a command is missing that a test needs, which it then says.
pub fn is_missing(name: &str) -> bool {
    let mut command = Command::new(name);
    command.arg("--version");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let is_missing = command.status().is_err();
    if is_missing {
        skip(&format!("there is no {name}"));
    }
    is_missing
}
