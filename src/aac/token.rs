//! Access and refresh tokens, which cannot be printed, and the claims in an access token.

use super::{output, url};
use serde_json::Value;
use std::time::SystemTime;
use ureq::http::Uri;

/// From the moment it exists, no eight consecutive characters of its secret part are printed.
pub struct Token(String);

/// What an access token says about itself.
pub struct Claims {
    /// The OAuth client that the tokens were issued to. It is not the id in `client_id.txt`.
    pub client_id: String,
    /// Where the issuer refreshes tokens.
    pub token_endpoint: Uri,
}

impl Token {
    /// `text` is visible ASCII (RFC 6749 appendix A.12 and A.17).
    pub fn new(text: &str) -> Token {
        output::remember(text);
        // As it stands in a form.
        output::remember(&url::percent_encode(text));
        Token(text.to_owned())
    }

    /// The token itself, for a request or for `creds.json`.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The claims (RFC 7519 §4) of an access token, or what is wrong with it.
    pub fn claims(&self) -> Result<Claims, &'static str> {
        let payload = self.payload();
        let claim = |name: &str| payload[name].as_str();
        let (Some(issuer), Some(client_id)) = (claim("iss"), claim("client_id")) else {
            return Err("it is not an Alteryx access token, or it is incomplete");
        };
        let url = format!("{}/token", issuer.trim_end_matches('/'));
        match url.parse() {
            Ok(url) if url::is_safe(&url) && !issuer.contains(['?', '#']) => Ok(Claims {
                client_id: client_id.to_owned(),
                token_endpoint: url,
            }),
            _ => Err("its issuer (\"iss\") is not an https:// URL"),
        }
    }

    /// The second part of a JWT (RFC 7519 §3). Checking the signature is for the API.
    fn payload(&self) -> Value {
        let payload = self.0.split('.').nth(1).unwrap_or_default();
        serde_json::from_slice(&base64url(payload).unwrap_or_default()).unwrap_or_default()
    }

    /// How long an access token is still valid, in minutes: negative if it has expired, infinite if
    /// it does not say.
    pub fn minutes_left(&self) -> f64 {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let expiry = self.payload()["exp"].as_f64().unwrap_or(f64::INFINITY);
        (expiry - now.as_secs_f64()) / 60.0
    }
}

/// Decodes base64url (RFC 4648 §5), padded or not.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut bytes) = (0, Vec::new());
    for (index, c) in text.trim_end_matches('=').bytes().enumerate() {
        bits = bits << 6 | ALPHABET.iter().position(|&digit| digit == c)?;
        // The first of four digits completes no byte.
        if index % 4 > 0 {
            bytes.push((bits >> (6 - 2 * (index % 4))) as u8);
        }
    }
    Some(bytes)
}
