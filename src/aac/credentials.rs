//! `creds.json`: the tokens, and how new ones take their place without being lost.

use super::{aac_url::AacUrl, error::Error, error::NOT_USED};
use super::{files, locked_file::LockedFile, output, token::Token};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fs, fs::TryLockError, io};
use ureq::http::Uri;

const COPY: &str = "Paste the right one if you have it. If not, NEW_TOKENS";
const SYNTAX: &str = "Correct that in a text editor. \
    The file should look like this: {\"access_token\": \"…\", \"refresh_token\": \"…\"}";
const WRITABLE: &str = "Make the folder and creds.json* writable, or free disk space.";
const USED: &str = "The tokens were refreshed: those in creds.json have been used.";
const RETRY: &str = "Fix that and try again: the next run will use the tokens in creds.json.new.";

/// The members of a JSON object, each as it is written: other programs may have their own.
type Members = BTreeMap<String, Box<RawValue>>;
/// What is wrong with `creds.json`, and what to do about it.
type Fault = (String, &'static str);

/// `creds.json`, which stays locked until this is saved or dropped.
pub struct Credentials {
    file: LockedFile,
    pub tokens: Tokens,
}

pub struct Tokens {
    members: Members,
    pub refresh_token: Token,
    /// The OAuth client that the tokens were issued to. It is not the id in `client_id.txt`.
    pub client_id: String,
    /// Where the issuer refreshes tokens.
    pub token_endpoint: Uri,
}

impl Credentials {
    /// Locks and reads `creds.json`, and reserves space, before the refresh token can be used.
    pub fn open(aac_url: &AacUrl) -> Result<Credentials, Error> {
        let unreadable = |error| files::unreadable("creds.json", &error);
        let refuse = |error| not_saved(error, NOT_USED, WRITABLE);
        let path = fs::canonicalize("creds.json").map_err(unreadable)?;
        let mut file = LockedFile::open(&path).map_err(refuse)?;
        let locked = file.lock.try_lock();
        if let Err(TryLockError::WouldBlock) = locked {
            output::notice("Waiting for another run that is refreshing the tokens …");
        }
        if locked.or_else(|_| file.lock.lock()).is_err() {
            output::notice("warning: creds.json cannot be locked: avoid simultaneous runs");
        }
        let bytes = fs::read(&path).map_err(unreadable)?;
        let mut tokens = parse(&bytes).map_err(|(problem, advice)| {
            let advice = advice.replace("NEW_TOKENS", &aac_url.new_tokens());
            Error::new(&format!("creds.json {problem}"), &advice)
        })?;
        let old = tokens.refresh_token.expose();
        let newer = file.recover(old).map_err(refuse)?;
        if let Ok(newer_tokens) = parse(&newer) {
            file.commit(&newer).map_err(refuse)?;
            output::verbose("* Recovered the new tokens from creds.json.new");
            tokens = newer_tokens;
        }
        let old = tokens.refresh_token.expose();
        file.reserve(old).map_err(refuse)?;
        Ok(Credentials { file, tokens })
    }

    /// Saves the response over the old tokens. What is not in it stays (RFC 6749 §6).
    pub fn save(mut self, response: TokenResponse, aac_url: &AacUrl) -> Result<Token, Error> {
        let TokenResponse(members, access_token) = response;
        self.tokens.members.extend(members);
        let json = serde_json::to_string_pretty(&self.tokens.members).expect("JSON makes JSON");
        if let Err(error) = self.file.commit((json + "\n").as_bytes()) {
            let advice = format!("{RETRY} If there are none, {}", aac_url.new_tokens());
            return Err(not_saved(error, USED, &advice));
        }
        let lifetime = access_token.lifetime();
        output::verbose(&format!("* Saved the new tokens in creds.json: {lifetime}"));
        Ok(access_token)
    }
}

/// What the issuer returned (RFC 6749 §5.1), and the access token in it.
pub struct TokenResponse(Members, Token);

impl TokenResponse {
    /// Reads the response's body. `None` if it holds an error, or no access token.
    pub fn parse(body: &[u8]) -> Option<TokenResponse> {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}');
        let mut members: Members = serde_json::from_str(text).ok()?;
        // Some issuers write one of these for what is absent.
        members.retain(|_, value| !["null", "\"\"", "false"].contains(&value.get()));
        if token(&members, "refresh_token").is_err() {
            members.remove("refresh_token");
        }
        let access_token = token(&members, "access_token").ok()?;
        (!members.contains_key("error")).then_some(TokenResponse(members, access_token))
    }
}

/// Reads `creds.json`. The fault quotes nothing of it.
fn parse(bytes: &[u8]) -> Result<Tokens, Fault> {
    let text = files::decode(bytes).map_err(|problem| (problem.to_owned(), files::UTF_8))?;
    output::remember_words(text);
    let text = if text.trim().is_empty() { "{}" } else { text };
    let members = serde_json::from_str(text).map_err(|error| syntax_fault(text, &error))?;
    let access_token = token(&members, "access_token")?;
    let refresh_token = token(&members, "refresh_token")?;
    output::verbose(&format!("* creds.json: {}", access_token.lifetime()));
    let is_same = access_token.expose() == refresh_token.expose();
    match (access_token.claims(), refresh_token.claims()) {
        (Ok(_), Ok(_)) if is_same => Err(("has one token in both places".to_owned(), COPY)),
        (Err(_), Ok(_)) => Err(("has its tokens swapped".to_owned(), "Swap them.")),
        (Err(problem), _) => Err((format!("has an \"access_token\" that {problem}"), COPY)),
        (Ok((client_id, token_endpoint)), _) => Ok(Tokens {
            members,
            refresh_token,
            client_id,
            token_endpoint,
        }),
    }
}

fn syntax_fault(text: &str, error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let problem = if error.is_data() {
        // serde_json quotes what it read in errors of this kind, and in no other.
        "a JSON object"
    } else if text.contains(['“', '”']) {
        "JSON: it has curly quotation marks"
    } else if message.starts_with("control character") {
        "JSON: it has a line break in a token, or lacks a quotation mark"
    } else {
        &format!("JSON: {message}")
    };
    (format!("is not {problem}"), SYNTAX)
}

fn token(members: &Members, name: &str) -> Result<Token, Fault> {
    let json = members.get(name).map_or("\"\"", |json| json.get());
    let text: String = serde_json::from_str(json).unwrap_or_default();
    let (problem, advice) = match text.trim() {
        "" => ("has no", COPY),
        text if files::is_placeholder(text) => ("still holds the placeholder for", COPY),
        text if text.starts_with("Bearer ") => ("has the word Bearer in its", "Remove that word."),
        text if text.bytes().all(|byte| byte.is_ascii_graphic()) => return Ok(Token::new(text)),
        _ => ("has an invalid character in its", COPY),
    };
    Err((format!("{problem} \"{name}\""), advice))
}

fn not_saved(error: io::Error, progress: &str, advice: &str) -> Error {
    let problem = format!("creds.json cannot be updated: {error}");
    Error::new(&problem, advice).with(progress)
}
