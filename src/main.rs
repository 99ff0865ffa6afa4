//! Refreshes the tokens in `creds.json`, asks the Alteryx Cloud API for the current workspace, and
//! prints the response. This file is the whole example, to be read from top to bottom.

mod aac;
mod cli;

use aac::aac_url::{self, AacUrl};
use aac::credentials::{Credentials, TokenResponse};
use aac::{error::Error, files, http::Client, json, output, token::Token, unexpected_response};
use cli::Command;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use ureq::http::{Method, Request};

/// What every call of an API needs.
struct Api {
    client: Client,
    aac_url: AacUrl,
    /// The id of the API project, from `client_id.txt`.
    client_id: String,
    access_token: Token,
}

fn main() -> ExitCode {
    let Err(error) = run() else {
        return ExitCode::SUCCESS;
    };
    // Unlike eprintln!, this does not panic if standard error is closed.
    let _ = writeln!(io::stderr(), "error: {error}");
    ExitCode::from(error.exit_code)
}

/// The steps: read the files, refresh the tokens, call the API, print the response.
fn run() -> Result<(), Error> {
    let command = cli::parse(std::env::args_os().skip(1))?;
    if let Command::Print(text) = &command {
        return print(text);
    }

    // Everything that can be checked is checked before the refresh token is used.
    let advice = aac_url::project_id();
    let client_id = files::read_line("client_id.txt", &advice)?;
    let aac_url = AacUrl::read()?;
    if let Command::Call(_, path, _) = &command {
        aac_url.join(path)?;
    }
    let creds = Credentials::open(&aac_url)?;
    if output::has_token(&client_id) {
        return Err(Error::new("client_id.txt holds a token", &advice));
    }
    output::verbose(&format!("* URL: {}, Client ID: {client_id}", aac_url.0));
    let client = Client::new()?;

    let access_token = get_access_token(&client, creds, &aac_url)?;
    let api = Api {
        client,
        aac_url,
        client_id,
        access_token,
    };
    let response = match command {
        Command::Call(method, path, json) => call_api(&api, method, &path, &json),
        _ => get_current_workspace(&api),
    };
    let result = response.and_then(|json| print(&json));
    result.map_err(|error| error.with("The tokens were refreshed and saved."))
}

/// Refreshes the tokens (RFC 6749 §6), saves the new ones, and returns the new access token.
fn get_access_token(client: &Client, creds: Credentials, aac_url: &AacUrl) -> Result<Token, Error> {
    // The access token names the issuer, and the OAuth client that it was issued to.
    let tokens = &creds.tokens;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh_token.expose()),
        ("client_id", &tokens.client_id),
    ];
    let response = client.post_form(&tokens.token_endpoint, &form)?;
    match TokenResponse::parse(response.body()) {
        Some(tokens) if response.status().is_success() => creds.save(tokens, aac_url),
        _ => Err(unexpected_response::from_issuer(&response, aac_url)),
    }
}

/// Gets the workspace that the tokens belong to.
fn get_current_workspace(api: &Api) -> Result<String, Error> {
    call_api(api, Method::GET, "/iam/v1/workspaces/current", "")
}

/// Calls the API at `path` with JSON or nothing, and returns the response: JSON or nothing.
fn call_api(api: &Api, method: Method, path: &str, json: &str) -> Result<String, Error> {
    let bearer = format!("Bearer {}", api.access_token.expose());
    let request = Request::builder()
        .method(method)
        .uri(api.aac_url.join(path)?)
        .header("authorization", bearer)
        // One id under two names: the service renamed the header in April 2025.
        .header("x-client-id", &api.client_id)
        .header("x-api-project-id", &api.client_id)
        // Nearly every API asks for it, even without a body.
        .header("content-type", "application/json")
        .body(json.to_owned())
        .expect("each part was checked when it was read");
    let response = api.client.send(request)?;

    let is_success = response.status().is_success();
    match json::pretty(response.body()) {
        Some(json) if is_success => Ok(json),
        None if is_success && response.body().is_empty() => {
            output::notice(&format!("HTTP {}", response.status()));
            Ok(String::new())
        }
        _ => Err(unexpected_response::from_api(&response, &api.access_token)),
    }
}

/// Prints a text, or nothing, on standard output.
fn print(text: &str) -> Result<(), Error> {
    let end = if text.is_empty() { "" } else { "\n" };
    match write!(io::stdout(), "{text}{end}") {
        // Whoever reads it, `head` perhaps, has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::new(
            &format!("cannot write to standard output: {error}"),
            "Check where the output goes.",
        )),
        _ => Ok(()),
    }
}
