//! `aac_url.txt`: where the API and its portal are, and which URLs a call may have.

use super::{error::Error, files, url};
use std::fmt;
use ureq::http::Uri;

const REGIONS: &str = "Write https://api.REGION.alteryxcloud.com, where REGION is us1, eu1 or au1.";
const PATH: &str = "Write a path such as v4/workspaces.";
const REPLACE: &str = "Replace it with a value, such as an id.";
const GIT_BASH: &str = "Git Bash has changed it: leave out the leading slash.";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(String);

impl AacUrl {
    pub fn read() -> Result<AacUrl, Error> {
        let text = files::read_line("aac_url.txt", REGIONS)?;
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let uri: Uri = text.parse().unwrap_or_default();
        let host = uri.host().unwrap_or_default();
        let is_portal = host.ends_with(".alteryxcloud.com") && !host.starts_with("api.");
        let problem = if text.starts_with("http://") && !url::is_loopback(&uri) {
            "must begin with https://, not http://"
        } else if !text.contains("://") {
            "must begin with https://"
        } else if is_portal {
            "names the portal, not the API"
        } else if !url::is_safe(&uri) || uri.to_string() != format!("{text}/") {
            "does not hold a URL of the form https://HOST"
        } else {
            return Ok(AacUrl(text));
        };
        Err(Error::new(&format!("aac_url.txt {problem}"), REGIONS))
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's. Any other host is refused: it would be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        check_characters(path)?;
        let portal = self.portal();
        let rest = path.strip_prefix(&self.0).or(path.strip_prefix(&portal));
        let rest = rest.unwrap_or(path);
        // A first part with a dot or a colon makes it a URL, perhaps one that lacks its https://.
        let start = rest.split(['/', '?']).next().unwrap_or_default();
        let is_longer_host = rest.len() < path.len() && !start.is_empty();
        if is_longer_host || start.contains(['.', ':']) || path.starts_with("//") {
            return Err(self.elsewhere(path));
        }
        let url = format!("{}/{}", self.0, rest.trim_start_matches('/'));
        url.parse()
            .map_err(|_| Error::usage("PATH is too long", PATH))
    }

    fn elsewhere(&self, path: &str) -> Error {
        if path.get(1..3) == Some(":/") {
            return Error::usage(&format!("PATH is {path:?}"), GIT_BASH);
        }
        let problem = format!("PATH is a URL that does not begin with {}/", self.0);
        let advice = "The token is for that host only: correct aac_url.txt, or PATH.";
        Error::usage(&format!("{problem}: {path:?}"), advice)
    }

    /// What to do where only new tokens help, as the end of a sentence.
    pub fn new_tokens_advice(&self) -> String {
        let page = self.portal() + "/cloud-portal/preferences/oauth2-api-tokens";
        format!("generate new tokens at {page} and paste both into creds.json.")
    }

    /// The same host without its `api.`.
    pub fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

impl fmt::Display for AacUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Refuses what no URL can contain, and what a person has forgotten to replace.
fn check_characters(path: &str) -> Result<(), Error> {
    for (open, close) in [('{', '}'), ('<', '>')] {
        if let Some((_, rest)) = path.split_once(open) {
            let name = rest.split(close).next().unwrap_or_default();
            let problem = format!("PATH contains the placeholder \"{open}{name}{close}\"");
            return Err(Error::usage(&problem, REPLACE));
        }
    }
    let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#>\\^`|}".contains(c);
    let Some(c) = path.chars().find(is_invalid) else {
        return Ok(());
    };
    let advice = match c {
        _ if path.get(1..3) == Some(":/") => GIT_BASH.to_owned(),
        '\\' => "Write / instead.".to_owned(),
        '#' => "Leave out what begins with it, or write %23.".to_owned(),
        _ => format!("Write {} instead.", url::percent_encode(&c.to_string())),
    };
    Err(Error::usage(&format!("PATH contains {c:?}"), &advice))
}
