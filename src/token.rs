//! Access and refresh tokens: strings that cannot be printed by accident, and the claims inside an access token.

use serde::Deserialize;
use std::fmt;

/// An access token or a refresh token. It has no `Display`, and its `Debug` shows nothing of it.
pub struct Token(String);

/// The two claims of an access token (RFC 7519 §4) that a refresh needs.
#[derive(Deserialize)]
pub struct Claims {
    /// The OAuth issuer: a URL, without a slash at its end.
    pub iss: String,
    /// The OAuth client that the token was issued to. It is not the id in `client_id.txt`.
    pub client_id: String,
}

impl Token {
    pub fn new(secret: impl Into<String>) -> Token {
        Token(secret.into())
    }

    /// The token itself, for a request or for `creds.json`; for nothing that a person gets to see.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Reads the claims of an access token. The signature is the issuer's business and is not checked.
    /// The error says what is wrong with the token, without quoting any of it.
    pub fn claims(&self) -> Result<Claims, &'static str> {
        // A JWT is three parts with dots between: header, payload, signature (RFC 7519 §3).
        let parts: Vec<&str> = self.0.split('.').collect();
        let [_, payload, _] = parts[..] else {
            return Err("is not a whole access token (a JWT: three parts with dots between)");
        };
        let payload = base64url(payload).ok_or("is damaged: its second part is not base64url")?;
        let mut claims: Claims = serde_json::from_slice(&payload)
            .map_err(|_| "is damaged, or not from Alteryx: it has no claims \"iss\" and \"client_id\"")?;
        claims.iss.truncate(claims.iss.trim_end_matches('/').len());
        Ok(claims)
    }

    /// `text` with "(redacted)" in place of this token, and of any piece of it that is long enough to matter.
    pub fn strike_from(&self, text: &str) -> String {
        let in_token = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c);
        let mut struck = String::with_capacity(text.len());
        for piece in text.split_inclusive(|c| !in_token(c)) {
            let word = piece.trim_end_matches(|c| !in_token(c));
            if word.len() >= 8 && self.0.contains(word.trim_matches('.')) {
                struck += "(redacted)";
                struck += &piece[word.len()..];
            } else {
                struck += piece;
            }
        }
        struck
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

/// Decodes base64url (RFC 4648 §5), padded or not. `None` if it is something else.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let sextet = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}
