//! Which URLs may be sent a token, and how a form is encoded.

use ureq::http::Uri;

/// Whether `url` may be sent a token: HTTPS, or plain HTTP on this machine, and no user name.
pub fn is_safe(url: &Uri) -> bool {
    let (scheme, host) = (url.scheme_str(), url.host().unwrap_or_default());
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let is_plain = authority == host || url.port_u16().is_some() && !authority.contains('@');
    let is_secure = scheme == Some("https") || scheme == Some("http") && is_loopback(url);
    is_plain && is_secure && !host.is_empty()
}

/// Whether `url` is on this machine (RFC 8252 §7.3, and the name localhost).
pub fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str())
}

/// Encodes a form (RFC 6749 appendix B).
pub fn encode_form(form: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
    form.iter().map(field).collect::<Vec<_>>().join("&")
}

/// Percent-encodes all but unreserved characters (RFC 3986 §2.3).
pub fn percent_encode(value: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        true => char::from(byte).into(),
        false => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}
