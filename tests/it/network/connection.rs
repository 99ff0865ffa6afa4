//! Hosts that are not reached, or do not respond as they should.

use super::FROM_TOKEN;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const BROKEN: &str = "(from aac_url.txt) broke the connection off";

/// A server for one connection. Returns its host and port.
fn serve_once(serve: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || serve(listener.accept().unwrap().0));
    address.to_string()
}

#[test]
fn a_host_that_is_not_reached() {
    let unknown = unknown_host();
    let (refuses, unknown_name) = ("refuses the connection", "is not the name of a host");
    let cases = [
        (
            format!("http://{CLOSED_PORT}"),
            CLOSED_PORT.to_owned(),
            refuses,
        ),
        (
            format!("https://{CLOSED_PORT}"),
            CLOSED_PORT.to_owned(),
            refuses,
        ),
        (
            format!("https://{unknown}"),
            format!("{unknown}:443"),
            unknown_name,
        ),
        (
            format!("https://{unknown}:8443"),
            format!("{unknown}:8443"),
            unknown_name,
        ),
    ];
    check_all(
        &cases,
        |(url, _, _)| format!("API at {url}"),
        |(url, host, problem)| {
            let env = TestEnv::new();
            env.write("aac_url.txt", url);
            env.run(&[])
                .assert_failure(&[host, problem, "aac_url.txt", "HTTPS_PROXY"]);
            assert!(env.creds_are_valid());
        },
    );
    check_all(
        &cases,
        |(url, _, _)| format!("issuer at {url}"),
        |(url, host, problem)| {
            let env = TestEnv::new();
            env.write("creds.json", env.creds_from(url));
            let before = env.read("creds.json");
            env.run(&[])
                .assert_failure(&[host, problem, FROM_TOKEN, "HTTPS_PROXY"]);
            assert!(env.read("creds.json") == before);
        },
    );
}

#[test]
fn a_response_that_breaks_off() {
    let env = TestEnv::new();
    let responses = [
        "",
        "HTTP/1.1 200 OK\r\nContent-Type: appl",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\": 1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"id\": 1\r\n",
    ];
    check_all(
        responses,
        |response| format!("{response:?}"),
        |response| {
            env.stub_api(Stub::Raw(response.as_bytes().into()));
            env.run(&[])
                .assert_failure(&["127.0.0.1", BROKEN, "Run the program again."]);
            assert!(env.creds_are_valid());
        },
    );
}

#[test]
fn a_reset_connection() {
    // What is closed with something still to read is reset.
    let host = serve_once(|client| drop(client.peek(&mut [0])));
    let env = TestEnv::new();
    env.write("aac_url.txt", format!("http://{host}"));
    env.run(&[]).assert_failure(&[&host, BROKEN]);
}

#[test]
fn another_protocol() {
    let env = TestEnv::new();
    env.stub_api(Stub::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    env.run(&[])
        .assert_failure(&["127.0.0.1", "gives no answer that makes sense"]);
}

#[test]
fn http_instead_of_tls() {
    let host = serve_once(|mut client| {
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = client.read_to_end(&mut Vec::new());
    });
    let env = TestEnv::new();
    env.write("aac_url.txt", format!("https://{host}"));
    env.run(&[]).assert_failure(&[
        "gives no answer that makes sense",
        &host,
        "InvalidContentType",
        "aac_url.txt",
    ]);
}
