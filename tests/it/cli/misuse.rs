//! What makes no sense is refused before anything is sent.

use crate::support::NAME;
use crate::support::case::check_all;
use crate::test_env::TestEnv;

/// Each row has arguments and what is said about them.
type Case = (&'static [&'static str], &'static str);

fn check(cases: &[Case]) {
    let env = TestEnv::new();
    env.set_region("us1");
    let help = format!("See {NAME} --help.");
    check_all(
        cases,
        |(arguments, _)| format!("{arguments:?}"),
        |(arguments, problem)| {
            env.run(arguments).assert_usage_error(&[problem, &help]);
        },
    );
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), ["creds.json"]);
}

#[test]
fn options() {
    check(&[
        (&["--verbose"], "no option \"--verbose\""),
        (&["v4/workspaces", "--data"], "no option \"--data\""),
        (&["-X", "POST", "v4/workspaces"], "no option \"-X\""),
    ]);
}

#[test]
fn methods() {
    check(&[
        (&["HEAD", "v4/workspaces"], "not \"HEAD\""),
        (&["DELETE"], "DELETE needs a PATH"),
        (&["post"], "POST needs a PATH"),
    ]);
}

#[test]
fn json() {
    check(&[
        (&["GET", "v4/workspaces", "{}"], "GET takes no JSON"),
        (&["POST", "v4/workspaces", "{}", "{}"], "too many arguments"),
        (
            &["v4/workspaces/1/people/batch", "'{emails:", "[a]}'"],
            "too many arguments",
        ),
        (
            &["v4/workspaces", "{emails: []}"],
            "JSON is not valid: key must be a string at line 1 column 2",
        ),
        (&["v4/workspaces", ""], "JSON is not valid"),
        (&["v4/workspaces", "{} {}"], "JSON is not valid"),
    ]);
}

#[test]
fn paths() {
    check(&[
        (&[""], "PATH is empty"),
        (
            &["C:/Program Files/Git/v4/workspaces"],
            "leave out the leading slash",
        ),
        (&["/v4 HTTP/1.1\r\nHost: evil.example"], "' '"),
        (&["/v4\r\nHost: evil.example"], "'\\r'"),
        (&["/v4\u{1b}[31m"], "'\\u{1b}'"),
        (&["/v4/workspaces/<id>/people/batch", "{}"], "'<'"),
        (&["/v4/workspaces#1"], "'#'"),
        (&["/v4/größe"], "'ö'"),
        (&["/\\evil.example/v4"], "'\\\\'"),
        (
            &["https://api.us1.alteryxcloud.com\\@evil.example/v4"],
            "'\\\\'",
        ),
    ]);
}

#[test]
fn other_hosts() {
    const REFUSED: &str = "the token goes nowhere else";
    check(&[
        (&["//evil.example/v4"], REFUSED),
        (&["https://evil.example/v4"], REFUSED),
        (&["http://api.us1.alteryxcloud.com/v4"], REFUSED),
        (&["https://api.eu1.alteryxcloud.com/v4"], REFUSED),
        (
            &["https://api.us1.alteryxcloud.com.evil.example/v4"],
            REFUSED,
        ),
        (
            &["https://api.us1.alteryxcloud.com@evil.example/v4"],
            REFUSED,
        ),
        (
            &["https://api.us1.alteryxcloud.com:x@evil.example/v4"],
            REFUSED,
        ),
        (
            &["https://evil.example@api.us1.alteryxcloud.com/v4"],
            REFUSED,
        ),
        (&["https://api.us1.alteryxcloud.com:8443/v4"], REFUSED),
        (&["https://api.us1.alteryxcloud.com:/v4"], REFUSED),
        (
            &["https://evil.example?https://api.us1.alteryxcloud.com/"],
            REFUSED,
        ),
        (&["https:evil.example/v4"], REFUSED),
        (&["https:/evil.example/v4"], REFUSED),
        (&["https:///evil.example/v4"], REFUSED),
        (&["javascript:alert(1)"], REFUSED),
        (&["ftp://api.us1.alteryxcloud.com/v4"], REFUSED),
    ]);
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let env = TestEnv::new();
    let outcome = env.outcome(env.program().arg(OsStr::from_bytes(b"/v4/\xff")));
    outcome.assert_usage_error(&["not UTF-8"]);
}
