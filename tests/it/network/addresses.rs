//! A host with two families of addresses, of which one leads nowhere. `localhost` is such a host.
#![cfg(target_os = "linux")]

#[path = "../../../src/aac/connector.rs"]
#[allow(dead_code)]
mod connector;

use crate::support::skip;
use crate::test_env::TestEnv;
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// A listener at `[::1]` whose backlog is full swallows what else arrives, as a firewall does.
struct BlackHole(
    #[expect(dead_code)] TcpListener,
    #[expect(dead_code)] Vec<TcpStream>,
);

impl BlackHole {
    fn at(port: u16) -> Result<BlackHole, Error> {
        let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address)?;
        let mut waiting = Vec::new();
        for _ in 0..10_000 {
            match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
                Ok(stream) => waiting.push(stream),
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    return Ok(BlackHole(listener, waiting));
                }
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::Unsupported.into())
    }
}

/// The addresses of a host as IPv6 and IPv4, in this order.
fn both(port: u16) -> [SocketAddr; 2] {
    [
        (Ipv6Addr::LOCALHOST, port).into(),
        (Ipv4Addr::LOCALHOST, port).into(),
    ]
}

#[test]
fn what_answers_comes_first() {
    let ipv4 = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = ipv4.local_addr().unwrap().port();
    let [first, second] = both(port);
    // IPv6 refuses.
    let mut addresses = [first, second];
    connector::put_first_what_answers(&mut addresses);
    assert_eq!(addresses, [second, first]);
    // It swallows.
    let Ok(black_hole) = BlackHole::at(port) else {
        return skip("there is no IPv6");
    };
    let (start, mut addresses) = (Instant::now(), [first, first, second]);
    connector::put_first_what_answers(&mut addresses);
    assert_eq!(addresses, [second, first, first]);
    assert!(start.elapsed() < Duration::from_secs(1));
    drop(black_hole);
    // Both answer, or there is one family: nothing changes. Others may be using the port.
    let listen = |_| {
        let ipv6 = TcpListener::bind("[::1]:0").ok()?;
        let pair = both(ipv6.local_addr().ok()?.port());
        Some((TcpListener::bind(pair[1]).ok()?, ipv6, pair))
    };
    let (_ipv4, _ipv6, [first, second]) = (0..100).find_map(listen).unwrap();
    for addresses in [vec![first, second], vec![second, second], vec![]] {
        let mut ordered = addresses.clone();
        connector::put_first_what_answers(&mut ordered);
        assert_eq!(ordered, addresses);
    }
}

/// Where localhost has both families, IPv6 refuses, and then it swallows.
#[test]
fn ipv6_does_not_hide_ipv4() {
    let env = TestEnv::new();
    let url = env.url.replace("127.0.0.1", "localhost");
    env.write("aac_url.txt", &url);
    env.write("creds.json", env.creds_from(&format!("{url}/as")));
    env.run(&[]).assert_success();

    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let found = ("localhost", port).to_socket_addrs().unwrap();
    let (Ok(_black_hole), true) = (BlackHole::at(port), found.eq(both(port))) else {
        return skip("localhost has one address");
    };
    let start = Instant::now();
    env.run(&[]).assert_success();
    assert!(start.elapsed() < Duration::from_secs(4));
}
