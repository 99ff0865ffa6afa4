//! Hosts and proxies that do not answer. All of them are waited for at once.

use crate::credentials;
use crate::network::stub_proxy::{Proxy, read_connect};
use crate::network::{PROXIED_HOST, serve};
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

/// What `-v` shows last before it waits: of a refresh, of a call, and when a response has begun.
const POSTED: &str = "> grant_type=refresh_token";
const SENT: &str = "> content-type: ";
const RECEIVED: &str = "< ";
const VARIABLE: &str = "HTTPS_PROXY";

struct Case {
    name: &'static str,
    env: TestEnv,
    proxy: String,
    /// Who is awaited, and which way.
    route: String,
    /// Who is to blame.
    culprit: String,
    progress: &'static str,
    /// The start of the last line of `-v` before it waits.
    step: &'static str,
}

/// Reads what comes, and says nothing.
fn keep_silent(mut client: TcpStream) {
    let _ = client.read_to_end(&mut Vec::new());
}

/// Sends something now and then, so that no single read takes long.
fn trickle(client: &mut TcpStream) -> io::Error {
    let _ = client.write_all(b"HTTP/1.1 200 OK\r\nx: ");
    loop {
        if let Err(error) = client.write_all(b"y") {
            return error;
        }
        thread::sleep(Duration::from_secs(3));
    }
}

fn case(name: &'static str, env: TestEnv, host: String, step: &'static str) -> Case {
    Case {
        name,
        env,
        proxy: String::new(),
        route: host.clone(),
        culprit: host,
        progress: credentials::SAVED,
        step,
    }
}

fn issuer(name: &'static str, scheme: &str, host: &str, step: &'static str) -> Case {
    let env = TestEnv::new();
    let url = format!("{scheme}://{host}/as");
    env.write("creds.json", env.creds_from(&url));
    let progress = match scheme {
        "https" => credentials::NOT_USED,
        _ => credentials::UNKNOWN,
    };
    let host = format!("{host} (from creds.json)");
    Case {
        progress,
        ..case(name, env, host, step)
    }
}

fn api(name: &'static str, scheme: &str, host: &str, step: &'static str) -> Case {
    let env = TestEnv::new();
    env.write("aac_url.txt", format!("{scheme}://{host}"));
    case(name, env, format!("{host} (from aac_url.txt)"), step)
}

fn proxy(name: &'static str, scheme: &str, address: &str) -> Case {
    let case = issuer(name, "https", &format!("{PROXIED_HOST}:443"), POSTED);
    let proxy = format!("the proxy {address} (from {VARIABLE})");
    Case {
        proxy: format!("{scheme}://{address}"),
        route: format!("{} through {proxy}", case.culprit),
        culprit: format!("{} through {proxy}: the proxy", case.culprit),
        ..case
    }
}

fn cases() -> Vec<Case> {
    let silent = serve(keep_silent);
    let half = serve(|mut client| {
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n[1, ");
        keep_silent(client);
    });
    let trickles = serve(|mut client| drop(trickle(&mut client)));
    let trickling = Proxy::start(|client| {
        read_connect(client)?;
        Err(trickle(client))
    });
    // It is not known which of the two keeps the other waiting.
    let behind = proxy("a proxy, byte by byte", "http", &trickling.address);
    let behind = Case {
        culprit: behind.route.clone(),
        ..behind
    };
    vec![
        issuer("an issuer", "http", &silent, POSTED),
        issuer("an issuer, after half a response", "http", &half, RECEIVED),
        issuer("an issuer, before TLS", "https", &silent, POSTED),
        api("an API", "http", &silent, SENT),
        api("an API, after half a response", "http", &half, RECEIVED),
        api("an API, before TLS", "https", &silent, SENT),
        api("an API, byte by byte", "http", &trickles, SENT),
        proxy("a proxy", "http", &silent),
        behind,
        proxy("a SOCKS proxy", "socks5h", &silent),
    ]
}

/// After 5 seconds a line says who is awaited, and after 30 the run ends.
fn check(case: &Case, arguments: &[&str]) {
    let before = case.env.refresh_token();
    let mut program = case.env.program();
    program.args(arguments).env(VARIABLE, &case.proxy);
    let start = Instant::now();
    let outcome = case.env.outcome(&mut program);
    let seconds = start.elapsed().as_secs();
    assert!((25..38).contains(&seconds), "it took {seconds} seconds");
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert_eq!(outcome.stdout, "");

    let stopping = match case.progress {
        credentials::UNKNOWN => "If you stop the program now, the tokens may be lost.",
        _ => "",
    };
    let waiting = format!("Waiting up to 30 seconds for {} … {stopping}", case.route);
    let mut lines = outcome.stderr.lines();
    let steps: Vec<_> = lines.by_ref().take_while(|line| *line != waiting).collect();
    let failure: Vec<_> = lines.collect();
    let ends = ["answer", "send a complete response"];
    let problem = |end| format!("error: {} did not {end} within 30 seconds.", case.culprit);
    assert_eq!(failure.len(), 3, "{outcome:#?}");
    assert!(
        ends.map(problem).contains(&failure[0].to_owned()),
        "{outcome:#?}"
    );
    assert_eq!(failure[2], case.progress);
    if arguments.is_empty() {
        assert_eq!(steps, [""; 0]);
    } else {
        let connecting = format!("* Connecting to {}", case.route);
        assert!(steps.contains(&&*connecting), "{outcome:#?}");
        let last = steps.last().unwrap();
        assert!(last.starts_with(case.step), "{outcome:#?}");
    }
    if case.progress == credentials::SAVED {
        assert!(case.env.creds_are_valid() && !case.env.accepts(&before));
    } else {
        assert_eq!(case.env.refresh_token(), before);
    }
}

/// The line comes after 5 seconds, and those before it when their steps happen.
fn check_patience() {
    let case = issuer("an issuer", "http", &serve(keep_silent), POSTED);
    let mut run = case.env.program().arg("-v").spawn().unwrap();
    let stderr = BufReader::new(run.stderr.take().unwrap());
    let (mut step, mut waited) = (Instant::now(), Duration::ZERO);
    let line = stderr.lines().map(Result::unwrap).find(|line| {
        waited = step.elapsed();
        step = Instant::now();
        line.starts_with("Waiting")
    });
    run.kill().unwrap();
    run.wait().unwrap();
    let start = "Waiting up to 30 seconds for 127.0.0.1";
    assert!(
        line.as_ref().is_some_and(|it| it.starts_with(start)),
        "{line:?}"
    );
    let seconds = waited.as_secs_f64();
    assert!((4.0..15.0).contains(&seconds), "it took {seconds} seconds");
}

#[test]
#[ignore = "waits for 30 seconds"]
fn says_who_is_awaited_and_ends() {
    let mut runs = vec![("5 seconds".to_owned(), thread::spawn(check_patience))];
    for arguments in [&[][..], &["-v"]] {
        for case in cases() {
            let name = format!("{} {arguments:?}", case.name);
            runs.push((name, thread::spawn(move || check(&case, arguments))));
        }
    }
    check_all(runs, |_, run| {
        run.join().unwrap_or_else(|panic| resume_unwind(panic));
    });
}
