//! `aac_url.txt` holds a URL that tokens may be sent to, `client_id.txt` the id of an API project.

use super::{Row, check_contents, check_rows, remove};
use crate::mock::gateway::PROJECT_ID;
use crate::test_env::TestEnv;

fn lines(contents: &str) -> Vec<String> {
    contents.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn aac_url_txt() {
    let token = TestEnv::new().access_token();
    check_contents(
        "files/api_url",
        "aac_url.txt",
        &[
            (
                "no scheme",
                &lines(
                    "api.us1.alteryxcloud.com //api.us1.alteryxcloud.com https:x x https:// https:///",
                ),
            ),
            ("a token", &[token]),
            (
                "not TLS",
                &lines(
                    "http://api.us1.alteryxcloud.com http://127.0.0.1.evil.example http://127.0.0.1@evil.example",
                ),
            ),
            (
                "the portal",
                &lines(
                    "https://us1.alteryxcloud.com https://eu1.alteryxcloud.com/
                    https://au1.alteryxcloud.com:443 https://US1.AlteryxCloud.com/cloud-portal",
                ),
            ),
            (
                "more than a host, or less",
                &lines(
                    "ftp://api.us1.alteryxcloud.com
                    https://me:pass@api.us1.alteryxcloud.com
                    https://api.us1.alteryxcloud.com:port https://api.us1.alteryxcloud.com:99999
                    https://api.us1.alteryxcloud.com: https://api.us1.alteryxcloud.com/v4
                    https://api.us1.alteryxcloud.com?x=1 https://api.us1.alteryxcloud.com#x",
                ),
            ),
            (
                "two lines",
                &["https://api.us1.alteryxcloud.com\nhttps://api.eu1.alteryxcloud.com".into()],
            ),
            (
                "a terminal's command",
                &["https://api.us1.alteryxcloud.com\u{1b}[31m".into()],
            ),
        ],
    );
}

#[test]
fn client_id_txt() {
    let rows: [(&str, &[&str]); 6] = [
        (
            "as shipped",
            &["Your client id here\n", "\u{feff}Your client id here\r\n"],
        ),
        ("two lines", &["b2a0c7e4\nb2a0c7e4\n"]),
        ("a space", &["b2a0 c7e4", "Your b2a0c7e4", "b2a0c7e4 here"]),
        ("a terminal's command", &["b2a0c7e4\u{1b}[31m"]),
        ("a space that looks like one", &["b2a0c7e4\u{a0}x"]),
        ("quotation marks", &["\"b2a0c7e4\""]),
    ];
    let rows = rows.map(|(title, contents)| {
        (
            title,
            contents.iter().map(|it| it.to_string()).collect::<Vec<_>>(),
        )
    });
    let rows: Vec<_> = rows
        .iter()
        .map(|(title, contents)| (*title, &contents[..]))
        .collect();
    check_contents("files/project_id", "client_id.txt", &rows);
}

/// It would be sent as an id, and printed.
#[test]
fn a_token_in_client_id_txt() {
    fn paste(env: &TestEnv, file: &str) {
        let creds = env.creds();
        env.write(file, creds["access_token"].as_str().unwrap());
    }
    let rows: [Row; 2] = [
        ("in client_id.txt", |env| paste(env, "client_id.txt")),
        ("in api_project_id.txt", |env| {
            remove(env, "client_id.txt");
            paste(env, "api_project_id.txt");
        }),
    ];
    check_rows("files/token_as_id", &rows);
}

/// What the example's newest revision calls the file.
#[test]
fn api_project_id_txt() {
    let env = TestEnv::new();
    remove(&env, "client_id.txt");
    env.write("api_project_id.txt", PROJECT_ID);
    env.run(&[]).assert_success();
    // The other one comes first.
    env.write("api_project_id.txt", "unknown");
    env.write("client_id.txt", PROJECT_ID);
    env.run(&[]).assert_success();
    check_rows(
        "files/api_project_id",
        &[("empty", |env| {
            remove(env, "client_id.txt");
            env.write("api_project_id.txt", "");
        })],
    );
}
