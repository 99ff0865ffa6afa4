//! A symlink, a device or a FIFO in place of a file that the program makes: nothing is written
//! through it, and nobody waits for it.
#![cfg(unix)]

use super::recover::{assert_unreadable, leave_uncommitted};
use super::{LOCK, NEW, NOT_READY, NOT_USED, UNSAVED, put_folder};
use crate::mock::gateway::CURRENT_WORKSPACE;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
use crate::test_env::TestEnv;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io, path::Path, thread};

/// Makes something with this path.
type Make = fn(&Path) -> io::Result<()>;

const IRREGULAR: [(&str, Make); 4] = [
    ("a symlink", |path| symlink("victim", path)),
    ("a symlink to nothing", |path| symlink("nothing", path)),
    ("a symlink to a device", |path| symlink("/dev/null", path)),
    ("a FIFO", |path| {
        Command::new("mkfifo").arg(path).status().map(drop)
    }),
];

/// Runs the program, which ends soon.
fn run(env: &TestEnv) -> Outcome {
    let mut program = env.program();
    let mut run = program.arg(CURRENT_WORKSPACE).spawn().unwrap();
    let start = Instant::now();
    while run.try_wait().unwrap().is_none() && start.elapsed().as_secs() < 20 {
        thread::sleep(Duration::from_millis(1));
    }
    let _ = run.kill();
    env.finish(run)
}

fn check(check: impl Fn(&TestEnv, Make)) {
    check_all(IRREGULAR, |_, make| {
        let env = TestEnv::new();
        env.write("victim", "untouched");
        check(&env, make);
        assert_eq!(env.read("victim"), "untouched");
        assert!(!env.path("nothing").exists());
    });
}

#[test]
fn the_lock_file() {
    check(|env, make| {
        make(&env.path(LOCK)).unwrap();
        run(env).assert_failure(&[NOT_READY, NOT_USED]);
        env.assert_nothing_sent();
    });
}

#[test]
fn what_a_run_left() {
    check(|env, make| {
        leave_uncommitted(env);
        let path = env.path(NEW);
        fs::remove_file(&path).unwrap();
        make(&path).unwrap();
        // A symlink to nothing is nothing.
        let is_there = path.exists();
        let outcome = run(env);
        if is_there {
            assert_unreadable(env, &outcome);
        } else {
            outcome.assert_failure(&["invalid_grant"]);
        }
    });
}

#[test]
fn where_new_tokens_are_written() {
    check(|env, make| {
        // Before the space is reserved, it goes away.
        let path = env.path(NEW);
        make(&path).unwrap();
        run(env).assert_success();
        assert!(env.creds_are_valid());

        // After that, creds.json is overwritten.
        let replace = move || {
            fs::remove_file(&path)?;
            make(&path)
        };
        env.before_reply(replace.clone());
        run(env).assert_success();
        assert!(env.creds_are_valid());
        let creds = env.path("creds.json");
        assert!(fs::symlink_metadata(&creds).unwrap().is_file());

        // If it cannot be, the run ends.
        env.before_reply(move || {
            put_folder(&creds)?;
            replace()
        });
        run(env).assert_failure(&[UNSAVED]);
    });
}
