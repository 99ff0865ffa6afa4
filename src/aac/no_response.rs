//! Why there was no response, or not a whole one, and what to do about it.

use super::{certificate, error::Error, proxy::NamedProxy};
use std::fmt;
use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
use std::io::ErrorKind::{HostUnreachable, NetworkUnreachable, Other, UnexpectedEof};
use ureq::{Error as Cause, http::Uri};

const HOST: &str = "Check the host and the network. Is a proxy needed (HTTPS_PROXY)?";
const NAME: &str =
    "Check its spelling and the network. Without DNS, a proxy is needed (HTTPS_PROXY).";
const SOCKS: &str = "Write socks5h:// or socks4a:// to let the proxy look it up.";
const PROXY: &str = "Check the proxy's address, and the exceptions in NO_PROXY.";
const PASSWORD: &str = "Write them as http://USER:PASSWORD@HOST:PORT, percent-encoded.";
const ALLOW: &str = "Ask those who run the proxy to allow this host.";
const LESS: &str = "Ask for less, such as one page of a list.";
const AGAIN: &str = "Run it again; first check whether a change that you sent took effect.";
const NOT_USED: &str = "The refresh token was not used.";
/// What became of the tokens, if that is not known.
pub const MAYBE_REFRESHED: &str = "Whether the tokens were refreshed is unknown. If they were, \
    the next run will say that the refresh token has been used.";

/// Where a request goes, and which way.
pub struct Route<'a> {
    host: String,
    is_refresh: bool,
    proxy: Option<&'a NamedProxy>,
}

impl<'a> Route<'a> {
    pub fn new(url: &Uri, is_refresh: bool, proxy: Option<&'a NamedProxy>) -> Route<'a> {
        let default_port = if url.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let port = url.port_u16().unwrap_or(default_port);
        let source = if is_refresh {
            "the access token"
        } else {
            "aac_url.txt"
        };
        let host = format!("{}:{port} (from {source})", url.host().unwrap_or_default());
        Route {
            host,
            is_refresh,
            proxy,
        }
    }

    /// What `cause` means to a person. `was_sent` says whether the request was.
    pub fn error(&self, cause: &Cause, was_sent: bool) -> Error {
        let (problem, advice) = self.explain(cause, was_sent);
        let error = Error::new(&problem, advice);
        match (self.is_refresh, was_sent) {
            (true, true) => error.with_progress(MAYBE_REFRESHED),
            (true, false) => error.with_progress(NOT_USED),
            (false, _) => error,
        }
    }

    fn explain(&self, cause: &Cause, was_sent: bool) -> (String, &'static str) {
        let (host, text) = (&self.host, cause.to_string());
        if let Some((fault, advice)) = certificate::fault(&text) {
            return (format!("the certificate of {host} {fault}"), advice);
        }
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let is_nameless = says(&["lookup address", "(os error 1100"]);
        let is_local = is_nameless && self.proxy.is_some_and(|proxy| proxy.0.resolve_target());
        let (who, check) = match self.proxy {
            _ if was_sent => (host.clone(), AGAIN),
            Some(proxy) if !is_local => (format!("{proxy}, on the way to {host},"), PROXY),
            _ => (host.clone(), HOST),
        };
        let kind = if let Cause::Io(error) = cause {
            error.kind()
        } else {
            Other
        };
        let (what, advice) = if is_nameless {
            (
                "has no address: the name is unknown",
                if is_local { SOCKS } else { NAME },
            )
        } else if says(&["responded 407"]) {
            ("wants a user name and a password (HTTP 407)", PASSWORD)
        } else if says(&["responded 403"]) {
            ("does not allow this connection (HTTP 403)", ALLOW)
        } else if says(&["InvalidContentType"]) {
            ("does not speak TLS", check)
        } else if let Cause::Timeout(_) = cause {
            ("did not answer within 30 seconds", check)
        } else if let Cause::BodyExceedsLimit(_) = cause {
            ("sent more than 64 MB", LESS)
        } else if kind == ConnectionRefused {
            ("refuses the connection", check)
        } else if matches!(kind, HostUnreachable | NetworkUnreachable) {
            ("cannot be reached", check)
        } else if matches!(kind, ConnectionReset | ConnectionAborted | UnexpectedEof) {
            ("closed the connection too early", check)
        } else {
            return (format!("{who} sent no valid response ({text})"), check);
        };
        (format!("{who} {what}"), advice)
    }
}

impl fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.proxy {
            Some(proxy) => write!(f, "{} through {proxy}", self.host),
            None => f.write_str(&self.host),
        }
    }
}
