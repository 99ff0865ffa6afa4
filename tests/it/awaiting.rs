//! Hosts and proxies that do not answer. All of them are waited for at once.

use crate::network::stub_proxy::{Proxy, read_connect};
use crate::network::{PROXIED_HOST, serve};
use crate::progress;
use crate::stub::Stub;
use crate::support::case::check_all_old;
use crate::test_env::TestEnv;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

const HALF: &str = "HTTP/1.1 200 OK\r\n\r\n[1, ";
/// What `-v` shows last of a refresh.
const POSTED: &str = "> grant_type=refresh_token";
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
    step: String,
}

/// Reads what comes, and says nothing.
fn keep_silent(mut client: TcpStream) {
    let _ = client.read_to_end(&mut Vec::new());
}

/// Sends something now and then, so that no single read takes long.
fn trickle(client: &mut TcpStream) -> io::Error {
    loop {
        if let Err(error) = client.write_all(b"y") {
            return error;
        }
        thread::sleep(Duration::from_secs(3));
    }
}

fn direct(
    name: &'static str,
    env: TestEnv,
    host: String,
    progress: &'static str,
    step: &str,
) -> Case {
    Case {
        name,
        env,
        proxy: String::new(),
        route: host.clone(),
        culprit: host,
        progress,
        step: step.to_owned(),
    }
}

fn issuer_stub(name: &'static str, response: &str, step: &str) -> Case {
    let env = TestEnv::new();
    env.stub_issuer(Stub::Stall(response.into()));
    let host = env.url.replace("http://", "") + " (from creds.json)";
    direct(name, env, host, progress::UNKNOWN, step)
}

fn api_stub(name: &'static str, response: &str, step: &str) -> Case {
    let env = TestEnv::new();
    env.stub_api(Stub::Stall(response.into()));
    let host = env.url.replace("http://", "");
    api_at(name, env, &host, "http", step)
}

fn api_at(name: &'static str, env: TestEnv, host: &str, scheme: &str, step: &str) -> Case {
    env.write("aac_url.txt", format!("{scheme}://{host}"));
    let host = format!("{host} (from aac_url.txt)");
    direct(name, env, host, progress::SAVED, step)
}

fn issuer_over_tls(name: &'static str, host: &str) -> Case {
    let env = TestEnv::new();
    env.write("creds.json", env.creds_from(&format!("https://{host}/as")));
    let host = format!("{host} (from creds.json)");
    direct(name, env, host, progress::NOT_USED, POSTED)
}

fn proxy(name: &'static str, scheme: &str, address: &str) -> Case {
    let case = issuer_over_tls(name, &format!("{PROXIED_HOST}:443"));
    let proxy = format!("the proxy {address} (from {VARIABLE})");
    Case {
        proxy: format!("{scheme}://{address}"),
        route: format!("{} through {proxy}", case.culprit),
        culprit: format!("{proxy}, on the way to {},", case.culprit),
        ..case
    }
}

fn cases() -> Vec<Case> {
    let silent = serve(keep_silent);
    let trickles = serve(|mut client| {
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\nx: ");
        let _ = trickle(&mut client);
    });
    let trickling = Proxy::start(|client| {
        read_connect(client)?;
        client.write_all(b"HTTP/1.1 200 OK\r\nx: ")?;
        Err(trickle(client))
    });
    const SENT: &str = "> content-type: ";
    // It is not known which of the two keeps the other waiting.
    let behind = proxy("a proxy, byte by byte", "http", &trickling.address);
    let behind = Case {
        culprit: behind.route.clone(),
        ..behind
    };
    vec![
        issuer_stub("an issuer", "", POSTED),
        issuer_stub("an issuer, after half a response", HALF, "< "),
        issuer_over_tls("an issuer, before TLS", &silent),
        api_stub("an API", "", SENT),
        api_stub("an API, after half a response", HALF, "< "),
        api_at("an API, before TLS", TestEnv::new(), &silent, "https", SENT),
        api_at(
            "an API, byte by byte",
            TestEnv::new(),
            &trickles,
            "http",
            SENT,
        ),
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
    assert_eq!(
        (outcome.code, &*outcome.stdout),
        (Some(1), ""),
        "{outcome:#?}"
    );

    let stopping = "If you stop the program now, the tokens may be lost.";
    let stopping = if case.progress == progress::UNKNOWN {
        stopping
    } else {
        ""
    };
    let waiting = format!("Waiting up to 30 seconds for {} … {stopping}", case.route);
    let mut lines = outcome.stderr.lines();
    let steps: Vec<_> = lines.by_ref().take_while(|line| *line != waiting).collect();
    let failure: Vec<_> = lines.collect();
    let problem = format!("error: {} did not answer", case.culprit);
    assert_eq!(failure.len(), 3, "{outcome:#?}");
    assert!(failure[0].starts_with(&problem), "{outcome:#?}");
    assert!(failure[0].ends_with(" within 30 seconds."), "{outcome:#?}");
    assert_eq!(failure[2], case.progress);
    if arguments.is_empty() {
        assert_eq!(steps, [""; 0]);
    } else {
        let connecting = format!("* Connecting to {}", case.route);
        assert!(steps.contains(&&*connecting), "{outcome:#?}");
        assert!(
            steps.last().unwrap().starts_with(&case.step),
            "{outcome:#?}"
        );
    }
    if case.progress == progress::SAVED {
        assert!(case.env.creds_are_valid() && !case.env.accepts(&before));
    } else {
        assert_eq!(case.env.refresh_token(), before);
    }
}

/// The line comes after 5 seconds, and those before it when their steps happen.
fn check_patience() {
    let case = issuer_stub("an issuer", "", "");
    let mut run = case.env.program().arg("-v").spawn().unwrap();
    let stderr = BufReader::new(run.stderr.take().unwrap());
    let (mut step, mut line) = (Instant::now(), String::new());
    let mut waited = Duration::ZERO;
    for text in stderr.lines() {
        waited = step.elapsed();
        (step, line) = (Instant::now(), text.unwrap());
        if line.starts_with("Waiting") {
            break;
        }
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(
        line.starts_with("Waiting up to 30 seconds for 127.0.0.1"),
        "{line}"
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
    let runs = runs
        .into_iter()
        .map(|(name, run)| (name, Cell::new(Some(run))));
    check_all_old(
        runs,
        |(name, _)| name.clone(),
        |(_, run)| {
            let result = run.take().unwrap().join();
            result.unwrap_or_else(|panic| resume_unwind(panic));
        },
    );
}
