//! `aac_url.txt` holds a URL that tokens may be sent to.

use super::{assert_refused, test_env};
use crate::support::case::check_all;

const ADVICE: &str = "https://api.us1.alteryxcloud.com, or eu1 or au1";
const NOT_HTTPS: &str = "is not a URL that begins with https://";

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
    check(&[
        ("api.us1.alteryxcloud.com", NOT_HTTPS),
        ("//api.us1.alteryxcloud.com", NOT_HTTPS),
        ("http://api.us1.alteryxcloud.com", NOT_HTTPS),
        ("http://127.0.0.1.evil.example", NOT_HTTPS),
        ("ftp://api.us1.alteryxcloud.com", NOT_HTTPS),
        ("https:api.us1.alteryxcloud.com", NOT_HTTPS),
        ("https://", NOT_HTTPS),
        ("\"https://api.us1.alteryxcloud.com\"", NOT_HTTPS),
    ]);
}

#[test]
fn has_a_host_and_nothing_else() {
    check(&[
        (
            "https://me:pass@api.us1.alteryxcloud.com",
            "has a user name",
        ),
        ("http://127.0.0.1@evil.example", NOT_HTTPS),
        (
            "https://api.us1.alteryxcloud.com:port",
            "has no valid host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com:99999",
            "has no valid host and port",
        ),
        (
            "https://api.us1.alteryxcloud.com:",
            "has no valid host and port",
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
            "has '\\n' in it, where one line with one value belongs",
        ),
        ("https://api.us1 .alteryxcloud.com", "has ' ' in it"),
        (
            "https://api.us1.alteryxcloud.com\u{1b}[31m",
            "has '\\u{1b}' in it",
        ),
    ]);
}
