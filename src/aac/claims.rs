//! What an access token says about itself.

use super::url;
use serde_json::Value;
use ureq::http::Uri;

/// Who issued the tokens, and to whom.
pub struct Claims {
    /// The OAuth client that the tokens were issued to. It is not the id in `client_id.txt`.
    pub client_id: String,
    /// Where the issuer refreshes tokens.
    pub token_endpoint: Uri,
}

impl Claims {
    /// Reads the second part of a JWT (RFC 7519 §3). An error says what is wrong with the token.
    /// The API checks the signature.
    pub fn read(token: &str) -> Result<Claims, &'static str> {
        let payload = token.split('.').nth(1).unwrap_or_default();
        let payload = base64url(payload).unwrap_or_default();
        let payload: Value = serde_json::from_slice(&payload).unwrap_or_default();
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
