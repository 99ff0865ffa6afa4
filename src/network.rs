//! HTTP as this program wants it: TLS trusted as the system does, the system's proxy, bounds on time and size.

use crate::aac_url;
use crate::error::{self, Error};
use std::time::Duration;
use ureq::http::{Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy};

/// How long one request may take, from looking up the host to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
pub const LONGEST: u64 = 64 << 20;

/// The two ways to a host.
pub struct Network {
    outward: Agent,
    /// To this machine itself, where a proxy would connect to *its* machine, and see plain HTTP.
    loopback: Agent,
}

impl Network {
    pub fn new() -> Network {
        let agent = |proxy: Option<Proxy>| {
            let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
            Agent::config_builder()
                .tls_config(tls)
                .proxy(proxy)
                .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
                .timeout_global(Some(TIMEOUT))
                // A redirect would carry the token to whatever host it names.
                .max_redirects(0)
                .http_status_as_error(false)
                .build()
                .into()
        };
        Network { outward: agent(Proxy::try_from_env()), loopback: agent(None) }
    }

    /// The agent to send a request to `url` with.
    pub fn agent(&self, url: &Uri) -> &Agent {
        if aac_url::is_loopback(url) { &self.loopback } else { &self.outward }
    }

    /// Reads the whole answer to a request, whatever its status. `source` is where the host in `url` was named.
    pub fn receive(
        &self,
        url: &Uri,
        source: &'static str,
        response: Result<Response<Body>, ureq::Error>,
    ) -> Result<Response<Vec<u8>>, Error> {
        let read = |response: Response<Body>| {
            let (head, body) = response.into_parts();
            let body = body.into_with_config().limit(LONGEST).read_to_vec()?;
            Ok(Response::from_parts(head, body))
        };
        response.and_then(read).map_err(|error| {
            let proxy = self.agent(url).config().proxy().filter(|proxy| !proxy.is_no_proxy(url));
            error::network(error, url, source, proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
        })
    }
}
