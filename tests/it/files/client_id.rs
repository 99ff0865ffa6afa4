//! `client_id.txt` holds one Client ID.

use super::{assert_refused, test_env};
use crate::support::case::check_all;

const PAGE: &str = "https://au1.alteryxcloud.com/cloud-portal/library/alteryx-io";

#[test]
fn is_one_word_of_ascii() {
    let cases = [
        ("Your client id here\n", "still holds its placeholder"),
        (
            "b2a0c7e4\nb2a0c7e4\n",
            "has '\\n' in it, where one line with one value belongs",
        ),
        ("b2a0 c7e4", "has ' ' in it"),
        ("Your b2a0c7e4", "has ' ' in it"),
        ("b2a0c7e4 here", "has ' ' in it"),
        ("b2a0\tc7e4", "has '\\t' in it"),
        ("b2a0c7e4\u{1b}[31m", "has '\\u{1b}' in it"),
        ("b2a0c7e4\u{a0}x", "has '\\u{a0}' in it"),
        ("b2\u{e9}a0c7e4", "has 'é' in it"),
    ];
    check_all(
        cases,
        |(content, _)| format!("{content:?}"),
        |(content, problem)| {
            let env = test_env();
            env.write("client_id.txt", content);
            assert_refused(&env, "client_id.txt", &[problem, PAGE]);
        },
    );
}

#[test]
fn the_page_is_that_of_us1_if_the_region_is_unclear() {
    let env = test_env();
    env.write("client_id.txt", "Your client id here");
    env.write("aac_url.txt", "us1");
    let page = "https://us1.alteryxcloud.com/cloud-portal/library/alteryx-io";
    assert_refused(
        &env,
        "client_id.txt",
        &["still holds its placeholder", page],
    );
}
