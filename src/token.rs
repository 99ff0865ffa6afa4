//! Access and refresh tokens: text that cannot be printed by accident, and the claims inside an access token.

use crate::aac_url;
use serde::Deserialize;
use ureq::http::Uri;

/// An access or a refresh token. It has neither `Display` nor `Debug`, so that nothing prints it.
pub struct Token(String);

/// What a refresh needs of the claims of an access token (RFC 7519 §4).
pub struct Claims {
    /// Where the issuer exchanges refresh tokens.
    pub token_endpoint: Uri,
    /// The OAuth client that the tokens were issued to. It is not the id in `client_id.txt`.
    pub client_id: String,
}

impl Token {
    /// Wraps a token that was read.
    pub fn new(text: &str) -> Token {
        Token(text.to_owned())
    }

    /// The token itself, for a request or for `creds.json`.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The claims of an access token, whose signature is the API's to check. The error quotes nothing of the token.
    pub fn claims(&self) -> Result<Claims, String> {
        #[derive(Deserialize)]
        struct Payload {
            iss: String,
            client_id: String,
        }
        // A JWT has three parts: header, payload, signature (RFC 7519 §3).
        let parts: Vec<&str> = self.0.split('.').collect();
        let [_, payload, _] = parts[..] else { return Err("is cut short, or is no access token (a JWT)".into()) };
        let payload = base64url(payload).and_then(|json| serde_json::from_slice::<Payload>(&json).ok());
        let Some(Payload { iss, client_id }) = payload.filter(|payload| !payload.client_id.is_empty()) else {
            return Err("is damaged: its second part does not hold the claims \"iss\" and \"client_id\"".into());
        };
        let url = format!("{}/token", iss.trim_end_matches('/'));
        aac_url::origin(&url).map_err(|problem| format!("has an issuer (\"iss\") that {problem}"))?;
        Ok(Claims { token_endpoint: url.parse().expect("it has an origin"), client_id })
    }

    /// `text` without this token, and without any part of it that is long enough to matter.
    pub fn strike_from(&self, text: &str) -> String {
        let ends_word = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
        let strike = |piece: &str| match piece.trim_end_matches(ends_word) {
            word if word.len() >= 8 && self.0.contains(word) => piece.replace(word, "(redacted)"),
            _ => piece.to_owned(),
        };
        text.split_inclusive(ends_word).map(strike).collect()
    }
}

/// Decodes base64url (RFC 4648 §5), padded or not.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
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
