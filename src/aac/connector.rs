//! How a connection is made: within which limits, to which address first, with which certificates
//! trusted, and whose error it is if that fails.

use std::io::ErrorKind::{ConnectionReset, UnexpectedEof};
use std::net::{SocketAddr, TcpStream};
use std::{env, ffi::OsStr, fs, time::Duration};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs as Addresses, Resolver};
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails as Details, Connector, NextTimeout, RustlsConnector,
    SocksConnector, TcpConnector, Transport,
};
use ureq::{Agent, Error, Proxy, ProxyProtocol, config::Config, http::Uri};
use ureq::{tls::RootCerts, tls::TlsConfig};

/// For each phase of a request.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(30));

/// All requests use connections of their own: a server may have closed one that was used before.
pub fn agent(proxy: Option<Proxy>) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(proxy)
        .max_idle_connections(0)
        .timeout_connect(TIMEOUT)
        .timeout_per_read(TIMEOUT)
        .timeout_per_write(TIMEOUT)
        // What curl takes, and room for it.
        .max_response_header_size(300 << 10)
        .input_buffer_size(600 << 10)
        // A redirect would take the token to whatever host it names.
        .max_redirects(0)
        .http_status_as_error(false);
    Agent::with_parts(config.build(), Hops::default(), HappyEyeballs)
}

/// ureq's connectors in ureq's order. An error of the proxy's is wrapped in an `Error::Other`.
#[derive(Debug, Default)]
struct Hops(RustlsConnector);

impl Connector for Hops {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &Details, chained: Option<()>) -> Result<Option<Self::Out>, Error> {
        let proxy = SocksConnector::default().chain(ConnectProxyConnector::default());
        let tunnel = proxy.connect(details, chained);
        let tunnel = tunnel.map_err(|error| Error::Other(Box::new(error)))?;
        let tcp = TcpConnector::default().connect(details, tunnel)?;
        let tls = self.0.connect(details, tcp).map_err(|error| match error {
            // A connection that ends now has not carried the request.
            Error::Io(error) if matches!(error.kind(), ConnectionReset | UnexpectedEof) => {
                Error::Tls("closed the connection during the TLS handshake")
            }
            error => error,
        })?;
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
    for milliseconds in [300, 1000] {
        for candidate in [first, other] {
            let timeout = Duration::from_millis(milliseconds);
            if TcpStream::connect_timeout(&candidate, timeout).is_ok() {
                return addresses.sort_by_key(|it| it.is_ipv4() != candidate.is_ipv4());
            }
        }
    }
}

/// The certificate store in words, with what is wrong with it. On Linux, two variables can replace
/// the system's.
pub fn certificate_store() -> String {
    let file = env::var_os("SSL_CERT_FILE")
        .map(|path| format!("SSL_CERT_FILE={}{}", path.display(), pem_fault(&path)));
    let folder = env::var_os("SSL_CERT_DIR").map(|path| format!("SSL_CERT_DIR={}", path.display()));
    let set: Vec<_> = file.into_iter().chain(folder).collect();
    if set.is_empty() || cfg!(any(windows, target_vendor = "apple")) {
        return "the system's".to_owned();
    }
    set.join(", ")
}

fn pem_fault(path: &OsStr) -> String {
    // A pipe can be read once, and that is for whoever checks a certificate.
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return String::new();
    }
    match fs::read(path).map(|pem| String::from_utf8_lossy(&pem).into_owned()) {
        Err(error) => format!(", which cannot be read: {error}"),
        Ok(pem) if pem.is_empty() => ", which is empty".to_owned(),
        Ok(pem) if pem.starts_with('\u{feff}') => {
            ", whose byte order mark hides its first certificate".to_owned()
        }
        Ok(pem) if !pem.contains("BEGIN CERTIFICATE") => ", which is not a PEM file".to_owned(),
        Ok(_) => String::new(),
    }
}
