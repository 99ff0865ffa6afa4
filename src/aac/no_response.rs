//! Why there was no response, or not a whole one, and what to do about it.

use super::{certificate, error::Error, proxy::NamedProxy, url};
use std::{fmt, io::ErrorKind::*};
use ureq::{Error as Cause, Timeout, http::Uri};

const ASKS: &str = "asks for a user name and a password";
const REJECTS: &str = "rejects the user name or the password";
const CLOSED: &str = "closed the connection before the response was complete";
const FORBIDS: &str = "does not allow this connection";
const UNREACHABLE: &str = "cannot be reached";
const NO_THREAD: &str = "cannot be asked: this computer cannot start a thread";
const NO_TLS: &str = "has no TLS version or cipher in common with this program";
const LOOPBACK: &str = "Is the sandbox running at this address?";
const NETWORK: &str = "Check the network. If you need a proxy, set HTTPS_PROXY.";
const HOST: &str =
    "Check the network and the host's spelling. If you need a proxy, set HTTPS_PROXY.";
const TUNNEL: &str = "Check that the proxy allows this host, or try again later.";
const PROXY: &str = "Check the proxy's address, and the exceptions in NO_PROXY.";
const SOCKS: &str = "Write socks5h:// or socks4a:// to let the proxy look it up.";
const ALLOW: &str = "Ask your proxy administrator to allow this host.";
const BASIC: &str = "Write them in its URL, as USER:PASSWORD@HOST:PORT. Only Basic authentication \
    is supported, not NTLM, Negotiate or Digest.";
const LATER: &str = "Check the host, or try again later.";
const TLS: &str = "TLS 1.2 or 1.3 is needed. Contact the host's operator or, if a proxy inspects \
    TLS, that proxy's administrator.";
const HANDSHAKE: &str = "It may want a cipher that this program does not have, or a client \
    certificate. Contact the host's operator.";
const CLIENT: &str = "This program cannot send one. Contact the host's operator.";
const THREADS: &str = "Close other programs, or raise the limit on processes (ulimit -u).";
/// The replies of SOCKS proxies that cannot reach a host (RFC 1928 §6), in ureq's words.
const SOCKS_REPLIES: &str = "general SOCKS server failure, network unreachable, host unreachable, \
    connection refused, TTL expired, command not supported, address kind not supported, \
    unknown error, request rejected or failed";

/// What stands in errors of rustls and in ours, in its words.
const TLS_NAMES: [&str; 6] = [
    "during the TLS handshake",
    "CertificateRequired",
    "InvalidContentType",
    "HandshakeFailure",
    "ProtocolVersion",
    "peer is incompatible",
];

/// Where a request goes.
pub struct Route<'a> {
    /// The host, and the file that it comes from.
    host: String,
    is_loopback: bool,
    /// Whether a person has typed the host: nobody has if it comes from a token.
    is_typed: bool,
    proxy: Option<&'a NamedProxy>,
}

impl Route<'_> {
    pub fn new<'a>(url: &Uri, source: &str, proxy: Option<&'a NamedProxy>) -> Route<'a> {
        let host = url.authority().map_or("", |authority| authority.as_str());
        Route {
            host: format!("{host} (from {source})"),
            is_loopback: url::is_loopback(url),
            is_typed: source.ends_with(".txt"),
            proxy,
        }
    }
}

impl fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.proxy {
            Some(proxy) => write!(f, "{} through {}", self.host, proxy.name),
            None => write!(f, "{} without a proxy", self.host),
        }
    }
}

