//! The sandbox lets the Python, Node and bash programs in, too.

use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID};
use crate::mock::issuer::{OAUTH_CLIENT, TOKEN_ENDPOINT};
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

/// Sends a request with these headers, each with its line end, and returns the response.
fn send(url: &str, line: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[track_caller]
fn assert_status(response: &str, status: u16) {
    let start = format!("HTTP/1.1 {status} ");
    assert!(response.starts_with(&start), "{response}");
}

#[test]
fn takes_the_project_id_under_either_name() {
    let env = TestEnv::new();
    let token = env.access_token();
    let (id, wrong) = (PROJECT_ID, OAUTH_CLIENT);
    let cases = [
        (Some(id), None, 200),
        (None, Some(id), 200),
        (Some(id), Some(id), 200),
        (None, None, 401),
        (Some(wrong), None, 401),
        (None, Some(wrong), 401),
        (Some(id), Some(wrong), 401),
        (Some(wrong), Some(id), 401),
        (Some(wrong), Some(wrong), 401),
        (Some(id), Some(""), 401),
    ];
    check_all(
        cases,
        |case| format!("{case:?}"),
        |&(client_id, api_project_id, status)| {
            let mut headers = format!("Authorization: Bearer {token}\r\n");
            for (name, id) in [
                ("x-client-id", client_id),
                ("x-api-project-id", api_project_id),
            ] {
                if let Some(id) = id {
                    headers += &format!("{name}: {id}\r\n");
                }
            }
            let line = format!("GET {CURRENT_WORKSPACE}");
            assert_status(&send(&env.url, &line, &headers, ""), status);
        },
    );
}

#[test]
fn asks_for_the_type_of_a_body_only() {
    const INVITE: &str = "POST /v4/workspaces/31415/people/batch";
    const EMAILS: &str = r#"{"emails": []}"#;
    let env = TestEnv::new();
    let token = env.access_token();
    let cases = [
        ("GET /v4/workspaces", "", "", 200),
        (INVITE, "", "", 400),
        (INVITE, "", EMAILS, 415),
        (INVITE, "text/plain", EMAILS, 415),
        (INVITE, "application/json", EMAILS, 201),
        (INVITE, "application/json; charset=utf-8", EMAILS, 201),
    ];
    check_all(
        cases,
        |case| format!("{case:?}"),
        |&(line, content_type, body, status)| {
            let mut headers =
                format!("Authorization: Bearer {token}\r\nx-client-id: {PROJECT_ID}\r\n");
            if !content_type.is_empty() {
                headers += &format!("Content-Type: {content_type}\r\n");
            }
            assert_status(&send(&env.url, line, &headers, body), status);
        },
    );
}

/// Node says so of every form.
#[test]
fn takes_a_form_that_names_its_charset() {
    let env = TestEnv::new();
    let form = format!(
        "grant_type=refresh_token&refresh_token={}&client_id={OAUTH_CLIENT}",
        env.refresh_token()
    );
    let line = format!("POST {TOKEN_ENDPOINT}");
    let refused = send(&env.url, &line, "Content-Type: text/plain\r\n", &form);
    assert_status(&refused, 400);
    let headers = "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n";
    assert_status(&send(&env.url, &line, headers, &form), 200);
}
