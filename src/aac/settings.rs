//! `aac_url.txt` (where the API is, and its portal) and `client_id.txt` (the id of the API project,
//! which is not the `client_id` in an access token), and which URLs a call may have.

use super::{error::Error, files, output, table, url};
use std::path::Path;
use ureq::http::Uri;

const REGIONS: &str = "Write https://api.REGION.alteryxcloud.com, where REGION is us1, eu1 or au1.";
const GIT_BASH: &str = "Git Bash has changed it: leave out the leading slash.";
const ONE_HOST: &str = "The access token is never sent anywhere else.";
const NO_VARIABLE: &str = "If a variable belongs there, set it.";

/// What the two files say.
pub struct Settings {
    /// Such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
    pub aac_url: String,
    /// The same without its `api.`.
    portal: String,
    pub project_id: String,
    /// Where to get the right ID.
    pub project_advice: String,
    /// What to do where only new tokens help, as the end of a sentence.
    pub tokens_advice: String,
}

impl Settings {
    /// Reads the files.
    pub fn read() -> Result<Settings, Error> {
        let aac_url = read_url()?;
        let portal = aac_url.replacen("://api.", "://", 1);
        let page = format!("{portal}/cloud-portal/preferences/oauth2-api-tokens");
        let tokens_advice =
            format!("generate new tokens at {page} and paste both into creds.json.");

        // The second is what the example's newest revision calls the same file.
        let mut files = ["client_id.txt", "api_project_id.txt"].into_iter();
        let found = files.find(|file| Path::new(file).exists());
        let file = found.unwrap_or("client_id.txt");
        let page = format!("{portal}/cloud-portal/library/alteryx-io");
        let project_advice = format!("Copy the ID of your API project at {page} into {file}.");
        let project_id = files::read_line(file, &project_advice)?;
        if project_id.contains("://") {
            return Err(Error::new(&format!("{file} holds a URL"), &project_advice));
        }
        Ok(Settings {
            aac_url,
            portal,
            project_id,
            project_advice,
            tokens_advice,
        })
    }

    /// Refuses a token in place of the project's ID. Tokens are known once `creds.json` has been read.
    pub fn refuse_token(&self) -> Result<(), Error> {
        if output::redact(&self.project_id) == self.project_id {
            return Ok(());
        }
        let problem = "a token was found where the ID of the API project belongs";
        Err(Error::new(problem, &self.project_advice))
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's, which becomes this one. Any other host is refused: it would
    /// be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let base = &self.aac_url;
        let whole = path.strip_prefix(base).or(path.strip_prefix(&self.portal));
        let rest = whole.unwrap_or(path);
        let start = rest.split(['/', '?']).next().unwrap_or_default();
        let is_longer_host = whole.is_some() && !start.is_empty();
        // A first part with a dot or a colon makes it a URL, perhaps one that lacks its https://.
        let is_other_url = start.contains(['.', ':']) || path.starts_with("//");
        let path_only = rest.split('?').next().unwrap_or_default();
        let url = format!("{base}/{}", rest.trim_start_matches('/'));

        let error = |fault: &str, advice| Error::usage(&format!("PATH {fault} {path:?}"), advice);
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        match path.chars().find(is_invalid) {
            _ if path.get(1..3) == Some(":/") => Err(error("is", GIT_BASH)),
            Some(c) => {
                let advice = table::find(include_str!("path.txt"), path);
                let advice = advice.replace("{encoded}", &url::percent_encode(&c.to_string()));
                Err(error(&format!("contains {c:?}:"), &advice))
            }
            None if is_longer_host || is_other_url => {
                let fault = format!("must be a path, or begin with {base}/ (aac_url.txt):");
                Err(error(&fault, ONE_HOST))
            }
            // An empty variable must not make another call of it, such as a DELETE of more.
            None if path_only.trim_end_matches('/').contains("//") => {
                Err(error("has nothing between two slashes:", NO_VARIABLE))
            }
            None => url.parse().or(Err(Error::usage("PATH is too long", ""))),
        }
    }
}

/// Reads the API's URL. Capitals become small letters.
fn read_url() -> Result<String, Error> {
    let text = files::read_line("aac_url.txt", REGIONS)?;
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let uri: Uri = text.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let is_portal = host.ends_with(".alteryxcloud.com") && !host.starts_with("api.");
    let is_base = uri.to_string() == format!("{text}/");
    let fault = match text.split_once("://") {
        None => "must begin with https://",
        Some(("http", _)) if !url::is_loopback(&uri) => "must begin with https://, not http://",
        _ if is_portal => "names the portal, not the API",
        _ if url::is_safe(&uri) && is_base => return Ok(text),
        _ => "does not hold a URL of the form https://HOST",
    };
    Err(Error::new(&format!("aac_url.txt {fault}"), REGIONS))
}
