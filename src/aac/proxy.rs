//! The proxy that the environment or Windows names.

use super::{aac_url, error::Error, terminal};
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
pub struct NamedProxy(pub Proxy, &'static str);

impl NamedProxy {
    /// Finds the proxy. A value that is none is an error: whoever set it wants a proxy to be used.
    pub fn find() -> Result<Option<NamedProxy>, Error> {
        let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_proxy = |name: &&str| env::var(name).is_ok_and(|url| Proxy::new(&url).is_ok());
        let variable = VARIABLES.into_iter().find(is_set);
        if let Some(name) = variable.filter(|name| !is_proxy(name)) {
            return Err(Error::new(
                &format!("{name} is not the URL of a proxy"),
                FORMAT,
            ));
        }
        let source = variable.unwrap_or("the Windows settings");
        let proxy = Proxy::try_from_env().map(|proxy| NamedProxy(proxy, source));
        let name = proxy
            .as_ref()
            .map_or("no proxy".to_owned(), NamedProxy::to_string);
        terminal::verbose(&format!("* Using {name}"));
        Ok(proxy)
    }

    /// Whether requests to `url` go through the proxy, whose localhost is not this machine.
    pub fn is_for(&self, url: &Uri) -> bool {
        !aac_url::is_loopback(url) && !self.0.is_no_proxy(url)
    }
}

impl fmt::Display for NamedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the proxy {}:{} (from {})",
            self.0.host(),
            self.0.port(),
            self.1
        )
    }
}
