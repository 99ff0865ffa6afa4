//! Why there was no response, or not a whole one, and what to do about it.

use super::{error::Error, table};
use std::{env, fs};
use ureq::Error as Cause;

/// Why there is no response.
pub struct NoResponse {
    pub error: Error,
    /// Whether the host may have acted on the request.
    pub may_have_acted: bool,
}

impl NoResponse {
    /// What `cause` means to a person. `route` names the host and any proxy; `again` is what to do
    /// if the request may have been sent.
    pub fn new(route: &str, cause: &Cause, was_sent: bool, again: &str) -> NoResponse {
        // Only the proxy's errors are wrapped in another.
        let of_proxy = match cause {
            Cause::Other(inner) => inner.downcast_ref::<Cause>(),
            _ => None,
        };
        let cause = of_proxy.unwrap_or(cause);
        let who = route.to_owned() + of_proxy.map_or("", |_| ": the proxy");
        // Debug shows the kind of an I/O error, which is the same on every system.
        let text = format!("{cause:?} {cause}");
        let check = table::find(include_str!("check.txt"), &format!("^{who} {text}"));
        let said = cause.to_string();
        let ends = ["failed: ", "fail: ", "certificate: ", "io: "];
        let said_last = ends.iter().find_map(|end| said.split_once(end));
        let row = table::find(include_str!("no_response.txt"), &text);
        let (what, advice) = row.split_once(" | ").unwrap_or_default();
        let what = what.replace("{said}", said_last.map_or(&said, |(_, said)| said));
        let advice = advice
            .replace("{check}", check)
            .replace("{store}", &certificate_store());
        let advice = advice.replace("{again}", if was_sent { again } else { check });
        NoResponse {
            error: Error::new(&format!("{who} {what}"), &advice),
            // In TLS 1.3, a client may send before a server that wants its certificate rejects it.
            may_have_acted: was_sent && !text.contains("CertificateRequired"),
        }
    }
}

/// The certificate store in words. On Linux, two variables can replace the system's.
pub fn certificate_store() -> String {
    let describe = |name: &str| {
        let path = env::var_os(name)?;
        let pem = match fs::metadata(&path) {
            // A pipe can be read only once.
            Ok(found) if !found.is_file() => return Some(format!("{name}={path:?}")),
            _ => fs::read(&path),
        };
        let is_pem = |line: &[u8]| line.starts_with(b"-----BEGIN CERTIFICATE");
        let fault = match pem {
            Err(error) => format!(", which cannot be read: {error}"),
            Ok(pem) if pem.split(|&byte| byte == b'\n').any(is_pem) => String::new(),
            Ok(_) => ", which has no certificate, or begins with a byte order mark".to_owned(),
        };
        Some(format!("{name}={path:?}{fault}"))
    };
    let names = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    let set: Vec<_> = names.into_iter().filter_map(describe).collect();
    if set.is_empty() || cfg!(any(windows, target_vendor = "apple")) {
        return "the system's".to_owned();
    }
    set.join(", ")
}
