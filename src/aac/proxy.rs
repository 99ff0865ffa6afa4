//! The proxy that the environment or Windows names.

use super::{aac_url, error::Error};
use std::{env, fmt};
use ureq::{Proxy, http::Uri};

/// In the order in which ureq looks at them.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];
const FORMAT: &str = "Write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.";

/// A proxy, and what names it: a variable, or Windows.
pub struct NamedProxy {
    pub ureq: Proxy,
    source: &'static str,
}

impl NamedProxy {
    /// Finds the proxy. A value that names none is an error: whoever set it wants a proxy to be used.
    pub fn find() -> Result<Option<NamedProxy>, Error> {
        let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let variable = VARIABLES.into_iter().find(is_set);
        if let Some(name) = variable
            && !env::var(name).is_ok_and(|url| is_usable(&url))
        {
            return Err(Error::new(
                &format!("{name} is not the URL of a proxy"),
                FORMAT,
            ));
        }
        let source = variable.unwrap_or("the Windows settings");
        Ok(Proxy::try_from_env().map(|ureq| NamedProxy { ureq, source }))
    }

    /// Whether requests to `url` go through the proxy. Those to this machine do not: a proxy has a localhost of its own.
    pub fn is_for(&self, url: &Uri) -> bool {
        !aac_url::is_loopback(url) && !self.ureq.is_no_proxy(url)
    }
}

impl fmt::Display for NamedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port) = (self.ureq.host(), self.ureq.port());
        write!(f, "the proxy {host}:{port} (from {})", self.source)
    }
}

/// Whether ureq takes `url` for what it is. (It takes a port of 99999 for none.)
fn is_usable(url: &str) -> bool {
    let Ok(proxy) = Proxy::new(url) else {
        return false;
    };
    let authority = proxy
        .uri()
        .authority()
        .map_or("", |authority| authority.as_str());
    proxy.uri().port().is_some() || authority.ends_with(proxy.host())
}
