//! The proxy that the environment or Windows names, chosen as curl chooses it.

use super::{error::Error, no_proxy, url};
use std::env;
use ureq::{Proxy, http::Uri};

/// In curl's order. `HTTP_PROXY` is for plain HTTP, which only this machine is spoken to in.
/// Windows does not tell small letters from capitals.
const VARIABLES: &[&str] = if cfg!(windows) {
    &["HTTPS_PROXY", "ALL_PROXY"]
} else {
    &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
};
const FORMAT: &str = "Write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.";
const KINDS: &str = "Use http, https, socks4, socks4a, socks5, socks5h, as in http://HOST:PORT.";
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
        let exceptions = value("no_proxy").or(value("NO_PROXY"));
        if exceptions.as_deref() == Some("*") {
            return Ok(None);
        }
        let variable = VARIABLES.iter().find(|name| value(name).is_some());
        let proxy = match variable {
            Some(name) => Some(parse(name, &value(name).unwrap_or_default())?),
            // ureq would take HTTP_PROXY for the settings of Windows.
            None if cfg!(windows) && value("HTTP_PROXY").is_none() => Proxy::try_from_env(),
            None => None,
        };
        let source = variable.unwrap_or(&"the Windows settings");
        Ok(proxy.map(|proxy| NamedProxy {
            name: format!(
                "the proxy {}:{} (from {source})",
                proxy.host(),
                proxy.port()
            ),
            exceptions,
            proxy,
        }))
    }

    /// Whether requests to `url` go through the proxy, whose localhost is not this machine.
    pub fn is_for(&self, url: &Uri) -> bool {
        let host = url.host().unwrap_or_default();
        let is_excepted = match &self.exceptions {
            Some(list) => no_proxy::covers(list, host.trim_matches(['[', ']'])),
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

/// Reads a proxy's URL. An error quotes nothing of it, since that may be a part of the password.
fn parse(name: &str, text: &str) -> Result<Proxy, Error> {
    let error = |fault, advice| Err(Error::new(&format!("{name} {fault}"), advice));
    // Like curl, however many slashes there are.
    let (scheme, rest) = text.split_once(":/").unwrap_or(("http", text));
    let rest = rest.trim_start_matches('/');
    let scheme = match scheme.to_ascii_lowercase() {
        scheme if scheme == "socks" => "socks4".to_owned(),
        scheme => scheme,
    };
    if !KINDS.contains(&format!(" {scheme},")) {
        return error("has an unknown scheme before its ://", KINDS);
    }
    let (authority, end) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if end.contains('@') {
        return error("has a '/', '?' or '#' in its user name or password", ENCODE);
    }
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    // curl takes a user name as it was typed, such as DOMAIN\name.
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"<>[\\]^`{|}@".contains(c);
    let encode = |c: char| match is_plain(c) {
        true => c.to_string(),
        false => url::percent_encode(&c.to_string()),
    };
    let user: String = user.chars().map(encode).collect();
    let separator = if user.is_empty() { "" } else { "@" };
    let proxy = Proxy::new(&format!("{scheme}://{user}{separator}{host}"));
    // ureq takes an invalid port for none, and its default for HTTP is not curl's.
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let may_lack_port = scheme.starts_with("socks") && (host.ends_with(']') || !host.contains(':'));
    match proxy {
        Ok(proxy) if !proxy.host().is_empty() && (has_port || may_lack_port) => Ok(proxy),
        _ => error("is not a proxy URL with a port", FORMAT),
    }
}
