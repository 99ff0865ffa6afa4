//! How a connection is made, and whose error it is if that fails.

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock, atomic::AtomicBool, atomic::Ordering::SeqCst};
use std::time::Duration;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs as Addresses, Resolver};
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails as Details, Connector, NextTimeout, RustlsConnector,
    SocksConnector, TcpConnector, Transport,
};
use ureq::{Agent, Error, Proxy, Timeout, config::Config, http::Uri};

const TIMEOUT: Option<Duration> = Some(Duration::from_secs(30));

/// Shared, since it reads the certificate store.
static TLS: LazyLock<RustlsConnector> = LazyLock::new(RustlsConnector::default);

/// An agent for one request. It sets `is_over`, and sends only if that was not yet set.
pub fn agent(proxy: Option<Proxy>, is_over: Arc<AtomicBool>) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(proxy.clone())
        .timeout_connect(TIMEOUT)
        .timeout_per_read(TIMEOUT)
        .timeout_per_write(TIMEOUT)
        // What curl takes, and room for it. Clearing a larger buffer takes time.
        .max_response_header_size(300 << 10)
        .input_buffer_size(320 << 10)
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
        let tls = TLS.connect(details, tcp)?;
        // The hop to the proxy itself has a configuration without a proxy.
        let is_whole_way = details.config.proxy() == self.proxy.as_ref();
        if is_whole_way && self.is_over.swap(true, SeqCst) {
            return Err(Error::Timeout(Timeout::Global));
        }
        Ok(tls.map(|tls| Box::new(tls) as Self::Out))
    }
}

/// Looks up hosts. If IPv6 does not work, IPv4 must still be tried, and vice versa (RFC 8305).
#[derive(Debug)]
struct HappyEyeballs;

impl Resolver for HappyEyeballs {
    fn resolve(&self, uri: &Uri, config: &Config, _: NextTimeout) -> Result<Addresses, Error> {
        // Without a timeout, it starts no thread.
        let found = DefaultResolver::default().resolve(uri, config, NextTimeout::default());
        let mut addresses = found.map_err(|_| Error::HostNotFound)?;
        match config.proxy().filter(|proxy| proxy.uri() != uri) {
            None => put_first_what_answers(&mut addresses),
            // A SOCKS proxy connects to the host itself. SOCKS4 has no IPv6.
            Some(_) => addresses.sort_by_key(SocketAddr::is_ipv6),
        }
        Ok(addresses)
    }
}

/// Puts the other address family first, if that answers and the first address does not.
pub fn put_first_what_answers(list: &mut [SocketAddr]) {
    let Some(&first) = list.first() else { return };
    let is_other = |it: &&SocketAddr| it.is_ipv4() != first.is_ipv4();
    let answers = |it, time| TcpStream::connect_timeout(it, Duration::from_millis(time)).is_ok();
    let other = list.iter().find(is_other);
    if other.is_some_and(|other| !answers(&first, 300) && answers(other, 1000)) {
        list.sort_by_key(|it| it.is_ipv4() == first.is_ipv4());
    }
}
