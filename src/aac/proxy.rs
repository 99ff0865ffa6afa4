//! The proxy that the environment or Windows names, chosen as curl chooses it.

use super::{error::Error, no_proxy, url};
use std::env;
use ureq::{Proxy, http::Uri};

/// In curl's order. `HTTP_PROXY` is for plain HTTP, which only this machine is spoken to in.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const SCHEMES: [&str; 7] = [
    "http", "https", "socks4", "socks4a", "socks5", "socks5h", "socks",
];
const FORMAT: &str = "Write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.";
const KINDS: &str = "Use http, https, socks4, socks4a, socks5 or socks5h.";
const ENCODE: &str = "In a user name or password, write %2F for /, %3F for ? and %23 for #.";

pub struct NamedProxy {
    pub proxy: Proxy,
    /// Its host and port, and the variable that they come from, or Windows.
    pub name: String,
    /// What `no_proxy` or `NO_PROXY` excepts.
    exceptions: Option<String>,
}

impl NamedProxy {
    /// Finds the proxy. An invalid value is an error: whoever set it wants a proxy to be used.
    pub fn find() -> Result<Option<NamedProxy>, Error> {
        let variable = VARIABLES.into_iter().find(|name| value(name).is_some());
        let proxy = match variable {
            Some(name) => Some(
                parse(&value(name).unwrap_or_default())
                    .map_err(|(fault, advice)| Error::new(&format!("{name} {fault}"), advice))?,
            ),
            // ureq would take HTTP_PROXY for the settings of Windows.
            None if cfg!(windows) && value("HTTP_PROXY").is_none() => Proxy::try_from_env(),
            None => None,
        };
        let source = variable.unwrap_or("the Windows settings");
        Ok(proxy.map(|proxy| {
            let (host, port) = (proxy.host(), proxy.port());
            let name = format!("the proxy {host}:{port} (from {source})");
            let exceptions = value("no_proxy").or(value("NO_PROXY"));
            NamedProxy {
                proxy,
                name,
                exceptions,
            }
        }))
    }

    /// Whether requests to `url` go through the proxy, whose localhost is not this machine.
    pub fn is_for(&self, url: &Uri) -> bool {
        let host = url.host().unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        let is_excepted = match &self.exceptions {
            Some(list) => no_proxy::covers(list, host),
            // Windows has a list of its own.
            None => self.proxy.is_no_proxy(url),
        };
        !url::is_loopback(url) && !is_excepted
    }

    /// Whether its URL has a user name.
    pub fn has_user(&self) -> bool {
        self.proxy.username().is_some()
    }
}

/// The value of a variable, if it is set and not empty.
fn value(name: &str) -> Option<String> {
    let value = env::var_os(name)?.to_string_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// Reads a proxy's URL, or says what is wrong and what to do, without any part of a password.
fn parse(text: &str) -> Result<Proxy, (&'static str, &'static str)> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        return Err(("has an unknown scheme in its URL", KINDS));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if rest[end..].contains('@') {
        return Err(("has a '/', '?' or '#' before its '@'", ENCODE));
    }
    let (user, host) = rest[..end].rsplit_once('@').unwrap_or(("", &rest[..end]));
    let invalid = ("is not a proxy URL with a port", FORMAT);
    let port = host.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    // ureq's default port for an HTTP proxy is not curl's.
    let needs_port = !scheme.starts_with("socks");
    if !matches!(port, Some(Ok(_))) && (needs_port || host.contains(':') && !host.ends_with(']')) {
        return Err(invalid);
    }
    // curl takes a user name as it was typed, such as DOMAIN\name.
    let encode = |c: char| match c {
        _ if c.is_ascii_graphic() && !"\"<>\\^`{|}@".contains(c) => c.to_string(),
        _ => url::percent_encode(&c.to_string()),
    };
    let user: String = user.chars().map(encode).collect();
    let separator = if user.is_empty() { "" } else { "@" };
    let url = format!("{scheme}://{user}{separator}{host}");
    let proxy = Proxy::new(&url).map_err(|_| invalid)?;
    if proxy.host().is_empty() {
        return Err(invalid);
    }
    Ok(proxy)
}
