//! Proxies.

use super::stub_proxy::{Proxy, read_connect};
use super::{NO_ADDRESS, PROXIED_HOST as HOST, REFUSES, trusting};
use crate::progress;
use crate::support::case::check_all;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};

/// The variables, in the order in which they count.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];
const PASSWORD: &str = "pa55word";
const CHECK: &str = "Check the proxy's address, and the exceptions in NO_PROXY.";

/// An environment with an issuer that only a proxy can reach.
fn behind_proxy(host: &str) -> TestEnv {
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from(&format!("https://{host}/as")));
    env
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn from_the_environment() {
    let (http, socks) = (Proxy::http("200 OK"), Proxy::socks5(0));
    let with_password = format!("http://user:{PASSWORD}@{}", http.address);
    let mut cases = VARIABLES
        .map(|name| (name, with_password.clone(), &http))
        .to_vec();
    cases.push(("HTTPS_PROXY", http.address.clone(), &http));
    cases.push(("ALL_PROXY", format!("socks5h://{}", socks.address), &socks));
    check_all(
        cases,
        |(variable, url, _)| format!("{variable}={url}"),
        |(variable, url, proxy)| {
            let authority = Authority::new("Company CA");
            let env = TestEnv::over_tls(&authority, HOST, HOST, VALID);
            proxy.forget();
            let mut program = trusting(&env, &authority.pem);
            let outcome = env.outcome(program.arg("-v").env(variable, url));
            outcome.assert_success().assert_lacks(&[PASSWORD]);
            let target = env.url.trim_start_matches("https://");
            assert_eq!(proxy.targets(), [target; 2]);

            let name = format!("the proxy {} (from {variable})", proxy.address);
            let lines = [
                format!("* Connecting to {target} (from creds.json) through {name}"),
                format!("* Connecting to {target} (from aac_url.txt) through {name}"),
            ];
            for line in lines {
                assert!(
                    outcome.stderr.contains(&line),
                    "{line:?} is not in {outcome:#?}"
                );
            }
        },
    );
}

#[test]
fn the_first_variable_counts() {
    // Windows has one variable where others have two.
    let is_one = |name: &&str| !cfg!(windows) || name.starts_with(char::is_uppercase);
    let names: Vec<_> = VARIABLES.into_iter().filter(is_one).collect();
    check_all(
        names.windows(2),
        |names| names.join(" "),
        |names| {
            let env = behind_proxy(HOST);
            let mut program = env.program();
            program.env(names[0], format!("http://{CLOSED_PORT}"));
            program.env(names[1], "http://127.0.0.1:2");
            let first = format!("the proxy {CLOSED_PORT} (from {})", names[0]);
            env.outcome(&mut program).assert_failure(&[&first, REFUSES]);

            // An empty one does not count.
            program.env(names[0], "");
            let second = format!("the proxy 127.0.0.1:2 (from {})", names[1]);
            env.outcome(&mut program)
                .assert_failure(&[&second, REFUSES]);
        },
    );
}

#[test]
fn one_that_cannot_be_used_is_an_error() {
    let urls = [
        "http://127.0.0.1:8080:1",
        "http://user:pa55word@127.0.0.1:8080:1",
        "ftp://user:pa55word@127.0.0.1",
        "http://user:pa55word@",
        "http://",
        "//127.0.0.1:1",
        "pa55word@/",
        "http://user:pa55 word@127.0.0.1:1",
        "http://user:%ffpa55word@127.0.0.1:1",
        "127.0.0.1:1:pa55word",
        " ",
    ];
    check_unusable(&urls);
}

/// ureq would use the default port, which is another with curl.
#[test]
fn one_without_a_valid_port_is_an_error() {
    check_unusable(&[
        "http://127.0.0.1:99999",
        "http://user:pa55word@127.0.0.1:99999",
        "http://user:pa55word@127.0.0.1:port",
        "http://user:pa55word",
        "http://user:pa55word#@127.0.0.1:1",
        "http://proxy.example",
    ]);
}

fn check_unusable(urls: &[&str]) {
    check_all(
        urls,
        |url| url.to_string(),
        |url| {
            let env = TestEnv::new();
            let mut program = env.program();
            program.arg("-v").env("HTTPS_PROXY", url);
            let outcome = env.outcome(&mut program);
            let error = "error: HTTPS_PROXY is not a proxy URL with a port.\nWrite http://HOST:PORT or \
                http://USER:PASSWORD@HOST:PORT.\n";
            assert!(outcome.stderr.ends_with(error), "{outcome:#?}");
            assert_eq!((outcome.code, &*outcome.stdout), (Some(1), ""));
            outcome.assert_lacks(&["pa55", "word@1"]);
            env.assert_nothing_sent();
            assert!(env.creds_are_valid());
        },
    );
}

#[test]
#[cfg(unix)]
fn one_that_is_not_utf_8_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let env = TestEnv::new();
    let mut program = env.program();
    program.env(
        "http_proxy",
        OsStr::from_bytes(b"http://\xff:pa55word@127.0.0.1:1"),
    );
    env.outcome(&mut program)
        .assert_failure(&["http_proxy is not a proxy URL"])
        .assert_lacks(&[PASSWORD]);
    env.assert_nothing_sent();
}

