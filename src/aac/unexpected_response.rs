//! What to do about a response that is not what was asked for.

use super::no_response::MAYBE_REFRESHED;
use super::{
    aac_url::AacUrl, error::Error, http, http::Response, json, terminal::clean, token::Token,
};

/// The longest part of a response that is shown, and of a line of it, in characters.
const MAX_SHOWN: usize = 4 << 10;
const MAX_LINE: usize = 200;
/// The issuer's own words are shorter. A longer one may be a token that is not known yet.
const MAX_WORD: usize = 30;
const NOT_REFRESHED: &str = "The tokens were not refreshed, and creds.json is unchanged.";
const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked.";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to.";
const BAD_PROJECT: &str = "The id in client_id.txt is unknown.";
const NO_API: &str = "Does the host in aac_url.txt lack its api.?";
const NO_ROLE: &str = "The owner of the tokens has no role that allows this in this workspace.";
const NOT_FOUND: &str = "Check the path, and any id in it: nothing is there in this workspace.";
const REGION: &str = "Are the tokens from the region that aac_url.txt names?";

/// The issuer returned no tokens. Of its response the error shows `error` and `error_description`
/// (RFC 6749 §5.2) or a web page's title, and of success nothing: the rest may hold new tokens.
pub fn from_issuer(response: &Response, aac_url: &AacUrl) -> Error {
    let (status, page) = (response.status(), web_page(response));
    let json = Some(http::json(response))
        .filter(|_| !status.is_success())
        .unwrap_or_default();
    let words = ["error", "error_description"].map(|name| json[name].as_str().unwrap_or_default());
    let advice = match words[0] {
        "invalid_grant" => format!("{BAD_GRANT} {}", aac_url.new_tokens()),
        "invalid_client" | "unauthorized_client" => {
            format!("{BAD_CLIENT} {}", aac_url.new_tokens())
        }
        _ => general_advice(response, "There are no tokens in the response."),
    };
    let text = page.unwrap_or(words.join(" "));
    let shown = |word: &&str| word.len() <= MAX_WORD;
    let words: Vec<&str> = text.split_whitespace().filter(shown).collect();
    let is_unknown = status.is_success() || status.is_server_error();
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
    let (json, page) = (http::json(response), web_page(response));
    let code = json["fault"]["detail"]["errorcode"]
        .as_str()
        .unwrap_or_default();
    let has_expired = access_token
        .claims()
        .is_ok_and(|claims| claims.minutes_left() < 0.0);
    let advice = match response.status().as_u16() {
        401 if code.contains("InvalidApiKey") => format!("{BAD_PROJECT} {}", aac_url.project_id()),
        401 if has_expired => "The access token has expired.".to_owned(),
        401 => REGION.to_owned(),
        403 if page.is_none() => NO_ROLE.to_owned(),
        404 => NOT_FOUND.to_owned(),
        200..=399 => format!(
            "{} {NO_API}",
            general_advice(response, "The response is not JSON.")
        ),
        _ => general_advice(response, ""),
    };
    let size = response.body().len();
    let details = match json::pretty(response.body()) {
        Some(json) if !json.is_empty() && size < 64 << 10 => cut(&json, MAX_SHOWN).to_owned(),
        _ => page.unwrap_or(format!(
            "The response has {size} bytes of {}.",
            header(response, "content-type")
        )),
    };
    Error::new(&summary(response), &advice).with_details(&details)
}

fn summary(response: &Response) -> String {
    let call = response
        .extensions()
        .get::<String>()
        .map_or("", String::as_str);
    format!("{call} returned HTTP {}", response.status())
}

/// What to do, whoever responded.
fn general_advice(response: &Response, success: &str) -> String {
    match response.status().as_u16() {
        200..=299 => success.to_owned(),
        300..=399 => format!(
            "It redirects to {:?}; no token is sent there.",
            header(response, "location")
        ),
        429 => format!(
            "Try again later (Retry-After: {:?}).",
            header(response, "retry-after")
        ),
        500.. => "The service has a problem. Try again later.".to_owned(),
        _ => "The service rejected the request.".to_owned(),
    }
}

/// What a web page calls itself, if the response is one, and who may have sent it.
fn web_page(response: &Response) -> Option<String> {
    let html = String::from_utf8_lossy(response.body());
    let (start, lower) = (
        cut(&html, MAX_SHOWN),
        cut(&html, MAX_SHOWN).to_ascii_lowercase(),
    );
    if !header(response, "content-type").contains("html") && !lower.contains("<html") {
        return None;
    }
    let title = lower
        .find("<title")
        .and_then(|at| start[at..].split(['>', '<']).nth(2));
    let title = clean(cut(title.unwrap_or("untitled").trim(), MAX_LINE));
    Some(format!(
        "It is a web page ({title}). A proxy, a web filter or a sign-in page sent it?"
    ))
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok());
    cut(value.unwrap_or_default(), MAX_LINE)
}

/// The start of a text that may be long.
fn cut(text: &str, length: usize) -> &str {
    text.char_indices()
        .nth(length)
        .map_or(text, |(end, _)| &text[..end])
}
