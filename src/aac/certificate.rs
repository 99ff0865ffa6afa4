//! Which certificates are trusted, and what is wrong with one that is not.

use std::{env, fs};

const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
const DATE: &str = "Check this computer's date. If it is right, contact the host's operator.";
const OTHER_HOST: &str = "A sign-in page may be answering instead: open the host in a browser.";
const INSPECTED: &str = "If a proxy inspects TLS, add its CA (shown in your browser's certificate \
    viewer) to the certificate store";
const OPERATOR: &str =
    "Contact the host's operator or, if a proxy inspects TLS, that proxy's administrator.";

/// The certificate store, as `-v` names it. On Linux, variables can replace the system's.
pub fn store() -> String {
    let set = |name| Some(format!("{name}={}", env::var_os(name)?.display()));
    let set: Vec<_> = VARIABLES.into_iter().filter_map(set).collect();
    match set.is_empty() || cfg!(any(windows, target_vendor = "apple")) {
        true => "the system's".to_owned(),
        false => set.join(" and "),
    }
}

/// The fault and the advice, if `text` is an error about a certificate. There is no type to match,
/// only each system's words: `certificate expired` on Linux, `Expired` on Windows, codes on macOS.
pub fn fault(text: &str) -> Option<(String, String)> {
    let store = store();
    if text.contains("No CA certificates") {
        let advice = match store.contains("SSL_CERT_") {
            true => format!("Correct that variable, or unset it.{}", file_fault()),
            false => "Install the package ca-certificates.".to_owned(),
        };
        return Some((
            format!("cannot be checked: no CA is in the store ({store})"),
            advice,
        ));
    }
    let (_, cause) = text.split_once("invalid peer certificate: ")?;
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    let (fault, advice) = if says(&["NotValidForName", "not valid for name"]) {
        ("is for another host", OTHER_HOST)
    } else if says(&["Expired", "expired", "-67818"]) {
        ("has expired", DATE)
    } else if says(&["NotValidYet", "not valid yet", "-67819"]) {
        ("is not valid yet", DATE)
    // CERT_E_CHAINING of Windows, errSecNotTrusted of macOS.
    } else if says(&["UnknownIssuer", "-2146762486", "-67843"]) {
        let advice = format!("{INSPECTED} ({store}).{}", file_fault());
        return Some(("is signed by a CA that is not trusted".to_owned(), advice));
    } else {
        (&*format!("cannot be accepted: {}", name(cause)), OPERATOR)
    };
    Some((fault.to_owned(), advice.to_owned()))
}

/// The system's sentence in an error, or its name: `Other(OtherError(CaUsedAsEndEntity))` is
/// "ca used as end entity".
fn name(cause: &str) -> String {
    if let Some(sentence) = cause.rsplit('"').nth(1) {
        return sentence.to_owned();
    }
    let name = cause.split([' ', '{', ')']).next().unwrap_or_default();
    let name = name.rsplit('(').next().unwrap_or_default();
    let space = |c: char| {
        [' ', c.to_ascii_lowercase()]
            .into_iter()
            .skip(usize::from(!c.is_uppercase()))
    };
    name.trim_end_matches("Context")
        .chars()
        .flat_map(space)
        .skip(1)
        .collect()
}

/// What is wrong with the file in `SSL_CERT_FILE`, if it is used, and something is.
fn file_fault() -> String {
    let file = env::var_os("SSL_CERT_FILE").filter(|_| store().contains("FILE"));
    let fault = match file.map(fs::read) {
        Some(Err(error)) => format!("cannot be read: {error}"),
        Some(Ok(pem)) if pem.is_empty() => "is empty".to_owned(),
        Some(Ok(pem)) if pem.starts_with(b"\xef\xbb\xbf") => {
            "begins with a byte order mark, which hides its first certificate".to_owned()
        }
        Some(Ok(pem)) if !String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") => {
            "is not a PEM file".to_owned()
        }
        _ => return String::new(),
    };
    format!(" The file in SSL_CERT_FILE {fault}.")
}
