//! `aac_url.txt`: where the API is, which URLs belong to it, and where its portal is.

use crate::error::{self, Error};
use crate::text;
use ureq::http::Uri;

const FILE: &str = "aac_url.txt";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`: an origin, without a slash at its end.
pub struct AacUrl(String);

impl AacUrl {
    /// Reads `aac_url.txt`.
    pub fn read() -> Result<AacUrl, Error> {
        let advice = || "It holds the URL of your region: https://api.us1.alteryxcloud.com, or eu1 or au1.".to_owned();
        let wrong = |problem: &str| error::in_file(FILE, problem, advice());
        let url = text::read_line(FILE, advice)?;
        let origin = origin(&url).map_err(wrong)?;
        let host = url.trim_end_matches('/').split_once("://").unwrap_or_default().1;
        if host.contains(['/', '?', '#']) {
            return Err(wrong("has something after the host; leave that out"));
        }
        Ok(AacUrl(origin))
    }

    /// The whole URL of an API `path` as a person typed it: with or without its leading slash, or pasted as a URL
    /// whose host is the API's or, as in the guide, the portal's. Any other host is a usage error, because the
    /// access token goes with the request.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        if let Some(c) = path.chars().find(|&c| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c)) {
            let git_bash = if path.contains("/Git/") { ". In Git Bash, leave out its leading slash" } else { "" };
            return Err(error::usage(format!(
                "PATH has {c:?} in it, which a URL holds only percent-encoded{git_bash}"
            )));
        }
        // RFC 3986 §4.2: with a colon before its first slash it is a whole URL, with two slashes it names a host too.
        let is_url = path.find([':', '/', '?']).is_some_and(|i| path[i..].starts_with(':'));
        let mut path = path.to_owned();
        if is_url || path.starts_with("//") {
            let ours = |origin: String| origin == self.0 || origin == self.portal();
            let url = path.parse::<Uri>().ok().filter(|_| origin(&path).is_ok_and(ours));
            let Some(url) = url else {
                return Err(error::usage(format!("PATH is a URL outside {}, the only place the token goes", self.0)));
            };
            path = url.path_and_query().map_or_else(String::new, ToString::to_string);
        }
        let url = format!("{}/{}", self.0, path.strip_prefix('/').unwrap_or(&path));
        url.parse().map_err(|_| error::usage("PATH is too long or not a path"))
    }

    /// The portal of the API's region: the same host without `api.`.
    pub fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

/// The origin, `scheme://host[:port]`, of a URL that tokens may be sent to: over HTTPS, or over plain HTTP to this
/// machine. The error says what is wrong with the URL.
pub fn origin(url: &str) -> Result<String, &'static str> {
    let uri: Uri = url.parse().map_err(|_| "is not a URL")?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("has no https:// in front");
    };
    if authority.as_str().contains('@') {
        return Err("has a user name before its host");
    }
    if scheme != "https" && !(scheme == "http" && is_loopback(&uri)) {
        return Err("does not begin with https://");
    }
    let host = authority.host().to_ascii_lowercase();
    let port = authority.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    if host.is_empty() || authority.as_str().len() != host.len() + port.len() {
        return Err("has something other than a host and a port after its ://");
    }
    let default = (scheme == "https" && port == ":443") || (scheme == "http" && port == ":80");
    Ok(format!("{scheme}://{host}{}", if default { "" } else { &port }))
}

/// Whether `uri` is on this machine.
pub fn is_loopback(uri: &Uri) -> bool {
    ["127.0.0.1", "[::1]", "localhost"].iter().any(|host| uri.host().is_some_and(|h| h.eq_ignore_ascii_case(host)))
}
