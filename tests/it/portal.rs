//! The pages of the mock service's portal, to which the program's advice leads.

use crate::mock::gateway::PROJECT_ID;
use crate::test_env::TestEnv;
use std::io::{Read, Write};
use std::net::TcpStream;

/// What a browser would receive.
fn open(env: &TestEnv, path: &str) -> String {
    let mut stream = TcpStream::connect(env.url.trim_start_matches("http://")).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn hands_out_new_tokens() {
    let env = TestEnv::new();
    let used = env.read("creds.json");
    env.run(&[]).assert_success();
    env.write("creds.json", used);
    let page = "/cloud-portal/preferences/oauth2-api-tokens";
    env.run(&[])
        .assert_failure(&[&format!("{}{page}", env.url)]);

    let html = open(&env, page);
    assert!(html.starts_with("HTTP/1.1 200 OK\r\n"), "{html}");
    let (_, start) = html.split_once("<pre>").unwrap();
    let (creds, _) = start.split_once("</pre>").unwrap();
    env.write("creds.json", creds);
    env.run(&[]).assert_success();
}

#[test]
fn shows_the_client_id() {
    let env = TestEnv::new();
    let page = "/cloud-portal/library/alteryx-io";
    env.write("client_id.txt", "unknown");
    env.run(&[])
        .assert_failure(&[&format!("{}{page}", env.url)]);
    let html = open(&env, page);
    assert!(html.contains(&format!("<pre>{PROJECT_ID}</pre>")), "{html}");
}

#[test]
fn has_no_other_page() {
    let html = open(&TestEnv::new(), "/cloud-portal/<b>");
    assert!(html.starts_with("HTTP/1.1 404 Not Found\r\n"), "{html}");
    assert!(!html.contains("<b>"), "{html}");
}
