//! The OAuth issuer: access tokens that are JWTs, and refresh tokens that work once.

use super::http::{RecordedRequest, Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant, SystemTime};

/// The OAuth client that tokens are issued to. It is not the API project in `client_id.txt`.
pub const OAUTH_CLIENT: &str = "af18fda8-6e0b-4f7c-8f4b-0a11ce0c11e4";

pub const TOKEN_ENDPOINT: &str = "/as/token";

const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(300);

pub struct Issuer {
    /// The value of the claim `iss`.
    iss: String,
    /// Whether a refresh token works only once (RFC 9700 §4.14.2).
    pub rotates: bool,
    /// Whether the payload of an access token is base64 that lacks two `=`. The Python, Node and bash
    /// programs do not know base64url, and bash adds two `=` whatever the length.
    pub is_plain_base64: bool,
    /// Every token so far, of each kind.
    pub issued: Vec<String>,
    /// A family is all the tokens that descend from one pair made in the portal.
    families: u32,
    revoked: HashSet<u32>,
    refresh_tokens: HashMap<String, RefreshToken>,
    access_tokens: HashMap<String, AccessToken>,
}

#[derive(Clone, Copy)]
struct RefreshToken {
    family: u32,
    used: bool,
}

struct AccessToken {
    family: u32,
    expires: Instant,
}

impl Issuer {
    pub fn new(url: &str) -> Issuer {
        Issuer {
            iss: format!("{url}/as"),
            rotates: true,
            is_plain_base64: false,
            issued: Vec::new(),
            families: 0,
            revoked: HashSet::new(),
            refresh_tokens: HashMap::new(),
            access_tokens: HashMap::new(),
        }
    }

    /// Generates a new pair, as the portal does. It is what `creds.json` holds.
    pub fn generate_tokens(&mut self) -> Value {
        self.families += 1;
        let family = self.families;
        let access_token = self.issue_access_token(family);
        json!({"access_token": access_token, "refresh_token": self.issue_refresh_token(family)})
    }

    /// Whether this refresh token would work. Asking does not use it.
    pub fn accepts(&self, refresh_token: &str) -> bool {
        let token = self.refresh_tokens.get(refresh_token);
        token.is_some_and(|token| !token.used && !self.revoked.contains(&token.family))
    }

    /// Whether the API is to take this access token.
    pub fn is_valid(&self, access_token: &str) -> bool {
        self.access_tokens.get(access_token).is_some_and(|token| {
            !self.revoked.contains(&token.family) && Instant::now() < token.expires
        })
    }

    /// The token endpoint (RFC 6749 §6).
    pub fn refresh(&mut self, request: &RecordedRequest) -> Response {
        match self.try_refresh(request) {
            Ok(tokens) => Response::json(200, tokens),
            Err(refusal) => refusal,
        }
    }

    fn try_refresh(&mut self, request: &RecordedRequest) -> Result<Value, Response> {
        let is_form = request.media_type() == "application/x-www-form-urlencoded";
        if request.method != "POST" || !is_form {
            return Err(refusal(
                400,
                "invalid_request",
                "A token request posts a form",
            ));
        }
        let body = request.body.as_bytes();
        let form: HashMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
        let field = |name| form.get(name).map_or("", String::as_str);
        if field("grant_type") != "refresh_token" {
            return Err(refusal(
                400,
                "unsupported_grant_type",
                "Only refresh_token is supported",
            ));
        }
        if field("client_id") != OAUTH_CLIENT {
            return Err(refusal(401, "invalid_client", "Unknown client"));
        }
        let refresh_token = field("refresh_token");
        let Some(&RefreshToken { family, used }) = self.refresh_tokens.get(refresh_token) else {
            return Err(refusal(
                400,
                "invalid_grant",
                "The refresh token is unknown",
            ));
        };
        if used {
            // There is a copy of it somewhere, so nobody who has one is trusted.
            self.revoked.insert(family);
        }
        if self.revoked.contains(&family) {
            return Err(refusal(
                400,
                "invalid_grant",
                "The refresh token was used or is revoked",
            ));
        }
        let mut tokens = json!({
            "access_token": self.issue_access_token(family),
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFETIME.as_secs(),
            "scope": "openid profile",
            "id_token": self.issue(random()),
        });
        if self.rotates {
            let used = RefreshToken { family, used: true };
            self.refresh_tokens.insert(refresh_token.to_owned(), used);
            tokens["refresh_token"] = self.issue_refresh_token(family).into();
        }
        Ok(tokens)
    }

    /// A JWT with the claims of a real one. Nobody here verifies its signature, which is random.
    fn issue_access_token(&mut self, family: u32) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap_or_default().as_secs();
        let name = match self.is_plain_base64 {
            true => "Zoe Osugi",
            // Only what is not ASCII, or > ? ~, can put - and _ into base64url.
            false => "Zoë Ōsugi 大杉 ÿ¾ÿ?>~~>>??",
        };
        let claims = json!({
            "iss": self.iss,
            "client_id": OAUTH_CLIENT,
            "sub": format!("sandbox-{family}"),
            "iat": now,
            "exp": now + ACCESS_TOKEN_LIFETIME.as_secs(),
            "name": name,
        });
        let mut claims = claims.to_string();
        while self.is_plain_base64 && claims.len() % 3 != 1 {
            claims.push(' ');
        }
        let header = json!({"alg": "RS256", "kid": "sandbox"}).to_string();
        let part = |json| BASE64_URL_SAFE_NO_PAD.encode(json);
        let token = self.issue(format!("{}.{}.{}", part(header), part(claims), random()));
        let expires = Instant::now() + ACCESS_TOKEN_LIFETIME;
        self.access_tokens
            .insert(token.clone(), AccessToken { family, expires });
        token
    }

    fn issue_refresh_token(&mut self, family: u32) -> String {
        let token = self.issue(random());
        let unused = RefreshToken {
            family,
            used: false,
        };
        self.refresh_tokens.insert(token.clone(), unused);
        token
    }

    fn issue(&mut self, token: String) -> String {
        self.issued.push(token.clone());
        token
    }
}

/// An error response (RFC 6749 §5.2).
fn refusal(status: u16, error: &str, description: &str) -> Response {
    Response::json(
        status,
        json!({"error": error, "error_description": description}),
    )
}

/// 32 random bytes as base64url.
fn random() -> String {
    let word = || RandomState::new().build_hasher().finish().to_ne_bytes();
    let bytes: Vec<u8> = (0..4).flat_map(|_| word()).collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
