//! Which certificates are trusted, and what is wrong with one that is not.

use std::{env, fs};

const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
const DATE: &str = "Check this computer's date. If it is right, contact the host's operator.";
const OTHER_HOST: &str = "A sign-in page may be answering instead: open the host in a browser.";
const OPERATOR: &str =
    "Contact the host's operator or, if a proxy inspects TLS, that proxy's administrator.";

/// Causes by the names that rustls, Windows or macOS give them, in lower case, and in words.
const CAUSES: [(&str, &str); 11] = [
    ("revoked", "it has been revoked"),
    ("-67820", "it has been revoked"),
    ("causedasendentity", "it is a CA's own certificate"),
    (
        "signaturealgorithm",
        "its kind of signature or key is not supported",
    ),
    ("badsignature", "its signature is wrong"),
    ("purpose", "it is not for a server (extended key usage)"),
    ("ekuerror", "it is not for a server (extended key usage)"),
    (
        "nameconstraint",
        "its CA must not sign for this host (name constraints)",
    ),
    ("pathlen", "its chain of CAs is too long (path length)"),
    (
        "certversion",
        "it is an X.509 certificate of version 1 or 2",
    ),
    ("criticalextension", "it has an unknown critical extension"),
];

/// The certificate store, as `-v` names it. On Linux, variables can replace the system's.
pub fn store() -> String {
    let set = |name| Some(format!("{name}={}", env::var_os(name)?.display()));
    let set: Vec<_> = VARIABLES.into_iter().filter_map(set).collect();
    if set.is_empty() || cfg!(any(windows, target_vendor = "apple")) {
        return "the system's certificate store".to_owned();
    }
    set.join(" and ")
}

/// The fault and the advice, if `text` is an error about a certificate. There is no type to match,
/// only each system's words: `certificate expired` on Linux, `Expired` on Windows, codes on macOS.
pub fn fault(text: &str) -> Option<(String, String)> {
    let lower = text.to_lowercase().replace(' ', "");
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["nocacertificates"]) {
        let advice = format!(
            "Install the package ca-certificates, or set SSL_CERT_FILE.{}",
            hint()
        );
        return Some((
            format!("cannot be checked: no CA is in {}", store()),
            advice,
        ));
    }
    if !says(&["invalidpeercertificate"]) {
        return None;
    }
    let known = CAUSES.iter().find(|(name, _)| lower.contains(name));
    let (fault, advice) = if says(&["notvalidforname"]) {
        ("is for another host".to_owned(), OTHER_HOST.to_owned())
    } else if says(&["expired", "-67818"]) {
        ("has expired".to_owned(), DATE.to_owned())
    } else if says(&["notvalidyet", "-67819"]) {
        ("is not valid yet".to_owned(), DATE.to_owned())
    } else if let Some((_, cause)) = known {
        (format!("cannot be accepted: {cause}"), OPERATOR.to_owned())
    // CERT_E_CHAINING, errSecNotTrusted
    } else if says(&["unknownissuer", "-2146762486", "-67843"]) {
        let fault = "is signed by a CA that this system does not trust".to_owned();
        let advice = format!(
            "If a proxy inspects TLS, add its CA (shown in your browser's certificate viewer) to {}.{}",
            store(),
            hint()
        );
        (fault, advice)
    } else {
        // The system's own sentence, if there is one.
        let words = text.rsplit('"').nth(1).unwrap_or("it is malformed");
        (format!("cannot be accepted: {words}"), OPERATOR.to_owned())
    };
    Some((fault, advice))
}

/// What is wrong with the file in `SSL_CERT_FILE`.
fn hint() -> String {
    let Some(file) = env::var_os("SSL_CERT_FILE").filter(|_| store().contains("FILE")) else {
        return String::new();
    };
    let fault = match fs::read(&file) {
        Err(error) => format!("cannot be read: {error}"),
        Ok(pem) if pem.is_empty() => "is empty".to_owned(),
        Ok(pem) if pem.starts_with(b"\xef\xbb\xbf") => {
            "begins with a byte order mark, which hides its first certificate".to_owned()
        }
        Ok(pem) if !String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") => {
            "is not a PEM file".to_owned()
        }
        Ok(_) => return String::new(),
    };
    format!(" The file in SSL_CERT_FILE {fault}.")
}
