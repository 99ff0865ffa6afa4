//! The proxy that the environment or Windows names, and what `NO_PROXY` excepts, as with curl.

use super::{error::Error, url};
use std::env;
use std::net::IpAddr::{self, V4, V6};
use ureq::{Proxy, http::Uri};

/// In curl's order. `HTTP_PROXY` is for plain HTTP, which is used only on this machine.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const FORMAT: &str = "Write SCHEME://HOST:PORT or SCHEME://USER:PASSWORD@HOST:PORT. SCHEME is \
    http, https, socks4, socks4a, socks5 or socks5h. In PASSWORD, %2F is /, %3F is ?, %23 is #.";

pub struct NamedProxy {
    pub proxy: Proxy,
    /// Its host and port, and the variable that they come from, or Windows.
    pub name: String,
}

impl NamedProxy {
    /// An invalid value is an error: whoever set it wants a proxy to be used.
    pub fn find() -> Result<Option<NamedProxy>, Error> {
        let exceptions = value("no_proxy").or(value("NO_PROXY"));
        let set = |name| Some((name, value(name)?));
        let (source, proxy) = match VARIABLES.into_iter().find_map(set) {
            _ if exceptions.as_deref() == Some("*") => return Ok(None),
            Some((name, url)) => (name, Some(parse(name, &url)?)),
            // ureq would take HTTP_PROXY for the settings of Windows.
            None if !cfg!(windows) || value("HTTP_PROXY").is_some() => return Ok(None),
            None => ("the Windows settings", Proxy::try_from_env()),
        };
        let Some(proxy) = proxy else { return Ok(None) };
        let (host, port) = (proxy.host(), proxy.port());
        let name = format!("the proxy {host}:{port} (from {source})");
        Ok(Some(NamedProxy { name, proxy }))
    }

    /// Whether requests to `url` do not go through it.
    pub fn excepts(&self, url: &Uri) -> bool {
        match value("no_proxy").or(value("NO_PROXY")) {
            // The proxy's localhost is not this machine.
            _ if url::is_loopback(url) => true,
            Some(list) => covers(&list, url.host().unwrap_or_default()),
            // Windows has a list of its own.
            None => self.proxy.is_no_proxy(url),
        }
    }
}

/// The value of a variable, if it is set and not empty.
fn value(name: &str) -> Option<String> {
    let value = env::var_os(name)?.to_string_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// Reads a proxy's URL like curl: DOMAIN\name is a user name. Errors never quote the password.
fn parse(name: &str, text: &str) -> Result<Proxy, Error> {
    let (scheme, rest) = text.split_once(":/").unwrap_or(("http", text));
    let rest = rest.trim_start_matches('/');
    let scheme = scheme.to_ascii_lowercase();
    let scheme = if scheme == "socks" { "socks4" } else { &scheme };
    let (authority, end) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let separator = if user.is_empty() { "" } else { "@" };
    let user = url::percent_encode(user);
    let user = user.replace("%3A", ":").replace("%25", "%");
    let is_valid = |proxy: &Proxy| {
        // ureq ignores an invalid port, and its default port for HTTP is not curl's.
        let has_default = scheme.starts_with("socks") && proxy.host() == host;
        let has_port = has_default || proxy.uri().port_u16().is_some();
        has_port && !proxy.host().is_empty() && !end.contains('@')
    };
    let proxy = Proxy::new(&format!("{scheme}://{user}{separator}{host}"));
    let proxy = proxy.ok().filter(is_valid);
    proxy.ok_or_else(|| Error::new(&format!("{name} is not a valid proxy URL"), FORMAT))
}

/// Whether `list` has an entry (split at commas or blanks) that covers a host.
pub fn covers(list: &str, host: &str) -> bool {
    let host = host.trim_matches(['[', ']', '.']).to_ascii_lowercase();
    let covers = |entry: &str| {
        if let Ok(address) = host.parse() {
            return covers_address(entry, address);
        }
        // example.com and .example.com cover that name and all names below it.
        let name = entry.strip_suffix('.').unwrap_or(entry);
        let name = name.strip_prefix('.').unwrap_or(name).to_ascii_lowercase();
        !name.is_empty() && format!(".{host}").ends_with(&format!(".{name}"))
    };
    list.split([',', ' ', '\t']).any(covers)
}

/// `192.168.0.0/16` covers all addresses that have the first 16 bits in common with that one.
fn covers_address(entry: &str, address: IpAddr) -> bool {
    let (network, length) = entry.split_once('/').unwrap_or((entry, ""));
    let (differing, size) = match (network.parse(), address) {
        (Ok(V4(network)), V4(address)) => ((network.to_bits() ^ address.to_bits()).into(), 32),
        (Ok(V6(network)), V6(address)) => (network.to_bits() ^ address.to_bits(), 128),
        _ => return false,
    };
    // To curl, /0 is no length.
    let length = length.parse().ok().filter(|&it| it > 0).unwrap_or(size);
    length <= size && differing >> (size - length) == 0_u128
}
