//! What makes no sense is refused before anything is sent.

use crate::support::case::check_all;
use crate::test_env::TestEnv;

/// What to do about invalid JSON.
const QUOTING: &str = "Put JSON between quotes. If the shell removes those inside it, use @FILE.";
/// What is said about arguments of another kind or in another order, and what to do.
const ORDER: &str = "the arguments must be [METHOD] [PATH] [JSON]";
const RULES: &str = "METHOD is GET, POST, PUT, PATCH or DELETE, followed by PATH. JSON comes last, \
    in quotes, and not with GET.";

/// Arguments, what is said about them, and what to do.
type Case<'a> = (&'a [&'a str], &'a str, &'a str);

fn check(cases: &[Case]) {
    let env = TestEnv::new();
    env.set_region("us1");
    check_all(
        cases,
        |(arguments, _, _)| format!("{arguments:?}"),
        |(arguments, problem, advice)| {
            let outcome = env.run(arguments);
            outcome.assert_usage_error(&[problem, advice]);
            assert_eq!(outcome.stderr.lines().count(), 2, "{outcome:#?}");
        },
    );
    env.assert_nothing_sent();
    assert!(env.creds_are_valid());
    assert_eq!(env.creds_files(), ["creds.json"]);
}

fn check_order(cases: &[&[&str]]) {
    let cases: Vec<_> = cases
        .iter()
        .map(|arguments| (*arguments, ORDER, RULES))
        .collect();
    check(&cases);
}

#[test]
fn options() {
    const HELP: &str = "See --help.";
    check(&[
        (&["--verbos"], "unknown option \"--verbos\"", HELP),
        (&["-vv"], "unknown option \"-vv\"", HELP),
        (
            &["v4/workspaces", "--data"],
            "unknown option \"--data\"",
            HELP,
        ),
        (
            &["-X", "POST", "v4/workspaces"],
            "unknown option \"-X\"",
            HELP,
        ),
        (&["v4/workspaces", "-"], "unknown option \"-\"", HELP),
        (&["v4/workspaces", "-1"], "unknown option \"-1\"", HELP),
    ]);
}

#[test]
fn methods() {
    check_order(&[
        &["HEAD", "v4/workspaces"],
        &["DELETE"],
        &["post"],
        &["v4/workspaces", "GET"],
        &["v4/workspaces", "delete"],
        &["v4/workspaces", "POST", "{}"],
        &["GET", "GET"],
    ]);
}

#[test]
fn json_in_the_wrong_place() {
    check_order(&[
        &["GET", "v4/workspaces", "{}"],
        &["{\"a\": 1}", "v4/workspaces"],
        &["POST", "[1]", "v4/workspaces"],
        &["@body.json", "v4/workspaces"],
        &["@evil.example/v4"],
        &["@-"],
        &["{}"],
    ]);
}

#[test]
fn json_that_the_shell_has_changed() {
    check(&[
        (&["POST", "v4/workspaces", "{}", "{}"], ORDER, RULES),
        (
            &["v4/workspaces/1/people/batch", "'{emails:", "[a]}'"],
            ORDER,
            RULES,
        ),
        (
            &["v4/workspaces", "{emails: []}"],
            "error: {emails: []} is not JSON: key must be a string at line 1 column 2",
            QUOTING,
        ),
        (
            &["v4/workspaces", "'{\"emails\":[]}'"],
            "'{\"emails\":[]}' is not JSON",
            QUOTING,
        ),
        (&["v4/workspaces", ""], " is not JSON: EOF", QUOTING),
        (&["v4/workspaces", "{} {}"], "{} {} is not JSON", QUOTING),
        (
            &["v4/workspaces", "\u{1b}[31m{"],
            "\u{fffd}[31m{ is not JSON",
            QUOTING,
        ),
    ]);
}

#[test]
fn paths() {
    const BRACKETS: &str = "Replace {…} with values";
    const SPACE: &str = "spaces with %20.";
    const ENCODE: &str = "Write a path, or a URL on the host in aac_url.txt.";
    check_order(&[&[""]]);
    check(&[
        (
            &["v4/workspaces/{workspaceId}/people/batch", "{}"],
            "PATH has '{' in it",
            BRACKETS,
        ),
        (
            &["/v4/workspaces/<id>/people/batch", "{}"],
            "PATH has '<' in it",
            BRACKETS,
        ),
        (&["v4/workspaces?name=a b"], "PATH has ' ' in it", SPACE),
        (&["/v4 HTTP/1.1\r\nHost: evil.example"], "' '", SPACE),
        (
            &["C:/Program Files/Git/v4/workspaces"],
            "PATH has ' ' in it",
            "In Git Bash, leave out the leading slash.",
        ),
        (&["/v4\r\nHost: evil.example"], "'\\r'", ENCODE),
        (&["/v4\u{1b}[31m"], "'\\u{1b}'", ENCODE),
        (&["/v4/workspaces#1"], "'#'", ENCODE),
        (&["/v4/größe"], "'ö'", ENCODE),
        (&["/\\evil.example/v4"], "'\\\\'", ENCODE),
        (&["\"text\""], "PATH has '\"' in it", ENCODE),
        (
            &["https://api.us1.alteryxcloud.com\\@evil.example/v4"],
            "'\\\\'",
            ENCODE,
        ),
    ]);
}

#[test]
#[cfg_attr(windows, ignore = "a command line cannot be that long")]
fn a_path_that_no_url_may_hold() {
    let env = TestEnv::new();
    env.run(&[&"x".repeat(1 << 16)])
        .assert_usage_error(&["PATH "]);
    env.assert_nothing_sent();
}

#[test]
fn other_hosts() {
    const REFUSED: &str =
        "PATH is a URL that does not begin with https://api.us1.alteryxcloud.com.";
    const ELSEWHERE: &str = "Write a path, or a URL on the host in aac_url.txt.";
    let hosts = [
        "//evil.example/v4",
        "https://evil.example/v4",
        "http://api.us1.alteryxcloud.com/v4",
        "https://api.eu1.alteryxcloud.com/v4",
        "https://api.us1.alteryxcloud.com.evil.example/v4",
        "https://api.us1.alteryxcloud.com@evil.example/v4",
        "https://api.us1.alteryxcloud.com:x@evil.example/v4",
        "https://evil.example@api.us1.alteryxcloud.com/v4",
        "https://api.us1.alteryxcloud.com:8443/v4",
        "https://api.us1.alteryxcloud.com:/v4",
        "https://api.us1.alteryxcloud.comevil/v4",
        "https://us1.alteryxcloud.com-evil/v4",
        "https://us1.alteryxcloud.com&@evil/v4",
        "https://evil.example?https://api.us1.alteryxcloud.com/",
        "https:evil.example/v4",
        "https:/evil.example/v4",
        "https:///evil.example/v4",
        "javascript:alert(1)",
        "ftp://api.us1.alteryxcloud.com/v4",
        // Without a scheme.
        "us1.alteryxcloud.com/v4",
        "api.us1.alteryxcloud.com/v4",
        "evil.example/v4",
        "evil.example",
        "api.eu1.alteryxcloud.com/v4",
        "us1.alteryxcloud.com.evil.example/v4",
        "api.us1.alteryxcloud.com@evil.example/v4",
        "api.us1.alteryxcloud.com:8443/v4",
        "evil.example?x=api.us1.alteryxcloud.com/",
        "evil.example:443/v4",
    ];
    let arguments = hosts.each_ref().map(std::slice::from_ref);
    check(&arguments.map(|host| (host, REFUSED, ELSEWHERE)));
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let env = TestEnv::new();
    let outcome = env.outcome(env.program().arg(OsStr::from_bytes(b"/v4/\xff")));
    outcome.assert_usage_error(&["PATH has '\u{fffd}' in it"]);
    env.assert_nothing_sent();
}
