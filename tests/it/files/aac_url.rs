//! `aac_url.txt` holds a URL that tokens may be sent to.

use super::{assert_refused, test_env};
use crate::support::case::check_all;

const ADVICE: &str = "https://api.us1.alteryxcloud.com, or eu1 or au1";

/// Each row has a content of the file and what is said about it.
fn check(cases: &[(&str, &str)]) {
    check_all(
        cases,
        |(content, _)| format!("{content:?}"),
        |(content, problem)| {
            let env = test_env();
            env.write("aac_url.txt", content);
            assert_refused(&env, "aac_url.txt", &[problem, ADVICE]);
        },
    );
}

#[test]
fn is_https() {
    const PROBLEM: &str = "is not a URL that begins with https://";
    check(&[
        ("api.us1.alteryxcloud.com", PROBLEM),
        ("//api.us1.alteryxcloud.com", PROBLEM),
        ("http://api.us1.alteryxcloud.com", PROBLEM),
        ("http://127.0.0.1.evil.example", PROBLEM),
        ("ftp://api.us1.alteryxcloud.com", PROBLEM),
        ("https:api.us1.alteryxcloud.com", PROBLEM),
        ("https://", PROBLEM),
        ("\"https://api.us1.alteryxcloud.com\"", PROBLEM),
    ]);
}

#[test]
fn has_a_host_and_nothing_else() {
    check(&[
        (
            "https://me:pass@api.us1.alteryxcloud.com",
            "has a user name",
        ),
        ("http://127.0.0.1@evil.example", "has a user name"),
        (
            "https://api.us1.alteryxcloud.com:port",
            "has no proper host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com:99999",
            "has no proper host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com:",
            "has no proper host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com/v4",
            "has a path after its host",
        ),
        ("https://api.us1.alteryxcloud.com?x=1", "has a ? or # in it"),
        ("https://api.us1.alteryxcloud.com#x", "has a ? or # in it"),
    ]);
}

#[test]
fn is_one_line_of_text() {
    check(&[
        (
            "https://api.us1.alteryxcloud.com\nhttps://api.eu1.alteryxcloud.com",
            "has more than one line",
        ),
        ("https://api.us1 .alteryxcloud.com", "has ' ' in it"),
        (
            "https://api.us1.alteryxcloud.com\u{1b}[31m",
            "has '\\u{1b}' in it",
        ),
    ]);
}
