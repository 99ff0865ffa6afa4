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
        let names = VARIABLES.map(|name| [name.to_owned(), name.to_lowercase()]);
        let is_set = |name: &String| env::var_os(name).is_some_and(|value| !value.is_empty());
        let variable = names.into_iter().flatten().find(is_set);
        if let Some(name) = &variable {
            // ureq would ignore a value that it cannot read, and take an invalid port for none.
            let proxy = Proxy::new(&env::var(name).unwrap_or_default());
            if !proxy.is_ok_and(|it| it.uri().port().is_some() && !it.host().is_empty()) {
                let problem = format!("{name} is not a proxy URL with a port");
                return Err(Error::new(&problem, FORMAT));
            }
        }
        let source = variable.unwrap_or("the Windows settings".to_owned());
        Ok(Proxy::try_from_env().map(|proxy| {
            let (host, port) = (proxy.host(), proxy.port());
            let name = format!("the proxy {host}:{port} (from {source})");
            NamedProxy { proxy, name }
        }))
    }

    /// Whether requests to `url` go through the proxy, whose localhost is not this machine.
    pub fn is_for(&self, url: &Uri) -> bool {
        !aac_url::is_loopback(url) && !self.proxy.is_no_proxy(url)
    }
}
