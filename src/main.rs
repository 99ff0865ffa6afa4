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
use error::{Error, Peer};
use network::Network;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;
use token::{Claims, Token};
use ureq::http::{Method, Request, Response};

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

/// The steps of the example: read the files, renew the tokens, call the API, print the answer.
fn run() -> Result<(), Error> {
    let arguments = arguments::parse(std::env::args_os().skip(1))?;
    if let Arguments::Print(text) = arguments {
        return print(|out| out.write_all(text.as_bytes()));
    }

    // What can be wrong with any of this is found now, before the refresh token is spent.
    let aac_url = AacUrl::read()?;
    if let Arguments::Call { path, .. } = &arguments {
        aac_url.join(path)?;
    }
    let credentials = Credentials::open(&aac_url)?;
    let client_id = text::read_line("client_id.txt", &error::project_id(&aac_url))?;
    let network = Network::new();

    let access_token = get_access_token(&network, credentials, &aac_url)?;
    let api = Api { network, aac_url, client_id, access_token };
    let answer = match arguments {
        Arguments::Call { method, path, body } => call_api(&api, &method, &path, &body)?,
        _ => get_current_workspace(&api)?,
    };
    if answer.body().is_empty() {
        let _ = writeln!(io::stderr(), "HTTP {}", answer.status());
        return Ok(());
    }
    print(|out| json::write_pretty(answer.body(), out))
}

/// Exchanges the refresh token for a new pair of tokens (RFC 6749 §6), saves that pair in `creds.json`, and returns the
/// new access token.
fn get_access_token(network: &Network, credentials: Credentials, aac_url: &AacUrl) -> Result<Token, Error> {
    // The access token names the issuer, and the OAuth client that it was issued to.
    let Claims { token_endpoint: url, client_id } = &credentials.claims;
    let response = network.agent(url).post(url).send_form([
        ("grant_type", "refresh_token"),
        ("refresh_token", credentials.refresh_token.secret()),
        ("client_id", client_id),
    ]);
    let answer = network.receive(url, Peer::Issuer, response)?;

    let tokens = [&credentials.access_token, &credentials.refresh_token];
    match credentials::new_pair(answer.body()) {
        Some(pair) if answer.status().is_success() => credentials.save(pair, aac_url),
        _ => Err(error::refused(&Method::POST, url, Peer::Issuer, &answer, aac_url, &tokens)),
    }
}

/// Gets the workspace that the tokens belong to. With another path it gets something else: see the API documentation.
fn get_current_workspace(api: &Api) -> Result<Response<String>, Error> {
    call_api(api, &Method::GET, "/iam/v1/workspaces/current", "")
}

/// Calls the API at `path` with `body`, JSON or nothing, and returns its answer, JSON or nothing.
fn call_api(api: &Api, method: &Method, path: &str, body: &str) -> Result<Response<String>, Error> {
    let url = api.aac_url.join(path)?;
    let request = Request::builder()
        .method(method)
        .uri(&url)
        .header("Authorization", format!("Bearer {}", api.access_token.secret()))
        // One id under two names: the service renamed the header in April 2025.
        .header("x-client-id", &api.client_id)
        .header("x-api-project-id", &api.client_id)
        // Nearly every API asks for it, even where there is no body.
        .header("Content-Type", "application/json")
        .body(body)
        .expect("each part was checked when it was read");
    let agent = api.network.agent(&url);
    // GET goes without a body rather than with an empty one.
    let response = if *method == Method::GET { agent.run(request.map(drop)) } else { agent.run(request) };
    let answer = api.network.receive(&url, Peer::Api, response)?;

    match json::check(answer.body()).map(str::to_owned) {
        Some(json) if answer.status().is_success() => Ok(answer.map(|_| json)),
        _ => Err(error::refused(method, &url, Peer::Api, &answer, &api.aac_url, &[&api.access_token])),
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
