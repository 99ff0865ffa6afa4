//! `creds.json`: the tokens, and how new ones take their place without being lost.

use super::{claims::Claims, error::Error, files, locked_file::LockedFile, output, table, url};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fs};

const FILE: &str = "creds.json";

/// The members of a JSON object, each as it is written.
type Members = BTreeMap<String, Box<RawValue>>;

/// What is in `creds.json`, which stays locked until this is saved or dropped.
pub struct Credentials {
    file: LockedFile,
    members: Members,
    pub refresh_token: String,
    /// Those of the access token.
    pub claims: Claims,
}

impl Credentials {
    /// Locks and reads `creds.json`, recovers what a killed run left, and reserves space. Opening
    /// it twice in one thread deadlocks. `remedy` is how to get new tokens.
    pub fn open(remedy: &str) -> Result<Credentials, Error> {
        let refuse = |error| fault(&format!("cannot be updated: {error}"), remedy);
        let fill = advice("is empty", remedy);
        let path =
            fs::canonicalize(FILE).map_err(|error| files::unreadable(FILE, &error, &fill))?;
        let mut file = LockedFile::lock(&path, output::notice).map_err(refuse)?;
        let (members, refresh_token, claims) =
            parse(&files::read(FILE, &fill)?).map_err(|problem| fault(&problem, remedy))?;
        let newer = file.recover(&refresh_token).map_err(refuse)?;
        if TokenResponse::parse(&String::from_utf8_lossy(&newer)).is_some() {
            file.commit(newer.trim_ascii_end()).map_err(refuse)?;
            output::verbose("* Recovered the new tokens from creds.json.new");
            return Credentials::open(remedy);
        }
        file.reserve(&refresh_token).map_err(refuse)?;
        Ok(Credentials {
            file,
            members,
            refresh_token,
            claims,
        })
    }

    /// Saves the new tokens and returns the new access token. What is not new stays (RFC 6749 §6).
    pub fn save_new(mut self, new: TokenResponse, remedy: &str) -> Result<String, Error> {
        let TokenResponse(members, access_token) = new;
        self.members.extend(members);
        let json = serde_json::to_string_pretty(&self.members).expect("JSON makes JSON");
        if let Err(error) = self.file.commit((json + "\n").as_bytes()) {
            let problem = format!("cannot be updated with the new tokens: {error}");
            return Err(fault(&problem, remedy));
        }
        output::verbose("* Saved the new tokens in creds.json");
        Ok(access_token)
    }
}

/// What the issuer returned (RFC 6749 §5.1), and the access token in it.
pub struct TokenResponse(Members, String);

impl TokenResponse {
    /// `None` if there is no access token in `body`. An invalid refresh token counts as missing.
    pub fn parse(body: &str) -> Option<TokenResponse> {
        let mut members: Members = serde_json::from_str(body).ok()?;
        // Some issuers write null for what is absent.
        members.retain(|_, value| value.get() != "null");
        if token(&members, "refresh_token").is_err() {
            members.remove("refresh_token");
        }
        let access_token = token(&members, "access_token").ok()?;
        Some(TokenResponse(members, access_token))
    }
}

/// What is in `creds.json`, or what is wrong with it, in words that quote no token.
fn parse(text: &str) -> Result<(Members, String, Claims), String> {
    let text = text.trim_end();
    let members = serde_json::from_str(text).map_err(|error| {
        let marks = text.matches(['“', '”']).next().unwrap_or_default();
        let key = format!("^{text:.5}$ {error} {marks}");
        let problem = table::find(include_str!("syntax.txt"), &key);
        problem.replace("{said}", &error.to_string())
    })?;
    let access_token = token(&members, "access_token")?;
    let refresh_token = token(&members, "refresh_token")?;
    let is_same = access_token == refresh_token;
    match (Claims::read(&access_token), Claims::read(&refresh_token)) {
        (Ok(_), Ok(_)) if is_same => Err("has the access token in both places".to_owned()),
        (Ok(claims), _) => Ok((members, refresh_token, claims)),
        (Err(_), Ok(_)) => Err("has the two tokens swapped".to_owned()),
        (Err(problem), _) => Err(format!("has an invalid \"access_token\": {problem}")),
    }
}

/// The token called `name`, redacted in output from now on, or what is wrong with it.
fn token(members: &Members, name: &str) -> Result<String, String> {
    let json = members.get(name).map_or("\"\"", |json| json.get());
    let text: String = serde_json::from_str(json).unwrap_or_default();
    let text = text.trim();
    let letters = |name: &str| name.replace(['_', '-', ' '], "").to_lowercase();
    let mut names = members.keys().filter(|it| *it != name);
    let problem = if files::is_placeholder(text) {
        "still holds the placeholder for"
    } else if text.starts_with("Bearer ") {
        "has the word Bearer in its"
    } else if let Some(c) = text.chars().find(|c| !c.is_ascii_graphic()) {
        &format!("has the invalid character {c:?} in its")
    } else if !text.is_empty() {
        output::remember(text);
        // As it stands in a form.
        output::remember(&url::percent_encode(text));
        return Ok(text.to_owned());
    } else if let Some(other) = names.find(|it| letters(it) == letters(name)) {
        return Err(format!("has {other:?} instead of \"{name}\""));
    } else {
        "has no"
    };
    Err(format!("{problem} \"{name}\""))
}

fn fault(problem: &str, remedy: &str) -> Error {
    Error::new(&format!("{FILE} {problem}"), &advice(problem, remedy))
}

/// What to do about a problem.
fn advice(problem: &str, remedy: &str) -> String {
    let advice = table::find(include_str!("creds.txt"), problem);
    advice.replace("{remedy}", remedy)
}
