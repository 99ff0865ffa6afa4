//! Access and refresh tokens: text that cannot be printed by accident, and the claims inside an access token.

use serde::Deserialize;

/// An access or a refresh token. It has neither `Display` nor `Debug`, so that nothing prints it.
pub struct Token(String);

/// The claims of an access token (RFC 7519 §4) that a refresh needs.
#[derive(Deserialize)]
pub struct Claims {
    /// The OAuth issuer, a URL.
    pub iss: String,
    /// The OAuth client that the tokens were issued to. It is not the id in `client_id.txt`.
    pub client_id: String,
}

impl Claims {
    /// The URL to which the refresh token goes.
    pub fn token_endpoint(&self) -> String {
        format!("{}/token", self.iss.trim_end_matches('/'))
    }
}

impl Token {
    pub fn new(text: &str) -> Token {
        Token(text.to_owned())
    }

    /// The token itself, for a request or for `creds.json`.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The claims of an access token, whose signature is the API's to check. The error quotes nothing of the token.
    pub fn claims(&self) -> Result<Claims, &'static str> {
        // A JWT has three parts: header, payload, signature (RFC 7519 §3).
        let parts: Vec<&str> = self.0.split('.').collect();
        let [_, payload, _] = parts[..] else { return Err("is cut short, or is no access token (a JWT)") };
        let claims = base64url(payload).and_then(|json| serde_json::from_slice(&json).ok());
        let claims = claims.filter(|claims: &Claims| !claims.client_id.is_empty());
        claims.ok_or("is damaged: its second part does not hold the claims \"iss\" and \"client_id\"")
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
