//! What makes no sense is refused before anything is sent, and each mistake is named.

use crate::support::case::check_all_old;
use crate::support::snapshot::check_snapshot_old;
use crate::test_env::TestEnv;

/// An environment in the region us1, to which nothing is sent.
fn test_env() -> TestEnv {
    let env = TestEnv::new();
    env.set_region("us1");
    env
}

fn check(name: &str, cases: &[&[&str]]) {
    let env = test_env();
    check_snapshot_old(
        name,
        cases,
        |arguments| format!("{arguments:?}"),
        |arguments| {
            let outcome = env.run(arguments);
            outcome.assert_usage_error(&["See --help."]);
            outcome.message.clone()
        },
    );
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), ["creds.json"]);
}

#[test]
fn options() {
    check(
        "cli/options",
        &[
            &["--verbos"],
            &["-vx"],
            &["-", "v4/workspaces"],
            &["v4/workspaces", "-1"],
            &["-X", "POST", "v4/workspaces"],
            &["-XPOST", "v4/workspaces"],
            &["--request=POST", "v4/workspaces"],
            &["v4/workspaces", "-d", "{}"],
            &["v4/workspaces", "--data-raw", "{}"],
            &["-H", "a: b", "v4/workspaces"],
            &["--header", "a: b", "v4/workspaces"],
        ],
    );
}

#[test]
fn words() {
    check(
        "cli/words",
        &[
            &["curl", "https://us1.alteryxcloud.com/v4/workspaces"],
            &["—v"],
            &["FETCH", "v4/workspaces"],
            &["HEAD", "v4/workspaces", "{}"],
            &["POST"],
            &["delete"],
            &[""],
            &["POST", ""],
            &["help"],
            &["version"],
            &["workspaces"],
            &["v4\\workspaces"],
            &["GET", "GET"],
            &["v4/workspaces", "GET"],
            &["v4/workspaces", "POST", "{}"],
            &["GET", "v4/workspaces", "{}"],
            &["{\"a\": 1}", "v4/workspaces"],
            &["POST", "[1]", "v4/workspaces"],
            &["@body.json", "v4/workspaces"],
            &["@-"],
            &["v4/workspaces", "{}", "x"],
            &["POST", "v4/workspaces", "{}", "x", "y"],
        ],
    );
}

#[test]
fn json() {
    check(
        "cli/json",
        &[
            &["POST", "v4/workspaces", ""],
            &["v4/workspaces", " "],
            // As cmd and PowerShell hand it on.
            &["v4/workspaces", "{emails:", "[a@b.c]}"],
            &["v4/workspaces", "'{emails:", "[a@b.c]}'"],
            &["v4/workspaces", "{emails: []}"],
            &["v4/workspaces", "'{\"emails\":[]}'"],
            &["v4/workspaces", "{} {}"],
            &["v4/workspaces", "31415"],
            &["v4/workspaces", "\"a text\""],
            &["v4/workspaces", "text"],
            &["v4/workspaces", "\u{1b}[31m{"],
        ],
    );
}

#[test]
fn paths() {
    check(
        "cli/paths",
        &[
            &["v4/workspaces/{workspaceId}/people/batch", "{}"],
            &["/v4/workspaces/<id>/people/batch", "{}"],
            &["v4/workspaces?name=a b"],
            &["/v4/workspaces#1"],
            &["/v4/größe"],
            &["/v4/a|b"],
            &["/v4\r\nHost: evil.example"],
            &["/\\evil.example/v4"],
            &["C:/Program Files/Git/v4/workspaces"],
            &["C:/msys64/v4/workspaces"],
            &["v4/workspaces//people"],
        ],
    );
}

#[test]
fn other_hosts() {
    check(
        "cli/other_hosts",
        &[
            &["https://evil.example/v4"],
            &["http://api.us1.alteryxcloud.com/v4"],
            &["https://api.eu1.alteryxcloud.com/v4"],
            &["api.us1.alteryxcloud.com/v4"],
            &["//evil.example/v4"],
            &["/https://evil.example/"],
            &["https://api.us1.alteryxcloud.com.evil.example/v4"],
            &["https://api.us1.alteryxcloud.com@evil.example/v4"],
            &["https://api.us1.alteryxcloud.com:8443/v4"],
            &["https://us1.alteryxcloud.community/v4"],
            &["/v4:80@evil.example", "GET"],
        ],
    );
}

#[test]
#[cfg_attr(windows, ignore = "a command line cannot be that long")]
fn a_path_that_no_url_may_hold() {
    let env = test_env();
    env.run(&[&format!("/{}", "x".repeat(1 << 16))])
        .assert_usage_error(&["PATH is too long"]);
    env.assert_nothing_sent();
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for bytes in [&b"v4/\xff"[..], b"-\xff"] {
        let env = test_env();
        env.outcome(env.program().arg(OsStr::from_bytes(bytes)))
            .assert_usage_error(&["is not valid Unicode"]);
        env.assert_nothing_sent();
    }
}

/// The end of the options, and options in one word, are as everywhere.
#[test]
fn what_makes_sense() {
    let help = TestEnv::new().run(&["--help"]).stdout;
    let cases: [(&[&str], bool); 4] = [
        (&["-vh"], true),
        (&["v4/workspaces", "-hv"], true),
        (&["--", "v4/workspaces"], false),
        (&["-v", "--", "v4/workspaces"], false),
    ];
    check_all_old(
        cases,
        |(arguments, _)| format!("{arguments:?}"),
        |(arguments, is_help)| {
            let env = TestEnv::new();
            let outcome = env.run(arguments);
            assert_eq!(outcome.assert_success().stdout == help, *is_help);
            assert_eq!(env.requests().is_empty(), *is_help);
        },
    );
    // JSON may have a slash in it, but is no PATH.
    let env = TestEnv::new();
    env.run(&["v4/things/1", "{\"a\": \"b/c\"}"])
        .assert_failure(&[]);
    assert_eq!(env.last_request().body, "{\"a\": \"b/c\"}");
    // A number is JSON, if it is no part of PATH.
    env.run(&["POST", "v4/things/1", "--", "-1"])
        .assert_failure(&[]);
    assert_eq!(env.last_request().body, "-1");
}
