//! Refreshes the tokens in `creds.json`, asks the Alteryx Cloud API for the current workspace, and
//! prints the response. These are the steps of the example, to be read from top to bottom.

mod aac;
mod cli;

use aac::credentials::{self, Credentials, TokenResponse};
use aac::{aac_url::AacUrl, client_id::ClientId, error::Error, http::Client};
use aac::{json, output, refusal, token::Token, url};
use cli::Command;
use std::process::ExitCode;
use ureq::http::{Method, Request, Uri};

/// Describes the application to the services.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What every API call needs, beside the access token.
struct Api {
    client: Client,
    aac_url: AacUrl,
    client_id: ClientId,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::notice(&format!("error: {error}"));
            ExitCode::from(error.exit_code)
        }
    }
}

/// The steps: read the files, refresh the tokens, call the API, print the response.
fn run() -> Result<(), Error> {
    let arguments = cli::parse(std::env::args_os().skip(1))?;
    output::set_verbose(arguments.is_verbose);
    if let Command::Print(text) = &arguments.command {
        return print(text);
    }

    // Everything that can be checked is checked before the refresh token is used.
    let aac_url = AacUrl::read()?;
    let client_id = ClientId::read(&aac_url)?;
    let api = Api {
        client: Client::new(USER_AGENT)?,
        aac_url,
        client_id,
    };
    let call = match arguments.command {
        Command::Call(method, path, json) => Some((method, api.aac_url.join(&path)?, json)),
        Command::Print(_) | Command::CurrentWorkspace => None,
    };

    let access_token = get_access_token(&api)?;
    let response = match call {
        Some((method, url, json)) => call_api(&api, &access_token, method, url, json),
        None => get_current_workspace(&api, &access_token),
    };
    let result = response.and_then(|json| print(&json));
    result.map_err(|error| error.with("The tokens were refreshed and saved."))
}

/// Refreshes the tokens (RFC 6749 §6), saves the new ones, and returns the new access token.
fn get_access_token(api: &Api) -> Result<Token, Error> {
    let old_creds = Credentials::open(&api.aac_url)?;
    api.client_id.check()?;
    let (aac_url, client_id) = (&api.aac_url, &api.client_id.id);
    output::verbose(&format!("* URL: {aac_url}, Client ID: {client_id}"));

    // The payload of the access token names the issuer, and the OAuth client it was issued to.
    let info = &old_creds.claims;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", old_creds.refresh_token.expose()),
        ("client_id", &info.client_id),
    ];
    let request = Request::post(&info.token_endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(url::encode_form(&form))
        .expect("the URL was checked when it was read");
    let response = api
        .client
        .send(request, "creds.json", Some(credentials::STOPPING));
    let response = response.map_err(credentials::unanswered)?;
    match TokenResponse::parse(&response.text()) {
        Some(new_creds) if response.status.is_success() => old_creds.save(new_creds),
        _ => {
            let new_tokens = api.aac_url.new_tokens_advice();
            Err(refusal::from_issuer(&response, &new_tokens))
        }
    }
}

/// Gets the workspace that the tokens belong to.
fn get_current_workspace(api: &Api, access_token: &Token) -> Result<String, Error> {
    let url = api.aac_url.join("/iam/v1/workspaces/current")?;
    call_api(api, access_token, Method::GET, url, String::new())
}

/// Calls the API with JSON or nothing, and returns the response: JSON or nothing.
fn call_api(
    api: &Api,
    access_token: &Token,
    method: Method,
    url: Uri,
    json: String,
) -> Result<String, Error> {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", format!("Bearer {}", access_token.expose()))
        // One id under two names: the service renamed the header in April 2025.
        .header("x-client-id", &api.client_id.id)
        .header("x-api-project-id", &api.client_id.id)
        // Nearly every API asks for it, even without a body.
        .header("content-type", "application/json")
        .body(json)
        .expect("each part was checked when it was read");
    let response = api.client.send(request, "aac_url.txt", None);
    let response = response.map_err(|(error, _)| error)?;

    let refused = || refusal::from_api(&response, access_token, &api.client_id.advice);
    if !response.status.is_success() {
        return Err(refused());
    }
    if response.body.is_empty() {
        output::notice(&format!("HTTP {}", response.status));
        return Ok(String::new());
    }
    json::pretty(&response.text()).ok_or_else(refused)
}

/// Prints a text, or nothing, on standard output.
fn print(text: &str) -> Result<(), Error> {
    output::print(text).map_err(|error| {
        let problem = format!("cannot write to standard output: {error}");
        Error::new(&problem, "Check where the output goes.")
    })
}
