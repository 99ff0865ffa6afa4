//! What to do about a response that is not what was asked for.

use super::no_response::MAYBE_REFRESHED;
use super::{aac_url::AacUrl, error::Error, http::Response, json, terminal::clean, token::Token};
use serde_json::Value;
use ureq::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};

/// The longest part of a response that is shown, and of a line of it, in characters.
const MAX_SHOWN: usize = 4 << 10;
const MAX_LINE: usize = 200;
/// The issuer's own words are shorter. What is longer may be a token that is not known yet.
const MAX_WORD: usize = 30;
const NOT_REFRESHED: &str = "The tokens were not refreshed, and creds.json is unchanged.";
const NO_TOKENS: &str = "There are no tokens in the response.";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to.";
const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked.";
const BAD_PROJECT: &str = "The id in client_id.txt is unknown.";
const NO_API: &str = "Does the host in aac_url.txt lack its api.?";
const NO_ROLE: &str = "The owner of the tokens has no role that allows this in this workspace.";
const NOT_FOUND: &str =
    "Check the path, and any id in it: there is nothing there in this workspace.";
const REGION: &str = "Are the tokens from the region that aac_url.txt names?";

/// The issuer returned no tokens. Of its response the error shows `error` and `error_description` (RFC 6749 §5.2), or
/// the title of a web page, and of success nothing: the rest may hold new tokens.
pub fn from_issuer(response: &Response, aac_url: &AacUrl) -> Error {
    let (status, new_tokens) = (response.head.status, aac_url.new_tokens());
    let json = if status.is_success() {
        Value::Null
    } else {
        response.json()
    };
    let [code, description] =
        ["error", "error_description"].map(|name| json[name].as_str().unwrap_or_default());
    let advice = match code {
        "invalid_grant" => format!("{BAD_GRANT} {new_tokens}"),
        "invalid_client" | "unauthorized_client" => format!("{BAD_CLIENT} {new_tokens}"),
        _ if status.is_success() => NO_TOKENS.to_owned(),
        _ => general_advice(response),
    };
    let is_unknown = status.is_success() || status.is_server_error();
    let text = web_page(response).unwrap_or(format!("{code} {description}"));
    let hide = |word| {
        if cut(word, MAX_WORD) == word {
            word
        } else {
            "(redacted)"
        }
    };
    let words: Vec<&str> = text.split_whitespace().map(hide).collect();
    Error::new(&summary(response), &advice)
        .with_progress(if is_unknown {
            MAYBE_REFRESHED
        } else {
            NOT_REFRESHED
        })
        .with_details(&clean(cut(&words.join(" "), MAX_LINE)))
}

/// The API returned an error, or something that is not JSON.
pub fn from_api(response: &Response, aac_url: &AacUrl, access_token: &Token) -> Error {
    let (json, page) = (response.json(), web_page(response));
    let code = json["fault"]["detail"]["errorcode"]
        .as_str()
        .unwrap_or_default();
    let minutes_left = access_token
        .claims()
        .ok()
        .and_then(|claims| claims.minutes_left());
    let advice = match response.head.status.as_u16() {
        200..=299 => format!("The response is not JSON. {NO_API}"),
        300..=399 => format!("{} {NO_API}", general_advice(response)),
        401 if code.contains("InvalidApiKey") => format!("{BAD_PROJECT} {}", aac_url.project_id()),
        401 if minutes_left.is_some_and(|minutes| minutes < 0.0) => {
            "The access token has expired.".to_owned()
        }
        401 => REGION.to_owned(),
        403 if page.is_none() => NO_ROLE.to_owned(),
        404 => NOT_FOUND.to_owned(),
        _ => general_advice(response),
    };
    let (length, content_type) = (response.body.len(), response.header(CONTENT_TYPE));
    let details = match json::pretty(&response.body) {
        Some(json) if !json.is_empty() => cut(&json, MAX_SHOWN).to_owned(),
        _ => page.unwrap_or(format!(
            "The response has {length} bytes of {content_type}."
        )),
    };
    Error::new(&summary(response), &advice).with_details(&details)
}

fn summary(response: &Response) -> String {
    format!("{} returned {}", response.call, response.status_line())
}

/// What to do, whoever responded.
fn general_advice(response: &Response) -> String {
    let header = |name| cut(response.header(name), MAX_LINE);
    match response.head.status.as_u16() {
        300..=399 => format!(
            "It redirects to {:?}, where no token is sent.",
            header(LOCATION)
        ),
        429 => format!("Try again later (Retry-After: {:?}).", header(RETRY_AFTER)),
        500.. => "The service has a problem. Try again later.".to_owned(),
        _ => "The service rejected the request.".to_owned(),
    }
}

/// What a web page calls itself, and who may have sent it, if the response is one.
fn web_page(response: &Response) -> Option<String> {
    let html = String::from_utf8_lossy(&response.body);
    let lower = cut(&html, MAX_SHOWN).to_ascii_lowercase();
    if !response.header(CONTENT_TYPE).contains("html") && !lower.contains("<html") {
        return None;
    }
    let start = lower
        .find("<title")
        .and_then(|start| Some(start + lower[start..].find('>')? + 1));
    let title = start
        .and_then(|start| html[start..].split('<').next())
        .unwrap_or("untitled");
    let title = cut(title.trim(), MAX_LINE);
    Some(clean(&format!(
        "This is a web page ({title}), perhaps from a proxy, a web filter or a sign-in page."
    )))
}

/// The start of a text that may be long.
fn cut(text: &str, length: usize) -> &str {
    text.char_indices()
        .nth(length)
        .map_or(text, |(end, _)| &text[..end])
}
