//! How a connection is made, and whose error it is if that fails.

use std::io::ErrorKind::{ConnectionReset, UnexpectedEof};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock, atomic::AtomicBool, atomic::Ordering::SeqCst};
use std::time::Duration;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs as Addresses, Resolver};
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails as Details, Connector, NextTimeout, RustlsConnector,
    SocksConnector, TcpConnector, Transport,
};
use ureq::{Agent, Error, Proxy, ProxyProtocol, Timeout, config::Config, http::Uri};
use ureq::{tls::RootCerts, tls::TlsConfig};

/// For each phase of a request.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(30));

/// Shared, since it reads the certificate store.
static TLS: LazyLock<RustlsConnector> = LazyLock::new(RustlsConnector::default);

/// An agent for one request, which `is_over` when it may have been sent, or must not be any more.
pub fn agent(proxy: Option<Proxy>, is_over: Arc<AtomicBool>) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(proxy.clone())
        .timeout_connect(TIMEOUT)
        .timeout_per_read(TIMEOUT)
        .timeout_per_write(TIMEOUT)
        // What curl takes, and room for it.
        .max_response_header_size(300 << 10)
        .input_buffer_size(600 << 10)
        // A redirect would take the token to whatever host it names.
        .max_redirects(0)
        .http_status_as_error(false);
    Agent::with_parts(config.build(), Hops { proxy, is_over }, HappyEyeballs)
}

/// ureq's connectors in ureq's order. An error of the proxy's is wrapped in an `Error::Other`.
#[derive(Debug)]
struct Hops {
    proxy: Option<Proxy>,
    is_over: Arc<AtomicBool>,
}

impl Connector for Hops {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &Details, chained: Option<()>) -> Result<Option<Self::Out>, Error> {
        let proxy = SocksConnector::default().chain(ConnectProxyConnector::default());
        let tunnel = proxy.connect(details, chained);
        let tunnel = tunnel.map_err(|error| Error::Other(Box::new(error)))?;
        let tcp = TcpConnector::default().connect(details, tunnel)?;
        let tls = TLS.connect(details, tcp).map_err(|error| match error {
            // A connection that ends now has not carried the request.
            Error::Io(error) if matches!(error.kind(), ConnectionReset | UnexpectedEof) => {
                Error::Tls("closed the connection during the TLS handshake")
            }
            error => error,
        })?;
        // The way to the proxy itself has a configuration without a proxy.
        let is_whole_way = details.config.proxy() == self.proxy.as_ref();
        if is_whole_way && self.is_over.swap(true, SeqCst) {
            return Err(Error::Timeout(Timeout::Global));
        }
        Ok(tls.map(|tls| Box::new(tls) as Self::Out))
    }
}

/// Looks hosts up. If IPv6 leads nowhere, it must not hide IPv4, nor the other way (RFC 8305).
#[derive(Debug)]
struct HappyEyeballs;

impl Resolver for HappyEyeballs {
    fn resolve(&self, uri: &Uri, config: &Config, _: NextTimeout) -> Result<Addresses, Error> {
        // Some systems tell upper case from lower in /etc/hosts.
        let lower = uri.to_string().to_ascii_lowercase();
        let lower = lower.parse().unwrap_or_default();
        // Without a timeout, it starts no thread.
        let found = DefaultResolver::default().resolve(&lower, config, NextTimeout::default());
        let mut addresses = found.map_err(|_| Error::HostNotFound)?;
        // A SOCKS proxy connects to the host itself. SOCKS 4 knows no IPv6.
        let behind = config.proxy().filter(|proxy| proxy.uri() != uri);
        match behind.map(Proxy::protocol) {
            None => put_first_what_answers(&mut addresses),
            Some(ProxyProtocol::Socks4) => addresses.sort_by_key(SocketAddr::is_ipv6),
            Some(_) => {}
        }
        Ok(addresses)
    }
}

/// Puts the address family first that answers first, if there are two. It connects to find out.
pub fn put_first_what_answers(addresses: &mut [SocketAddr]) {
    let mut candidates = addresses.to_vec();
    candidates.dedup_by_key(|it| it.is_ipv4());
    let [first, other, ..] = candidates[..] else {
        return;
    };
    for (milliseconds, it) in [(300, first), (300, other), (1000, first), (1000, other)] {
        if TcpStream::connect_timeout(&it, Duration::from_millis(milliseconds)).is_ok() {
            return addresses.sort_by_key(|address| address.is_ipv4() != it.is_ipv4());
        }
    }
}
