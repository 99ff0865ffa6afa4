//! Standard output that ends early or is full.

use crate::credentials;
use crate::mock::gateway::WORKSPACE;
use crate::stub::Stub;
use crate::support::outcome::Outcome;
use crate::test_env::TestEnv;
use std::fs::File;
use std::io::Read;

#[test]
fn may_be_closed_early() {
    let env = TestEnv::new();
    // More than a pipe holds, so that the program is still writing when the pipe is closed.
    let list = format!("[{}]", vec![WORKSPACE; 2000].join(","));
    env.stub("/v4/workspaces", Stub::ok(list));
    let mut program = env.program().arg("v4/workspaces").spawn().unwrap();
    let mut stdout = program.stdout.take().unwrap();
    let mut start = [0; 2];
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let outcome = Outcome::of(program.wait_with_output().unwrap());
    assert_eq!(&start, b"[\n");
    assert_eq!(outcome.assert_success().stderr, "");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has /dev/full")]
fn may_be_full() {
    let env = TestEnv::new();
    for argument in ["v4/workspaces", "--help"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let outcome = env.outcome(env.program().arg(argument).stdout(full));
        outcome.assert_failure(&[
            "cannot write to standard output: No space left on device",
            "Check where the output goes.",
        ]);
        let is_called = argument != "--help";
        assert_eq!(outcome.stderr.contains(credentials::SAVED), is_called);
    }
    assert!(env.creds_are_valid());
}
