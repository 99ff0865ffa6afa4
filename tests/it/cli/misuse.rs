//! What makes no sense is refused before anything is sent, and each mistake is named.

use crate::support::snapshot::check_snapshot;
use crate::test_env::TestEnv;

/// In the region us1, to which nothing is sent.
fn check(name: &str, cases: &[&[&str]]) {
    let env = TestEnv::new();
    env.set_region("us1");
    let cases = cases.iter().map(|case| (format!("{case:?}"), case));
    check_snapshot(name, cases, |arguments| {
        let outcome = env.run(arguments);
        outcome.assert_usage_error(&["See --help."]);
        outcome.message
    });
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), ["creds.json"]);
}

#[test]
fn options() {
    let cases: [&[&str]; 11] = [
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
    ];
    check("cli/options", &cases);
}

#[test]
fn words() {
    let cases: [&[&str]; 24] = [
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
        &["workspaces", "{}"],
        &["v4\\workspaces"],
        &["GET", "GET"],
        &["v4/workspaces", "GET"],
        &["v4/workspaces", "POST", "{}"],
        &["GET", "v4/workspaces", "{}"],
        &["GET", "v4/workspaces", "@body.json"],
        &["{\"a\": \"b/c\"}", "v4/workspaces"],
        &["POST", "[1]", "v4/workspaces"],
        &["@body.json", "v4/workspaces"],
        &["@-"],
        &["v4/workspaces", "{}", "x"],
        &["POST", "v4/workspaces", "{}", "x", "y"],
    ];
    check("cli/words", &cases);
}

#[test]
fn json() {
    let cases: [&[&str]; 12] = [
        &["POST", "v4/workspaces", ""],
        &["v4/workspaces", " "],
        // As cmd and PowerShell hand it on.
        &["v4/workspaces", "{emails:", "[a@b.c]}"],
        &["v4/workspaces", "'{emails:", "[a@b.c]}'"],
        &["v4/workspaces", "{emails: []}"],
        &["v4/workspaces", "{\"tool\": \"curl\""],
        &["v4/workspaces", "'{\"emails\":[]}'"],
        &["v4/workspaces", "{} {}"],
        &["v4/workspaces", "31415"],
        &["v4/workspaces", "\"a text\""],
        &["v4/workspaces", "text"],
        &["v4/workspaces", "\u{1b}[31m{"],
    ];
    check("cli/json", &cases);
}

#[test]
fn paths() {
    let cases: [&[&str]; 11] = [
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
    ];
    check("cli/paths", &cases);
}

#[test]
fn other_hosts() {
    let cases: [&[&str]; 11] = [
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
    ];
    check("cli/other_hosts", &cases);
}

#[test]
#[cfg_attr(windows, ignore = "a command line cannot be that long")]
fn a_path_that_no_url_may_hold() {
    let env = TestEnv::new();
    env.run(&[&format!("/{}", "x".repeat(1 << 16))])
        .assert_usage_error(&["PATH is too long"]);
    env.assert_nothing_sent();
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let env = TestEnv::new();
    for bytes in [&b"v4/\xff"[..], b"-\xff"] {
        env.outcome(env.program().arg(OsStr::from_bytes(bytes)))
            .assert_usage_error(&["is not valid Unicode"]);
    }
    env.assert_nothing_sent();
}
