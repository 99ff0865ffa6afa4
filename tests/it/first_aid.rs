//! Messages that lead to the fault, where an earlier one misled.

use crate::progress;
use crate::test_env::TestEnv;

#[test]
fn a_token_in_the_wrong_file() {
    for name in ["access_token", "refresh_token"] {
        let env = TestEnv::new();
        env.write("client_id.txt", env.creds()[name].as_str().unwrap());
        let outcome = env.run(&["-v"]);
        let problem = "\nerror: client_id.txt holds a token.\n";
        assert!(outcome.stderr.contains(problem), "{outcome:#?}");
        env.assert_nothing_sent();
    }
}

#[test]
#[cfg(unix)]
fn the_lock_file_is_named() {
    use crate::support::process::unprivileged;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    let env = TestEnv::new();
    env.write("creds.json.lock", "");
    fs::set_permissions(env.path("creds.json.lock"), Permissions::from_mode(0o000)).unwrap();
    if let Some(mut program) = unprivileged(&env) {
        env.outcome(&mut program)
            .assert_failure(&["creds.json.lock", progress::NOT_USED]);
    }
}
