//! `creds.json`: the tokens, and how new ones take their place without being lost.

use super::output;
use super::token::{Claims, Token};
use super::{error::Error, files, locked_file::LockedFile, no_response::Once};
use serde_json::{error::Category, value::RawValue};
use std::{collections::BTreeMap, fs, io};

const FILE: &str = "creds.json";
const FORMAT: &str =
    "The file should look like this: {\"access_token\": \"…\", \"refresh_token\": \"…\"}";
const IN_THE_WAY: &str = "Move what is in the way, free up disk space, or make the folder and \
    creds.json* writable. If root owns them, for example because you once used sudo, use chown.";
const RETRY: &str = "Fix that and try again: the next run will use the tokens in creds.json.new.";
const WAITING: &str = "Waiting for another run that is refreshing the tokens …";
const NO_LOCKS: &str = "warning: creds.json cannot be locked: avoid simultaneous runs";

/// What is known of the tokens when something has failed.
pub const NOT_REFRESHED: &str = "The tokens were not refreshed.";
pub const MAYBE_REFRESHED: &str = "The tokens may have been refreshed. If so, the next run \
    will say that the refresh token has been used.";
const NOT_USED: &str = "This run did not use the refresh token.";
const UNSAVED: &str = "The tokens were refreshed, but creds.json may still hold the old ones.";
/// To be said of a refresh.
pub const REFRESH_MESSAGES: Once = Once {
    waiting: "If you stop the program now, the tokens may be lost.",
    sent: MAYBE_REFRESHED,
    not_sent: NOT_USED,
};

/// The members of a JSON object, each as it is written: other programs may have their own.
type Members = BTreeMap<String, Box<RawValue>>;

/// What is in `creds.json`, which stays locked until this is saved or dropped.
pub struct Credentials {
    file: LockedFile,
    members: Members,
    pub refresh_token: Token,
    /// Those of the access token.
    pub claims: Claims,
    /// What to do where only new tokens help.
    new_tokens: String,
}

impl Credentials {
    /// Locks and reads `creds.json`, and reserves space, before the refresh token can be used. What
    /// a run that died has left is saved first. It waits for other runs, however long: opening it
    /// twice in one thread deadlocks. `new_tokens` is what to do where only those help.
    pub fn open(new_tokens: &str) -> Result<Credentials, Error> {
        let refuse = |error| not_saved(&error, IN_THE_WAY, NOT_USED);
        let fill = fill(new_tokens);
        let path =
            fs::canonicalize(FILE).map_err(|error| files::unreadable(FILE, &error, &fill))?;
        let (on_wait, on_failure) = (|| output::notice(WAITING), || output::notice(NO_LOCKS));
        let mut file = LockedFile::lock(&path, on_wait, on_failure).map_err(refuse)?;
        let (members, refresh_token, claims) = parse(&files::read(FILE, &fill)?, new_tokens)?;
        let newer = file.recover(refresh_token.expose()).map_err(refuse)?;
        if TokenResponse::parse(&String::from_utf8_lossy(&newer)).is_some() {
            file.commit(&newer).map_err(refuse)?;
            output::verbose("* Recovered the new tokens from creds.json.new");
            return Credentials::open(new_tokens);
        }
        file.reserve(refresh_token.expose()).map_err(refuse)?;
        Ok(Credentials {
            file,
            members,
            refresh_token,
            claims,
            new_tokens: new_tokens.to_owned(),
        })
    }

    /// Saves the response in place of the old tokens, and returns the new access token. What is not
    /// in the response stays (RFC 6749 §6).
    pub fn replace_with(mut self, response: TokenResponse) -> Result<Token, Error> {
        let TokenResponse(members, access_token) = response;
        self.members.extend(members);
        let json = serde_json::to_string_pretty(&self.members).expect("JSON makes JSON");
        if let Err(error) = self.file.commit((json + "\n").as_bytes()) {
            let advice = format!("{RETRY} If there are none, {}", self.new_tokens);
            return Err(not_saved(&error, &advice, UNSAVED));
        }
        let lifetime = access_token.lifetime();
        output::verbose(&format!("* Saved the new tokens in creds.json: {lifetime}"));
        Ok(access_token)
    }
}

/// What the issuer returned (RFC 6749 §5.1), and the access token in it.
pub struct TokenResponse(Members, Token);

