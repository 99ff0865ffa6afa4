//! Every failure as a person reads it: what happened and where, then what to do.

use crate::aac_url::AacUrl;
use crate::json;
use crate::network::{LONGEST, TIMEOUT};
use crate::token::Token;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use ureq::http::{Method, Response, StatusCode, Uri, header};

/// The longest body of a refusal that is shown, in bytes.
const LONGEST_SHOWN: usize = 64 << 10;

/// A failure: its message of a line or two, which holds no part of a token, and the program's exit code.
pub struct Error {
    pub message: String,
    pub exit_code: u8,
}

fn failed(what: impl Display, advice: impl Display) -> Error {
    Error { message: format!("{what}\n{advice}"), exit_code: 1 }
}

/// The command line is not one that the program knows.
pub fn usage(problem: impl Display) -> Error {
    Error { message: format!("{problem}.\nSee get_workspace --help."), exit_code: 2 }
}

/// One of the three files cannot be read at all.
pub fn unreadable(file: &str, error: io::Error) -> Error {
    let here = std::env::current_dir().unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::NotFound => format!("{file} is not in this folder, {}.", here.display()),
        ErrorKind::IsADirectory => format!("{file} is a folder, not a file."),
        _ => format!("{file} cannot be read: {error}."),
    };
    failed(what, "Run the program in the folder that holds aac_url.txt, client_id.txt and creds.json.")
}

/// One of the three files does not hold what it should; `advice` says where to get that.
pub fn in_file(file: &str, problem: impl Display, advice: impl Display) -> Error {
    failed(format!("{file} {problem}."), advice)
}

/// There is no place for new tokens, so the old ones were not used.
pub fn no_room(error: io::Error) -> Error {
    let what = format!("new tokens could not be kept in creds.json: {error}; the refresh token was not used.");
    failed(what, "Make the folder and creds.json writable, or free some space, and run the program again.")
}

/// The refresh token is spent, and the new pair is not in creds.json; `kept` says whether it is in creds.json.new.
pub fn not_saved(error: io::Error, kept: bool, aac_url: &AacUrl) -> Error {
    let what = format!("the refresh token in creds.json is spent, and the new tokens could not be saved: {error}.");
    match kept {
        true => failed(what, "They are in creds.json.new. Make creds.json writable; the next run will put them there."),
        false => failed(what, tokens_page(aac_url)),
    }
}

/// A request got no answer, or not a whole one. `source` is where its host was named. With a `proxy` (its host and
/// port), that is what the program connected to.
pub fn network(error: ureq::Error, url: &Uri, source: &str, proxy: Option<String>) -> Error {
    let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("http") { 80 } else { 443 });
    let host = format!("{}:{port}", url.host().unwrap_or_default());
    let peer = proxy.as_ref().map_or(host.clone(), |proxy| format!("the proxy {proxy}"));
    let check = match proxy {
        Some(_) => {
            "Check the proxy in HTTPS_PROXY, ALL_PROXY or the system's settings; NO_PROXY names exceptions.".into()
        }
        None => format!("Check the host in {source}, the connection, and whether HTTPS_PROXY has to be set."),
    };
    let again =
        "Run the program again. Should the issuer have received the refresh token, that run will say so.".into();
    // The types of TLS and name lookup errors are not ureq's to give: there is only their text to tell them by.
    let text = json::escape_controls(&error.to_string());
    let says = |word: &str| text.contains(word);
    let (what, advice) = match &error {
        ureq::Error::Timeout(_) => (format!("{host} did not answer within {} seconds.", TIMEOUT.as_secs()), again),
        ureq::Error::BodyExceedsLimit(_) => {
            (format!("the answer of {host} is longer than {} MB.", LONGEST >> 20), "Ask for less of it.".into())
        }
        ureq::Error::ConnectProxyFailed(_) => (format!("{peer} does not connect to {host}: {text}."), check),
        ureq::Error::HostNotFound => (format!("{peer} is not a name that can be found."), check),
        ureq::Error::Io(e) if says("lookup address") || matches!(e.raw_os_error(), Some(11001..=11004)) => {
            (format!("{peer} is not a name that can be found."), check)
        }
        _ if says("UnknownIssuer") || says("No CA certificates") => (
            format!("the certificate of {host} is from no authority that this system trusts."),
            "A company proxy that inspects TLS signs with a CA of its own: that CA belongs in the system's certificate \
             store, or on Linux in the file that SSL_CERT_FILE names."
                .into(),
        ),
        _ if says("certificate expired") => (
            format!("the certificate of {host} has expired."),
            "Check this computer's date. If that is right, only whoever runs the host can renew the certificate.".into(),
        ),
        _ if says("not valid for name") => (
            format!("the certificate of {host} is made out to another host."),
            format!("Check the host in {source}, and whether something on the way answers in its place."),
        ),
        ureq::Error::Io(e) => match e.kind() {
            ErrorKind::ConnectionRefused => (format!("{peer} refuses the connection."), check),
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => (format!("{peer} cannot be reached."), check),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof => {
                (format!("{host} broke the connection off before its answer was complete."), again)
            }
            _ => (format!("no answer from {host}: {text}."), check),
        },
        _ => (format!("no answer from {host}: {text}."), check),
    };
    failed(what, advice)
}

