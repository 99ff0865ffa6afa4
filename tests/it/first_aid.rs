//! Messages that lead to the fault, where an earlier one misled.

use crate::mock::issuer::OAUTH_CLIENT;
use crate::progress;
use crate::support::jwt;
use crate::test_env::TestEnv;
use serde_json::json;

#[test]
fn a_refresh_token_may_be_a_jwt() {
    let env = TestEnv::new();
    let claims = json!({"iss": env.url, "client_id": OAUTH_CLIENT, "typ": "Refresh"});
    env.write("creds.json", env.creds_with("refresh_token", jwt(&claims)));
    // The mock service does not know it.
    env.run(&[])
        .assert_failure(&["returned HTTP 400", "invalid_grant"]);
}

#[test]
fn no_part_of_a_file_with_json_is_shown() {
    let env = TestEnv::new();
    let broken = env.read("creds.json").replace('}', ",}");
    env.write("body.json", &broken);
    env.run(&["v4/things/1", "@body.json"])
        .assert_usage_error(&["body.json"])
        .assert_lacks(&["access_token", "Put JSON between quotes"]);
}

#[test]
fn a_path_that_git_bash_has_changed() {
    let env = TestEnv::new();
    for path in ["C:/msys64/v4/workspaces", "D:/git/v4/workspaces"] {
        env.run(&[path]).assert_usage_error(&["Git Bash"]);
    }
}

#[test]
fn the_default_port_may_be_written() {
    let env = TestEnv::new();
    env.write("aac_url.txt", "https://localhost:443");
    // Whether something listens there does not matter.
    let outcome = env.run(&["-v"]);
    assert!(
        outcome.stderr.contains("\n> GET https://localhost"),
        "{outcome:#?}"
    );
}

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
