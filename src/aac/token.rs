//! Access and refresh tokens: text that cannot be printed, and the claims in an access token.

use super::{aac_url, output};
use serde_json::Value;
use std::time::SystemTime;
use ureq::http::Uri;

/// An access or a refresh token. From the moment it exists, no part of it is printed.
pub struct Token(String);

impl Token {
    pub fn new(text: &str) -> Token {
        output::remember(text);
        Token(text.to_owned())
    }

    /// The token itself, for a request or for `creds.json`.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The OAuth client and the token endpoint, from the claims (RFC 7519 §4) of an access token.
    pub fn claims(&self) -> Result<(String, Uri), &'static str> {
        let payload = self.payload();
        let client_id = payload["client_id"].as_str().unwrap_or_default();
        let issuer = payload["iss"].as_str().filter(|_| !client_id.is_empty());
        let issuer = issuer.ok_or("is cut short or damaged, or is not a JWT")?;
        let is_plain = !issuer.contains(['?', '#']);
        match format!("{}/token", issuer.trim_end_matches('/')).parse() {
            Ok(url) if is_plain && aac_url::is_safe(&url) => Ok((client_id.to_owned(), url)),
            _ => Err("names an issuer (\"iss\") that is not an https:// URL"),
        }
    }

    /// The second part of a JWT (RFC 7519 §3). Checking the signature is for the API.
    fn payload(&self) -> Value {
        let payload = self.0.split('.').nth(1).unwrap_or_default();
        serde_json::from_slice(&base64url(payload).unwrap_or_default()).unwrap_or_default()
    }

    /// How long an access token is still valid, in minutes, as far as it says so.
    pub fn minutes_left(&self) -> f64 {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let expiry = self.payload()["exp"].as_f64().unwrap_or(f64::INFINITY);
        (expiry - now.as_secs_f64()) / 60.0
    }

    /// The same in words.
    pub fn lifetime(&self) -> String {
        match self.minutes_left() {
            f64::INFINITY => "the access token does not say when it expires".to_owned(),
            time @ ..0.0 => format!("the access token expired {:.1} hours ago", time / -60.0),
            time => format!("the access token expires in {time:.0} min"),
        }
    }
}

/// Decodes base64url (RFC 4648 §5), padded or not.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut count, mut bytes) = (0, 0, Vec::new());
    for c in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | ALPHABET.iter().position(|&letter| letter == c)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}
