//! What can go wrong on the way to a host, and the ways there are: TLS, proxies.

use crate::program::{NOBODY, Place, nowhere};
use crate::service::{CURRENT_WORKSPACE as API, Reply};
use crate::tls::{Authority, NAME};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

#[test]
fn a_host_that_is_not_reached_is_named_with_the_file_that_names_it() {
    let nowhere = nowhere();
    for (url, host, problem) in [
        (
            format!("http://{NOBODY}"),
            NOBODY.to_owned(),
            "refuses the connection",
        ),
        (
            format!("https://{NOBODY}"),
            NOBODY.to_owned(),
            "refuses the connection",
        ),
        (
            format!("https://{nowhere}"),
            format!("{nowhere}:443"),
            "is not the name of a host",
        ),
        (
            format!("https://{nowhere}:8443"),
            format!("{nowhere}:8443"),
            "is not the name of a host",
        ),
    ] {
        let place = Place::new();
        place.write("aac_url.txt", &url);
        place
            .run(&[])
            .assert_failed(1, &[&host, problem, "aac_url.txt", "HTTPS_PROXY"]);
        assert!(place.credentials_are_good());

        let place = Place::new();
        place.write("creds.json", place.creds_from(&url));
        let before = place.read("creds.json");
        place.run(&[]).assert_failed(
            1,
            &[
                &host,
                problem,
                "the access token in creds.json",
                "HTTPS_PROXY",
            ],
        );
        assert_eq!(place.read("creds.json"), before);
    }
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    let place = Place::new();
    for bytes in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Type: appl",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\": 1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"id\": 1\r\n",
    ] {
        place.service.script(API, Reply::Raw(bytes.into()));
        place.run(&[]).assert_failed(
            1,
            &[
                "127.0.0.1",
                "(from aac_url.txt) broke the connection off",
                "Run the program again.",
            ],
        );
        assert!(place.credentials_are_good());
    }
    // What is closed with something still to read is reset.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || listener.accept().unwrap().0.peek(&mut [0]).unwrap());
    let elsewhere = Place::new();
    elsewhere.write("aac_url.txt", format!("http://{address}"));
    elsewhere.run(&[]).assert_failed(
        1,
        &[&address, "(from aac_url.txt) broke the connection off"],
    );

    place
        .service
        .script(API, Reply::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    place
        .run(&[])
        .assert_failed(1, &["127.0.0.1", "gives no answer that makes sense"]);
}

// TLS.

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn a_certificate_is_trusted_if_the_system_trusts_who_signed_it() {
    let authority = Authority::new("Company CA");
    let place = Place::with(authority.start("localhost", "localhost", 2100));
    place.write("ca.pem", &authority.pem);
    place
        .outcome(place.program().env("SSL_CERT_FILE", place.path("ca.pem")))
        .assert_done();
    assert!(place.credentials_are_good());
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn each_fault_of_a_certificate_has_its_own_message() {
    let authority = Authority::new("Company CA");
    let (unknown, remade) = (Authority::new("Another CA"), Authority::new("Company CA"));
    for (signer, name, year, problem, advice) in [
        (
            &remade,
            "localhost",
            2100,
            "is from nobody that this system trusts",
            "SSL_CERT_FILE",
        ),
        (
            &unknown,
            "localhost",
            2100,
            "is from nobody that this system trusts",
            "SSL_CERT_FILE",
        ),
        (
            &authority,
            "localhost",
            2010,
            "has expired",
            "date of this computer",
        ),
        (
            &authority,
            "other.example",
            2100,
            "made out to another host",
            "sign-in page",
        ),
    ] {
        let place = Place::with(signer.start("localhost", name, year));
        place.write("ca.pem", &authority.pem);
        let host = place.service.url.trim_start_matches("https://");
        let outcome = place.outcome(place.program().env("SSL_CERT_FILE", place.path("ca.pem")));
        outcome.assert_failed(
            1,
            &[
                "certificate",
                host,
                "the access token in creds.json",
                problem,
                advice,
            ],
        );
        assert!(place.requests().is_empty() && place.credentials_are_good());
    }
    let place = Place::with(authority.start("localhost", "localhost", 2100));
    let outcome = place.outcome(
        place
            .program()
            .env("SSL_CERT_FILE", place.path("no such file")),
    );
    outcome.assert_failed(1, &["is from nobody that this system trusts"]);
}

#[test]
fn a_host_that_does_not_speak_tls_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut client = listener.accept().unwrap().0;
        client
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        client.read_to_end(&mut Vec::new()).unwrap();
    });
    let place = Place::new();
    place.write("aac_url.txt", format!("https://{address}"));
    place.run(&[]).assert_failed(
        1,
        &[
            "gives no answer that makes sense",
            &address,
            "InvalidContentType",
            "aac_url.txt",
        ],
    );
}

// Proxies.

