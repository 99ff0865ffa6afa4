//! `aac_url.txt`: where the API and its portal are, and which URLs may be sent a token.

use super::{error::Error, files};
use ureq::http::Uri;

const REGIONS: &str =
    "Write the URL of your region: https://api.us1.alteryxcloud.com, or eu1 or au1.";
const BRACKETS: &str = "Put a value in place of the brackets, such as the workspace's id.";
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
        match origin(&url) {
            Some(origin) if !url.trim_end_matches('/')[8..].contains('/') => Ok(AacUrl(origin)),
            _ => Err(Error::new(
                "aac_url.txt is not a URL of the form https://HOST",
                REGIONS,
            )),
        }
    }

    /// The URL at `path`, a path with or without its leading slash, or a whole URL at this host or,
    /// as in the guide, at the portal's. Any other host is refused: it would be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        if let Some(c) = path.chars().find(is_invalid) {
            let advice = match c {
                '{' | '}' | '<' | '>' => BRACKETS,
                ' ' if path.contains("/Git/") => "In Git Bash, leave out the leading slash.",
                ' ' => "Write a space as %20.",
                _ => "In a URL, it has to be percent-encoded.",
            };
            return Err(Error::usage(&format!("PATH has {c:?} in it"), advice));
        }
        // A colon before any slash ends a scheme, two slashes come before a host (RFC 3986 §4.2).
        let start = path.split(['/', '?']).next().unwrap_or_default();
        let is_url = start.contains(':') || path.starts_with("//");
        let mut path = path.to_owned();
        if is_url || start.contains('.') {
            let url = if is_url {
                path
            } else {
                format!("https://{path}")
            };
            let host = origin(url.split('?').next().unwrap_or_default());
            if host.is_none_or(|host| host != self.0 && host != self.portal()) {
                let problem = format!("PATH is not at {}, and no token is sent elsewhere", self.0);
                return Err(Error::usage(&problem, ELSEWHERE));
            }
            path = url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        }
        let url = format!("{}/{}", self.0, path.strip_prefix('/').unwrap_or(&path));
        url.parse()
            .map_err(|_| Error::usage("PATH is too long for a URL", ""))
    }

    /// What to do where only new tokens help.
    pub fn new_tokens(&self) -> String {
        let page = format!(
            "{}/cloud-portal/preferences/oauth2-api-tokens",
            self.portal()
        );
        format!("Generate new tokens at {page} and paste both into creds.json.")
    }

    /// Where to get what belongs into `client_id.txt`.
    pub fn project_id(&self) -> String {
        let page = format!("{}/cloud-portal/library/alteryx-io", self.portal());
        format!("Copy the Client ID of your API project at {page} into client_id.txt.")
    }

    /// The portal of the region, at the same host without `api.`.
    fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

/// The origin, `scheme://host[:port]`, of a URL that may be sent a token: over HTTPS, or over plain
/// HTTP on this machine.
pub fn origin(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok().filter(|_| !url.contains(['?', '#']))?;
    let (scheme, host) = (uri.scheme_str()?, uri.host()?.to_ascii_lowercase());
    let port = uri
        .port_u16()
        .map_or(String::new(), |port| format!(":{port}"));
    // A user name before the host, or a port that is none, makes it longer.
    let is_plain = !host.is_empty() && uri.authority()?.as_str().len() == host.len() + port.len();
    let is_safe = scheme == "https" || scheme == "http" && is_loopback(&uri);
    let port = if scheme == "https" && port == ":443" {
        ""
    } else {
        &port
    };
    (is_plain && is_safe).then(|| format!("{scheme}://{host}{port}"))
}

/// Whether `url` is on this machine (RFC 8252 §7.3, and the name localhost).
pub fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str())
}
