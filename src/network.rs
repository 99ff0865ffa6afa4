//! HTTP as this program needs it: TLS as the system trusts it, the system's proxy, and bounds on time and size.

use crate::aac_url;
use crate::error::{self, Error, Peer};
use std::time::Duration;
use ureq::http::{Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy};

/// The time for one request, from looking up its host to the last byte of the answer. `error::network` says the number.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The size of the longest answer, in bytes. `error::network` says the number.
const LONGEST: u64 = 64 << 20;

/// What ureq makes of a request.
type Received = Result<Response<Body>, ureq::Error>;
/// An answer with the whole of its body.
pub type Answer = Response<Vec<u8>>;

/// The two ways to a host.
pub struct Network {
    outward: Agent,
    /// To this machine itself. A proxy would look for it on *its* machine, and would see plain HTTP.
    loopback: Agent,
}

impl Network {
    /// Takes the proxy from the environment or the system. Nothing is connected yet.
    pub fn new() -> Network {
        let agent = |proxy| {
            let config = Agent::config_builder()
                .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
                .proxy(proxy)
                .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
                .timeout_global(Some(TIMEOUT))
                // A redirect would take the token to whatever host it names.
                .max_redirects(0)
                .http_status_as_error(false);
            config.build().new_agent()
        };
        Network { outward: agent(Proxy::try_from_env()), loopback: agent(None) }
    }

    /// What to send a request to `url` with.
    pub fn agent(&self, url: &Uri) -> &Agent {
        if aac_url::is_loopback(url) { &self.loopback } else { &self.outward }
    }

    /// The whole answer to the request to `url`, whatever its status. `peer` is who gives it.
    pub fn receive(&self, url: &Uri, peer: Peer, response: Received) -> Result<Answer, Error> {
        let read = |response: Response<Body>| {
            let (head, body) = response.into_parts();
            Ok(Response::from_parts(head, body.into_with_config().limit(LONGEST).read_to_vec()?))
        };
        response.and_then(read).map_err(|error| {
            let proxy = self.agent(url).config().proxy().filter(|proxy| !proxy.is_no_proxy(url));
            error::network(error, url, peer, proxy)
        })
    }
}
