//! A response, how much of it is shown, and what to do if it is an error.

use super::{error::Error, json, table};
use serde_json::Value;
use ureq::http::{Uri, response::Parts};

/// What to do if a call may have been made.
pub const CHECK_EFFECT: &str = "Check whether the call took effect before you try again.";

/// A response and its whole body.
pub struct Response {
    /// The request's method and URL.
    call: String,
    pub head: Parts,
    /// The body. U+FFFD replaces what is neither UTF-8 nor said to be ISO 8859-1.
    pub text: String,
}

impl Response {
    /// Decodes `body`. A byte order mark is left out.
    pub fn new(call: String, head: Parts, body: Vec<u8>) -> Response {
        let kind = format!("{:?}", head.headers.get("content-type"));
        let is_latin_1 = kind.contains("8859-1");
        let mut text = match String::from_utf8(body) {
            Ok(text) => text,
            Err(error) if is_latin_1 => error.as_bytes().iter().copied().map(char::from).collect(),
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Response { call, head, text }
    }

    /// The issuer returned no tokens. Only what cannot be a token is shown: `error` and
    /// `error_description` (RFC 6749 §5.2), or `code` and `message`, as PingOne calls them.
    pub fn issuer_error(&self, remedy: &str) -> Error {
        let json = self.json();
        let word = |name, other| json[name].as_str().or(json[other].as_str());
        let code = word("error", "code");
        let words = [code, word("error_description", "message")];
        let said: Vec<_> = words.into_iter().flatten().map(one_line).collect();
        let words = format!("The issuer says: {}", said.join(": "));
        let details = self.details(Some(words).filter(|_| !said.is_empty()));
        let key = format!("issuer {}", code.unwrap_or_default());
        self.error(&key, ", but no access token", &details, remedy)
    }

    /// Whether the issuer has refused a request (RFC 6749 §5.2). Any other reply may come from
    /// another server, after the issuer refreshed the tokens.
    pub fn is_issuer_refusal(&self) -> bool {
        let has_token = self.text.contains("_token\"");
        self.head.status.is_client_error() && self.json()["error"].is_string() && !has_token
    }

    /// The API returned an error, or something that is not JSON.
    pub fn api_error(&self, remedy: &str) -> Error {
        let is_binary = self.text.contains(['\0', '\u{fffd}']);
        let words = match json::pretty(&self.text) {
            Some(json) => Some(format!("{json:.4096}")),
            None => Some(one_line(&self.text)).filter(|_| !is_binary),
        };
        let details = self.details(words);
        let json = self.json();
        let code = &json["fault"]["detail"]["errorcode"];
        let key = format!("api fault:{code} {}", json["exception"]["name"]);
        self.error(&key, ", but no usable JSON", &details, remedy)
    }

    /// `source` is who answered, with a code; `lack` what a success lacks; `remedy` how to get it.
    fn error(&self, source: &str, lack: &str, details: &str, remedy: &str) -> Error {
        let status = self.head.status;
        let kind = if self.is_web_page() { " page" } else { "" };
        let key = format!("{source}{kind} {}", status.as_u16()).to_lowercase();
        let may_have_changed = key.starts_with("api") && !self.call.starts_with("GET");
        let again = match may_have_changed && status.is_server_error() {
            true => CHECK_EFFECT,
            false => "Try again later.",
        };
        let advice = table::find(include_str!("refusal.txt"), &key.replace('_', ""));
        let advice = advice.replace("{again}", again).replace("{remedy}", remedy);
        let after = self.header("retry-after");
        let after = after.map_or(String::new(), |after| format!("Retry-After: {after:.40}\n"));
        let lack = if status.is_success() { lack } else { "" };
        let problem = format!("{} returned HTTP {status}{lack}", self.call);
        let problem = problem.replace(" <unknown status code>", "");
        Error::new(&problem, &format!("{details}\n{after}{advice}"))
    }

    /// The service's own words, or, if there are none, what the response is.
    fn details(&self, words: Option<String>) -> String {
        let kind = self.header("content-type").unwrap_or_default();
        let location = self.header("location");
        if let Some(location) = location.filter(|_| self.head.status.is_redirection()) {
            let target: Uri = location.parse().unwrap_or_default();
            let host = target.host().unwrap_or("another address");
            format!("The response redirects to {host}.")
        } else if self.is_web_page() && self.text.contains('<') {
            let start = self.text.to_ascii_lowercase().find("<title");
            let title = start.and_then(|start| self.text[start..].split(['>', '<']).nth(2));
            let title = title.filter(|title| !title.trim().is_empty());
            let title = one_line(title.unwrap_or("untitled"));
            format!("The response is a web page ({title}).")
        } else if self.text.trim().is_empty() {
            "The response is empty.".to_owned()
        } else {
            let hidden = format!("The response ({kind:.100}) is not shown.").replace("() ", "");
            words.unwrap_or(hidden)
        }
    }

    fn is_web_page(&self) -> bool {
        let start = format!("{:.14}", self.text.trim_start()).to_ascii_lowercase();
        let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
        let kind = self.header("content-type").unwrap_or_default();
        is_html || !start.starts_with(['{', '[']) && kind.contains("html")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let value = self.head.headers.get(name)?.to_str().ok();
        value.filter(|value| !value.is_empty())
    }
}

/// The start of a text, on one line.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.chars().nth(300).map_or("", |_| "…");
    format!("{line:.300}{end}")
}
