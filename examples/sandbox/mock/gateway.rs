//! The API gateway, and the four APIs of the getting-started guide behind it.

use super::http::{RecordedRequest, Response};
use super::issuer::Issuer;
use serde_json::{Value, json};

/// The Client ID of the API project, for `client_id.txt`.
pub const PROJECT_ID: &str = "b2a0c7e4-1d3f-4c55-9a61-5a4d0b0c0de5";

pub const CURRENT_WORKSPACE: &str = "/iam/v1/workspaces/current";

/// Whether the program, if it is run without a PATH, makes this call and prints the response as JSON.
/// If it does something else, the tests name the path.
#[allow(dead_code, reason = "only the tests ask")]
pub const IS_DEFAULT: bool = true;

/// The only workspace, as its API shows it.
pub const WORKSPACE: &str = r#"{
  "id": 31415,
  "name": "sandbox",
  "state": "active",
  "lastStateChange": null,
  "custom_url": "sandbox.us1.alteryxcloud.com",
  "max_user_number": 5000,
  "gid": "01JZSANDB0XSANDB0XSANDB0X0",
  "createdAt": "2025-02-14T09:26:53.000Z",
  "updatedAt": "2025-02-14T09:26:53.000Z",
  "workspacetiers": {
    "data": [
      {
        "isSingleUser": false,
        "id": 27182,
        "name": "enterprise",
        "startsAt": "2025-02-14T09:26:53.000Z",
        "trialState": "None",
        "workspace": {
          "id": 31415
        }
      }
    ]
  },
  "workspace_member_count": 2,
  "workspace_tier": "enterprise",
  "emrCluster": null
}"#;

/// Responds to an API call.
pub fn call(path: &str, request: &RecordedRequest, issuer: &Issuer) -> Response {
    // The service renamed the header. One of the names is enough.
    let project_ids = ["x-client-id", "x-api-project-id"].map(|name| request.headers.get(name));
    let mut project_ids = project_ids.into_iter().flatten().peekable();
    if project_ids.peek().is_none() || project_ids.any(|id| id != PROJECT_ID) {
        return fault("Invalid ApiKey", "oauth.v2.InvalidApiKey");
    }
    let bearer = request.header("authorization").strip_prefix("Bearer ");
    if !bearer.is_some_and(|token| issuer.is_valid(token)) {
        return fault(
            "Invalid Access Token",
            "keymanagement.service.invalid_access_token",
        );
    }
    if !request.body.is_empty() && request.media_type() != "application/json" {
        let message = "Content-Type must be application/json";
        return exception(415, "UnsupportedMediaTypeException", message);
    }
    if (request.method.as_str(), path) == ("GET", CURRENT_WORKSPACE) {
        return Response::new(200, "application/json", WORKSPACE);
    }
    match (request.method.as_str(), path) {
        ("GET", "/v4/workspaces") => {
            Response::new(200, "application/json", format!("[{WORKSPACE}]"))
        }
        ("GET", "/v4/apiAccessTokens") => api_access_tokens(),
        ("POST", "/v4/workspaces/31415/people/batch") => invite(&request.body),
        _ => exception(404, "NotFoundException", "There is nothing here"),
    }
}

fn api_access_tokens() -> Response {
    let token = json!({
        "tokenId": "0ddba11",
        "description": "sandbox",
        "createdAt": "2025-02-05T18:05:29.000Z",
        "expiredAt": "2026-02-05T18:05:29.000Z",
        "lastUsed": "2025-02-05T18:05:29.000Z",
        "person": {"name": "Zoë Ōsugi", "email": "zoe@example.com", "id": 1},
    });
    Response::json(200, json!({"data": [token]}))
}

fn invite(body: &str) -> Response {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    match body["emails"].as_array() {
        Some(emails) if emails.iter().all(Value::is_string) => {
            Response::new(201, "application/json", "")
        }
        _ => exception(400, "ValidationFailed", "emails must be a list of strings"),
    }
}

/// How the gateway refuses a request.
fn fault(faultstring: &str, errorcode: &str) -> Response {
    let detail = json!({"errorcode": errorcode});
    Response::json(
        401,
        json!({"fault": {"faultstring": faultstring, "detail": detail}}),
    )
}

/// How an API refuses a request.
fn exception(status: u16, name: &str, message: &str) -> Response {
    Response::json(
        status,
        json!({"exception": {"name": name, "message": message}}),
    )
}
