//! Which proxy is used, and what is said where it fails. It is as with curl.

use super::stub_proxy::{Proxy, read_connect};
use super::{PROXIED_HOST as HOST, trusting};
use crate::support::case::check_all;
use crate::support::snapshot::check_snapshot;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};
use std::io::{ErrorKind, Read, Write};

/// The variables, in the order in which they count.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const PASSWORD: &str = "pa55word";

/// An environment with an issuer that only a proxy can reach.
fn behind_proxy(host: &str) -> TestEnv {
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from(&format!("https://{host}/as")));
    env
}

/// The message of a run with these variables, in which nothing is sent.
fn message_with(variables: &[(&str, &str)]) -> String {
    let env = behind_proxy(HOST);
    let mut program = env.program();
    let message = env.message_of_refusal(program.envs(variables.iter().copied()));
    env.assert_nothing_sent();
    let shows_password = message.contains("pa55") || message.contains("word@");
    assert!(!shows_password, "{message}");
    message
}

/// The proxy at this address is to blame.
#[track_caller]
fn assert_blames(message: &str, address: &str) {
    let (_, rest) = message.split_once(" through the proxy ").unwrap();
    assert!(rest.starts_with(&format!("{address} (from ")), "{message}");
    assert!(rest.contains("): the proxy "), "{message}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn from_the_environment() {
    let (http, socks) = (Proxy::http("200 OK"), Proxy::socks5(0));
    let cases = [
        ("https_proxy=http://HOST", &http),
        ("HTTPS_PROXY=http://HOST/", &http),
        ("all_proxy=HOST", &http),
        ("ALL_PROXY=HTTP://user:pa55word@HOST", &http),
        ("https_proxy=http:/HOST", &http),
        ("https_proxy=http://CORP\\ann:pa55word@HOST", &http),
        ("https_proxy=http://zo\u{eb}:pa55word@HOST", &http),
        ("https_proxy=http://ann:pa55word\"<>[]{}|^`@HOST", &http),
        ("all_proxy=socks5h://HOST", &socks),
        ("all_proxy=SOCKS5h://ann:pa55word@HOST", &socks),
    ];
    check_all(cases, |variable, proxy| {
        let (variable, url) = variable.split_once('=').unwrap();
        let authority = Authority::new("Company CA");
        let env = TestEnv::over_tls(&authority, HOST, HOST, VALID);
        proxy.forget();
        let mut program = trusting(&env, &authority.pem);
        program.env(variable, url.replace("HOST", &proxy.address));
        let outcome = env.outcome(program.arg("-v"));
        outcome.assert_success();
        outcome.assert_lacks(&[PASSWORD, "ann", "zo"]);
        let target = env.url.trim_start_matches("https://");
        assert_eq!(proxy.targets(), [target; 2]);
        let through = format!("through the proxy {} (from {variable})", proxy.address);
        for source in ["creds.json", "aac_url.txt"] {
            let line = format!("* Connecting to {target} (from {source}) {through}");
            outcome.assert_has(&[&line]);
        }
    });
}

#[test]
fn the_first_variable_that_is_not_empty_counts() {
    // Windows has one variable where others have two.
    let is_one = |name: &&str| !cfg!(windows) || name.starts_with(char::is_uppercase);
    let names: Vec<_> = VARIABLES.into_iter().filter(is_one).collect();
    for pair in names.windows(2) {
        let (first, second) = (format!("http://{CLOSED_PORT}"), "http://127.0.0.1:2");
        let message = message_with(&[(pair[0], &first), (pair[1], second)]);
        assert_blames(&message, CLOSED_PORT);
        assert!(message.contains(pair[0]), "{message}");
        let message = message_with(&[(pair[0], ""), (pair[1], second)]);
        assert_blames(&message, "127.0.0.1:2");
        assert!(message.contains(pair[1]), "{message}");
    }
}

/// HTTP_PROXY is for plain HTTP, and NO_PROXY=* is for all hosts, whatever the proxy is.
#[test]
fn none() {
    let host = unknown_host();
    let closed = format!("http://{CLOSED_PORT}");
    let listed = format!("example.com, {host}");
    let cases: [&[(&str, &str)]; 7] = [
        &[("HTTP_PROXY", &closed)],
        &[("http_proxy", &closed)],
        &[("HTTPS_PROXY", ""), ("ALL_PROXY", "")],
        &[("HTTPS_PROXY", &closed), ("NO_PROXY", "*")],
        &[("HTTPS_PROXY", "ftp://x"), ("NO_PROXY", "*")],
        &[("HTTPS_PROXY", &closed), ("NO_PROXY", &listed)],
        &[("HTTPS_PROXY", &closed), ("no_proxy", ".test")],
    ];
    check_all(cases.map(|variables| (variables, ())), |variables, ()| {
        let env = behind_proxy(&host);
        let mut program = env.program();
        program.arg("-v").envs(variables.iter().copied());
        let direct = format!("* Connecting to {host} (from creds.json)\n");
        env.outcome(&mut program).assert_has(&[&direct]);
    });
}

#[test]
#[cfg(not(windows))]
fn no_proxy_counts_before_its_capitals() {
    let closed = format!("http://{CLOSED_PORT}");
    let exceptions = [("no_proxy", "other.test"), ("NO_PROXY", "*")];
    let variables = [&[("https_proxy", &*closed)], &exceptions[..]].concat();
    assert_blames(&message_with(&variables), CLOSED_PORT);
}

#[test]
fn one_that_cannot_be_used_is_an_error() {
    let urls = [
        "http://127.0.0.1:8080:1",
        "ftp://user:pa55word@127.0.0.1:1",
        "http://user:pa55word@",
        "http://",
        "http://127.0.0.1:99999",
        "http://user:pa55word@127.0.0.1:port",
        "http://proxy.example",
        "http://ann:1/pa55word@proxy.example:3128",
        "http://ann:1?pa55word@proxy.example:3128",
        "http://ann:8080#pa55word@proxy.example:3128",
        "http://user:%ffpa55word@127.0.0.1:1",
        "socks5://127.0.0.1:99999",
        " ",
    ];
    check_snapshot("network/proxy_urls", urls.map(|url| (url, url)), |url| {
        message_with(&[("HTTPS_PROXY", url)])
    });
}

/// A SOCKS proxy without a port has 1080. Nothing has to listen there.
#[test]
fn a_socks_proxy_needs_no_port() {
    let urls = [
        ("socks5h://127.0.0.1", "127.0.0.1:1080"),
        ("socks4a://[::1]", "[::1]:1080"),
    ];
    for (url, address) in urls {
        assert_blames(&message_with(&[("ALL_PROXY", url)]), address);
    }
}

#[test]
fn what_it_replies() {
    const ASKS: &str = "407 Proxy Authentication Required";
    let hangs_up = Proxy::start(|client| read_connect(client).and(Err(ErrorKind::Other.into())));
    let no_method = Proxy::start(|client| {
        client.read_exact(&mut [0; 3])?;
        client.write_all(&[5, 0xff])?;
        Err(ErrorKind::PermissionDenied.into())
    });
    let mut cases = Vec::new();
    let mut add = |name: &str, url, proxy| cases.push((name.to_owned(), (url, proxy)));
    for status in [
        ASKS,
        "403 Forbidden",
        "405 Method Not Allowed",
        "500 Internal Server Error",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
        "no status",
    ] {
        add(status, "http://HOST", Proxy::http(status));
    }
    let url = "http://user:pa55word@HOST";
    add("407, with a password", url, Proxy::http(ASKS));
    add("closes", "http://HOST", hangs_up);
    for reply in 1..=8 {
        let name = format!("SOCKS reply {reply}");
        add(&name, "socks5h://HOST", Proxy::socks5(reply));
    }
    add("SOCKS method", "socks5h://HOST", no_method);
    check_snapshot("network/proxy_replies", cases, |(url, proxy)| {
        let url = url.replace("HOST", &proxy.address);
        message_with(&[("ALL_PROXY", &url)]).replace(&proxy.address, "[PROXY]")
    });
}

#[test]
fn one_that_is_not_reached() {
    let cases = [
        ("refused", format!("http://{CLOSED_PORT}")),
        ("not found", format!("http://{}:3128", unknown_host())),
    ];
    check_snapshot("network/proxy_not_reached", cases, |url| {
        message_with(&[("HTTPS_PROXY", &url)])
    });
}

#[test]
fn who_looks_the_host_up() {
    let unknown = unknown_host();
    let proxy = Proxy::socks5(0);
    let env = behind_proxy(&unknown);
    let mut program = env.program();
    program.env("ALL_PROXY", format!("socks5://{}", proxy.address));
    env.outcome(&mut program).assert_failure(&[
        &format!("error: {unknown} (from creds.json) through the proxy "),
        "was not found (DNS).",
        "Begin the proxy URL with socks5h:// or socks4a://, so that the proxy looks up the host.",
    ]);
    assert_eq!(proxy.targets(), [""; 0]);

    let proxy = Proxy::socks5(4);
    program.env("ALL_PROXY", format!("socks5h://{}", proxy.address));
    env.outcome(&mut program).assert_failure(&["): the proxy "]);
    assert_eq!(proxy.targets(), [format!("{unknown}:443")]);
}

#[test]
fn none_for_this_machine() {
    let proxy = Proxy::http("200 OK");
    for host in ["127.0.0.1", "localhost"] {
        let env = TestEnv::new();
        env.write("aac_url.txt", env.url.replace("127.0.0.1", host));
        let url = format!("http://{}", proxy.address);
        let mut program = env.program();
        program.envs(VARIABLES.map(|variable| (variable, &url)));
        env.outcome(&mut program).assert_success();
        assert_eq!(proxy.targets(), [""; 0]);
    }
}
