//! Every failure as a person reads it: what happened and where, then what to do.

use crate::aac_url::AacUrl;
use crate::json;
use crate::network::Answer;
use crate::token::Token;
use serde_json::Value;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use ureq::Error as Cause;
use ureq::http::{Method, Uri};

/// A failure: a message in which there is no part of a token, and the program's exit code.
pub struct Error {
    pub message: String,
    pub exit_code: u8,
}

/// Whom a request goes to.
#[derive(Clone, Copy, PartialEq)]
pub enum Peer {
    Issuer,
    Api,
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
    let problem = match error.kind() {
        ErrorKind::NotFound => format!("is not in this folder, {}", here.display()),
        ErrorKind::IsADirectory => "is a folder, not a file".into(),
        _ => format!("cannot be read: {error}"),
    };
    wrong(file, problem, "Run the program in the folder that holds aac_url.txt, client_id.txt and creds.json.")
}

/// One of the three files does not hold what it should; `advice` says where to get that.
pub fn wrong(file: &str, problem: impl Display, advice: impl Display) -> Error {
    failed(format!("{file} {problem}."), advice)
}

/// What to put into `creds.json`.
pub fn new_tokens(aac_url: &AacUrl) -> String {
    let page = format!("{}/cloud-portal/preferences/oauth2-api-tokens", aac_url.portal());
    format!("Generate new tokens at {page} and paste both into creds.json.")
}

/// What to put into `client_id.txt`.
pub fn project_id(aac_url: &AacUrl) -> String {
    let page = format!("{}/cloud-portal/library/alteryx-io", aac_url.portal());
    format!("Copy the Client ID of your API project at {page} into client_id.txt.")
}

/// New tokens would have no place, so the old ones were not used.
pub fn no_room(error: io::Error) -> Error {
    let what = format!("creds.json cannot be replaced: {error}. The refresh token was not used.");
    failed(what, "Make the folder and creds.json writable, or free some space, and run the program again.")
}

/// The refresh token is spent, and the new tokens are not in `creds.json`, but `kept` in `creds.json.new` or lost.
pub fn not_saved(error: io::Error, kept: bool, aac_url: &AacUrl) -> Error {
    let what =
        format!("the refresh token in creds.json is spent, and the new tokens could not be saved there: {error}.");
    match kept {
        true => failed(what, "They are in creds.json.new, and the next run will put them in place."),
        false => failed(what, new_tokens(aac_url)),
    }
}

/// Standard output is full, or broken otherwise.
pub fn not_printed(error: io::Error) -> Error {
    failed(format!("standard output cannot be written to: {error}."), "Send it elsewhere and run the program again.")
}

/// There was no answer, or not a whole one, to a request to `url`.
pub fn network(cause: Cause, url: &Uri, peer: Peer, proxy: Option<&ureq::Proxy>) -> Error {
    let (source, again) = match peer {
        Peer::Issuer => ("the access token in creds.json", AGAIN),
        Peer::Api => ("aac_url.txt", "Run the program again."),
    };
    let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("http") { 80 } else { 443 });
    let host = format!("{}:{port} (from {source})", url.host().unwrap_or_default());
    let certificate = format!("the certificate of {host}");
    let (door, check) = match proxy {
        Some(proxy) => (format!("the proxy {}:{}, on the way to {host},", proxy.host(), proxy.port()), CHECK_PROXY),
        None => (host.clone(), CHECK_HOST),
    };
    // What TLS and the name lookup say is told apart by its text: their own types are not to be had from ureq.
    let text = cause.to_string().replace(char::is_control, " ");
    let says = |words: &str| text.contains(words);
    let io = if let Cause::Io(error) = &cause { Some(error.kind()) } else { None };
    let unclear = format!("gives no answer that makes sense ({text})");
    let (who, what, advice) = match (&cause, io) {
        (Cause::Timeout(_), _) => (host, "did not answer within 30 seconds", again),
        (Cause::BodyExceedsLimit(_), _) => (host, "answers with more than 64 MB", "Ask for less."),
        _ if says("lookup address") || says("(os error 1100") => (door, "is not the name of a host", check),
        _ if says("certificate expired") => (certificate, "has expired", CLOCK),
        _ if says("not valid for name") => (certificate, "is made out to another host", IMPOSTOR),
        _ if says("peer certificate") || says("No CA ") => (certificate, "is from nobody that this system trusts", CA),
        (_, Some(ErrorKind::ConnectionRefused)) => (door, "refuses the connection", check),
        (_, Some(kind)) if BROKEN.contains(&kind) => {
            (host, "broke the connection off before its answer was whole", again)
        }
        _ => (door, &*unclear, check),
    };
    failed(format!("{who} {what}."), advice)
}