impl TokenResponse {
    /// Reads the response's body. `None` if there is no access token in it. An invalid refresh token
    /// counts as missing.
    pub fn parse(body: &str) -> Option<TokenResponse> {
        let mut members: Members = serde_json::from_str(body).ok()?;
        // Some issuers write null for what is absent.
        members.retain(|_, value| value.get() != "null");
        if token(&members, "refresh_token", "").is_err() {
            members.remove("refresh_token");
        }
        let access_token = token(&members, "access_token", "").ok()?;
        Some(TokenResponse(members, access_token))
    }
}

/// Reads `creds.json`. The error quotes nothing of it.
fn parse(bytes: &[u8], new_tokens: &str) -> Result<(Members, Token, Claims), Error> {
    let text = files::decode(bytes).map_err(|problem| fault(problem, files::UTF_8))?;
    let members =
        serde_json::from_str(text).map_err(|error| syntax_fault(text, &error, new_tokens))?;
    let access_token = token(&members, "access_token", new_tokens)?;
    let refresh_token = token(&members, "refresh_token", new_tokens)?;
    output::verbose(&format!("* creds.json: {}", access_token.lifetime()));
    match (access_token.claims(), refresh_token.claims()) {
        (Ok(_), Ok(_)) if access_token.expose() == refresh_token.expose() => {
            let advice = paste("refresh_token", new_tokens);
            Err(fault("has the access token in both places", &advice))
        }
        (Err(_), Ok(_)) => Err(fault("has the two tokens swapped", "Swap them.")),
        (Err(problem), _) => {
            let problem = format!("has an invalid \"access_token\": {problem}");
            Err(fault(&problem, &paste("access_token", new_tokens)))
        }
        (Ok(claims), _) => Ok((members, refresh_token, claims)),
    }
}

fn syntax_fault(text: &str, error: &serde_json::Error, new_tokens: &str) -> Error {
    let message = error.to_string();
    let not_json = &format!("is not JSON: {message}");
    let fill = fill(new_tokens);
    let (problem, advice) = if text.trim().is_empty() {
        ("is empty", fill)
    } else if text.starts_with("{\\rtf") {
        ("is a rich text file", "Save it as plain text.".to_owned())
    } else if text.starts_with('<') {
        ("is a web page", fill)
    } else if error.classify() == Category::Eof {
        ("ends too early, perhaps within a token", fill)
    } else {
        // serde_json quotes what it read in errors of the kind Data, and in no other.
        let problem = if error.is_data() {
            "is not a JSON object"
        } else if text.contains(['“', '”']) {
            "is not JSON: it has curly quotation marks"
        } else if message.starts_with("control character") {
            "is not JSON: it has a line break in a token, or lacks a quotation mark"
        } else {
            not_json
        };
        (problem, format!("Correct that in a text editor. {FORMAT}"))
    };
    fault(problem, &advice)
}

fn token(members: &Members, name: &str, new_tokens: &str) -> Result<Token, Error> {
    let json = members.get(name).map_or("\"\"", |json| json.get());
    let text: String = serde_json::from_str(json).unwrap_or_default();
    let text = text.trim();
    let letters = |name: &str| name.replace(['_', '-', ' '], "").to_lowercase();
    let mut names = members.keys().filter(|it| *it != name);
    let paste = paste(name, new_tokens);
    let (problem, advice) = if files::is_placeholder(text) {
        ("still holds the placeholder for", paste)
    } else if text.starts_with("Bearer ") {
        ("has the word Bearer in its", "Remove that word.".to_owned())
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        ("has an invalid character in its", paste)
    } else if !text.is_empty() {
        return Ok(Token::new(text));
    } else if let Some(other) = names.find(|it| letters(it) == letters(name)) {
        ("has no", format!("Rename {other:?} to that."))
    } else {
        ("has no", paste)
    };
    Err(fault(&format!("{problem} \"{name}\""), &advice))
}

fn paste(name: &str, new_tokens: &str) -> String {
    format!(
        "Paste the {} if you have it. If not, {new_tokens}",
        name.replace('_', " ")
    )
}

fn fill(new_tokens: &str) -> String {
    format!("{FORMAT}. To fill it, {new_tokens}")
}

fn fault(problem: &str, advice: &str) -> Error {
    Error::new(&format!("{FILE} {problem}"), advice)
}

fn not_saved(error: &io::Error, advice: &str, progress: &str) -> Error {
    fault(&format!("cannot be updated: {error}"), advice).with_line(progress)
}
