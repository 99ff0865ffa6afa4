//! Why there was no response, or not a whole one, and what to do about it.

use super::{connector, error::Error, proxy::NamedProxy, table, url};
use std::fmt;
use ureq::{Error as Cause, http::Uri};

const CAUSES: &str = include_str!("no_response.txt");
const NETWORK: &str = "Check the network. If you need a proxy, set HTTPS_PROXY.";
const HOST: &str =
    "Check the network and the host's spelling. If you need a proxy, set HTTPS_PROXY.";
const PROXY: &str = "Check the proxy's URL (http:// or https://, host, port), and the exceptions \
    in NO_PROXY.";
const SOCKS: &str = "Write socks5h:// or socks4a:// to let the proxy look it up.";
/// What to do if a call may have been made.
pub const CHECK_EFFECT: &str = "Check whether the call took effect before you try again.";

/// Where a request goes.
pub struct Route<'a> {
    pub url: &'a Uri,
    /// The file that the host comes from.
    pub source: &'a str,
    pub proxy: Option<&'a NamedProxy>,
    /// Whether the host is one of `NO_PROXY`.
    pub is_excepted: bool,
}

impl Route<'_> {
    fn host(&self) -> String {
        let host = self.url.authority().map_or("", |host| host.as_str());
        format!("{host} (from {})", self.source)
    }
}

impl fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.proxy {
            Some(proxy) => write!(f, "{} through {}", self.host(), proxy.name),
            None if self.is_excepted => write!(f, "{} without the proxy (NO_PROXY)", self.host()),
            None => f.write_str(&self.host()),
        }
    }
}

/// What to say of a request whose response holds secrets, and cannot be had again.
pub struct Once {
    /// To whoever waits, when the body may have been sent.
    pub waiting: &'static str,
    /// At the end of an error.
    pub sent: &'static str,
    pub not_sent: &'static str,
}

/// What `cause` means to a person. `was_sent` is whether the body may have reached the host.
pub fn error(cause: &Cause, route: &Route, was_sent: bool, once: Option<&Once>) -> Error {
    // Only the proxy's errors are wrapped in another.
    let of_proxy = match cause {
        Cause::Other(inner) => inner.downcast_ref::<Cause>(),
        _ => None,
    };
    let (kind, said) = match of_proxy.unwrap_or(cause) {
        Cause::Io(error) => (format!("{:?}: ", error.kind()), error.to_string()),
        cause => (String::new(), cause.to_string()),
    };
    let mut text = kind + &said;
    let mut who = route.to_string();
    let mut check = match route.proxy {
        Some(_) if text == "host not found" => SOCKS,
        Some(_) => "Check that the proxy allows this host, or try again later.",
        None if url::is_loopback(route.url) => "Is the sandbox running at this address?",
        None if route.is_excepted => "Check the network, and the exceptions in NO_PROXY.",
        // Nobody has typed a host that comes from a token.
        None if route.source == "creds.json" => NETWORK,
        None => HOST,
    };
    let mut again = match once {
        None if was_sent => CHECK_EFFECT,
        _ => "Try again.",
    };
    if let Some(proxy) = route.proxy.filter(|_| of_proxy.is_some()) {
        who = format!("{}, on the way to {},", proxy.name, route.host());
        (check, again) = (PROXY, PROXY);
        if proxy.proxy.username().is_none() {
            text += " without a user name";
        }
    }
    let ends = ["failed: ", "fail: ", "certificate: "];
    let said_last = ends.iter().find_map(|end| said.split_once(end));
    let row = table::find(CAUSES, &text)
        .replace("{check}", check)
        .replace("{again}", again)
        .replace("{store}", &connector::certificate_store())
        .replace("{said}", said_last.map_or(&said, |(_, said)| said));
    let (what, advice) = row.split_once(" | ").unwrap_or_default();
    let error = Error::new(&format!("{who} {what}"), advice);
    // TLS 1.3 lets a client send before the server asks for its certificate, and reads nothing.
    let was_sent = was_sent && !text.contains("CertificateRequired");
    match once {
        Some(once) if was_sent => error.with_line(once.sent),
        Some(once) => error.with_line(once.not_sent),
        None => error,
    }
}
