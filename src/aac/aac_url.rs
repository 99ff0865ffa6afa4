//! `aac_url.txt`: where the API and its portal are, and which URLs may be sent a token.

use super::{error::Error, files};
use ureq::http::uri::{PathAndQuery, Uri};

const REGIONS: &str = "Write your region's: https://api.us1.alteryxcloud.com, or eu1 or au1.";
const BRACKETS: &str = "Put a value in place of the brackets, such as the workspace's id.";
const GIT_BASH: &str = "In Git Bash, leave out the leading slash.";
const ENCODING: &str = "In a URL it has to be percent-encoded: a space is %20.";
const ELSEWHERE: &str = "A path begins with a slash. For another region, change aac_url.txt.";
/// Where to get what belongs into `client_id.txt`, while the region is not known.
pub const PROJECT_ID: &str = "Copy the Client ID of your API project into it, from \
    https://us1.alteryxcloud.com/cloud-portal/library/alteryx-io (or eu1, au1).";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(pub String);

impl AacUrl {
    /// Reads `aac_url.txt`.
    pub fn read() -> Result<AacUrl, Error> {
        let url = files::read_line("aac_url.txt", REGIONS)?;
        let url = url.trim_end_matches('/');
        match origin(&url.parse().unwrap_or_default()) {
            Some(origin) if origin.eq_ignore_ascii_case(url) => Ok(AacUrl(origin)),
            _ => {
                let problem = "aac_url.txt is not a URL of the form https://HOST";
                Err(Error::new(problem, REGIONS))
            }
        }
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's. Any other host is refused: it would be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        if let Some(c) = path.chars().find(is_invalid) {
            let advice = match c {
                '{' | '}' | '<' | '>' => BRACKETS,
                ' ' if path.contains("/Git/") => GIT_BASH,
                _ => ENCODING,
            };
            return Err(Error::usage(&format!("PATH has {c:?} in it"), advice));
        }
        // A colon before any slash ends a scheme, two slashes come before a host (RFC 3986 §4.2).
        let start = path.split(['/', '?']).next().unwrap_or_default();
        let url = if start.contains(':') || path.starts_with("//") {
            path.to_owned()
        } else if start.contains('.') {
            format!("https://{path}")
        } else {
            format!("{}/{}", self.0, path.trim_start_matches('/'))
        };
        let uri: Uri = url.parse().unwrap_or_default();
        let origin = origin(&uri).unwrap_or_default();
        let path = uri.path_and_query().map_or("", PathAndQuery::as_str);
        match format!("{}{path}", self.0).parse() {
            Ok(url) if origin == self.0 || origin == self.portal() => Ok(url),
            _ => {
                let problem = format!("PATH is not at {}, and no token is sent elsewhere", self.0);
                Err(Error::usage(&problem, ELSEWHERE))
            }
        }
    }

    /// What to do where only new tokens help.
    pub fn new_tokens(&self) -> String {
        let page = self.portal() + "/cloud-portal/preferences/oauth2-api-tokens";
        format!("Generate new tokens at {page} and paste both into creds.json.")
    }

    /// Where to get what belongs into `client_id.txt`.
    pub fn project_id(&self) -> String {
        let page = self.portal() + "/cloud-portal/library/alteryx-io";
        format!("Copy the Client ID of your API project at {page} into client_id.txt.")
    }

    /// The portal of the region, at the same host without `api.`.
    fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

/// `scheme://host[:port]` of a URL that may be sent a token: HTTPS, or plain HTTP on this machine.
pub fn origin(url: &Uri) -> Option<String> {
    let (scheme, host) = (url.scheme_str()?, url.host()?.to_ascii_lowercase());
    let mut origin = format!("{scheme}://{host}");
    if let Some(port) = url.port_u16()
        && (scheme == "http" || port != 443)
    {
        origin += &format!(":{port}");
    }
    let authority = url.authority()?.as_str();
    let is_plain = host == authority.to_ascii_lowercase() || url.port_u16().is_some();
    let is_safe = scheme == "https" || scheme == "http" && is_loopback(url);
    (is_safe && is_plain && !authority.contains('@')).then_some(origin)
}

/// Whether `url` is on this machine (RFC 8252 §7.3, and the name localhost).
pub fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str())
}
