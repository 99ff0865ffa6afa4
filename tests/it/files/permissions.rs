//! Files of another user, as after one run with sudo.

use super::{NEW_TOKENS, assert_run_refused, test_env};
use crate::progress;
use crate::support::case::check_all;
use crate::support::process::{NOBODY, as_nobody, unprivileged};
use crate::support::skip;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};

const ROOT: u32 = 0;
const OWNER: &str = "Check ls -l: use chown if root owns it (after sudo), chmod if you own it.";

#[test]
fn unreadable() {
    check_all(
        ["aac_url.txt", "client_id.txt", "creds.json"],
        |file| file.to_string(),
        |file| {
            let env = test_env();
            fs::set_permissions(env.path(file), Permissions::from_mode(0o000)).unwrap();
            let Some(mut program) = unprivileged(&env) else {
                return;
            };
            let problem = "cannot be read: Permission denied";
            assert_run_refused(&env, &mut program, file, &[problem, OWNER])
                .assert_lacks(&[NEW_TOKENS, "Run the program in the folder"]);
        },
    );
}

#[test]
fn left_to_root() {
    let env = test_env();
    let Some(mut program) = as_nobody(&env) else {
        return skip("only root can run the program as another user");
    };
    fs::set_permissions(env.path("creds.json"), Permissions::from_mode(0o600)).unwrap();
    chown(env.folder(), Some(NOBODY), None).unwrap();
    let problem = "cannot be read: Permission denied";
    assert_run_refused(&env, &mut program, "creds.json", &[problem, OWNER])
        .assert_lacks(&[NEW_TOKENS]);

    chown(env.path("creds.json"), Some(NOBODY), None).unwrap();
    chown(env.path("creds.json.lock"), Some(ROOT), None).unwrap();
    let mut program = as_nobody(&env).unwrap();
    let words = [
        "cannot be updated: ",
        "creds.json.lock: Permission denied",
        "Make the folder and creds.json* writable",
        progress::NOT_USED,
    ];
    assert_run_refused(&env, &mut program, "creds.json", &words).assert_lacks(&[NEW_TOKENS]);

    // What it asks for helps.
    chown(env.path("creds.json.lock"), Some(NOBODY), None).unwrap();
    let mut program = as_nobody(&env).unwrap();
    env.write("aac_url.txt", &env.url);
    env.outcome(&mut program).assert_success();
    assert!(env.creds_are_valid());
}
