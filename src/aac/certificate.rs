//! What is wrong with a certificate that is not trusted, and what to do about it.

const NO_STORE: &str = "Install the package ca-certificates, or set SSL_CERT_FILE.";
const EXPIRED: &str = "Check this computer's date. If it is right, contact the host's operator.";
const OTHER_HOST: &str = "A sign-in page may be answering instead: open the host in a browser.";
const REVOKED: &str = "Do not trust this host. Contact its operator.";
const UNKNOWN: &str = "If a proxy inspects TLS, add its CA (a browser names it) to the system's \
    certificate store, or on Linux to the file in SSL_CERT_FILE.";

/// The fault and the advice, if `text` is an error about a certificate. There is no type to match,
/// only each system's words: `certificate expired` on Linux, `Expired` on Windows, codes on macOS.
pub fn fault(text: &str) -> Option<(&'static str, &'static str)> {
    let text = text.to_lowercase().replace(' ', "");
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["nocacertificates"]) {
        Some(("cannot be checked without CA certificates", NO_STORE))
    } else if !says(&["invalidpeercertificate"]) {
        None
    } else if says(&["notvalidforname"]) {
        Some(("is for another host", OTHER_HOST))
    } else if says(&["expired", "-67818", "notvalidyet", "-67819"]) {
        Some(("has expired, or is not valid yet", EXPIRED))
    } else if says(&["revoked", "-67820"]) {
        Some(("has been revoked", REVOKED))
    } else {
        Some(("is signed by a CA that this system does not trust", UNKNOWN))
    }
}