/// The issuer answered the exchange with something other than new tokens (RFC 6749 §5.2).
pub fn not_exchanged(url: &Uri, answer: &Response<Vec<u8>>, tokens: [&Token; 2], aac_url: &AacUrl) -> Error {
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let advice = match body["error"].as_str() {
        Some("invalid_grant") => {
            format!("The refresh token was used before, has expired or was revoked. {}", tokens_page(aac_url))
        }
        Some("invalid_client" | "unauthorized_client") => {
            format!("The issuer does not know the client in the access token. {}", tokens_page(aac_url))
        }
        _ if answer.status().is_success() => "There are no new tokens in the answer. creds.json is as it was.".into(),
        _ => by_status(answer, "the access token in creds.json"),
    };
    refused(&Method::POST, url, answer, advice, &tokens)
}

/// The API answered with a status other than success, or with something other than JSON.
pub fn not_called(method: &Method, url: &Uri, answer: &Response<Vec<u8>>, token: &Token, aac_url: &AacUrl) -> Error {
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let fault = body["fault"]["detail"]["errorcode"].as_str().unwrap_or_default();
    let advice = match answer.status() {
        status if status.is_success() => "That should be JSON, and is not.".into(),
        _ if fault.contains("InvalidApiKey") => format!("client_id.txt is wrong. {}", projects_page(aac_url)),
        StatusCode::UNAUTHORIZED => "The access token is new: was it generated in the region of aac_url.txt?".into(),
        StatusCode::FORBIDDEN => "Your account, or its role in this workspace, has no right to do this.".into(),
        StatusCode::NOT_FOUND => "There is no such API, or nothing with that id in this workspace.".into(),
        _ => by_status(answer, "aac_url.txt"),
    };
    refused(method, url, answer, advice, &[token])
}

/// Standard output is full, or broken in some other way.
pub fn not_printed(error: io::Error) -> Error {
    failed(format!("standard output cannot be written to: {error}."), "Send it elsewhere and run the program again.")
}

/// Where to get what belongs into `creds.json`, in the region of `aac_url.txt`.
pub fn tokens_page(aac_url: &AacUrl) -> String {
    let portal = aac_url.portal();
    format!(
        "Generate new tokens at {portal}/cloud-portal/preferences/oauth2-api-tokens and paste both into creds.json."
    )
}

/// Where to get what belongs into `client_id.txt`, in the region of `aac_url.txt`.
pub fn projects_page(aac_url: &AacUrl) -> String {
    let portal = aac_url.portal();
    format!("Copy the Client ID of your API project at {portal}/cloud-portal/library/alteryx-io into client_id.txt.")
}

/// What to do about a status that says the same whoever answers with it.
fn by_status(answer: &Response<Vec<u8>>, source: &str) -> String {
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    match answer.status().as_u16() {
        300..=399 => {
            let target = header(header::LOCATION).unwrap_or("nowhere");
            format!(
                "It redirects to {target}, which tokens do not follow. Check the host in {source}: is api. missing?"
            )
        }
        429 => match header(header::RETRY_AFTER) {
            Some(time) if time.bytes().all(|c| c.is_ascii_digit()) => format!("Try again in {time} seconds."),
            Some(time) => format!("Try again after {time}."),
            None => "Try again later.".into(),
        },
        500..=599 => "The fault is on the other side. Try again later.".into(),
        _ => "The answer says what is wrong with the request:".into(),
    }
}

/// The answer to `method url` refuses the request: `advice`, then what the answer itself says.
fn refused(method: &Method, url: &Uri, answer: &Response<Vec<u8>>, advice: String, tokens: &[&Token]) -> Error {
    let what = format!("{method} {url} answered HTTP {}.", answer.status());
    let text = format!("{advice}\n{}", shown(answer));
    failed(what, tokens.iter().fold(text, |text, token| token.strike_from(&text)).trim_end())
}

/// The body of a refusal, if it is JSON of a size to be read and without tokens in it; else what it is instead.
fn shown(answer: &Response<Vec<u8>>) -> String {
    let body = answer.body();
    let has_tokens =
        |json: &str| ["access_token\"", "refresh_token\"", "id_token\""].iter().any(|name| json.contains(name));
    match json::check(body) {
        _ if body.is_empty() => String::new(),
        Ok(json) if body.len() <= LONGEST_SHOWN && !has_tokens(json) => json::pretty(json),
        _ => {
            let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            format!("(The answer, {} bytes of {}, is not shown.)", body.len(), kind.unwrap_or("an unknown type"))
        }
    }
}