#[test]
fn a_failure_names_it_without_its_password() {
    let unknown = format!("{}:3128", unknown_host());
    let wants_password = Proxy::http("407 Proxy Authentication Required");
    let refuses_host = Proxy::http("403 Forbidden");
    let fails = Proxy::http("502 Bad Gateway");
    let hangs_up =
        Proxy::start(|client| read_connect(client).and(Err(std::io::ErrorKind::Other.into())));
    let nonsense = Proxy::http("no status");
    let cases = [
        (
            &*wants_password.address,
            "asks for a user name and a password",
            "Add them to its URL: USER:PASSWORD@HOST:PORT",
        ),
        (
            &*refuses_host.address,
            "does not allow this connection",
            "Ask your proxy administrator to allow this host.",
        ),
        (&*fails.address, "502", CHECK),
        (&*hangs_up.address, "gave no valid response", CHECK),
        (&*nonsense.address, "gave no valid response", CHECK),
        (CLOSED_PORT, REFUSES, CHECK),
        (&*unknown, NO_ADDRESS, CHECK),
    ];
    check_all(
        cases,
        |(address, problem, _)| format!("{problem} {address}"),
        |(address, problem, advice)| {
            let env = behind_proxy(HOST);
            let mut program = env.program();
            program.env("HTTPS_PROXY", format!("http://user:{PASSWORD}@{address}"));
            let start = format!(
                "error: the proxy {address} (from HTTPS_PROXY), on the way to {HOST} \
                 (from creds.json), "
            );
            env.outcome(&mut program)
                .assert_failure(&[&start, problem, advice, progress::NOT_USED])
                .assert_lacks(&[PASSWORD]);
            env.assert_nothing_sent();
        },
    );
}

#[test]
fn socks5_looks_the_host_up_itself() {
    let proxy = Proxy::socks5(0);
    let env = behind_proxy(&unknown_host());
    let mut program = env.program();
    program.env("ALL_PROXY", format!("socks5://{}", proxy.address));
    let start = format!("error: {} (from creds.json) {NO_ADDRESS}", unknown_host());
    let advice = "Write socks5h:// or socks4a:// to let the proxy look it up.";
    env.outcome(&mut program)
        .assert_failure(&[&start, advice, progress::NOT_USED])
        .assert_lacks(&["the proxy 127"]);
    assert_eq!(proxy.targets(), [""; 0]);
}

#[test]
fn socks5h_lets_the_proxy_look_it_up() {
    let proxy = Proxy::socks5(4);
    let env = behind_proxy(&unknown_host());
    let mut program = env.program();
    program.env(
        "ALL_PROXY",
        format!("socks5h://user:{PASSWORD}@{}", proxy.address),
    );
    let start = format!(
        "error: the proxy {} (from ALL_PROXY), on the way to",
        proxy.address
    );
    env.outcome(&mut program)
        .assert_failure(&[&start, "host unreachable", progress::NOT_USED])
        .assert_lacks(&[PASSWORD]);
    assert_eq!(proxy.targets(), [format!("{}:443", unknown_host())]);
}

#[test]
fn no_proxy_lists_exceptions() {
    let unknown = unknown_host();
    let list = format!("example.com,{unknown}");
    let cases = [
        ("NO_PROXY", "*"),
        ("NO_PROXY", ".test"),
        ("NO_PROXY", "*.test"),
        ("NO_PROXY", &unknown),
        ("NO_PROXY", &list),
        ("no_proxy", &list),
    ];
    check_all(
        cases,
        |(name, list)| format!("{name}={list}"),
        |(name, list)| {
            let env = behind_proxy(&unknown);
            let mut program = env.program();
            program
                .arg("-v")
                .env("HTTPS_PROXY", format!("http://{CLOSED_PORT}"))
                .env(name, list);
            // The proxy would refuse the connection.
            let outcome = env.outcome(&mut program);
            let direct = format!("* Connecting to {unknown} (from creds.json) without a proxy\n");
            assert!(outcome.stderr.contains(&direct), "{outcome:#?}");
            let error = format!("error: {unknown} (from creds.json) {NO_ADDRESS}");
            assert!(outcome.stderr.contains(&error), "{outcome:#?}");
        },
    );
}

#[test]
fn none_for_this_machine() {
    let proxy = Proxy::http("200 OK");
    for host in ["127.0.0.1", "localhost"] {
        let env = TestEnv::new();
        let url = env.url.replace("127.0.0.1", host);
        env.write("aac_url.txt", &url);
        let mut program = env.program();
        for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            program.env(variable, format!("http://{}", proxy.address));
        }
        let outcome = env.outcome(program.arg("-v"));
        outcome
            .assert_success()
            .assert_lacks(&["through the proxy"]);
        assert_eq!(proxy.targets(), [""; 0]);
    }
}
