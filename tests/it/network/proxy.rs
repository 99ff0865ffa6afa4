//! Which proxy is used, and what is said where it fails. It is as with curl.

use super::stub_proxy::{Proxy, read_connect};
use super::{PROXIED_HOST as HOST, trusting};
use crate::support::case::check_all_old;
use crate::support::snapshot::check_snapshot_old;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};
use std::io::{ErrorKind, Write};

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
    let before = env.read("creds.json");
    let outcome = env.outcome(env.program().envs(variables.iter().copied()));
    outcome.assert_failure(&[]).assert_lacks(&["pa55", "word@"]);
    env.assert_nothing_sent();
    assert!(env.read("creds.json") == before);
    outcome.message.clone()
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn from_the_environment() {
    let (http, socks) = (Proxy::http("200 OK"), Proxy::socks5(0));
    let address = |url: &str, proxy: &Proxy| url.replace("HOST", &proxy.address);
    let cases = [
        ("https_proxy", "http://HOST", &http),
        ("HTTPS_PROXY", "http://HOST/", &http),
        ("all_proxy", "HOST", &http),
        ("ALL_PROXY", "HTTP://user:pa55word@HOST", &http),
        ("https_proxy", "http:/HOST", &http),
        ("https_proxy", "http://CORP\\ann:pa55word@HOST", &http),
        ("https_proxy", "http://zo\u{eb}:pa55word@HOST", &http),
        ("https_proxy", "http://ann:pa55word\"<>[]{}|^`@HOST", &http),
        ("all_proxy", "socks5h://HOST", &socks),
        ("all_proxy", "SOCKS5h://ann:pa55word@HOST", &socks),
    ];
    check_all_old(
        cases,
        |(variable, url, _)| format!("{variable}={url}"),
        |(variable, url, proxy)| {
            let authority = Authority::new("Company CA");
            let env = TestEnv::over_tls(&authority, HOST, HOST, VALID);
            proxy.forget();
            let mut program = trusting(&env, &authority.pem);
            let outcome = env.outcome(program.arg("-v").env(variable, address(url, proxy)));
            outcome
                .assert_success()
                .assert_lacks(&[PASSWORD, "ann", "zo"]);
            let target = env.url.trim_start_matches("https://");
            assert_eq!(proxy.targets(), [target; 2]);
            for source in ["creds.json", "aac_url.txt"] {
                let line = format!(
                    "* Connecting to {target} (from {source}) through the proxy {} (from {variable})",
                    proxy.address
                );
                assert!(
                    outcome.stderr.contains(&line),
                    "{line:?} is not in {outcome:#?}"
                );
            }
        },
    );
}

#[test]
fn the_first_variable_that_is_not_empty_counts() {
    // Windows has one variable where others have two.
    let is_one = |name: &&str| !cfg!(windows) || name.starts_with(char::is_uppercase);
    let names: Vec<_> = VARIABLES.into_iter().filter(is_one).collect();
    check_all_old(
        names.windows(2),
        |names| names.join(" "),
        |names| {
            let (first, second) = (format!("http://{CLOSED_PORT}"), "http://127.0.0.1:2");
            let message = message_with(&[(names[0], &first), (names[1], second)]);
            let expected = format!("error: the proxy {CLOSED_PORT} (from {})", names[0]);
            assert!(message.starts_with(&expected), "{message}");
            let message = message_with(&[(names[0], ""), (names[1], second)]);
            let expected = format!("error: the proxy 127.0.0.1:2 (from {})", names[1]);
            assert!(message.starts_with(&expected), "{message}");
        },
    );
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
        &[("HTTPS_PROXY", "ftp://nonsense"), ("NO_PROXY", "*")],
        &[("HTTPS_PROXY", &closed), ("NO_PROXY", &listed)],
        &[("HTTPS_PROXY", &closed), ("no_proxy", ".test")],
    ];
    check_all_old(
        cases,
        |variables| format!("{variables:?}"),
        |variables| {
            let env = behind_proxy(&host);
            let mut program = env.program();
            program.arg("-v").envs(variables.iter().copied());
            let outcome = env.outcome(&mut program);
            let is_listed = variables
                .iter()
                .any(|(_, value)| [&*listed, ".test"].contains(value));
            let why = if is_listed {
                " without the proxy (NO_PROXY)"
            } else {
                ""
            };
            let direct = format!("* Connecting to {host} (from creds.json){why}\n");
            assert!(outcome.stderr.contains(&direct), "{outcome:#?}");
        },
    );
}

