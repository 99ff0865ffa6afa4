//! `aac_url.txt`: where the API and its portal are, and which URLs may be sent a token.

use super::{error::Error, files};
use ureq::http::Uri;

const REGIONS: &str = "Write https://api.REGION.alteryxcloud.com, where REGION is us1, eu1 or au1.";
const NOT_A_URL: &str = "aac_url.txt does not hold a URL of the form https://api.HOST";
const PATH: &str = "Write a path, or a URL on the host in aac_url.txt. Replace {…} with values \
    and spaces with %20. In Git Bash, leave out the leading slash.";
const US1: &str = "https://api.us1.alteryxcloud.com";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(pub String);

impl AacUrl {
    pub fn read() -> Result<AacUrl, Error> {
        let text = files::read_line("aac_url.txt", REGIONS)?;
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let url: Uri = text.parse().unwrap_or_default();
        let is_whole = url.to_string() == format!("{text}/");
        let host = url.host().unwrap_or_default();
        let is_portal = host.ends_with(".alteryxcloud.com") && !host.starts_with("api.");
        if is_safe(&url) && is_whole && !is_portal {
            return Ok(AacUrl(text));
        }
        Err(Error::new(NOT_A_URL, REGIONS))
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's. Any other host is refused: it would be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        if let Some(c) = path.chars().find(is_invalid) {
            return Err(Error::usage(&format!("PATH has {c:?} in it"), PATH));
        }
        let portal = self.portal();
        let rest = path.strip_prefix(&self.0).or(path.strip_prefix(&portal));
        let rest = rest.unwrap_or(path);
        // A first part with a dot or a colon makes it a URL, perhaps one that lacks its https://.
        let start = rest.split(['/', '?']).next().unwrap_or_default();
        let is_cut = rest.len() < path.len() && !start.is_empty();
        let is_elsewhere = is_cut || start.contains(['.', ':']) || path.starts_with("//");
        let problem = format!("PATH is a URL that does not begin with {}", self.0);
        match format!("{}/{}", self.0, rest.trim_start_matches('/')).parse() {
            Ok(url) if !is_elsewhere => Ok(url),
            _ => Err(Error::usage(&problem, PATH)),
        }
    }

    /// What to do where only new tokens help, as the end of a sentence.
    pub fn new_tokens(&self) -> String {
        let page = self.portal() + "/cloud-portal/preferences/oauth2-api-tokens";
        format!("generate new tokens at {page} and paste both into creds.json.")
    }

    fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

/// Where to get what belongs in `client_id.txt`, in the region of `aac_url.txt` if that is clear.
pub fn project_id() -> String {
    let aac_url = AacUrl::read().unwrap_or(AacUrl(US1.to_owned()));
    let page = aac_url.portal() + "/cloud-portal/library/alteryx-io";
    format!("Copy the Client ID of your API project at {page} into client_id.txt.")
}

/// Whether `url` may be sent a token: HTTPS, or plain HTTP on this machine, and no user name.
pub fn is_safe(url: &Uri) -> bool {
    let (scheme, host) = (url.scheme_str(), url.host().unwrap_or_default());
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let is_plain = authority == host || url.port_u16().is_some() && !authority.contains('@');
    let is_secure = scheme == Some("https") || scheme == Some("http") && is_loopback(url);
    is_plain && is_secure && !host.is_empty()
}

/// Whether `url` is on this machine (RFC 8252 §7.3, and the name localhost).
pub fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str())
}
