//! `aac_url.txt`: where the API is, and which URLs may be given a token.

use crate::error::{self, Error};
use crate::text;
use ureq::http::Uri;

const FILE: &str = "aac_url.txt";

/// The API's base URL, such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
pub struct AacUrl(String);

impl AacUrl {
    /// Reads `aac_url.txt`. Its URL has to be an [`origin`].
    pub fn read() -> Result<AacUrl, Error> {
        let advice = "It takes the URL of your region: https://api.us1.alteryxcloud.com, or eu1 or au1.";
        let url = text::read_line(FILE, advice)?;
        match origin(&url) {
            Ok(origin) if url.trim_end_matches('/').matches('/').count() == 2 => Ok(AacUrl(origin)),
            Ok(_) => Err(error::wrong(FILE, "has a path after its host", advice)),
            Err(problem) => Err(error::wrong(FILE, problem, advice)),
        }
    }

    /// The URL of the API at `path`, which a person may type with or without its leading slash, or paste as a whole URL
    /// whose host is the API's or, as in the guide, the portal's. Any other host is refused: it would be given the token.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        if let Some(c) = path.chars().find(|&c| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c)) {
            let hint = if path.contains("/Git/") { " (in Git Bash, leave out the leading slash)" } else { "" };
            return Err(error::usage(format!("PATH has {c:?} in it, which a URL holds only percent-encoded{hint}")));
        }
        // RFC 3986 §4.2: a colon before any slash ends a scheme; two slashes at the start come before a host.
        let has_host = path.starts_with("//") || path.split(['/', '?']).next().is_some_and(|start| start.contains(':'));
        let start = path.split('?').next().unwrap_or_default();
        let ours = || origin(start).is_ok_and(|origin| origin == self.0 || origin == self.portal());
        let url = path.parse::<Uri>();
        let path = match url.as_ref().map(Uri::path_and_query) {
            _ if !has_host => path,
            Ok(path) if ours() => path.map_or("", |path| path.as_str()),
            _ => return Err(error::usage(format!("PATH is not at {}, and the token goes nowhere else", self.0))),
        };
        let url = format!("{}/{}", self.0, path.strip_prefix('/').unwrap_or(path)).parse();
        url.map_err(|_| error::usage("PATH is too long"))
    }

    /// The portal of the API's region, at the same host without `api.`.
    pub fn portal(&self) -> String {
        self.0.replacen("://api.", "://", 1)
    }
}

/// The origin, `scheme://host[:port]`, of a URL that may be given a token: over HTTPS, or over plain HTTP on this
/// machine. The error says what is wrong with the URL.
pub fn origin(url: &str) -> Result<String, &'static str> {
    let not_https = "is not a URL that begins with https://";
    let uri: Uri = url.parse().map_err(|_| not_https)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(not_https) };
    let host = authority.host().to_ascii_lowercase();
    let port = authority.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    match scheme {
        _ if url.contains(['?', '#']) => Err("has a ? or # in it"),
        _ if authority.as_str().contains('@') => Err("has a user name before its host"),
        _ if host.is_empty() || authority.as_str().len() != host.len() + port.len() => {
            Err("has no proper host and port")
        }
        "https" => Ok(format!("https://{host}{}", port.strip_suffix(":443").unwrap_or(&port))),
        "http" if is_loopback(&uri) => Ok(format!("http://{host}{port}")),
        _ => Err(not_https),
    }
}

/// Whether `url` is on this machine.
pub fn is_loopback(url: &Uri) -> bool {
    matches!(url.host().unwrap_or_default().to_ascii_lowercase().as_str(), "127.0.0.1" | "[::1]" | "localhost")
}
