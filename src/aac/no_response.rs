//! Why there was no response, or not a whole one, and what to do about it.

use super::{certificate, error::Error, proxy::NamedProxy, url};
use std::io::ErrorKind::*;
use ureq::{Error as Cause, Timeout, http::Uri};

const ASKS: &str = "asks for a user name and a password";
const REJECTS: &str = "rejects the user name or the password";
const CLOSED: &str = "closed the connection before the response was complete";
const NO_TLS: &str = "has no TLS version or cipher in common with this program";
const EFFECT: &str = "Check whether the call took effect before you try again.";
const LOOPBACK: &str = "Nothing answers there. Is the sandbox running?";
const NETWORK: &str = "Check the network. If you need a proxy, set HTTPS_PROXY.";
const HOST: &str =
    "Check the network and the host's spelling. If you need a proxy, set HTTPS_PROXY.";
const TUNNEL: &str = "Check that the proxy allows this host, or try again later.";
const PROXY: &str = "Check the proxy's address, and the exceptions in NO_PROXY.";
const SOCKS: &str = "Write socks5h:// or socks4a:// to let the proxy look it up.";
const ALLOW: &str = "Ask your proxy administrator to allow this host.";
const BASIC: &str = "Write them in its URL, as USER:PASSWORD@HOST:PORT. Only Basic authentication \
    is supported, not NTLM, Negotiate or Digest.";
const LATER: &str = "The proxy works. Check the host, or try again later.";
const TLS: &str = "TLS 1.2 or 1.3 is needed. Contact the host's operator or, if a proxy inspects \
    TLS, that proxy's administrator.";
const CLIENT: &str = "This program cannot send one. Contact the host's operator.";
const THREADS: &str = "Close other programs, or raise the limit on processes (ulimit -u).";
/// The replies of SOCKS proxies that cannot reach a host (RFC 1928 §6), in ureq's words.
const SOCKS_REPLIES: &str = "general SOCKS server failure, network unreachable, host unreachable, \
    connection refused, TTL expired, request rejected or failed";

/// A request that failed.
pub struct NoResponse {
    pub error: Error,
    /// Whether its body may have reached the host.
    pub was_sent: bool,
}

impl From<NoResponse> for Error {
    fn from(failure: NoResponse) -> Error {
        failure.error
    }
}

/// What is known of a request, beside the cause of its failure.
pub struct Attempt<'a> {
    pub url: &'a Uri,
    /// The host, and the file that it comes from.
    pub host: &'a str,
    pub proxy: Option<&'a NamedProxy>,
    /// Whether its body may have reached the host.
    pub was_sent: bool,
    /// Whether it may have changed something.
    pub is_change: bool,
}

impl Attempt<'_> {
    /// What `cause` means to a person.
    pub fn failed(&self, cause: &Cause) -> NoResponse {
        let of_proxy = match cause {
            Cause::Other(inner) => inner.downcast_ref::<Cause>(),
            _ => None,
        };
        let cause = of_proxy.unwrap_or(cause);
        let text = cause.to_string();
        let proxy = self.proxy.filter(|_| of_proxy.is_some());
        // TLS 1.3 lets a client send before the server asks for its certificate, and reads nothing.
        let was_sent = self.was_sent && !text.contains("CertificateRequired");
        let host = self.host;
        let who = match (proxy, self.proxy, cause) {
            (Some(proxy), ..) => format!("{}, on the way to {host},", proxy.name),
            // It is not known which of them did not answer.
            (None, Some(proxy), Cause::Timeout(Timeout::Global)) if !was_sent => {
                format!("{host}, through {},", proxy.name)
            }
            _ => host.to_owned(),
        };
        let reply = proxy.and_then(|proxy| reply(&text, proxy.has_user()));
        let error = if let Some((fault, advice)) = certificate::fault(&text) {
            let name = proxy.map_or(host, |proxy| &proxy.name);
            Error::new(&format!("the certificate of {name} {fault}"), &advice)
        } else if let Some((what, advice)) = reply {
            Error::new(&format!("{who} {what}"), advice)
        } else {
            let (what, advice) = self.general(cause, proxy.is_some(), was_sent);
            Error::new(&format!("{who} {what}"), advice)
        };
        NoResponse { error, was_sent }
    }

    fn general(&self, cause: &Cause, is_proxy: bool, was_sent: bool) -> (String, &'static str) {
        let check = match self.proxy {
            Some(_) if is_proxy => PROXY,
            Some(_) if matches!(cause, Cause::HostNotFound) => SOCKS,
            Some(_) => TUNNEL,
            None if url::is_loopback(self.url) => LOOPBACK,
            // A host that comes from a token was typed by nobody.
            None if self.host.contains(".txt") => HOST,
            None => NETWORK,
        };
        let again = match was_sent {
            true if self.is_change => EFFECT,
            true => "Try again.",
            false => check,
        };
        let kind = match cause {
            Cause::Timeout(_) => TimedOut,
            Cause::BodyExceedsLimit(_) => FileTooLarge,
            Cause::HostNotFound => NotFound,
            Cause::Io(error) => error.kind(),
            _ => Other,
        };
        let text = cause.to_string();
        let says = |words: &str| text.contains(words);
        let (what, advice) = match kind {
            NotFound => ("was not found (DNS)", check),
            ConnectionRefused => ("refused the connection", check),
            HostUnreachable | NetworkUnreachable | PermissionDenied => ("cannot be reached", check),
            TimedOut => ("did not answer within 30 seconds", again),
            ConnectionReset | ConnectionAborted | UnexpectedEof => (CLOSED, again),
            FileTooLarge => ("sent more than 64 MB", "Request less data."),
            WouldBlock => (
                "cannot be asked: this computer cannot start a thread",
                THREADS,
            ),
            _ if says("CertificateRequired") => ("requires a client certificate", CLIENT),
            _ if says("InvalidContentType") => ("does not speak TLS", check),
            _ if says("HandshakeFailure") || says("ProtocolVersion") => (NO_TLS, TLS),
            _ if says("peer is incompatible") => (NO_TLS, TLS),
            _ => (&*format!("gave no valid response ({text})"), again),
        };
        (what.to_owned(), advice)
    }
}

/// What a proxy replied, taken from ureq's words, and what to do about it.
fn reply(text: &str, has_user: bool) -> Option<(String, &'static str)> {
    let (_, status) = text.split_once("server responded ").unwrap_or_default();
    let status = status.split('/').next().unwrap_or_default();
    let socks = text.trim_start_matches("io: ");
    let (what, advice) = match status {
        "407" if has_user => (REJECTS, BASIC),
        "407" => (ASKS, BASIC),
        "403" => ("does not allow this connection", ALLOW),
        "502" | "503" | "504" => (&*format!("cannot reach it (HTTP {status})"), LATER),
        "" if socks.ends_with("auth method") || socks.ends_with("auth methods") => (ASKS, BASIC),
        "" if socks.ends_with("authentication failed") => (REJECTS, BASIC),
        "" if socks.ends_with("ruleset") => ("does not allow this connection", ALLOW),
        "" if SOCKS_REPLIES.contains(socks) => (&*format!("cannot reach it ({socks})"), LATER),
        "" => return None,
        _ => (&*format!("answered HTTP {status}"), PROXY),
    };
    Some((what.to_owned(), advice))
}
