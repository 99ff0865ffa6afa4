//! How a connection is made: which address is tried first, and whose error it is if that fails.

use std::io::ErrorKind::{ConnectionReset, UnexpectedEof};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectProxyConnector, ConnectionDetails, Connector};
use ureq::unversioned::transport::{NextTimeout, RustlsConnector, SocksConnector};
use ureq::unversioned::transport::{TcpConnector, Transport};
use ureq::{Error, ProxyProtocol, config::Config, http::Uri};

/// ureq's connectors in ureq's order. An error of the proxy's is wrapped in an `Error::Other`.
#[derive(Debug, Default)]
pub struct Hops {
    socks: SocksConnector,
    connect_proxy: ConnectProxyConnector,
    tcp: TcpConnector,
    tls: RustlsConnector,
}

impl Connector for Hops {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        let socks = self.socks.connect(details, chained);
        let tunnel = socks.and_then(|socks| self.connect_proxy.connect(details, socks));
        let tunnel = tunnel.map_err(|error| Error::Other(Box::new(error)))?;
        let tcp = self.tcp.connect(details, tunnel)?;
        let tls = self.tls.connect(details, tcp).map_err(during_tls)?;
        Ok(tls.map(|tls| Box::new(tls) as Box<dyn Transport>))
    }
}

/// A connection that ends now has not carried the request.
fn during_tls(error: Error) -> Error {
    match error {
        Error::Io(error) if matches!(error.kind(), ConnectionReset | UnexpectedEof) => {
            Error::Tls("closed the connection during the TLS handshake")
        }
        error => error,
    }
}

/// Looks hosts up. If IPv6 leads nowhere, it must not hide IPv4, nor the other way (RFC 8305).
#[derive(Debug)]
pub struct HappyEyeballs;

impl Resolver for HappyEyeballs {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let place = uri.scheme().zip(uri.authority());
        let place = place.and_then(|(scheme, host)| DefaultResolver::host_and_port(scheme, host));
        // Some systems tell upper case from lower in /etc/hosts.
        let place = place.unwrap_or_default().to_ascii_lowercase();
        let found = place.to_socket_addrs();
        let mut found: Vec<_> = found.map_err(|_| Error::HostNotFound)?.collect();
        // A SOCKS proxy connects to the host itself. SOCKS 4 knows no IPv6.
        match config.proxy().filter(|proxy| proxy.uri() != uri) {
            Some(proxy) if proxy.protocol() != ProxyProtocol::Socks4 => {}
            Some(_) => found.retain(SocketAddr::is_ipv4),
            None => put_first_what_answers(&mut found),
        }
        if found.is_empty() {
            return Err(Error::HostNotFound);
        }
        let mut addresses = self.empty();
        for address in found {
            // More than 16 do not fit.
            let _ = addresses.try_push(address);
        }
        Ok(addresses)
    }
}

/// Puts the address family first that answers first, if there are two. It connects to find out.
pub fn put_first_what_answers(addresses: &mut [SocketAddr]) {
    let first = addresses.first().copied();
    let is_like_first = |it: &SocketAddr| Some(it.is_ipv4()) == first.map(|it| it.is_ipv4());
    let other = addresses.iter().find(|it| !is_like_first(it)).copied();
    let (Some(first), Some(other)) = (first, other) else {
        return;
    };
    for milliseconds in [300, 1000] {
        let answers = |address: SocketAddr| {
            TcpStream::connect_timeout(&address, Duration::from_millis(milliseconds)).is_ok()
        };
        if answers(first) {
            return;
        }
        if answers(other) {
            return addresses.sort_by_key(is_like_first);
        }
    }
}
