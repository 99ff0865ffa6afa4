//! What to do about a response that is not what was asked for.

use super::{aac_url::AacUrl, error::Error, json, terminal::clean, token::Token};
use super::{http, http::Response, no_response::MAYBE_REFRESHED};
use serde_json::Value;

/// The largest response of which a part is shown, in bytes.
const MAX_BODY: usize = 64 << 10;
/// The longest part of it that is shown, in characters.
const MAX_SHOWN: usize = 4 << 10;
/// The issuer's own words are shorter. A longer one may be a token that is not known yet.
const MAX_WORD: usize = 30;
const NOT_REFRESHED: &str = "The tokens were not refreshed, and creds.json is unchanged.";
const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked.";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to.";
const NO_TOKENS: &str = "There are no tokens in the response.";
const BAD_PROJECT: &str = "The id in client_id.txt is unknown.";
const HAS_EXPIRED: &str = "The access token has expired.";
const REGION: &str = "Are the tokens from the region that aac_url.txt names?";
const NO_ROLE: &str = "The owner of the tokens has no role that allows this in this workspace.";
const NOT_FOUND: &str = "Check the path, and any id in it: nothing is there in this workspace.";
const NOT_JSON: &str = "The response is not JSON.";
const NO_API: &str = "Does the host in aac_url.txt lack its api.?";

/// The issuer returned no tokens. Of its response the error shows `error` and `error_description`
/// (RFC 6749 §5.2) or a web page's title, and of success nothing: the rest may hold new tokens.
pub fn from_issuer(response: &Response, aac_url: &AacUrl) -> Error {
    let status = response.status();
    let json = if status.is_success() {
        Value::Null
    } else {
        http::json(response)
    };
    let code = json["error"].as_str().unwrap_or_default();
    let description = json["error_description"].as_str().unwrap_or_default();
    let new_tokens = aac_url.new_tokens();
    let advice = match code {
        "invalid_grant" => format!("{BAD_GRANT} {new_tokens}"),
        "invalid_client" | "unauthorized_client" => format!("{BAD_CLIENT} {new_tokens}"),
        _ => general_advice(response, NO_TOKENS),
    };
    let progress = match status.as_u16() {
        300..=499 => NOT_REFRESHED,
        _ => MAYBE_REFRESHED,
    };
    let text = web_page(response).unwrap_or(format!("{code} {description}"));
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.retain(|word| word.len() <= MAX_WORD);
    let details = format!("{:.200}", words.join(" "));
    summary(response, &advice)
        .with_progress(progress)
        .with_details(&clean(&details))
}

/// The API returned an error, or something that is not JSON.
pub fn from_api(response: &Response, aac_url: &AacUrl, access_token: &Token) -> Error {
    let (json, page) = (http::json(response), web_page(response));
    let code = json["fault"]["detail"]["errorcode"]
        .as_str()
        .unwrap_or_default();
    let claims = access_token.claims();
    let has_expired = claims.is_ok_and(|claims| claims.minutes_left() < 0.0);
    let advice = match response.status().as_u16() {
        401 if code.contains("InvalidApiKey") => format!("{BAD_PROJECT} {}", aac_url.project_id()),
        401 if has_expired => HAS_EXPIRED.to_owned(),
        401 => REGION.to_owned(),
        403 if page.is_none() => NO_ROLE.to_owned(),
        404 => NOT_FOUND.to_owned(),
        200..=399 => general_advice(response, NOT_JSON) + " " + NO_API,
        _ => general_advice(response, ""),
    };
    let size = response.body().len();
    let details = match (json::pretty(response.body()), page) {
        (Some(json), _) if size < MAX_BODY => format!("{json:.MAX_SHOWN$}"),
        (_, Some(page)) => page,
        _ => format!(
            "The response has {size} bytes of {}.",
            header(response, "content-type")
        ),
    };
    summary(response, &advice).with_details(&details)
}

fn summary(response: &Response, advice: &str) -> Error {
    let call = response
        .extensions()
        .get::<String>()
        .map_or("", String::as_str);
    let problem = format!("{call} returned HTTP {}", response.status());
    Error::new(&problem, advice)
}

/// What to do, whoever responded.
fn general_advice(response: &Response, success: &str) -> String {
    let (target, time) = (
        header(response, "location"),
        header(response, "retry-after"),
    );
    match response.status().as_u16() {
        200..=299 => success.to_owned(),
        300..=399 => format!("It redirects to {target:?}; no token is sent there."),
        429 => format!("Try again later (Retry-After: {time:?})."),
        500.. => "The service has a problem. Try again later.".to_owned(),
        _ => "The service rejected the request.".to_owned(),
    }
}

/// What a web page calls itself, if the response is one, and who may have sent it.
fn web_page(response: &Response) -> Option<String> {
    let start = response.body().get(..MAX_SHOWN).unwrap_or(response.body());
    let html = String::from_utf8_lossy(start);
    let lower = html.to_ascii_lowercase();
    if !header(response, "content-type").contains("html") && !lower.contains("<html") {
        return None;
    }
    let title = lower
        .find("<title")
        .and_then(|at| html[at..].split(['>', '<']).nth(2));
    let title = format!("{:.200}", title.unwrap_or("untitled").trim());
    let sender = "A proxy, a web filter or a sign-in page sent it?";
    Some(clean(&format!("It is a web page ({title}). {sender}")))
}

fn header(response: &Response, name: &str) -> String {
    let value = response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok());
    format!("{:.200}", value.unwrap_or_default())
}
