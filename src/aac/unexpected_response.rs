//! What to do about a response that is not what was asked for.

use super::{aac_url, aac_url::AacUrl, error::Error, error::MAYBE_REFRESHED, json};
use super::{http, http::Response, terminal::clean, token::Token};

/// The longest response of which a part is shown, in bytes, and that part, in characters.
const MAX_BODY: usize = 64 << 10;
const MAX_SHOWN: usize = 4 << 10;
const EXPIRED: &str = "The access token has expired. Check this computer's clock, or refresh it.";
const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked.";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to.";

/// The issuer returned no tokens. Of its response the error shows `error` and `error_description`
/// (RFC 6749 §5.2) or a web page's title, and of success nothing: the rest may hold new tokens.
pub fn from_issuer(response: &Response, aac_url: &AacUrl) -> Error {
    let (status, json) = (response.status(), http::json(response));
    let code = json["error"].as_str().unwrap_or_default();
    let description = json["error_description"].as_str().unwrap_or_default();
    let new_tokens = aac_url.new_tokens();
    let advice = match code {
        "invalid_grant" => format!("{BAD_GRANT} {new_tokens}"),
        "invalid_client" | "unauthorized_client" => format!("{BAD_CLIENT} {new_tokens}"),
        _ => general_advice(response),
    };
    let text = match web_page(response) {
        Some(page) => page,
        None if status.is_success() || code.is_empty() => String::new(),
        None => format!("The issuer says: {code} {description}"),
    };
    // The issuer's own words are short. A long one may be a token that is not known yet.
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.retain(|word| word.len() <= 30);
    let details = format!("{:.200}", words.join(" "));
    let progress = match status.as_u16() {
        300..=499 => "The tokens were not refreshed.",
        _ => MAYBE_REFRESHED,
    };
    let error = error(response, &advice).with_progress(progress);
    error.with_details(&clean(&details))
}

/// The API returned an error, or something that is not JSON.
pub fn from_api(response: &Response, access_token: &Token) -> Error {
    let (json, page) = (http::json(response), web_page(response));
    let code = json["fault"]["detail"]["errorcode"].as_str();
    let project_id = aac_url::project_id();
    let unknown_id = format!("The id in client_id.txt is unknown. {project_id}");
    let general = general_advice(response);
    let advice = match response.status().as_u16() {
        401 if code == Some("oauth.v2.InvalidApiKey") => &unknown_id,
        401 if access_token.minutes_left() < 0.0 => EXPIRED,
        401 => "Are the tokens from the region that aac_url.txt names?",
        403 if page.is_none() => "The owner of the tokens has no role that allows this here.",
        404 => "Check the path, and any id in it: the API found nothing there.",
        200..=399 => &format!("{general} Does the host in aac_url.txt lack its api.?"),
        _ => &general,
    };
    let (size, kind) = (response.body().len(), header(response, "content-type"));
    let details = match json::pretty(response.body()) {
        Some(json) if size < MAX_BODY => format!("{json:.MAX_SHOWN$}"),
        _ => page.unwrap_or(clean(&format!(
            "The response has {size} bytes of {kind:.200}."
        ))),
    };
    error(response, advice).with_details(&details)
}

fn error(response: &Response, advice: &str) -> Error {
    let call = response.extensions().get::<String>();
    let call = call.map_or("", String::as_str);
    let problem = format!("{call} returned HTTP {}", response.status());
    Error::new(&problem, advice)
}

/// What to do, whoever responded.
fn general_advice(response: &Response) -> String {
    // What follows a path may hold tokens.
    let target = header(response, "location")
        .split(['?', '#'])
        .next()
        .unwrap_or_default();
    let time = header(response, "retry-after");
    match response.status().as_u16() {
        200..=299 => "It is not the JSON that was asked for.".to_owned(),
        300..=399 if !target.is_empty() => {
            format!("It redirects to \"{target:.200}\"; no token is sent there.")
        }
        429 if !time.is_empty() => format!("Try again later (Retry-After: {time:.200})."),
        429 => "Try again later.".to_owned(),
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
    let start = lower.find("<title").unwrap_or(html.len());
    let title = html[start..].split(['>', '<']).nth(2);
    let title = clean(title.unwrap_or("untitled").trim());
    let page = format!("The response is a web page ({title:.200}), perhaps from");
    Some(page + " a proxy, a web filter or a sign-in page.")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap_or_default())
}
