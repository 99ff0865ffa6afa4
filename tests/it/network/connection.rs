//! Hosts that are not reached, or do not respond as they should.

use super::serve;
use crate::mock::issuer::TOKEN_ENDPOINT;
use crate::stub::Stub;
#[cfg(target_os = "linux")]
use crate::support::process::injected;
use crate::support::snapshot::check_snapshot_old;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use std::io::{Read, Write};
use std::net::Shutdown;

/// Runs the program with an issuer, and then with an API, at `url`.
fn messages_at(url: &str) -> String {
    let (_, host) = url.split_once("://").unwrap();
    let message = |env: &TestEnv| {
        let outcome = env.run(&[]);
        outcome.assert_failure(&[]);
        outcome.message.replace(host, "[HOST]")
    };
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from(url));
    let before = env.read("creds.json");
    let as_issuer = message(&env);
    assert!(env.read("creds.json") == before && env.creds_are_valid());

    let env = TestEnv::new();
    env.write("aac_url.txt", url);
    let as_api = message(&env);
    assert!(env.creds_are_valid(), "the new tokens are not saved");
    as_issuer + &as_api
}

#[test]
fn a_host_that_is_not_reached() {
    let closes = serve(|client| drop(client.shutdown(Shutdown::Both)));
    // What is closed with something still to read is reset.
    let resets = serve(|client| drop(client.peek(&mut [0])));
    let speaks_http = serve(|mut client| {
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = client.read_to_end(&mut Vec::new());
    });
    let cases = [
        ("refused", format!("http://{CLOSED_PORT}")),
        ("not found", format!("https://{}", unknown_host())),
        ("closed before TLS", format!("https://{closes}")),
        ("reset before TLS", format!("https://{resets}")),
        ("HTTP instead of TLS", format!("https://{speaks_http}")),
    ];
    check_snapshot_old(
        "network/not_reached",
        cases,
        |(name, _)| name.to_string(),
        |(_, url)| messages_at(url),
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_network_without_a_way_to_the_host() {
    for error in ["ENETUNREACH", "EHOSTUNREACH", "EACCES"] {
        let env = TestEnv::new();
        let Some(mut program) = injected(&env, &[format!("connect:error={error}")]) else {
            return;
        };
        let outcome = env.outcome(&mut program);
        outcome.assert_failure(&["(from creds.json) cannot be reached."]);
        env.assert_nothing_sent();
    }
}

/// Where a response ends, and whether it is that of a GET or of a change.
#[test]
fn a_response_that_breaks_off() {
    let responses = [
        ("nothing", ""),
        ("in a header", "HTTP/1.1 200 OK\r\nContent-Type: appl"),
        (
            "in a body",
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\": 1",
        ),
        (
            "in a whole body",
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\": 1}",
        ),
        (
            "in a chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"id\": 1\r\n",
        ),
        ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n"),
    ];
    check_snapshot_old(
        "network/broken_off",
        responses,
        |(name, _)| name.to_string(),
        |(_, response)| {
            let stub = Stub::Raw(response.as_bytes().into());
            let env = TestEnv::new();
            env.stub("/v4/things/1", stub.clone());
            let mut messages = String::new();
            for arguments in [&["v4/things/1"][..], &["v4/things/1", "{}"]] {
                let outcome = env.run(arguments);
                messages += &outcome.assert_failure(&[]).message;
            }
            assert!(env.creds_are_valid());

            env.stub_issuer(stub);
            let before = env.read("creds.json");
            messages += &env.run(&[]).assert_failure(&[]).message;
            assert!(env.read("creds.json") == before);
            messages
        },
    );
}

/// What the issuer sends after its new tokens has arrived: nothing, too little, or nothing for long.
#[test]
fn new_tokens_that_arrived_whole_are_saved() {
    let env = TestEnv::new();
    for held_open in [false, true] {
        for framing in ["length", "chunk", "close", "mark"] {
            let mark = if framing == "mark" { "\u{feff}" } else { "" };
            let body = format!("{mark}{}", env.generate_tokens());
            env.write("creds.json", env.generate_tokens().to_string());
            let (length, chunk) = (body.len() + 9, body.len());
            let (head, body) = match framing {
                "length" | "mark" => (format!("Content-Length: {length}"), body),
                "chunk" => (
                    "Transfer-Encoding: chunked".to_owned(),
                    format!("{chunk:x}\r\n{body}"),
                ),
                _ => ("Connection: close".to_owned(), body),
            };
            let response = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}").into_bytes();
            env.stub_issuer(match held_open {
                true => Stub::Stall(response),
                false => Stub::Raw(response),
            });
            // A run that waited would print that it does.
            let outcome = env.run(&[]);
            assert_eq!(outcome.assert_success().stderr, "", "{framing}");
            assert!(env.creds_are_valid());
        }
    }
}

#[test]
fn a_run_makes_two_connections() {
    let env = TestEnv::new();
    env.run(&[]).assert_success();
    assert_eq!(env.connections(), 2);
    assert_eq!(env.requests()[0].path, TOKEN_ENDPOINT);
}

#[test]
fn headers_of_290_kb() {
    let env = TestEnv::new();
    let header = format!("x-long: {}", "x".repeat(290 << 10));
    env.stub_issuer(Stub::json(200, env.generate_tokens()).with(&header));
    env.stub_api(Stub::ok("{}").with(&header));
    env.run(&[]).assert_success();
}
