//! `creds.json`: the tokens, and how new ones take their place without being lost.

use super::token::{Claims, Token};
use super::{aac_url::AacUrl, error::Error, files, locked_file::LockedFile, redaction, terminal};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::{self, TryLockError};
use std::io;

const FILE: &str = "creds.json";
const COPY: &str = "Copy it again, if you still have it. If not: ";
const SWAP: &str = "Swap them: the access token is the longer one.";
const BEARER: &str = "Remove that word and the space after it.";
const SYNTAX: &str = "Correct that in a text editor; the tokens can stay as they are. \
    The file reads: {\"access_token\": \"…\", \"refresh_token\": \"…\"}";
const WRITABLE: &str = "Make it writable for your user, or free some space, and run it again.";
const KEPT: &str = "They are in creds.json.new: rename that file to creds.json.";

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
    /// The claims of the access token.
    pub claims: Claims,
}

impl Credentials {
    /// Locks and reads `creds.json`, and reserves space for new tokens, so that whatever is wrong
    /// shows before the refresh token is used. This waits until other `Credentials` are dropped.
    pub fn open(aac_url: &AacUrl) -> Result<Credentials, Error> {
        let unreadable = |error| files::unreadable(FILE, &error);
        let path = fs::canonicalize(FILE).map_err(unreadable)?;
        let mut file =
            LockedFile::open(path).map_err(|error| unusable("creds.json.lock", error))?;
        lock(&file);
        let bytes = file.read().map_err(unreadable)?;
        let mut tokens = parse(&bytes).map_err(|(problem, advice)| {
            let new_tokens = if advice == COPY {
                aac_url.new_tokens()
            } else {
                String::new()
            };
            Error::new(
                &format!("{FILE} {problem}"),
                &(advice.to_owned() + &new_tokens),
            )
        })?;
        let newer = file.uncommitted(tokens.refresh_token.expose());
        let newer = newer.map_err(|error| unusable("creds.json.new", error))?;
        if let Ok(recovered) = parse(&newer) {
            file.put_in_place(&newer)
                .map_err(|error| not_saved(error, KEPT))?;
            terminal::verbose("* Took the tokens that a stopped run left in creds.json.new");
            tokens = recovered;
        }
        let reserved = file.reserve(tokens.refresh_token.expose());
        reserved.map_err(|error| unusable(FILE, error))?;
        terminal::verbose(&format!(
            "* {FILE}: the access token {}",
            tokens.claims.lifetime()
        ));
        Ok(Credentials { file, tokens })
    }

    /// Saves the issuer's response over the old tokens, and returns the access token. What is not in
    /// it stays, such as a refresh token that the issuer does not rotate (RFC 6749 §6).
    pub fn save(mut self, response: TokenResponse, aac_url: &AacUrl) -> Result<Token, Error> {
        let TokenResponse(members, access_token) = response;
        self.tokens.members.extend(members);
        let json = serde_json::to_string_pretty(&self.tokens.members).expect("JSON makes JSON");
        if let Err(error) = self.file.commit((json + "\n").as_bytes()) {
            let lost = format!("They are lost. {}", aac_url.new_tokens());
            return Err(not_saved(
                error,
                if self.file.is_kept { KEPT } else { &lost },
            ));
        }
        let lifetime = access_token
            .claims()
            .map_or(String::new(), |claims| claims.lifetime());
        terminal::verbose(&format!(
            "* Saved in {FILE}: the new access token {lifetime}"
        ));
        Ok(access_token)
    }
}

/// What the issuer returned (RFC 6749 §5.1), and the access token in it.
pub struct TokenResponse(Members, Token);

impl TokenResponse {
    /// Reads the response's body. `None` if there is no access token in it, or an error.
    pub fn parse(body: &[u8]) -> Option<TokenResponse> {
        let mut members: Members = serde_json::from_str(files::decode(body).ok()?).ok()?;
        // Some issuers write null for what is absent.
        members.retain(|_, value| value.get() != "null");
        if token(&members, "refresh_token").is_err() {
            members.remove("refresh_token");
        }
        let access_token = token(&members, "access_token").ok()?;
        (!members.contains_key("error")).then_some(TokenResponse(members, access_token))
    }
}

