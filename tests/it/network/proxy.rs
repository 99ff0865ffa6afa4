//! Proxies.

use super::{FROM_TOKEN, trusting};
use crate::support::case::check_all;
use crate::support::{CLOSED_PORT, unknown_host};
use crate::test_env::TestEnv;
use crate::tls::Authority;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A name that only a proxy can reach.
const HOST: &str = "api.sandbox.test";

/// A proxy on this machine, which connects to this machine whatever host it is asked for.
struct Proxy {
    address: String,
    /// The hosts and ports that it was asked for.
    targets: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy. `greet` reads the target of a connection and agrees to it.
    fn start(
        greet: impl Fn(&mut TcpStream) -> io::Result<String> + Send + Sync + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let targets = Arc::new(Mutex::new(Vec::new()));
        let proxy = Proxy {
            address,
            targets: targets.clone(),
        };
        let greet = Arc::new(greet);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let (targets, greet) = (targets.clone(), greet.clone());
                thread::spawn(move || -> io::Result<u64> {
                    let target = greet(&mut client)?;
                    targets.lock().unwrap().push(target.clone());
                    let port = target
                        .rsplit(':')
                        .next()
                        .unwrap()
                        .parse()
                        .map_err(io::Error::other)?;
                    tunnel(client, TcpStream::connect(("127.0.0.1", port))?)
                });
            }
        });
        proxy
    }

    fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap().clone()
    }
}

/// Copies both ways.
fn tunnel(mut client: TcpStream, mut server: TcpStream) -> io::Result<u64> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    io::copy(&mut server, &mut client)
}

/// The CONNECT of an HTTP proxy, which replies with `status`.
fn connect(client: &mut TcpStream, status: &str) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    write!(client, "HTTP/1.1 {status}\r\n\r\n")?;
    let head = String::from_utf8_lossy(&head).into_owned();
    assert!(head.starts_with("CONNECT "), "{head}");
    Ok(head.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// The greeting of a SOCKS5 proxy that is given a host name (RFC 1928).
fn socks5(client: &mut TcpStream) -> io::Result<String> {
    let mut read = |count: usize, reply: &[u8]| -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        client.read_exact(&mut bytes)?;
        client.write_all(reply)?;
        Ok(bytes)
    };
    let methods = read(2, &[])?[1];
    read(methods.into(), &[5, 0])?;
    let length = read(5, &[])?[4];
    let host = read(length.into(), &[])?;
    let port = read(2, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let port = u16::from_be_bytes([port[0], port[1]]);
    Ok(format!("{}:{port}", String::from_utf8_lossy(&host)))
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn from_the_environment() {
    let http = Proxy::start(|client| connect(client, "200 OK"));
    let socks = Proxy::start(socks5);
    let cases = [
        ("HTTPS_PROXY", format!("http://{}", http.address), &http),
        (
            "https_proxy",
            format!("http://user:pass@{}", http.address),
            &http,
        ),
        ("ALL_PROXY", http.address.clone(), &http),
        ("ALL_PROXY", format!("socks5h://{}", socks.address), &socks),
    ];
    check_all(
        cases,
        |(variable, url, _)| format!("{variable}={url}"),
        |(variable, url, proxy)| {
            let authority = Authority::new("Company CA");
            let env = TestEnv::over_tls(&authority, HOST, HOST, 2100);
            proxy.targets.lock().unwrap().clear();
            let mut program = trusting(&env, &authority.pem);
            env.outcome(program.env(variable, url)).assert_success();
            assert!(env.creds_are_valid());
            let target = env.url.trim_start_matches("https://");
            let targets = proxy.targets();
            assert!(
                !targets.is_empty() && targets.iter().all(|asked| asked == target),
                "{targets:?}"
            );
        },
    );
}

#[test]
fn a_failure_names_it_without_its_password() {
    let refusing = Proxy::start(|client| connect(client, "407 Proxy Authentication Required"));
    let unknown = format!("{}:3128", unknown_host());
    let cases = [
        (
            &*refusing.address,
            "on the way to api.sandbox.test:443 (from the access token in creds.json)",
        ),
        (CLOSED_PORT, "refuses the connection"),
        (&*unknown, "is not the name of a host"),
    ];
    check_all(
        cases,
        |(address, _)| address.to_string(),
        |(address, problem)| {
            let env = TestEnv::new();
            env.write("creds.json", env.creds_from(&format!("https://{HOST}/as")));
            let mut program = env.program();
            program.env("HTTPS_PROXY", format!("http://user:pa55word@{address}"));
            env.outcome(&mut program)
                .assert_failure(&[
                    &format!("the proxy {address}"),
                    problem,
                    "HTTPS_PROXY",
                    "NO_PROXY",
                ])
                .assert_lacks(&["pa55word"]);
            env.assert_nothing_sent();
        },
    );
}

#[test]
fn no_proxy_lists_exceptions() {
    let unknown = unknown_host();
    let list = format!("example.com,{unknown}");
    check_all(
        ["*", ".test", "*.test", &unknown, &list],
        |list| list.to_string(),
        |list| {
            let env = TestEnv::new();
            env.write(
                "creds.json",
                env.creds_from(&format!("https://{unknown}/as")),
            );
            let mut program = env.program();
            program
                .env("HTTPS_PROXY", format!("http://{CLOSED_PORT}"))
                .env("NO_PROXY", list);
            // The proxy would refuse the connection.
            env.outcome(&mut program).assert_failure(&[&format!(
                ".test:443 (from {FROM_TOKEN}) is not the name of a host"
            )]);
        },
    );
}

#[test]
fn none_for_this_machine() {
    let proxy = Proxy::start(|client| connect(client, "200 OK"));
    let env = TestEnv::new();
    let mut program = env.program();
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        program.env(variable, format!("http://{}", proxy.address));
    }
    env.outcome(&mut program).assert_success();
    assert_eq!(proxy.targets(), [""; 0]);
}
