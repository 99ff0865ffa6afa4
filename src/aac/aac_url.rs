//! `aac_url.txt`: where the API and its portal are, and which URLs a call may have.

use super::{error::Error, files, table, url};
use std::fmt;
use ureq::http::Uri;

const REGIONS: &str = "Write https://api.REGION.alteryxcloud.com, where REGION is us1, eu1 or au1.";
const GIT_BASH: &str = "Git Bash has changed it: leave out the leading slash.";
const ONE_HOST: &str = "The tokens are sent to no other host.";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(String);

impl AacUrl {
    /// Reads the file. Capitals become small letters.
    pub fn read() -> Result<AacUrl, Error> {
        let text = files::read_line("aac_url.txt", REGIONS)?;
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let uri: Uri = text.parse().unwrap_or_default();
        let host = uri.host().unwrap_or_default();
        let problem = if text.starts_with("http://") && !url::is_loopback(&uri) {
            "must begin with https://, not http://"
        } else if !text.contains("://") {
            "must begin with https://"
        } else if host.ends_with(".alteryxcloud.com") && !host.starts_with("api.") {
            "names the portal, not the API"
        } else if !url::is_safe(&uri) || uri.to_string() != format!("{text}/") {
            "does not hold a URL of the form https://HOST"
        } else {
            return Ok(AacUrl(text));
        };
        Err(Error::new(&format!("aac_url.txt {problem}"), REGIONS))
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's, which becomes this one. Any other host is refused: it would
    /// be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let refuse = |problem: &str, advice: &str| Err(Error::usage(problem, advice));
        let (base, portal) = (&self.0, self.portal());
        let whole = path.strip_prefix(base).or(path.strip_prefix(&portal));
        let rest = whole.unwrap_or(path);
        let start = rest.split(['/', '?']).next().unwrap_or_default();
        let is_longer_host = whole.is_some() && !start.is_empty();
        if path.get(1..3) == Some(":/") {
            return refuse(&format!("PATH is {path:?}"), GIT_BASH);
        }
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        if let Some(c) = path.chars().find(is_invalid) {
            let encoded = url::percent_encode(&c.to_string());
            let advice = table::find(include_str!("path.txt"), path);
            let problem = format!("PATH contains {c:?}: {path:?}");
            return refuse(&problem, &advice.replace("{encoded}", &encoded));
        }
        // A first part with a dot or a colon makes it a URL, perhaps one that lacks its https://.
        if is_longer_host || start.contains(['.', ':']) || path.starts_with("//") {
            let problem = format!("PATH is not on the host in aac_url.txt, {base}: {path:?}");
            return refuse(&problem, ONE_HOST);
        }
        // An empty variable must not make another call of it, such as a DELETE of more.
        let path_only = rest.split('?').next().unwrap_or_default();
        if path_only.trim_end_matches('/').contains("//") {
            let problem = format!("PATH has nothing between two slashes: {path:?}");
            return refuse(&problem, "If a variable belongs there, set it.");
        }
        let url = format!("{base}/{}", rest.trim_start_matches('/'));
        url.parse().or_else(|_| refuse("PATH is too long", ""))
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
