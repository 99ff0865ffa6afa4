//! `aac_url.txt`: where the API and its portal are, and which URLs may be sent a token.

use super::{error::Error, files};
use ureq::http::uri::{PathAndQuery, Uri};

const REGIONS: &str = "Write https://api.REGION.alteryxcloud.com, where REGION is us1, eu1 or au1.";
const NOT_A_URL: &str = "aac_url.txt is not a URL of the form https://HOST";
const CHARACTERS: &str = "Put values in place of brackets, and percent-encode what a URL \
    cannot contain: a space is %20. In Git Bash, leave out the leading slash.";
const ELSEWHERE: &str =
    "Write a path (in Git Bash without its slash), or https:// and the host in aac_url.txt.";
const NO_API: &str = "aac_url.txt has the portal's host, which lacks api";
const PORTALS: [&str; 3] = [
    "https://us1.alteryxcloud.com",
    "https://eu1.alteryxcloud.com",
    "https://au1.alteryxcloud.com",
];

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(pub String);

impl AacUrl {
    pub fn read() -> Result<AacUrl, Error> {
        let url = files::read_line("aac_url.txt", REGIONS)?;
        let url = url.trim_end_matches('/');
        match origin(&url.parse().unwrap_or_default()) {
            Some(portal) if PORTALS.contains(&&*portal) => Err(Error::new(NO_API, REGIONS)),
            Some(origin) if origin.eq_ignore_ascii_case(url.trim_end_matches(":443")) => {
                Ok(AacUrl(origin))
            }
            _ => Err(Error::new(NOT_A_URL, REGIONS)),
        }
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's. Any other host is refused: it would be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        if let Some(c) = path.chars().find(is_invalid) {
            return Err(Error::usage(&format!("PATH has {c:?} in it"), CHARACTERS));
        }
        // What begins with a name that has a dot or a colon in it is a URL, or lacks its https://.
        let start = path.split(['/', '?']).next().unwrap_or_default();
        let url = match start.contains(['.', ':']) || path.starts_with("//") {
            true => path.to_owned(),
            false => format!("{}/{}", self.0, path.trim_start_matches('/')),
        };
        let uri: Uri = url.parse().unwrap_or_default();
        let origin = origin(&uri).unwrap_or_default();
        let path = uri.path_and_query().map_or("", PathAndQuery::as_str);
        let problem = format!("PATH is not at {}, and no token is sent elsewhere", self.0);
        match format!("{}{path}", self.0).parse() {
            Ok(url) if origin == self.0 || origin == self.portal() => Ok(url),
            _ => Err(Error::usage(&problem, ELSEWHERE)),
        }
    }

    /// What to do where only new tokens help.
    pub fn new_tokens(&self) -> String {
        let page = self.portal() + "/cloud-portal/preferences/oauth2-api-tokens";
        format!("Generate new tokens at {page} and paste both into creds.json.")
    }

    /// The portal of the region, at the same host without `api.`.
    fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

/// Where to get what belongs into `client_id.txt`, in the region of `aac_url.txt` if that is clear.
pub fn project_id() -> String {
    let portal = AacUrl::read().map_or(PORTALS[0].to_owned(), |url| url.portal());
    let page = portal + "/cloud-portal/library/alteryx-io";
    format!("Copy the Client ID of your API project at {page} into client_id.txt.")
}

/// `scheme://host[:port]` of a URL that may be sent a token: HTTPS, or plain HTTP on this machine.
pub fn origin(url: &Uri) -> Option<String> {
    let (scheme, host) = (url.scheme_str()?, url.host()?.to_ascii_lowercase());
    let authority = url.authority()?.as_str().to_ascii_lowercase();
    // No user name before the host, and behind it no port or one that can be.
    let is_plain = authority == host || url.port_u16().is_some() && !authority.contains('@');
    let is_safe = scheme == "https" || scheme == "http" && is_loopback(url);
    let port = if scheme == "https" { ":443" } else { ":80" };
    let origin = format!("{scheme}://{}", authority.trim_end_matches(port));
    (is_plain && is_safe && !host.is_empty()).then_some(origin)
}

/// Whether `url` is on this machine (RFC 8252 §7.3, and the name localhost).
pub fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str())
}
