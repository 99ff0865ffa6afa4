//! Hosts that are not reached, or do not respond as they should.

use super::serve;
use crate::stub::Stub;
#[cfg(target_os = "linux")]
use crate::support::process::injected;
use crate::support::snapshot::check_snapshot;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use std::io::{Read, Write};
use std::net::Shutdown;

#[test]
fn a_host_that_is_not_reached() {
    let closes = serve(|client| drop(client.shutdown(Shutdown::Both)));
    let reads = serve(|mut client| drop(client.read(&mut [0; 1 << 14])));
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
        ("closed instead of TLS", format!("https://{reads}")),
        ("reset before TLS", format!("https://{resets}")),
        ("HTTP instead of TLS", format!("https://{speaks_http}")),
    ];
    check_snapshot("network/not_reached", cases, |url| {
        let (_, host) = url.split_once("://").unwrap();
        let env = TestEnv::new();
        env.write("creds.json", env.creds_from(&url));
        let as_issuer = env.message_of_refusal(&mut env.program());
        assert!(env.creds_are_valid());

        let env = TestEnv::new();
        env.write("aac_url.txt", &url);
        let as_api = env.run(&[]).assert_failure(&[]).message.clone();
        assert!(env.creds_are_valid(), "the new tokens are not saved");
        (as_issuer + &as_api).replace(host, "[HOST]")
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_network_without_a_way_to_the_host() {
    for error in ["ENETUNREACH", "EHOSTUNREACH", "EACCES"] {
        let env = TestEnv::new();
        let Some(mut program) = injected(&env, "connect", &format!("error={error}")) else {
            return;
        };
        let outcome = env.outcome(&mut program);
        outcome.assert_failure(&["(from creds.json) cannot be reached."]);
        env.assert_nothing_sent();
    }
}

/// Where a response ends, and whether it is that of a GET, of a change or of a refresh.
#[test]
fn a_response_that_breaks_off() {
    const LENGTH: &str = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n";
    const CHUNK: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n";
    let header = "HTTP/1.1 200 OK\r\nContent-Type: appl".to_owned();
    let responses = [
        ("nothing", String::new()),
        ("in a header", header),
        (
            "in a body",
            format!("{LENGTH}{{\"access_token\": \"a.e30.c\""),
        ),
        ("in a whole body", format!("{LENGTH}{{\"id\": 1}}")),
        ("in a chunk", format!("{CHUNK}{{\"id\": 1\r\n")),
        ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n".to_owned()),
    ];
    check_snapshot("network/broken_off", responses, |response| {
        let stub = Stub::Raw(response.into());
        let env = TestEnv::new();
        env.stub("/v4/things/1", stub.clone());
        let mut messages = String::new();
        for arguments in [&["v4/things/1"][..], &["v4/things/1", "{}"]] {
            let outcome = env.run(arguments);
            messages += &outcome.assert_failure(&[]).message;
        }
        assert!(env.creds_are_valid());

        let env = TestEnv::new();
        env.stub_issuer(stub);
        messages += &env.message_of_refusal(&mut env.program());
        assert_eq!(env.requests().len(), 1);
        messages
    });
}

/// What the issuer sends after its new tokens has arrived: nothing, too little, or nothing for long.
#[test]
fn new_tokens_that_arrived_whole_are_saved() {
    let env = TestEnv::new();
    for make_stub in [Stub::Raw, Stub::Stall] {
        for framing in ["length", "chunk", "close", "mark"] {
            let mark = if framing == "mark" { "\u{feff}" } else { "" };
            let body = format!("{mark}{}", env.generate_tokens());
            env.write("creds.json", env.generate_tokens().to_string());
            let length = body.len();
            let head = match framing {
                "chunk" => format!("Transfer-Encoding: chunked\r\n\r\n{length:x}"),
                "close" => "Connection: close\r\n".to_owned(),
                _ => format!("Content-Length: {}\r\n", length + 9),
            };
            let response = format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}");
            env.stub_issuer(make_stub(response.into()));
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
}

#[test]
fn headers_of_290_kb() {
    let env = TestEnv::new();
    let header = format!("x-long: {}", "x".repeat(290 << 10));
    env.stub_issuer(Stub::json(200, env.generate_tokens()).with(&header));
    env.stub_api(Stub::ok("{}").with(&header));
    env.run(&[]).assert_success();
}
