//! Why there was no response, or not a whole one, and what to do about it.

use super::{error::Error, proxy::NamedProxy, table, url};
use std::{env, ffi::OsStr, fs};
use ureq::{Error as Cause, http::Uri};

const CAUSES: &str = include_str!("no_response.txt");
const CHECKS: &str = include_str!("check.txt");

/// Why there is no response.
pub struct NoResponse {
    pub error: Error,
    /// Whether the host may have done what it was asked for.
    pub may_have_acted: bool,
}

/// Where a request goes.
pub struct Route<'a> {
    /// The host, the file that it comes from, and the way to it.
    pub name: String,
    pub proxy: Option<&'a NamedProxy>,
    /// A word of `check.txt`.
    place: &'a str,
}

impl<'a> Route<'a> {
    /// To `url`, which comes from the file `source`, through `proxy` unless that excepts it.
    pub fn new(url: &Uri, source: &'a str, proxy: Option<&'a NamedProxy>) -> Route<'a> {
        let host = url.authority().map_or("", |host| host.as_str());
        let mut route = Route {
            name: format!("{host} (from {source})"),
            proxy: None,
            place: source,
        };
        if url::is_loopback(url) {
            // The proxy's localhost is not this machine.
            route.place = "loopback";
        } else if proxy.is_some_and(|proxy| proxy.excepts(url)) {
            route.name += " without the proxy (NO_PROXY)";
            route.place = "excepted";
        } else if let Some(proxy) = proxy {
            route.name += &format!(" through {}", proxy.name);
            route.place = "proxied";
            route.proxy = Some(proxy);
        }
        route
    }

    /// What `cause` means to a person. `effect` is what to do if the request may have been sent.
    pub fn error(&self, cause: &Cause, was_sent: bool, effect: &str) -> NoResponse {
        // Only the proxy's errors are wrapped in another.
        let of_proxy = match cause {
            Cause::Other(inner) => inner.downcast_ref::<Cause>(),
            _ => None,
        };
        let cause = of_proxy.unwrap_or(cause);
        let (who, place) = match of_proxy {
            Some(_) => (format!("{}: the proxy", self.name), "proxy"),
            None => (self.name.clone(), self.place),
        };
        // Debug shows the kind of an I/O error, which is the same on every system.
        let text = format!("{cause:?} {cause}");
        let check = table::find(CHECKS, &format!("{place} {text}"));
        let said = cause.to_string();
        let ends = ["failed: ", "fail: ", "certificate: ", "io: "];
        let said_last = ends.iter().find_map(|end| said.split_once(end));
        let row = table::find(CAUSES, &text)
            .replace("{check}", check)
            .replace("{again}", if was_sent { effect } else { check })
            .replace("{store}", &certificate_store())
            .replace("{said}", said_last.map_or(&said, |(_, said)| said));
        let (what, advice) = row.split_once(" | ").unwrap_or_default();
        NoResponse {
            error: Error::new(&format!("{who} {what}"), advice),
            // TLS 1.3 lets a client send before the server asks for its certificate, and reads nothing.
            may_have_acted: was_sent && !text.contains("CertificateRequired"),
        }
    }
}

/// The certificate store in words. On Linux, two variables can replace the system's.
pub fn certificate_store() -> String {
    let describe = |name: &str| {
        let path = env::var_os(name)?;
        Some(format!("{name}={path:?}{}", fault(&path)))
    };
    let names = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    let set: Vec<_> = names.into_iter().filter_map(describe).collect();
    if set.is_empty() || cfg!(any(windows, target_vendor = "apple")) {
        return "the system's".to_owned();
    }
    set.join(", ")
}

/// What is wrong with a PEM file. A pipe is left alone: what it holds can be read once.
fn fault(path: &OsStr) -> String {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return String::new();
    }
    match fs::read(path) {
        Err(error) => format!(", which cannot be read: {error}"),
        Ok(pem) if pem.starts_with(b"\xef\xbb\xbf") => {
            ", whose byte order mark hides its first certificate".to_owned()
        }
        Ok(pem) if !String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") => {
            ", which holds no certificate".to_owned()
        }
        Ok(_) => String::new(),
    }
}
