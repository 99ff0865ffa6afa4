//! Renews the tokens in `creds.json`, asks an Alteryx Cloud API for the current workspace, and prints the answer.
//!
//! This file is the whole example, to be read from top to bottom; each module says in its first line what it adds.

mod aac_url;
mod arguments;
mod credentials;
mod error;
mod json;
mod network;
mod text;
mod token;

use aac_url::AacUrl;
use arguments::Arguments;
use credentials::Credentials;
use error::Error;
use network::Network;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;
use token::Token;
use ureq::http::{Method, Request, Response, Uri};

/// What every call of an API needs.
struct Api {
    network: Network,
    aac_url: AacUrl,
    /// The id of the API project, from `client_id.txt`.
    client_id: String,
    access_token: Token,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Unlike eprintln!, this does not panic if standard error is closed.
            let _ = writeln!(io::stderr(), "error: {}", error.message);
            ExitCode::from(error.exit_code)
        }
    }
}

fn run() -> Result<(), Error> {
    let call = match arguments::parse(std::env::args_os().skip(1))? {
        Arguments::Print(text) => return print(|out| out.write_all(text.as_bytes())),
        Arguments::CurrentWorkspace => None,
        Arguments::Call(call) => Some(call),
    };

    // Everything that can be wrong here is found now, before the refresh token is spent.
    let aac_url = AacUrl::read()?;
    if let Some(call) = &call {
        aac_url.join(&call.path)?;
    }
    let credentials = Credentials::open(&aac_url)?;
    let client_id = text::read_line("client_id.txt", || error::projects_page(&aac_url))?;
    let network = Network::new();

    let access_token = get_access_token(&network, credentials, &aac_url)?;
    let api = Api { network, aac_url, client_id, access_token };
    let answer = match call {
        None => get_current_workspace(&api)?,
        Some(call) => call_api(&api, call.method, &call.path, &call.body)?,
    };
    match answer.body().as_str() {
        "" => {
            let _ = writeln!(io::stderr(), "HTTP {}", answer.status());
            Ok(())
        }
        json => print(|out| json::write_pretty(json, out).and_then(|()| out.write_all(b"\n"))),
    }
}

/// Exchanges the refresh token for a new pair of tokens (RFC 6749 §6), saves the pair in `creds.json`, and returns the
/// new access token.
fn get_access_token(network: &Network, mut credentials: Credentials, aac_url: &AacUrl) -> Result<Token, Error> {
    // The refresh token works once: from the exchange on, the pair that comes back is the only one.
    let room = credentials.make_room()?;

    // The access token names its issuer, and the OAuth client that it was issued to.
    let claims = &credentials.claims;
    let url: Uri = format!("{}/token", claims.iss).parse().expect("was checked with the claims");
    let response = network.agent(&url).post(&url).send_form([
        ("grant_type", "refresh_token"),
        ("refresh_token", credentials.refresh_token.secret()),
        ("client_id", &claims.client_id),
    ]);
    let answer = network.receive(&url, "the access token in creds.json", response)?;

    match credentials::new_pair(answer.body()) {
        Some(pair) if answer.status().is_success() => credentials.save(room, pair, aac_url),
        _ => {
            let tokens = [&credentials.access_token, &credentials.refresh_token];
            Err(error::not_exchanged(&url, &answer, tokens, aac_url))
        }
    }
}

/// Gets the workspace that the tokens belong to. Another path makes this another API call.
fn get_current_workspace(api: &Api) -> Result<Response<String>, Error> {
    call_api(api, Method::GET, "/iam/v1/workspaces/current", "")
}

/// Calls the API at `path`, with JSON or nothing as `body`, and returns the answer, which is JSON or nothing.
fn call_api(api: &Api, method: Method, path: &str, body: &str) -> Result<Response<String>, Error> {
    let url = api.aac_url.join(path)?;
    let request = Request::builder()
        .method(&method)
        .uri(&url)
        .header("Authorization", format!("Bearer {}", api.access_token.secret()))
        // One header with two names: the service renamed it in April 2025.
        .header("x-client-id", &api.client_id)
        .header("x-api-project-id", &api.client_id)
        // Nearly every API wants it, GET included.
        .header("Content-Type", "application/json");
    let agent = api.network.agent(&url);
    let response = match method {
        Method::GET => request.body(()).map_err(Into::into).and_then(|request| agent.run(request)),
        _ => request.body(body).map_err(Into::into).and_then(|request| agent.run(request)),
    };
    let answer = api.network.receive(&url, "aac_url.txt", response)?;
    match json::check(answer.body()).map(str::to_owned) {
        Ok(json) if answer.status().is_success() => Ok(answer.map(|_| json)),
        Err(_) if answer.status().is_success() && answer.body().is_empty() => Ok(answer.map(|_| String::new())),
        _ => Err(error::not_called(&method, &url, &answer, &api.access_token, &api.aac_url)),
    }
}

/// Prints to standard output.
fn print(write: impl FnOnce(&mut BufWriter<io::StdoutLock>) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        // Whoever reads it, `head` perhaps, has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(error::not_printed),
    }
}
