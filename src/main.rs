//! Refreshes the tokens in `creds.json`, asks the Alteryx Cloud API for the current workspace, and
//! prints the response. These are the steps of the example, to be read from top to bottom.

mod aac;
mod cli;

use aac::credentials::{Credentials, TokenResponse};
use aac::{error::Error, http::Client, json, output, settings::Settings, url};
use std::process::ExitCode;
use ureq::http::{Method, Request, Uri};

/// Identifies the application to the services.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What is known of the tokens after a failure.
const NOT_USED: &str = "This run did not use the refresh token.";
const MAYBE_REFRESHED: &str = "The tokens may have been refreshed. If so, the next run will say \
    that the refresh token has been used.";

/// Where to call, for which project, and how.
struct Api {
    settings: Settings,
    client: Client,
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
    if let Some(text) = arguments.help_or_version {
        return output::print(&text);
    }

    // All input is checked before the refresh token is used.
    let settings = Settings::read()?;
    let client = Client::new()?;
    let checked = arguments.path.map(|path| settings.join(&path));
    let call_url = checked.transpose()?;
    let api = Api { settings, client };

    let access_token = get_access_token(&api)?;
    let response = match call_url {
        Some(url) => call_api(&api, &access_token, arguments.method, url, arguments.json),
        None => get_current_workspace(&api, &access_token),
    };
    let result = response.and_then(|text| output::print(&text));
    result.map_err(|error| error.with_line("The tokens were refreshed and saved."))
}

/// Refreshes the tokens (RFC 6749 §6), saves the new ones, and returns the new access token.
fn get_access_token(api: &Api) -> Result<String, Error> {
    let Api { settings, client } = api;
    // creds.json is locked from here until the new tokens are saved.
    let old_creds = Credentials::open(&settings.tokens_remedy)?;

    // The payload of the access token names the token endpoint ("iss") and the OAuth client.
    let info = &old_creds.claims;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &old_creds.refresh_token),
        ("client_id", &info.client_id),
    ];
    let request = Request::post(&info.token_endpoint)
        .header("user-agent", USER_AGENT)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(url::encode_form(&form))
        .expect("the URL was checked when it was read");
    let loss = "If you stop the program now, the tokens may be lost.";
    // This request works only once. Failures are reported against creds.json, which names the host.
    let sent = client.send(request, "creds.json", Some(loss));
    let response = sent.map_err(|failure| match failure.may_have_acted {
        true => failure.error.with_line(MAYBE_REFRESHED),
        false => failure.error.with_line(NOT_USED),
    })?;

    // Parsed whatever the status is: from now on, tokens in it are redacted when printed.
    let tokens = TokenResponse::parse(&response.text);
    if response.head.status.is_success()
        && let Some(new_creds) = tokens
    {
        return old_creds.save_new(new_creds, &settings.tokens_remedy);
    }
    let error = response.issuer_error(&settings.tokens_remedy);
    if response.is_issuer_refusal() {
        return Err(error.with_line("The tokens were not refreshed."));
    }
    Err(error.with_line(MAYBE_REFRESHED))
}

/// Gets the workspace that the tokens belong to.
fn get_current_workspace(api: &Api, access_token: &str) -> Result<String, Error> {
    let url = api.settings.join("/iam/v1/workspaces/current")?;
    call_api(api, access_token, Method::GET, url, String::new())
}

/// Calls the API, with JSON or an empty body. Returns indented JSON. If the response is empty,
/// prints its status and returns an empty string.
fn call_api(
    api: &Api,
    access_token: &str,
    method: Method,
    url: Uri,
    json: String,
) -> Result<String, Error> {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", format!("Bearer {}", access_token))
        .header("user-agent", USER_AGENT)
        // One id under two names: the example renamed the header in April 2025.
        .header("x-client-id", &api.settings.project_id)
        .header("x-api-project-id", &api.settings.project_id)
        // Nearly every API asks for this header, even without a body.
        .header("content-type", "application/json")
        .body(json)
        .expect("each part was checked when it was read");
    let response = api.client.send(request, "aac_url.txt", None);
    let response = response.map_err(|failure| failure.error)?;

    if !response.head.status.is_success() {
        return Err(response.api_error(&api.settings.project_remedy));
    }
    if response.text.is_empty() {
        output::notice(&format!("HTTP {}", response.head.status));
        return Ok(String::new());
    }
    let indented = json::pretty(&response.text); // None: not JSON.
    indented.ok_or_else(|| response.api_error(&api.settings.project_remedy))
}