/// What `cause` means to a person, and whether the body may have reached the host.
pub fn error(cause: &Cause, route: &Route, was_sent: bool, is_once: bool) -> (Error, bool) {
    let inner = match cause {
        Cause::Other(inner) => inner.downcast_ref::<Cause>(),
        _ => None,
    };
    // Only the proxy's errors are wrapped in another.
    let (cause, proxy) = (inner.unwrap_or(cause), inner.and(route.proxy));
    let (text, host) = (cause.to_string(), &route.host);
    // TLS 1.3 lets a client send before the server asks for its certificate, and reads nothing.
    let was_sent = was_sent && !text.contains("CertificateRequired");
    let who = match (proxy, cause) {
        (Some(proxy), _) => format!("{}, on the way to {host},", proxy.name),
        // It is not known which of the two did not answer.
        (None, Cause::Timeout(Timeout::Global)) if !was_sent && route.proxy.is_some() => {
            format!("{route},")
        }
        _ => host.clone(),
    };
    let check = match route.proxy {
        Some(_) if proxy.is_some() => PROXY,
        Some(_) if matches!(cause, Cause::HostNotFound) => SOCKS,
        Some(_) => TUNNEL,
        None if route.is_loopback => LOOPBACK,
        None if route.is_typed => HOST,
        None => NETWORK,
    };
    let again = match cause {
        _ if proxy.is_some() => check,
        Cause::Timeout(Timeout::Connect) => check,
        Cause::Timeout(Timeout::Global) if !was_sent => check,
        _ if was_sent && !is_once => "Check whether the call took effect before you try again.",
        _ => "Try again.",
    };
    let reply = proxy.and_then(|proxy| reply(&text, proxy.has_user()));
    let error = if let Some((fault, advice)) = certificate::fault(&text) {
        let name = proxy.map_or(host, |proxy| &proxy.name);
        Error::new(&format!("the certificate of {name} {fault}"), &advice)
    } else {
        let (what, advice) = reply.unwrap_or_else(|| general(cause, &text, check, again));
        Error::new(&format!("{who} {what}"), advice)
    };
    (error, was_sent)
}

fn general<'a>(cause: &Cause, text: &str, check: &'a str, again: &'a str) -> (String, &'a str) {
    let kind = match cause {
        Cause::Timeout(_) => TimedOut,
        Cause::BodyExceedsLimit(_) => FileTooLarge,
        Cause::HostNotFound => NotFound,
        Cause::ConnectProxyFailed(_) => UnexpectedEof,
        Cause::Io(error) => error.kind(),
        _ => Other,
    };
    let name = TLS_NAMES.into_iter().find(|name| text.contains(name));
    let (what, advice) = match (kind, name) {
        (NotFound, _) => ("was not found (DNS)", check),
        (ConnectionRefused, _) => ("refused the connection", check),
        (HostUnreachable | NetworkUnreachable | PermissionDenied, _) => (UNREACHABLE, check),
        (TimedOut, _) => ("did not answer within 30 seconds", again),
        (ConnectionReset | ConnectionAborted | UnexpectedEof, _) => (CLOSED, again),
        (FileTooLarge, _) => ("sent more than 64 MB", "Request less data."),
        (WouldBlock, _) => (NO_THREAD, THREADS),
        (_, Some("during the TLS handshake")) => (text, check),
        (_, Some("CertificateRequired")) => ("requires a client certificate", CLIENT),
        (_, Some("InvalidContentType")) => ("does not speak TLS", check),
        (_, Some("HandshakeFailure")) => ("refused the TLS handshake", HANDSHAKE),
        (_, Some(_)) => (NO_TLS, TLS),
        (_, None) => (&*format!("gave no valid response ({text})"), again),
    };
    (what.to_owned(), advice)
}

/// What a proxy replied, taken from ureq's words, and what to do about it.
fn reply(text: &str, has_user: bool) -> Option<(String, &'static str)> {
    let (_, status) = text.split_once("server responded ").unwrap_or_default();
    let status = status.split('/').next().unwrap_or_default();
    let socks = text.trim_start_matches("io: ");
    let (what, advice) = match (status, socks) {
        ("407", _) if has_user => (REJECTS, BASIC),
        ("407", _) | ("", "no acceptable auth methods" | "unknown auth method") => (ASKS, BASIC),
        ("", "password authentication failed") => (REJECTS, BASIC),
        ("403", _) | ("", "connection not allowed by ruleset") => (FORBIDS, ALLOW),
        ("502" | "503" | "504", _) => (&*format!("cannot reach it (HTTP {status})"), LATER),
        ("500", _) => ("answered HTTP 500", LATER),
        ("", _) if SOCKS_REPLIES.contains(socks) => (&*format!("cannot reach it ({socks})"), LATER),
        ("", _) => return None,
        (_, _) => (&*format!("answered HTTP {status}"), PROXY),
    };
    Some((what.to_owned(), advice))
}
