//! What is wrong with a certificate that is not trusted, and what to do about it.

const NO_STORE: &str = "Install the package ca-certificates, or set SSL_CERT_FILE.";
const EXPIRED: &str = "Check this computer's date. If it is right, ask those who run the host.";
const OTHER_HOST: &str = "Perhaps a sign-in page answers in its place: open the host in a browser.";
const REVOKED: &str = "Do not trust this host. Only those who run it can help.";
const UNKNOWN: &str = "A proxy that inspects TLS signs with its company's CA; a browser shows its name. Add that CA to \
    the system's certificate store, or on Linux to the PEM file that SSL_CERT_FILE names.";

/// The fault and the advice, if `text` is of an error about a certificate. The type of the error is
/// out of reach, so this goes by the words of each system's verifier: sentences on Linux
/// (`certificate expired: …`), names on Windows (`Expired`), codes on macOS (`-67818`).
pub fn fault(text: &str) -> Option<(&'static str, &'static str)> {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["No CA certificates"]) {
        Some(("cannot be checked without CA certificates", NO_STORE))
    } else if !says(&["invalid peer certificate"]) {
        None
    } else if says(&["certificate expired", "Expired", "-67818"]) {
        Some(("has expired", EXPIRED))
    } else if says(&["not valid yet", "NotValidYet", "-67819"]) {
        Some(("is not valid yet", EXPIRED))
    } else if says(&["not valid for name", "NotValidForName"]) {
        Some(("is for another host", OTHER_HOST))
    } else if says(&["Revoked", "-67820"]) {
        Some(("has been revoked", REVOKED))
    } else {
        Some(("is signed by a CA that this system does not trust", UNKNOWN))
    }
}
