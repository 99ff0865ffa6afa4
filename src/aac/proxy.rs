//! The proxy that the environment or Windows names.

use super::{aac_url, error::Error};
use std::env;
use ureq::{Proxy, http::Uri};

/// In the order in which ureq looks at them, and at each in lower case too.
const VARIABLES: [&str; 3] = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"];
const FORMAT: &str = "Write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.";

pub struct NamedProxy {
    pub proxy: Proxy,
    /// Its host and port, and the variable that they come from, or Windows.
    pub name: String,
}

impl NamedProxy {
    /// Finds the proxy. An invalid value is an error: whoever set it wants a proxy to be used.
    pub fn find() -> Result<Option<NamedProxy>, Error> {
        let mut source = "the Windows settings".to_owned();
        let names = VARIABLES.map(|name| [name.to_owned(), name.to_lowercase()]);
        let is_set = |name: &String| env::var_os(name).is_some_and(|value| !value.is_empty());
        if let Some(name) = names.into_iter().flatten().find(is_set) {
            if !env::var(&name).is_ok_and(|url| is_usable(&url)) {
                let problem = format!("{name} is not the URL of a proxy");
                return Err(Error::new(&problem, FORMAT));
            }
            source = name;
        }
        let Some(proxy) = Proxy::try_from_env() else {
            return Ok(None);
        };
        let (host, port) = (proxy.host(), proxy.port());
        let name = format!("the proxy {host}:{port} (from {source})");
        Ok(Some(NamedProxy { proxy, name }))
    }

    /// Whether requests to `url` go through the proxy, whose localhost is not this machine.
    pub fn is_for(&self, url: &Uri) -> bool {
        !aac_url::is_loopback(url) && !self.proxy.is_no_proxy(url)
    }
}

/// Whether ureq reads `url` as it was meant. It reads an invalid port as the default one.
fn is_usable(url: &str) -> bool {
    Proxy::new(url).is_ok_and(|proxy| {
        let authority = proxy.uri().authority().map_or("", |it| it.as_str());
        let is_port = proxy.uri().port().is_some() || authority.ends_with(proxy.host());
        is_port && !proxy.host().is_empty()
    })
}
