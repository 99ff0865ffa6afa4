//! What to do about a response that is not what was asked for.

use super::credentials::{MAYBE_REFRESHED, NOT_REFRESHED};
use super::response::{Response, cut, one_line};
use super::{error::Error, json, no_response::CHECK_EFFECT, table};
use serde_json::Value;

const ADVICE: &str = include_str!("refusal.txt");

/// The issuer returned no tokens. Of its response, only what cannot be a token is shown: `error` and
/// `error_description` (RFC 6749 §5.2), or `code` and `message`, as PingOne calls them; else a
/// description. `new_tokens` is what to do where only those help.
pub fn from_issuer(response: &Response, new_tokens: &str) -> Error {
    let json: Value = serde_json::from_str(&response.preview()).unwrap_or_default();
    let word = |name, other| json[name].as_str().or(json[other].as_str());
    let code = word("error", "code");
    let said = [code, word("error_description", "message")];
    let said: Vec<_> = said.into_iter().flatten().map(one_line).collect();
    let details = if said.is_empty() {
        response.description()
    } else {
        format!("The issuer says: {}", said.join(": "))
    };
    // Something else may have answered in place of the issuer, after it has refreshed the tokens.
    let has_tokens = json.get("refresh_token").is_some() || json.get("access_token").is_some();
    let is_refused = response.status.is_client_error() && json["error"].is_string();
    let progress = match is_refused && !has_tokens {
        true => NOT_REFRESHED,
        false => MAYBE_REFRESHED,
    };
    let key = format!("issuer {}", code.unwrap_or_default());
    let advice = advice(&key, response, &again(response)).replace("{new_tokens}", new_tokens);
    error(response, "access token", &details, &advice).with_line(progress)
}

/// The API returned an error, or something that is not JSON. `project` is where to get the right ID.
pub fn from_api(response: &Response, project: &str) -> Error {
    let text = response.preview();
    let is_page = response.is_web_page() || response.status.is_redirection();
    let is_text = !is_page && !text.trim().is_empty() && !text.contains(['\0', '\u{fffd}']);
    let details = match json::pretty(&text) {
        Some(json) if !response.status.is_redirection() => cut(&json, 4096),
        None if is_text => one_line(&text),
        _ => response.description(),
    };
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    let exception = json["exception"]["name"].as_str().unwrap_or_default();
    let key = match json["fault"]["detail"]["errorcode"].as_str() {
        Some(code) => format!("api fault:{code}"),
        None => format!("api {exception}"),
    };
    let may_be_done = response.status.is_server_error() && !response.call.starts_with("GET");
    let again = if may_be_done {
        CHECK_EFFECT
    } else {
        &again(response)
    };
    let advice = advice(&key, response, again).replace("{id}", project);
    error(response, "valid JSON", &details, &advice)
}

/// The advice for who answered and the code in the response, if there is one.
fn advice(who_and_code: &str, response: &Response, again: &str) -> String {
    let status = response.status;
    let kind = match response.is_web_page() {
        true => " page",
        false if status.is_redirection() => " redirect",
        false => "",
    };
    let key = format!("{who_and_code}{kind} {}", status.as_u16());
    let advice = table::find(ADVICE, &key.to_lowercase().replace('_', ""));
    advice.replace("{again}", again)
}

/// When to try again (RFC 9110 §10.2.3).
fn again(response: &Response) -> String {
    let after = response.header("retry-after");
    match after.parse::<u64>() {
        Ok(..2) => "Try again in a second.".to_owned(),
        Ok(seconds @ ..120) => format!("Try again in {seconds} seconds."),
        Ok(seconds @ ..7200) => format!("Try again in {} minutes.", seconds.div_ceil(60)),
        Ok(seconds @ ..360_000) => format!("Try again in {} hours.", seconds.div_ceil(3600)),
        Err(_) if after.ends_with(" GMT") => format!("Try again after {after:.29}."),
        _ => "Try again later.".to_owned(),
    }
}

/// `wanted` is what a success lacks.
fn error(response: &Response, wanted: &str, details: &str, advice: &str) -> Error {
    let mut problem = format!("{} returned HTTP {}", response.call, response.status);
    if response.status.is_success() {
        problem += &format!(", but no {wanted}");
    }
    let problem = problem.replace(" <unknown status code>", "");
    Error::new(&problem, &format!("{details}\n{advice}"))
}
