//! `aac_url.txt` holds a URL that tokens may be sent to.

use super::{assert_refused, test_env};
use crate::support::case::check_all;

const ADVICE: &str = "https://api.REGION.alteryxcloud.com";

fn check(contents: &[&str], problem: &str) {
    check_all(
        contents,
        |content| format!("{content:?}"),
        |content| {
            let env = test_env();
            env.write("aac_url.txt", content);
            assert_refused(&env, "aac_url.txt", &[problem, ADVICE]);
        },
    );
}

#[test]
fn is_an_origin_that_tokens_may_be_sent_to() {
    let contents = [
        // No HTTPS.
        "api.us1.alteryxcloud.com",
        "//api.us1.alteryxcloud.com",
        "http://api.us1.alteryxcloud.com",
        "http://127.0.0.1.evil.example",
        "ftp://api.us1.alteryxcloud.com",
        "https:api.us1.alteryxcloud.com",
        "https://",
        "https:///",
        // More than a host.
        "https://me:pass@api.us1.alteryxcloud.com",
        "http://127.0.0.1@evil.example",
        "https://api.us1.alteryxcloud.com:port",
        "https://api.us1.alteryxcloud.com:99999",
        "https://api.us1.alteryxcloud.com:",
        "https://api.us1.alteryxcloud.com/v4",
        "https://api.us1.alteryxcloud.com?x=1",
        "https://api.us1.alteryxcloud.com#x",
        "http:/",
        "x",
    ];
    check(
        &contents,
        "does not hold a URL of the form https://api.HOST",
    );
}

#[test]
fn is_one_line_of_text() {
    let two = "https://api.us1.alteryxcloud.com\nhttps://api.eu1.alteryxcloud.com";
    check(
        &[two],
        "must hold one value on one line, but contains '\\n'",
    );
    check(&["https://api.us1 .alteryxcloud.com"], "contains ' '");
    let steering = "https://api.us1.alteryxcloud.com\u{1b}[31m";
    check(&[steering], "contains '\\u{1b}'");
}