const BROKEN: [ErrorKind; 4] =
    [ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe, ErrorKind::UnexpectedEof];
const CHECK_HOST: &str = "Check that host, the connection, and whether HTTPS_PROXY must name a proxy.";
const CHECK_PROXY: &str = "Check HTTPS_PROXY and ALL_PROXY, or the system's proxy, and the exceptions in NO_PROXY.";
const AGAIN: &str = "Run the program again. If the issuer has renewed the tokens all the same, that run will say so.";
const CLOCK: &str = "Check the date of this computer. If it is right, only those who run the host can help.";
const IMPOSTOR: &str = "Something on the way answers in its place: a sign-in page of this network, or a proxy.";
const WITHOUT_API: &str = " Most often, that is because the host in aac_url.txt lacks its api.";
const CA: &str = "A proxy that inspects TLS signs with its company's own CA: that belongs in the system's certificate \
    store, or on Linux in the file that SSL_CERT_FILE names.";

/// The answer to `method url` is not what was asked for. The error shows what it is, without `tokens`.
pub fn refused(method: &Method, url: &Uri, peer: Peer, answer: &Answer, aac_url: &AacUrl, tokens: &[&Token]) -> Error {
    let header = |name| {
        let value = answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("not given");
        value.get(..200).unwrap_or(value)
    };
    // A longer body is nothing to read, and as values it would take many times its size.
    let json = if answer.body().len() < 1 << 16 { json::check(answer.body()) } else { None };
    let body: Value = json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    // RFC 6749 §5.2 at the issuer, a fault at the gateway.
    let code = body["error"].as_str().or(body["fault"]["detail"]["errorcode"].as_str()).unwrap_or_default();
    let advice = match answer.status().as_u16() {
        _ if code == "invalid_grant" => {
            format!("The refresh token was used before, has expired or was revoked. {}", new_tokens(aac_url))
        }
        _ if code.ends_with("_client") => {
            format!("The issuer refuses the client in the token. {}", new_tokens(aac_url))
        }
        _ if code.contains("InvalidApiKey") => format!("The id in client_id.txt is unknown. {}", project_id(aac_url)),
        200..=299 if peer == Peer::Issuer => "That is no answer with new tokens.".into(),
        200..=299 => format!("That should be JSON, and is not.{WITHOUT_API}"),
        300..=399 => {
            let hint = if peer == Peer::Api { WITHOUT_API } else { "" };
            format!("It redirects to {}, and tokens are not sent on.{hint}", header("location"))
        }
        401 if peer == Peer::Api => "The access token is new: is it from the region that aac_url.txt names?".into(),
        403 if peer == Peer::Api => "The owner of the tokens has no role that allows this in this workspace.".into(),
        404 if peer == Peer::Api => {
            "Check the path, and any id in it: there is nothing there in this workspace.".into()
        }
        429 => format!("Try again later (Retry-After: {}).", header("retry-after")),
        500.. => "The service has a problem. Try again later.".into(),
        _ => "The service does not take this request.".into(),
    };
    let has_tokens = body.as_object().is_some_and(|body| body.keys().any(|name| name.ends_with("_token")));
    let mut text = format!("{method} {url} answered HTTP {}.\n{advice}\n", answer.status()).into_bytes();
    match json {
        Some(json) if !has_tokens => json::write_pretty(json, &mut text),
        _ => write!(text, "(The answer, {} bytes of {}, is not shown.)", answer.body().len(), header("content-type")),
    }
    .expect("memory takes it");
    let text = String::from_utf8_lossy(&text).trim_end().to_owned();
    Error { message: tokens.iter().fold(text, |text, token| token.strike_from(&text)), exit_code: 1 }
}
