//! Proxies, good and bad.

use crate::mock::http::RecordedRequest;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A proxy on this machine, which connects to this machine whatever host it is asked for.
pub struct Proxy {
    pub address: String,
    /// The hosts and ports that it was asked for.
    targets: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts an HTTP proxy, which replies to CONNECT with `status`.
    pub fn http(status: &'static str) -> Proxy {
        Proxy::start(move |client| {
            let reply = format!("HTTP/1.1 {status}\r\n\r\n").into_bytes();
            Ok((read_connect(client)?, reply))
        })
    }

    /// Starts a SOCKS5 proxy, which replies to each request with this code.
    pub fn socks5(reply: u8) -> Proxy {
        Proxy::start(move |client| greet_socks5(client, reply))
    }

    /// Starts a proxy. `greet` reads the target of a connection, and says how to reply.
    pub fn start(
        greet: impl Fn(&mut TcpStream) -> io::Result<(String, Vec<u8>)> + Send + Sync + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let targets = Arc::new(Mutex::new(Vec::new()));
        let (noted, greet) = (targets.clone(), Arc::new(greet));
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let (noted, greet) = (noted.clone(), greet.clone());
                thread::spawn(move || -> io::Result<()> {
                    let (target, reply) = greet(&mut client)?;
                    // It is known before the program can go on.
                    noted.lock().unwrap().push(target.clone());
                    client.write_all(&reply)?;
                    let (_, port) = target.rsplit_once(':').unwrap();
                    tunnel(client, TcpStream::connect(format!("127.0.0.1:{port}"))?)
                });
            }
        });
        Proxy { address, targets }
    }

    pub fn forget(&self) {
        self.targets.lock().unwrap().clear();
    }

    pub fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap().clone()
    }
}

/// Copies both ways, until the server has nothing more to say.
fn tunnel(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}

/// Reads a CONNECT, and returns its target.
pub fn read_connect(client: &mut TcpStream) -> io::Result<String> {
    let request = RecordedRequest::read(client)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    assert_eq!(request.method, "CONNECT");
    Ok(request.path)
}

/// The greeting of a SOCKS5 proxy that is given a host name.
fn greet_socks5(client: &mut TcpStream, code: u8) -> io::Result<(String, Vec<u8>)> {
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
    let port = read(2, &[])?;
    let port = u16::from_be_bytes([port[0], port[1]]);
    let target = format!("{}:{port}", String::from_utf8_lossy(&host));
    // A code other than 0 is a refusal (RFC 1928 §6).
    Ok((target, vec![5, code, 0, 1, 0, 0, 0, 0, 0, 0]))
}
