//! What to do about a response that is not what was asked for.

use super::error::{Error, MAYBE_REFRESHED};
use super::{aac_url, aac_url::AacUrl, http, http::Response};
use super::{json, output::clean, token::Token};
use serde_json::Value;

const UNKNOWN_ID: &str = "The id in client_id.txt is unknown";
const EXPIRED: &str = "The access token has expired. Refresh it, or check this computer's clock.";
const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to";

/// The issuer returned no tokens. The error shows a web page's title, or of an error response
/// `error` and `error_description` (RFC 6749 §5.2): the rest may hold new tokens.
pub fn from_issuer(response: &Response, aac_url: &AacUrl) -> Error {
    let (status, json) = (response.status(), json(response));
    let code = json["error"].as_str().unwrap_or_default();
    let description = json["error_description"].as_str().unwrap_or_default();
    let new_tokens = aac_url.new_tokens();
    let advice = match code {
        "invalid_grant" => &format!("{BAD_GRANT}: {new_tokens}"),
        "invalid_client" | "unauthorized_client" => &format!("{BAD_CLIENT}: {new_tokens}"),
        _ => general_advice(response),
    };
    let progress = match status.as_u16() {
        300..=499 => "The tokens were not refreshed.",
        _ => MAYBE_REFRESHED,
    };
    let words = format!("The issuer says: {code:.80}: {description:.200}");
    let details = match web_page(response) {
        Some(page) => page,
        None if status.is_success() || code.is_empty() => String::new(),
        None => clean(words.trim_end_matches(": ")),
    };
    error(response, advice).with(progress).with(&details)
}

/// The API returned an error, or something that is not JSON.
pub fn from_api(response: &Response, access_token: &Token) -> Error {
    let (json, page) = (json(response), web_page(response));
    let code = json["fault"]["detail"]["errorcode"].as_str();
    let unknown_id = format!("{UNKNOWN_ID}. {}", aac_url::project_id());
    let general = general_advice(response);
    let advice = match response.status().as_u16() {
        401 if code == Some("oauth.v2.InvalidApiKey") => &unknown_id,
        401 if access_token.minutes_left() < 0.0 => EXPIRED,
        401 => "Are the tokens from the region that aac_url.txt names?",
        403 if page.is_none() => "The owner of the tokens has no role that allows this here.",
        404 => "Check the method, the path and any id in it: the API found nothing there.",
        200..=399 => &format!("{general} Does the host in aac_url.txt lack its api.?"),
        _ => general,
    };
    let (size, kind) = (response.body().len(), content_type(response));
    let details = match (page, json::pretty(http::start(response).as_bytes())) {
        (Some(page), _) => page,
        (_, Some(json)) => format!("{json:.4096}"),
        _ => clean(&format!("The response has {size} bytes of {kind:.200}.")),
    };
    error(response, advice).with(&details)
}

fn error(response: &Response, advice: &str) -> Error {
    let call: &String = response.extensions().get().expect("send puts it there");
    let problem = format!("{call} returned HTTP {}", response.status());
    Error::new(&problem, advice)
}

fn general_advice(response: &Response) -> &'static str {
    match response.status().as_u16() {
        200..=299 => "The response is not the expected JSON.",
        301..=303 | 307 | 308 => "It redirects elsewhere; redirects are not followed.",
        429 => "There were too many requests. Try again later.",
        500.. => "The service has a problem. Try again later.",
        _ => "The service rejected the request.",
    }
}

fn json(response: &Response) -> Value {
    let text = http::start(response);
    serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default()
}

/// What a web page calls itself, if the response is one, and who may have sent it.
fn web_page(response: &Response) -> Option<String> {
    let html = http::start(response);
    let lower = html.to_ascii_lowercase();
    let title = lower.find("<title").unwrap_or(html.len());
    let title = html[title..].split(['>', '<']).nth(2).unwrap_or("untitled");
    let page = format!("The response is a web page ({:.200}).", clean(title.trim()));
    let is_page = content_type(response).contains("html");
    is_page.then_some(page + " It may come from a proxy, a web filter or a sign-in page.")
}

fn content_type(response: &Response) -> &str {
    let value = response.headers().get("content-type");
    value.map_or("unknown type", |value| value.to_str().unwrap_or_default())
}
