//! Hosts that are not reached, or do not respond as they should.

use super::{CLOSED, NO_ADDRESS, REFUSES, serve};
use crate::progress;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::process::injected;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use std::io::{Read, Write};

const CHECK: &str = "Check the network and the host's spelling. Is a proxy needed (HTTPS_PROXY)?";

#[test]
fn a_network_without_a_way_to_the_host() {
    for error in ["ENETUNREACH", "EHOSTUNREACH"] {
        let env = TestEnv::new();
        let Some(mut program) = injected(&env, &[format!("connect:error={error}")]) else {
            return;
        };
        env.outcome(&mut program)
            .assert_failure(&["cannot be reached", CHECK, progress::NOT_USED]);
        env.assert_nothing_sent();
        assert!(env.creds_are_valid());
    }
}

#[test]
fn a_host_that_is_not_reached() {
    let unknown = unknown_host();
    let cases = [
        (
            format!("http://{CLOSED_PORT}"),
            CLOSED_PORT.to_owned(),
            [REFUSES, CHECK],
        ),
        (
            format!("https://{CLOSED_PORT}"),
            CLOSED_PORT.to_owned(),
            [REFUSES, CHECK],
        ),
        (
            format!("https://{unknown}"),
            unknown.clone(),
            [NO_ADDRESS, CHECK],
        ),
        (
            format!("https://{unknown}:8443"),
            format!("{unknown}:8443"),
            [NO_ADDRESS, CHECK],
        ),
    ];
    check_all(
        &cases,
        |(url, _, _)| format!("API at {url}"),
        |(url, host, says)| {
            let env = TestEnv::new();
            env.write("aac_url.txt", url);
            env.run(&[])
                .assert_failure(&[&format!("error: {host} (from aac_url.txt) {}", says[0])])
                .assert_failure(&[says[1], progress::SAVED]);
            assert!(env.creds_are_valid());
        },
    );
    check_all(
        &cases,
        |(url, _, _)| format!("issuer at {url}"),
        |(url, host, says)| {
            let env = TestEnv::new();
            env.write("creds.json", env.creds_from(url));
            let before = env.read("creds.json");
            env.run(&[])
                .assert_failure(&[&format!("error: {host} (from creds.json) {}", says[0])])
                .assert_failure(&[says[1], progress::NOT_USED]);
            assert!(env.read("creds.json") == before);
        },
    );
}

#[test]
fn a_response_that_breaks_off() {
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
            let env = TestEnv::new();
            env.stub("/v4/things/1", Stub::Raw(response.as_bytes().into()));
            // A change may have been made all the same.
            env.run(&["v4/things/1", "{}"]).assert_failure(&[
                &format!("(from aac_url.txt) {CLOSED}"),
                "If you sent data, check whether it took effect. Then try again.",
                progress::SAVED,
            ]);
            env.stub_api(Stub::Raw(response.as_bytes().into()));
            env.run(&[]).assert_failure(&[
                &format!("(from aac_url.txt) {CLOSED}"),
                "Then try again.",
                progress::SAVED,
            ]);
            assert!(env.creds_are_valid());
        },
    );
}

#[test]
fn a_reset_connection() {
    // What is closed with something still to read is reset.
    let host = serve(|client| drop(client.peek(&mut [0])));
    let env = TestEnv::new();
    env.write("aac_url.txt", format!("http://{host}"));
    env.run(&[])
        .assert_failure(&[&format!("{host} (from aac_url.txt) {CLOSED}")]);
}

#[test]
fn another_protocol() {
    let env = TestEnv::new();
    env.stub_api(Stub::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    env.run(&[])
        .assert_failure(&["127.0.0.1", "gave no valid response (", progress::SAVED]);
}

#[test]
fn http_instead_of_tls() {
    let host = serve(|mut client| {
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = client.read_to_end(&mut Vec::new());
    });
    let env = TestEnv::new();
    env.write("aac_url.txt", format!("https://{host}"));
    env.run(&[]).assert_failure(&[
        &format!("{host} (from aac_url.txt) does not speak TLS"),
        CHECK,
        progress::SAVED,
    ]);
}
