//! Which certificates are trusted.

use std::{env, fs};

/// The certificate store in words, with what is wrong with it. On Linux, two variables can replace
/// the system's.
pub fn store() -> String {
    let file = env::var_os("SSL_CERT_FILE").map(|path| {
        let fault = match fs::read(&path) {
            Err(error) => format!(", which cannot be read: {error}"),
            Ok(pem) => pem_fault(&pem).to_owned(),
        };
        format!("SSL_CERT_FILE={}{fault}", path.display())
    });
    let folder = env::var_os("SSL_CERT_DIR").map(|path| format!("SSL_CERT_DIR={}", path.display()));
    let set: Vec<_> = file.into_iter().chain(folder).collect();
    if set.is_empty() || cfg!(any(windows, target_vendor = "apple")) {
        return "the system's".to_owned();
    }
    set.join(", ")
}

fn pem_fault(pem: &[u8]) -> &'static str {
    if pem.is_empty() {
        ", which is empty"
    } else if pem.starts_with(b"\xef\xbb\xbf") {
        ", whose byte order mark hides its first certificate"
    } else if !String::from_utf8_lossy(pem).contains("BEGIN CERTIFICATE") {
        ", which is not a PEM file"
    } else {
        ""
    }
}
