//! What to do about a response that is not what was asked for.

use super::credentials::{MAYBE_REFRESHED, NOT_REFRESHED};
use super::{error::Error, http::Response, json, token::Token};
use serde_json::Value;
use std::borrow::Cow;
use ureq::http::Uri;

const BAD_GRANT: &str = "The refresh token has been used, has expired or was revoked";
const BAD_CLIENT: &str = "The issuer does not know the client that the tokens were issued to";
const SUPPORT: &str = "If this happens again, show this message to Alteryx support.";
const EXPIRED: &str = "The access token has expired. Run the program again: that refreshes it.";
const REVOKED: &str = "Run the program again: that gets a new access token.";
const REGION: &str = "Make sure the tokens and aac_url.txt belong to the same region.";
const PRODUCT: &str = "The API project has no access to this API. Use a project that has.";
const INACTIVE: &str = "The API project is not approved or not active. Check it in the portal.";
const PERMISSION: &str = "Ask your workspace administrator for permission.";
const NOT_FOUND: &str = "Check the method, the path and any id in it.";
const NO_ROUTE: &str =
    "Check the method and the path. The host in aac_url.txt must begin with api.";
const NOT_FOLLOWED: &str = "Redirects are not followed: they would take the token along.";
const ELSEWHERE: &str = "It may come from a proxy, a web filter or a sign-in page.";
/// In bytes.
const MAX_PREVIEW: usize = 64 << 10;

/// The issuer returned no tokens. Of its response, only what cannot be a token is shown: `error` and
/// `error_description` (RFC 6749 §5.2), or `code` and `message`, as PingOne calls them. `new_tokens`
/// is what to do where only those help.
pub fn from_issuer(response: &Response, new_tokens: &str) -> Error {
    let json: Value = serde_json::from_str(&preview(response)).unwrap_or_default();
    let word = |name, other| json[name].as_str().or(json[other].as_str());
    let code: Option<&str> = word("error", "code");
    let said = [code, word("error_description", "message")];
    let said: Vec<_> = said.into_iter().flatten().map(one_line).collect();
    let details = match said.is_empty() {
        true => description(response),
        false => format!("The issuer says: {}", said.join(": ")),
    };
    let advice = match code {
        Some("invalid_grant") => format!("{BAD_GRANT}: {new_tokens}"),
        Some("invalid_client" | "unauthorized_client") => format!("{BAD_CLIENT}: {new_tokens}"),
        _ => general_advice(response, "", SUPPORT),
    };
    // Something else may have answered in place of the issuer, after it has refreshed the tokens.
    let progress = match response.status.is_client_error() && json["error"].is_string() {
        true => NOT_REFRESHED,
        false => MAYBE_REFRESHED,
    };
    error(response, ", but no access token", &details, &advice).with(progress)
}

/// The API returned an error, or something that is not JSON. `client_id` is where to get the id.
pub fn from_api(response: &Response, access_token: &Token, client_id: &str) -> Error {
    let (text, is_page) = (preview(response), is_web_page(response));
    let is_text = !is_page && !text.trim().is_empty() && !text.contains(['\0', '\u{fffd}']);
    let details = match json::pretty(&text) {
        _ if response.status.is_redirection() => description(response),
        Some(json) => cut(&json, 4096),
        None if is_text => one_line(&text),
        None => description(response),
    };
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    let code = &json["fault"]["detail"]["errorcode"];
    let code = code.as_str().unwrap_or_default();
    let is_no_route = json["exception"]["name"] == "RouteNotFoundException";
    let advice = match (response.status.as_u16(), code) {
        (401, "") if !is_page && access_token.minutes_left() < 0.0 => EXPIRED,
        (401, "") if !is_page => REGION,
        (403, "") if !is_page => PERMISSION,
        (404, _) if is_no_route => NO_ROUTE,
        (404, _) => NOT_FOUND,
        (200..=299, _) => "",
        _ => &gateway_advice(code, client_id).unwrap_or(general_advice(response, code, "")),
    };
    error(response, ", but no JSON", &details, advice)
}

/// What to do about a fault of Apigee, the API's gateway, by its code.
fn gateway_advice(code: &str, client_id: &str) -> Option<String> {
    let unknown = format!("The service does not accept the project id. {client_id}");
    let code = code.to_lowercase().replace('_', "");
    let is_in_code = |words: &str| words.split(' ').any(|word| code.contains(word));
    // The first that fits.
    let advice = [
        ("tokenexpired", EXPIRED),
        ("tokennotapproved", REVOKED),
        ("token jwt", REGION),
        ("approved active", INACTIVE),
        ("resource product", PRODUCT),
        ("apikey client", &unknown),
    ];
    let (_, advice) = advice.iter().find(|(words, _)| is_in_code(words))?;
    Some((*advice).to_owned())
}

/// What the status says, or Apigee's code. `other` is for what only the service can know.
fn general_advice(response: &Response, code: &str, other: &str) -> String {
    let after = response.header("retry-after");
    let again = match after.parse::<u64>() {
        Ok(..2) => "Try again in a second.".to_owned(),
        Ok(seconds @ ..120) => format!("Try again in {seconds} seconds."),
        Ok(seconds @ ..7200) => format!("Try again in {} minutes.", seconds.div_ceil(60)),
        Ok(seconds @ ..360_000) => format!("Try again in {} hours.", seconds.div_ceil(3600)),
        // A date (RFC 9110 §5.6.7).
        Err(_) if after.ends_with(" GMT") => format!("Try again after {after:.29}."),
        _ => "Try again later.".to_owned(),
    };
    let (status, is_page) = (response.status, is_web_page(response));
    match status.as_u16() {
        429 => format!("There were too many requests. {again}"),
        _ if code.contains("ratelimit") => format!("There were too many requests. {again}"),
        500.. if is_page => again,
        500.. => format!("The service has a problem. {again}"),
        _ if is_page || status.is_redirection() => String::new(),
        _ => other.to_owned(),
    }
}

/// `missing` says what a success lacks.
fn error(response: &Response, missing: &str, details: &str, advice: &str) -> Error {
    let (call, status) = (&response.call, response.status);
    let missing = if status.is_success() { missing } else { "" };
    let problem = format!("{call} returned HTTP {status}{missing}");
    let problem = problem.replace(" <unknown status code>", "");
    Error::new(&problem, &format!("{details}\n{advice}"))
}

/// A response that is not shown itself: where it redirects, a web page's title, or its size.
fn description(response: &Response) -> String {
    let (html, size) = (preview(response), response.body.len());
    let location = response.header("location");
    let kind = one_line(response.header("content-type"));
    if response.status.is_redirection() && !location.is_empty() {
        let target = location.parse::<Uri>().unwrap_or_default();
        let host = target.host().unwrap_or("another address");
        format!("The response redirects to {host}. {ELSEWHERE} {NOT_FOLLOWED}")
    } else if is_web_page(response) {
        let start = html.to_ascii_lowercase().find("<title");
        let title = start.and_then(|start| html[start..].split(['>', '<']).nth(2));
        let title = title.filter(|title| !title.trim().is_empty());
        let title = one_line(title.unwrap_or("untitled"));
        format!("The response is a web page ({title}). {ELSEWHERE}")
    } else if size == 0 {
        "The response is empty.".to_owned()
    } else {
        format!("The response has {size} bytes of {kind}.").replace(" of .", ".")
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

/// The start of a text, on one line.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    cut(&words.join(" "), 300)
}

fn cut(text: &str, max: usize) -> String {
    let start = format!("{text:.max$}");
    match start == text {
        true => start,
        false => start.trim_end().to_owned() + " …",
    }
}
