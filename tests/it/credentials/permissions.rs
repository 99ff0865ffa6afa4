//! What is written is readable only by its owner. On Windows, that is up to the folder.
#![cfg(unix)]

use super::{AFTER_RUN, mode, set_mode};
use crate::stub::Stub;
use crate::support::{skip, wait_until};
use crate::test_env::TestEnv;

#[test]
fn while_it_runs() {
    let env = TestEnv::new();
    env.stub_issuer(Stub::Stall(Vec::new()));
    let mut run = env.program().spawn().unwrap();
    wait_until(|| env.requests().len() == 1);
    let modes = ["creds.json.new", "creds.json.lock"].map(|name| mode(&env.path(name)));
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(modes, [0o600, 0o600]);
}

/// After a run with sudo, the owner can still run it.
#[test]
fn of_the_same_owner_when_root_runs_it() {
    use std::os::unix::fs::{MetadataExt, chown};
    const OWNER: u32 = 12345;
    let env = TestEnv::new();
    if chown(env.path("creds.json"), Some(OWNER), Some(OWNER)).is_err() {
        return skip("only root gives files away");
    }
    env.run(&[]).assert_success();
    for name in AFTER_RUN {
        let metadata = std::fs::metadata(env.path(name)).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (OWNER, OWNER), "{name}");
    }
}

#[test]
fn afterwards() {
    let env = TestEnv::new();
    set_mode(&env.path("creds.json"), 0o644);
    env.run(&[]).assert_success();
    assert_eq!(env.creds_files(), AFTER_RUN);
    assert_eq!(AFTER_RUN.map(|name| mode(&env.path(name))), [0o600, 0o600]);
}