/// A proxy on this machine, which connects to this machine whatever host it is asked for.
struct Proxy {
    address: String,
    /// The first line of each request, or the host and port of a SOCKS request.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy, with `greet` to find out what it is asked for and to answer.
    fn start(
        greet: impl Fn(&mut TcpStream) -> io::Result<String> + Send + Sync + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy {
            address: listener.local_addr().unwrap().to_string(),
            asked: Arc::default(),
        };
        let (asked, greet) = (proxy.asked.clone(), Arc::new(greet));
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let (asked, greet) = (asked.clone(), greet.clone());
                thread::spawn(move || -> io::Result<u64> {
                    let target = greet(&mut client)?;
                    asked.lock().unwrap().push(target.clone());
                    let port = target
                        .rsplit(':')
                        .next()
                        .unwrap()
                        .parse()
                        .map_err(io::Error::other)?;
                    let mut server = TcpStream::connect(("127.0.0.1", port))?;
                    let (mut from_client, mut to_server) =
                        (client.try_clone()?, server.try_clone()?);
                    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
                    io::copy(&mut server, &mut client)
                });
            }
        });
        proxy
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// What an HTTP proxy does with CONNECT: it answers `status`, and the host is the second word.
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

/// What a SOCKS5 proxy does with a host name (RFC 1928).
fn socks(client: &mut TcpStream) -> io::Result<String> {
    let mut read = |count: usize, answer: &[u8]| -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        client.read_exact(&mut bytes)?;
        client.write_all(answer)?;
        Ok(bytes)
    };
    let methods = read(2, &[])?[1];
    read(methods.into(), &[5, 0])?;
    let length = read(5, &[])?[4];
    let host = read(length.into(), &[])?;
    let port = read(2, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    Ok(format!(
        "{}:{}",
        String::from_utf8_lossy(&host),
        u16::from_be_bytes([port[0], port[1]])
    ))
}

/// The stand-in under a name that only a proxy can reach, and a certificate for that.
fn place_behind_a_proxy() -> Place {
    let authority = Authority::new("Company CA");
    let place = Place::with(authority.start(NAME, NAME, 2100));
    place.write("ca.pem", &authority.pem);
    place
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn the_proxy_that_the_environment_names_is_used() {
    let http = Proxy::start(|client| connect(client, "200 OK"));
    let socks = Proxy::start(socks);
    for (proxy, variable, url) in [
        (&http, "HTTPS_PROXY", format!("http://{}", http.address)),
        (
            &http,
            "https_proxy",
            format!("http://user:pass@{}", http.address),
        ),
        (&http, "ALL_PROXY", http.address.clone()),
        (&socks, "ALL_PROXY", format!("socks5h://{}", socks.address)),
    ] {
        let place = place_behind_a_proxy();
        let seen = proxy.asked().len();
        let mut program = place.program();
        program
            .env("SSL_CERT_FILE", place.path("ca.pem"))
            .env(variable, url);
        place.outcome(&mut program).assert_done();
        assert!(place.credentials_are_good());
        let target = place.service.url.trim_start_matches("https://").to_owned();
        assert!(
            proxy.asked()[seen..].iter().all(|asked| *asked == target),
            "{:?}",
            proxy.asked()
        );
        assert!(proxy.asked().len() > seen);
    }
}

#[test]
fn a_proxy_that_fails_is_named_and_nothing_of_its_password() {
    let refusing = Proxy::start(|client| connect(client, "407 Proxy Authentication Required"));
    let nowhere = nowhere();
    for (proxy, address, problem) in [
        (
            format!("http://user:pa55word@{}", refusing.address),
            &refusing.address,
            "on the way to api.sandbox.test:443 (from the access token in creds.json)",
        ),
        (
            format!("http://user:pa55word@{NOBODY}"),
            &NOBODY.to_owned(),
            "refuses the connection",
        ),
        (
            format!("http://user:pa55word@{nowhere}:3128"),
            &format!("{nowhere}:3128"),
            "is not the name of a host",
        ),
    ] {
        let place = Place::new();
        place.write(
            "creds.json",
            place.creds_from(&format!("https://{NAME}/as")),
        );
        let outcome = place.outcome(place.program().env("HTTPS_PROXY", proxy));
        outcome.assert_failed(
            1,
            &[
                &format!("the proxy {address}"),
                problem,
                "HTTPS_PROXY",
                "NO_PROXY",
            ],
        );
        assert!(!outcome.stderr.contains("pa55word"), "{outcome:#?}");
        assert!(place.requests().is_empty());
    }
}

#[test]
fn no_proxy_names_hosts_that_are_reached_without_one() {
    let nowhere = nowhere();
    for exceptions in [
        "*",
        ".test",
        "*.test",
        &nowhere,
        &format!("example.com,{nowhere}"),
    ] {
        let place = Place::new();
        place.write(
            "creds.json",
            place.creds_from(&format!("https://{nowhere}/as")),
        );
        let mut program = place.program();
        program
            .env("HTTPS_PROXY", format!("http://{NOBODY}"))
            .env("NO_PROXY", exceptions);
        // Nobody is there, but it is not the proxy that was asked.
        let outcome = place.outcome(&mut program);
        outcome.assert_failed(
            1,
            &[".test:443 (from the access token in creds.json) is not the name of a host"],
        );
    }
}

#[test]
fn this_machine_is_reached_without_a_proxy() {
    let proxy = Proxy::start(|client| connect(client, "200 OK"));
    let place = Place::new();
    let mut program = place.program();
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        program.env(variable, format!("http://{}", proxy.address));
    }
    place.outcome(&mut program).assert_done();
    assert!(proxy.asked().is_empty());
}
