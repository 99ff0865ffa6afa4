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
            "must hold one value on one line, but contains '\\n'",
        ),
        ("b2a0 c7e4", "contains ' '"),
        ("Your b2a0c7e4", "contains ' '"),
        ("b2a0c7e4 here", "contains ' '"),
        ("b2a0\tc7e4", "contains '\\t'"),
        ("b2a0c7e4\u{1b}[31m", "contains '\\u{1b}'"),
        ("b2a0c7e4\u{a0}x", "contains '\\u{a0}'"),
        ("b2\u{e9}a0c7e4", "contains 'é'"),
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
