//! Why there was no response, or not a whole one, and what to do about it.

use super::{certificate, error::Error, proxy::NamedProxy};
use std::io::ErrorKind::*;
use ureq::Error as Cause;

const CLOSED: &str = "closed the connection before the response was complete";
const HOST: &str = "Check the network and the host's spelling. Is a proxy needed (HTTPS_PROXY)?";
const SOCKS: &str = "Write socks5h:// or socks4a:// to let the proxy look it up.";
const PROXY: &str = "Check the proxy's address, and the exceptions in NO_PROXY.";
const PASSWORD: &str = "Add them to its URL: USER:PASSWORD@HOST:PORT, percent-encoded.";
const ALLOW: &str = "Ask your proxy administrator to allow this host.";
const THREADS: &str = "Close other programs, or raise the limit on processes (ulimit -u).";
const AGAIN: &str = "If you sent data, check whether it took effect. Then try again.";

/// What `cause` means to a person.
pub fn error(cause: &Cause, host: &str, proxy: Option<&NamedProxy>, was_sent: bool) -> Error {
    let text = cause.to_string();
    if let Some((fault, advice)) = certificate::fault(&text) {
        return Error::new(&format!("the certificate of {host} {fault}"), advice);
    }
    let says = |words: &str| text.contains(words);
    let is_nameless = says("lookup address") || says("(os error 1100");
    let (next_hop, check) = match proxy {
        Some(proxy) if is_nameless && proxy.proxy.resolve_target() => (host, SOCKS),
        Some(proxy) => (&*format!("{}, on the way to {host},", proxy.name), PROXY),
        None => (host, HOST),
    };
    let who = if was_sent { host } else { next_hop };
    let again = if was_sent { AGAIN } else { check };
    let kind = match cause {
        Cause::Timeout(_) => TimedOut,
        Cause::BodyExceedsLimit(_) => FileTooLarge,
        Cause::Io(error) => error.kind(),
        _ => Other,
    };
    let (who, what, advice) = if is_nameless {
        (next_hop, "was not found (DNS)", check)
    } else if says("responded 407") || says("auth") {
        (next_hop, "asks for a user name and a password", PASSWORD)
    } else if says("responded 403") || says("ruleset") {
        (next_hop, "does not allow this connection", ALLOW)
    } else if says("InvalidContentType") {
        (next_hop, "does not speak TLS", check)
    } else {
        match kind {
            ConnectionRefused => (next_hop, "refused the connection", check),
            HostUnreachable | NetworkUnreachable => (next_hop, "cannot be reached", check),
            TimedOut => (who, "did not answer within 30 seconds", again),
            ConnectionReset | UnexpectedEof => (who, CLOSED, again),
            FileTooLarge => (host, "sent more than 64 MB", "Request less data."),
            WouldBlock => ("this computer", "cannot start a thread", THREADS),
            _ => (who, &*format!("gave no valid response ({text})"), again),
        }
    };
    Error::new(&format!("{who} {what}"), advice)
}
