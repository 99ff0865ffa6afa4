//! A response, what a person may see of it, and what to do if it is not what was asked for.

use super::credentials::{MAYBE_REFRESHED, NOT_REFRESHED};
use super::{error::Error, json, no_response::CHECK_EFFECT, table};
use serde_json::Value;
use std::borrow::Cow;
use ureq::http::{HeaderMap, StatusCode, Uri};

const ELSEWHERE: &str = "It may come from a proxy, a web filter or a sign-in page.";
const NOT_FOLLOWED: &str = "Redirects are not followed: they would take the token along.";
/// In bytes.
const MAX_PREVIEW: usize = 64 << 10;

/// A response and its whole body.
pub struct Response {
    /// The request's method and URL.
    pub call: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    /// The body as UTF-8, or as ISO 8859-1 if the response says so; U+FFFD replaces anything else.
    pub fn text(&self) -> Cow<'_, str> {
        let content_type = self.header("content-type").to_ascii_lowercase();
        let is_latin_1 = content_type.contains("iso-8859-1");
        let body = without_mark(&self.body);
        match str::from_utf8(body) {
            Err(_) if is_latin_1 => body.iter().map(|&byte| char::from(byte)).collect(),
            _ => String::from_utf8_lossy(body),
        }
    }

    /// The issuer returned no tokens. Of its response, only what cannot be a token is shown: `error`
    /// and `error_description` (RFC 6749 §5.2), or `code` and `message`, as PingOne calls them; else
    /// a description. `new_tokens` is what to do where only those help.
    pub fn issuer_error(&self, new_tokens: &str) -> Error {
        let json: Value = serde_json::from_str(&self.preview()).unwrap_or_default();
        let word = |name, other| json[name].as_str().or(json[other].as_str());
        let code = word("error", "code");
        let words = [code, word("error_description", "message")];
        let said: Vec<_> = words.into_iter().flatten().map(one_line).collect();
        let details = match said.is_empty() {
            true => self.description(),
            false => format!("The issuer says: {}", said.join(": ")),
        };
        // Something else may have answered in place of the issuer, after it has refreshed the tokens.
        let has_token = |name: &str| self.preview().contains(name);
        let has_tokens = has_token("\"refresh_token\"") || has_token("\"access_token\"");
        let is_refused = self.status.is_client_error() && json["error"].is_string();
        let progress = match is_refused && !has_tokens {
            true => NOT_REFRESHED,
            false => MAYBE_REFRESHED,
        };
        let key = format!("issuer {}", code.unwrap_or_default());
        let lack = ", but no access token";
        self.error(&key, lack, &details, new_tokens)
            .with_line(progress)
    }

    /// The API returned an error, or something that is not JSON. `right_id` is where to get it.
    pub fn api_error(&self, right_id: &str) -> Error {
        let text = self.preview();
        let is_page = self.is_web_page() || self.status.is_redirection();
        let is_readable = !text.trim().is_empty() && !text.contains(['\0', '\u{fffd}']);
        let details = match json::pretty(&text) {
            Some(json) if !self.status.is_redirection() => cut(&json, 4096),
            None if is_readable && !is_page => one_line(&text),
            _ => self.description(),
        };
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let exception = json["exception"]["name"].as_str().unwrap_or_default();
        let key = match json["fault"]["detail"]["errorcode"].as_str() {
            Some(code) => format!("api fault:{code}"),
            None => format!("api {exception}"),
        };
        self.error(&key, ", but no valid JSON", &details, right_id)
    }

    /// `source` is who answered and the code in the response, `lack` what to say of a success, and
    /// `remedy` where to get other tokens or another ID.
    fn error(&self, source: &str, lack: &str, details: &str, remedy: &str) -> Error {
        let status = self.status;
        let kind = if self.is_web_page() { " page" } else { "" };
        let key = format!("{source}{kind} {}", status.as_u16()).to_lowercase();
        let advice = table::find(include_str!("refusal.txt"), &key.replace('_', ""));
        let advice = advice.replace("{again}", &self.again(source));
        let advice = advice.replace("{remedy}", remedy);
        let lack = if status.is_success() { lack } else { "" };
        let problem = format!("{} returned HTTP {status}{lack}", self.call);
        let problem = problem.replace(" <unknown status code>", "");
        Error::new(&problem, &format!("{details}\n{advice}"))
    }

    /// A response that is not shown itself: where it redirects, a web page's title, or its size.
    fn description(&self) -> String {
        let (size, kind) = (self.body.len(), one_line(self.header("content-type")));
        let location = self.header("location");
        if self.status.is_redirection() && !location.is_empty() {
            let target: Uri = location.parse().unwrap_or_default();
            let host = target.host().unwrap_or("another address");
            format!("The response redirects to {host}. {ELSEWHERE} {NOT_FOLLOWED}")
        } else if self.is_web_page() {
            let html = self.preview();
            let start = html.to_ascii_lowercase().find("<title");
            let title = start.and_then(|start| html[start..].split(['>', '<']).nth(2));
            let title = one_line(title.unwrap_or_default());
            let title = if title.is_empty() { "untitled" } else { &title };
            format!("The response is a web page ({title}). {ELSEWHERE}")
        } else if size == 0 {
            "The response is empty.".to_owned()
        } else {
            format!("The response ({size} bytes of {kind}) is not shown.").replace(" of )", ")")
        }
    }

    /// When to try again (RFC 9110 §10.2.3), or what to do first if a call may have been made.
    fn again(&self, source: &str) -> String {
        let is_api_failure = source.starts_with("api") && self.status.is_server_error();
        let after = self.header("retry-after");
        match after.parse::<u64>() {
            _ if is_api_failure && !self.call.starts_with("GET") => CHECK_EFFECT.to_owned(),
            Ok(..2) => "Try again in a second.".to_owned(),
            Ok(seconds @ ..120) => format!("Try again in {seconds} seconds."),
            Ok(seconds @ ..7200) => format!("Try again in {} minutes.", seconds.div_ceil(60)),
            Ok(seconds @ ..360_000) => format!("Try again in {} hours.", seconds.div_ceil(3600)),
            Err(_) if after.ends_with(" GMT") => format!("Try again after {after:.29}."),
            _ => "Try again later.".to_owned(),
        }
    }

    /// Whether it is HTML, whatever it is called.
    fn is_web_page(&self) -> bool {
        let start = self.preview().trim_start().to_ascii_lowercase();
        let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
        is_html || !self.body.is_empty() && self.header("content-type").contains("html")
    }

    /// The body as text, unless it is too long to be looked into.
    fn preview(&self) -> Cow<'_, str> {
        match self.body.len() {
            ..=MAX_PREVIEW => self.text(),
            _ => Cow::default(),
        }
    }

    /// The value of a header, or nothing.
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap_or_default())
    }
}

/// `body` without the byte order mark of UTF-8 that may be before it.
pub fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// The start of a text, on one line.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    cut(&words.join(" "), 300)
}

/// The start of a text, if it is longer than `max` characters.
fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => text[..end].trim_end().to_owned() + " …",
        None => text.to_owned(),
    }
}