/// Waits until no other run has the file. Where the file system has no locks, it warns and goes on.
fn lock(file: &LockedFile) {
    let mut result = file.lock.try_lock();
    if let Err(TryLockError::WouldBlock) = result {
        terminal::notice("Waiting for another run that is refreshing the tokens …");
        result = file.lock.lock().map_err(TryLockError::Error);
    }
    if let Err(error) = result {
        let warning =
            format!("warning: {FILE} cannot be locked ({error}): run this once at a time");
        terminal::notice(&warning);
    }
}

/// Reads `creds.json`. The fault quotes nothing of it.
fn parse(bytes: &[u8]) -> Result<Tokens, Fault> {
    let text = files::decode(bytes).map_err(|problem| (problem.to_owned(), files::UTF_8))?;
    redaction::remember_all(&serde_json::from_str(text).unwrap_or_default());
    let members = serde_json::from_str(text).map_err(|error| syntax_fault(text, &error))?;
    let access_token = token(&members, "access_token")?;
    let refresh_token = token(&members, "refresh_token")?;
    let is_swapped = refresh_token.claims().is_ok();
    match access_token.claims() {
        Ok(_) if is_swapped => Err(("has one token twice".to_owned(), COPY)),
        Ok(claims) => Ok(Tokens {
            members,
            refresh_token,
            claims,
        }),
        Err(_) if is_swapped => Err(("has its tokens swapped".to_owned(), SWAP)),
        Err(problem) => Err((format!("has an \"access_token\" that {problem}"), COPY)),
    }
}

/// What keeps `text` from being a JSON object.
fn syntax_fault(text: &str, error: &serde_json::Error) -> Fault {
    let (message, line) = (error.to_string(), error.line());
    let problem = if text.trim().is_empty() {
        return ("is empty".to_owned(), COPY);
    } else if text.contains(['“', '”', '„']) {
        "has curly quotation marks, which have to be straight".to_owned()
    } else if message.starts_with("control character") {
        format!("has a line break or a tab inside a token, at line {line}")
    } else if message.starts_with("trailing comma") {
        format!("has a comma after its last field, before line {line}")
    } else if error.is_data() {
        // serde_json quotes what it read in errors of this kind, and in no other.
        "is not a JSON object".to_owned()
    } else {
        format!("is not JSON: {message}")
    };
    (problem, SYNTAX)
}

/// The token that is called `name`.
fn token(members: &Members, name: &str) -> Result<Token, Fault> {
    let json = members.get(name).map_or("\"\"", |json| json.get());
    let text: String = serde_json::from_str(json).unwrap_or_default();
    let text = text.trim();
    let (problem, advice) = if text.is_empty() {
        ("no", COPY)
    } else if files::is_placeholder(text) {
        ("a placeholder for its", COPY)
    } else if text.starts_with("Bearer ") {
        ("the word Bearer in its", BEARER)
    } else if !text.bytes().all(|c| c.is_ascii_graphic()) {
        ("a character that no token has in its", COPY)
    } else {
        return Ok(Token::new(text));
    };
    Err((format!("has {problem} \"{name}\""), advice))
}

/// The tokens cannot be saved, so they are not refreshed.
fn unusable(file: &str, error: io::Error) -> Error {
    let error = Error::new(&format!("{file} cannot be used: {error}"), WRITABLE);
    error.with_progress("The refresh token was not used.")
}

/// The tokens were refreshed, and the new ones are not in `creds.json`.
fn not_saved(error: io::Error, advice: &str) -> Error {
    let error = Error::new(
        &format!("{FILE} cannot take the new tokens: {error}"),
        advice,
    );
    error.with_progress("The tokens were refreshed: those in creds.json have been used.")
}
