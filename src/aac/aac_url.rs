//! `aac_url.txt`: where the API and its portal are, and which URLs may be sent a token.

use super::{error::Error, files};
use ureq::http::Uri;

const REGIONS: &str =
    "Write the URL of your region: https://api.us1.alteryxcloud.com, or eu1 or au1.";
const ELSEWHERE: &str =
    "If it is a path, begin it with a slash. For another region, change aac_url.txt.";
/// Where to get what belongs into `client_id.txt`, while the region is not known.
pub const PROJECT_ID: &str = "Copy the Client ID of your API project into it, from \
    https://us1.alteryxcloud.com/cloud-portal/library/alteryx-io (or eu1, au1).";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(pub String);

impl AacUrl {
    /// Reads `aac_url.txt`.
    pub fn read() -> Result<AacUrl, Error> {
        let url = files::read_line("aac_url.txt", REGIONS)?;
        let problem = match origin(&url) {
            Ok(origin) if url.trim_end_matches('/').matches('/').count() == 2 => {
                return Ok(AacUrl(origin));
            }
            Ok(_) => "has a path after its host",
            Err(problem) => problem,
        };
        Err(Error::new(&format!("aac_url.txt {problem}"), REGIONS))
    }

    /// The URL of the API at `path`: a path with or without its leading slash, or a whole URL at this host or, as in the
    /// guide, at the portal's. Any other host is refused, since it would be sent the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        if let Some(c) = path
            .chars()
            .find(|&c| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c))
        {
            let advice = match c {
                '{' | '}' | '<' | '>' => {
                    "Put a value in place of the brackets, such as the workspace's id."
                }
                ' ' if path.contains("/Git/") => "In Git Bash, leave out the leading slash.",
                ' ' => "Write a space as %20.",
                _ => "In a URL, it has to be percent-encoded.",
            };
            return Err(Error::usage(&format!("PATH has {c:?} in it"), advice));
        }
        let mut path = path.to_owned();
        let start = path.split(['/', '?']).next().unwrap_or_default();
        // A colon before any slash ends a scheme; two slashes at the start come before a host (RFC 3986 §4.2).
        let is_url = start.contains(':') || path.starts_with("//");
        if is_url || start.contains('.') {
            let url = if is_url {
                path
            } else {
                format!("https://{path}")
            };
            let origin = origin(url.split('?').next().unwrap_or_default());
            if !origin.is_ok_and(|origin| origin == self.0 || origin == self.portal()) {
                let problem = format!(
                    "PATH is not at {}, and your token is sent nowhere else",
                    self.0
                );
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

/// The origin, `scheme://host[:port]`, of a URL that may be sent a token: over HTTPS, or over plain HTTP on this machine.
/// The error says what is wrong with the URL.
pub fn origin(url: &str) -> Result<String, &'static str> {
    let uri: Uri = url.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let port = uri
        .port_u16()
        .map_or(String::new(), |port| format!(":{port}"));
    let is_safe = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback(&uri),
        _ => false,
    };
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if !is_safe {
        Err("is not a URL that begins with https://")
    } else if url.contains(['?', '#']) {
        Err("has a ? or # in it")
    } else if authority.contains('@') {
        Err("has a user name before its host")
    } else if host.is_empty() || authority.len() != host.len() + port.len() {
        Err("has no valid host and port")
    } else {
        let scheme = uri.scheme_str().unwrap_or_default();
        let is_default = scheme == "https" && port == ":443";
        Ok(format!(
            "{scheme}://{host}{}",
            if is_default { "" } else { &port }
        ))
    }
}

/// Whether `url` is on this machine (RFC 8252 §7.3, and the name localhost).
pub fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str())
}
