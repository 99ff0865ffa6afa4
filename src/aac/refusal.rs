//! What to do about a response that is not what was asked for.

use super::credentials::{MAYBE_REFRESHED, NOT_REFRESHED};
use super::{aac_url::AacUrl, client_id::ClientId, error::Error, http::Response};
use super::{json, token::Token};
use serde_json::Value;
use std::borrow::Cow;
use ureq::http::Uri;

const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to";
const SUPPORT: &str = "Try again. If that does not help, show this to Alteryx support.";
const EXPIRED: &str = "The access token has expired. Run the program again: that refreshes it.";
const REGION: &str = "Make sure the tokens and aac_url.txt belong to the same region.";
const PRODUCT: &str = "The API project has no access to this API. Use a project that has.";
const INACTIVE: &str = "The API project is not approved or not active. Check it in the portal.";
const TOO_MANY: &str = "There were too many requests.";
const PERMISSION: &str = "Ask your workspace administrator for the permission.";
const NOT_FOUND: &str = "Check the method, the path and any id in it.";
const NOT_FOLLOWED: &str = "Redirects are not followed: they would take the token along.";
const ELSEWHERE: &str = "It may come from a proxy, a web filter or a sign-in page.";
/// In bytes.
const MAX_PREVIEW: usize = 64 << 10;

/// The issuer returned no tokens. Of its response, only what cannot be a token is shown: `error` and
/// `error_description` (RFC 6749 §5.2), or `code` and `message`, as PingOne calls them.
pub fn from_issuer(response: &Response, aac_url: &AacUrl) -> Error {
    let json: Value = serde_json::from_str(&preview(response)).unwrap_or_default();
    let code = json["error"].as_str().or(json["code"].as_str());
    let reason = json["error_description"]
        .as_str()
        .or(json["message"].as_str());
    let said: Vec<_> = [code, reason].into_iter().flatten().map(one_line).collect();
    let details = match said.is_empty() {
        true => description(response),
        false => format!("The issuer says: {}", said.join(": ")),
    };
    let new_tokens = aac_url.new_tokens_advice();
    let advice = match code {
        Some("invalid_grant") => format!("{BAD_GRANT}: {new_tokens}"),
        Some("invalid_client" | "unauthorized_client") => format!("{BAD_CLIENT}: {new_tokens}"),
        _ => general_advice(response).unwrap_or(SUPPORT.to_owned()),
    };
    // Something else may have answered in place of the issuer, after it has refreshed the tokens.
    let is_refused = response.status.is_client_error() && json["error"].is_string();
    let progress = if is_refused {
        NOT_REFRESHED
    } else {
        MAYBE_REFRESHED
    };
    error(response, ", but no access token", &details, &advice).with(progress)
}

/// The API returned an error, or something that is not JSON.
pub fn from_api(response: &Response, token: &Token, client_id: &ClientId, url: &AacUrl) -> Error {
    let text = preview(response);
    let is_plain = response.header("content-type").starts_with("text/plain");
    let details = match json::pretty(&text) {
        Some(json) => format!("{json:.4096}"),
        None if is_plain && !text.trim().is_empty() => one_line(&text),
        None => description(response),
    };
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    let code = json["fault"]["detail"]["errorcode"]
        .as_str()
        .unwrap_or_default();
    let is_no_route = json["exception"]["name"] == "RouteNotFoundException";
    let advice = match response.status.as_u16() {
        401 if code.is_empty() && token.minutes_left() < 0.0 => EXPIRED.to_owned(),
        401 if code.is_empty() => REGION.to_owned(),
        403 if code.is_empty() && !is_web_page(response) => PERMISSION.to_owned(),
        404 if is_no_route => format!("{NOT_FOUND} {}", url.no_api_advice()),
        404 => NOT_FOUND.to_owned(),
        200..=299 => url.no_api_advice().to_owned(),
        _ => gateway_advice(code, client_id)
            .or(general_advice(response))
            .unwrap_or_default(),
    };
    error(response, ", but no JSON", &details, &advice)
}

/// What to do about a fault of Apigee, the API's gateway, by its code.
fn gateway_advice(code: &str, client_id: &ClientId) -> Option<String> {
    let code = code.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if says(&["quota", "spikearrest", "ratelimit"]) {
        Some(format!("{TOO_MANY} Try again later."))
    } else if says(&["approved", "active", "revoked"]) {
        Some(INACTIVE.to_owned())
    } else if says(&["forgivenresource", "product", "apiresource"]) {
        Some(PRODUCT.to_owned())
    } else if says(&["apikey", "api_key", "clientid", "client_id"]) {
        Some(format!(
            "The id in {} is unknown. {}",
            client_id.file, client_id.advice
        ))
    } else if says(&["expired"]) {
        Some(EXPIRED.to_owned())
    } else if says(&["token", "jwt"]) {
        Some(REGION.to_owned())
    } else {
        None
    }
}

/// What a status alone says. `None` where only the service can know.
fn general_advice(response: &Response) -> Option<String> {
    let after = response.header("retry-after");
    let again = match after.parse::<u64>() {
        Ok(seconds @ 0..120) => format!("Try again in {seconds} seconds."),
        Ok(seconds) => format!("Try again in {} minutes.", seconds.div_ceil(60)),
        // A date (RFC 9110 §10.2.3).
        Err(_) if after.ends_with(" GMT") => format!("Try again after {after:.40}."),
        Err(_) => "Try again later.".to_owned(),
    };
    match response.status.as_u16() {
        301..=303 | 307 | 308 => Some(NOT_FOLLOWED.to_owned()),
        429 => Some(format!("{TOO_MANY} {again}")),
        500.. => Some(format!("The service has a problem. {again}")),
        _ => None,
    }
}

/// `missing` says what a success lacks.
fn error(response: &Response, missing: &str, details: &str, advice: &str) -> Error {
    let missing = if response.status.is_success() {
        missing
    } else {
        ""
    };
    let problem = format!(
        "{} returned HTTP {}{missing}",
        response.call, response.status
    );
    Error::new(&problem, &format!("{details}\n{advice}"))
}

/// A body that is not shown itself: where a redirect points, a web page's title, or its size.
fn description(response: &Response) -> String {
    let location = response.header("location");
    let (size, kind) = (
        response.body.len(),
        one_line(response.header("content-type")),
    );
    if response.status.is_redirection() && !location.is_empty() {
        let target = location.parse::<Uri>().unwrap_or_default();
        let host = target.host().unwrap_or("another path of this host");
        format!("It redirects to {host}.")
    } else if is_web_page(response) {
        let html = preview(response);
        let start = html
            .to_ascii_lowercase()
            .find("<title")
            .unwrap_or(html.len());
        let title = html[start..]
            .split(['>', '<'])
            .nth(2)
            .unwrap_or("without a title");
        format!(
            "The response is a web page ({}). {ELSEWHERE}",
            one_line(title)
        )
    } else if size == 0 {
        "The response is empty.".to_owned()
    } else {
        format!("The response has {size} bytes of {kind}.")
    }
}

fn is_web_page(response: &Response) -> bool {
    let start = preview(response).trim_start().to_ascii_lowercase();
    let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
    is_html || response.header("content-type").contains("html")
}

/// The body, unless it is too long to be looked into.
fn preview(response: &Response) -> Cow<'_, str> {
    match response.body.len() {
        ..=MAX_PREVIEW => response.text(),
        _ => Cow::default(),
    }
}

/// At most 300 characters, on one line.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    format!("{:.300}", words.join(" "))
}
