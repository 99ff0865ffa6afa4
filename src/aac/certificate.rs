//! Which certificates are trusted, and what is wrong with one that is not.

use super::{error::Error, terminal};
use std::{env, fs};

const EXPIRED: &str =
    "Check this computer's date. If it is right, only those who run the host can help.";
const OTHER_HOST: &str =
    "Something may answer in its place, such as a sign-in page: open the host in a browser.";
const REVOKED: &str = "Do not trust this host. Only those who run it can help.";
const UNKNOWN: &str = "A proxy that inspects TLS signs with its company's CA; a browser shows its name. Add that CA to \
    the system's certificate store, or on Linux to the PEM file that SSL_CERT_FILE names.";
const UNSET: &str = "Correct the variable, or unset it to use the system's certificate store.";

/// The fault and what to do about it, if `text` is of an error about a certificate.
///
/// The errors' own types are out of reach, so this goes by the words of each system's verifier: sentences on Linux
/// (`certificate expired: …`), names on Windows (`Expired`), names or a code of the system on macOS (`-67818`).
pub fn fault(text: &str) -> Option<(&'static str, &'static str)> {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if !says(&["invalid peer certificate", "No CA certificates"]) {
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

/// What holds the trusted CAs. On Linux, rustls-native-certs lets a variable name a file.
pub fn find_store() -> Result<(), Error> {
    let mut store = "the system's".to_owned();
    if let (Ok(file), true) = (env::var("SSL_CERT_FILE"), cfg!(target_os = "linux")) {
        store = format!("SSL_CERT_FILE={file}");
        let unusable = |problem: &str| Error::new(&format!("{store} {problem}"), UNSET);
        let pem = fs::read(&file).map_err(|error| unusable(&format!("cannot be read: {error}")))?;
        if !String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") {
            return Err(unusable("holds no certificate"));
        }
    }
    terminal::verbose(&format!("* Certificate store: {store}"));
    Ok(())
}
