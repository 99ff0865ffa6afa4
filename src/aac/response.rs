//! A response, and what a person may see of it.

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
    /// The body as text: UTF-8, or ISO 8859-1 if that is what the response says.
    /// Anything else is replaced by U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        let charset = self.header("content-type").to_ascii_lowercase();
        match str::from_utf8(&self.body) {
            Ok(text) => text.trim_start_matches('\u{feff}').into(),
            Err(_) if charset.contains("iso-8859-1") => {
                self.body.iter().map(|&byte| char::from(byte)).collect()
            }
            Err(_) => String::from_utf8_lossy(&self.body),
        }
    }

    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap_or_default())
    }

    /// A response that is not shown itself: where it redirects, a web page's title, or its size.
    pub fn description(&self) -> String {
        let (size, location) = (self.body.len(), self.header("location"));
        let kind = one_line(self.header("content-type"));
        if self.status.is_redirection() && !location.is_empty() {
            let target = location.parse::<Uri>().unwrap_or_default();
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

    /// Whether it is HTML, whatever it is called.
    pub fn is_web_page(&self) -> bool {
        let start = self.preview().trim_start().to_ascii_lowercase();
        let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
        is_html || !self.body.is_empty() && self.header("content-type").contains("html")
    }

    /// The body as text, unless it is too long to be looked into.
    pub fn preview(&self) -> Cow<'_, str> {
        match self.body.len() {
            ..=MAX_PREVIEW => self.text(),
            _ => Cow::default(),
        }
    }
}

/// The start of a text, on one line.
pub fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    cut(&words.join(" "), 300)
}

/// The start of a text, if it is longer than `max` characters.
pub fn cut(text: &str, max: usize) -> String {
    let start = format!("{text:.max$}");
    if start == text {
        start
    } else {
        start.trim_end().to_owned() + " …"
    }
}