#[test]
#[cfg(not(windows))]
fn no_proxy_counts_before_its_capitals() {
    let closed = format!("http://{CLOSED_PORT}");
    let variables = [
        ("https_proxy", &*closed),
        ("no_proxy", "other.test"),
        ("NO_PROXY", "*"),
    ];
    let message = message_with(&variables);
    assert!(message.starts_with("error: the proxy"), "{message}");
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
    check_snapshot_old(
        "network/proxy_urls",
        urls,
        |url| url.to_string(),
        |url| message_with(&[("HTTPS_PROXY", url)]),
    );
}

/// A SOCKS proxy without a port has 1080. Nothing has to listen there.
#[test]
fn a_socks_proxy_needs_no_port() {
    for (url, name) in [
        ("socks5h://127.0.0.1", "127.0.0.1:1080"),
        ("socks4a://[::1]", "[::1]:1080"),
    ] {
        let message = message_with(&[("ALL_PROXY", url)]);
        assert!(
            message.starts_with(&format!("error: the proxy {name} ")),
            "{message}"
        );
    }
}

#[test]
fn what_it_replies() {
    let mut cases: Vec<(String, String, Proxy)> = Vec::new();
    for status in [
        "407 Proxy Authentication Required",
        "403 Forbidden",
        "405 Method Not Allowed",
        "500 Internal Server Error",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
        "no status",
    ] {
        cases.push((
            status.to_owned(),
            "http://HOST".to_owned(),
            Proxy::http(status),
        ));
    }
    let url = format!("http://user:{PASSWORD}@HOST");
    let asks = Proxy::http("407 Proxy Authentication Required");
    cases.push(("407, with a password".to_owned(), url, asks));
    let hangs_up = Proxy::start(|client| read_connect(client).and(Err(ErrorKind::Other.into())));
    cases.push(("closes".to_owned(), "http://HOST".to_owned(), hangs_up));
    for reply in 1..=8 {
        let name = format!("SOCKS reply {reply}");
        cases.push((name, "socks5h://HOST".to_owned(), Proxy::socks5(reply)));
    }
    let no_method = || {
        Proxy::start(|client| {
            std::io::Read::read_exact(client, &mut [0; 3])?;
            client.write_all(&[5, 0xff])?;
            Err(ErrorKind::PermissionDenied.into())
        })
    };
    cases.push((
        "SOCKS method".to_owned(),
        "socks5h://HOST".to_owned(),
        no_method(),
    ));
    check_snapshot_old(
        "network/proxy_replies",
        cases,
        |(name, _, _)| name.clone(),
        |(_, url, proxy)| {
            let url = url.replace("HOST", &proxy.address);
            message_with(&[("ALL_PROXY", &url)]).replace(&proxy.address, "[PROXY]")
        },
    );
}

#[test]
fn one_that_is_not_reached() {
    let unknown = format!("http://{}:3128", unknown_host());
    let cases = [
        ("refused", format!("http://{CLOSED_PORT}")),
        ("not found", unknown),
    ];
    check_snapshot_old(
        "network/proxy_not_reached",
        cases,
        |(name, _)| name.to_string(),
        |(_, url)| message_with(&[("HTTPS_PROXY", url)]),
    );
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
    env.outcome(&mut program)
        .assert_failure(&["error: the proxy"]);
    assert_eq!(proxy.targets(), [format!("{unknown}:443")]);
}

#[test]
fn none_for_this_machine() {
    let proxy = Proxy::http("200 OK");
    for host in ["127.0.0.1", "localhost"] {
        let env = TestEnv::new();
        env.write("aac_url.txt", env.url.replace("127.0.0.1", host));
        let mut program = env.program();
        for variable in VARIABLES {
            program.env(variable, format!("http://{}", proxy.address));
        }
        env.outcome(&mut program).assert_success();
        assert_eq!(proxy.targets(), [""; 0]);
    }
}
