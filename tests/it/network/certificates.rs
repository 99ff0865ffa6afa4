//! Certificates that are trusted, and each fault of those that are not.
#![cfg(target_os = "linux")]

use super::stub_proxy::Proxy;
use super::{PROXIED_HOST, trusting};
use crate::stub::Stub;
use crate::support::PROGRAM;
use crate::support::snapshot::check_snapshot;
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};
use std::fs;
use std::ops::Range;

const EXPIRED: Range<i32> = 2000..2010;
const NOT_YET_VALID: Range<i32> = 2099..2100;

#[test]
fn trusted() {
    let authority = Authority::new("Company CA");
    let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
    let outcome = env.outcome(trusting(&env, &authority.pem).arg("-v"));
    outcome.assert_success();
    let line = "* Certificate store: SSL_CERT_FILE=\"[FOLDER]/ca.pem\"\n";
    assert!(outcome.message.contains(line), "{outcome:#?}");
    assert!(env.creds_are_valid());
}

/// What a pipe holds can be read once, as by `SSL_CERT_FILE=<(cat ca.pem)`.
#[test]
fn trusted_through_a_pipe() {
    let authority = Authority::new("Company CA");
    for option in [&[][..], &["-v"]] {
        let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
        env.write("ca.pem", &authority.pem);
        let mut shell = env.command("sh");
        let script = "mkfifo pipe && { cat ca.pem >pipe & exec \"$0\" \"$@\"; }";
        shell.args(["-c", script, PROGRAM]).args(option);
        shell.env("SSL_CERT_FILE", "pipe");
        env.outcome(&mut shell).assert_success();
    }
}

#[test]
fn not_trusted() {
    let authority = Authority::new("Company CA");
    let (other, same_name) = (Authority::new("Another CA"), Authority::new("Company CA"));
    let cases = [
        ("unknown authority", (&other, "localhost", VALID)),
        ("one of a known name", (&same_name, "localhost", VALID)),
        ("expired", (&authority, "localhost", EXPIRED)),
        ("not valid yet", (&authority, "localhost", NOT_YET_VALID)),
        ("another host", (&authority, "other.example", VALID)),
    ];
    check_snapshot("network/certificates", cases, |(signer, name, years)| {
        let env = TestEnv::over_tls(signer, "localhost", name, years);
        let as_issuer = env.message_of_refusal(&mut trusting(&env, &authority.pem));
        env.assert_nothing_sent();

        // An API with this certificate, and an issuer without one.
        let issuer = TestEnv::new();
        issuer.write("aac_url.txt", &env.url);
        let outcome = issuer.outcome(&mut trusting(&issuer, &authority.pem));
        env.assert_nothing_sent();
        assert!(issuer.creds_are_valid());
        as_issuer + &env.named(&outcome.assert_failure(&[]).message)
    });
}

/// What is wrong with the variables, said of the one that is at fault.
#[test]
fn the_variables() {
    let authority = Authority::new("Company CA");
    let other = Authority::new("Another CA");
    let cases = [
        ("a missing file", ("SSL_CERT_FILE", "missing.pem")),
        ("an empty value", ("SSL_CERT_FILE", "")),
        ("a folder", ("SSL_CERT_FILE", ".")),
        ("an empty file", ("SSL_CERT_FILE", "empty.pem")),
        ("no PEM file", ("SSL_CERT_FILE", "client_id.txt")),
        ("a byte order mark", ("SSL_CERT_FILE", "mark.pem")),
        ("a file without the CA", ("SSL_CERT_FILE", "other.pem")),
        ("a missing folder", ("SSL_CERT_DIR", "missing")),
        ("an empty folder", ("SSL_CERT_DIR", "empty")),
        ("a folder without the CA", ("SSL_CERT_DIR", "others")),
    ];
    check_snapshot("network/trust_variables", cases, |(variable, value)| {
        let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
        env.write("empty.pem", "");
        env.write("mark.pem", format!("\u{feff}{}", authority.pem));
        env.write("other.pem", &other.pem);
        fs::create_dir(env.path("empty")).unwrap();
        fs::create_dir(env.path("others")).unwrap();
        env.write("others/other.pem", &other.pem);
        let message = env.message_of_refusal(env.program().env(variable, value));
        env.assert_nothing_sent();
        message
    });
}

/// The proxy carried the request, so it is not to blame.
#[test]
fn a_response_that_breaks_off_behind_a_proxy() {
    let (proxy, authority) = (Proxy::http("200 OK"), Authority::new("Company CA"));
    let env = TestEnv::over_tls(&authority, PROXIED_HOST, PROXIED_HOST, VALID);
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{";
    env.stub_api(Stub::Raw(response.into()));
    let mut program = trusting(&env, &authority.pem);
    program.env("HTTPS_PROXY", format!("http://{}", proxy.address));
    env.outcome(&mut program)
        .assert_failure(&[
            "(from aac_url.txt) through the proxy ",
            "closed the connection",
            "Try again.",
        ])
        .assert_lacks(&["): the proxy "]);
}

/// It is the proxy's certificate, not that of the host behind it.
#[test]
fn an_https_proxy_that_is_not_trusted() {
    let (authority, other) = (Authority::new("Company CA"), Authority::new("Another CA"));
    let proxy = TestEnv::over_tls(&other, "localhost", "localhost", VALID);
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from("https://issuer.example/as"));
    let mut program = trusting(&env, &authority.pem);
    program.env("HTTPS_PROXY", &proxy.url);
    let name = proxy.url.trim_start_matches("https://");
    env.outcome(&mut program).assert_failure(&[
        "error: issuer.example (from creds.json) through the proxy ",
        &format!(
            "{name} (from HTTPS_PROXY): the proxy has a certificate from a CA that is not trusted"
        ),
    ]);
    proxy.assert_nothing_sent();
}
