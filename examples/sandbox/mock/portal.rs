//! The two pages of the portal from which the three files are filled in.

use super::gateway::PROJECT_ID;
use super::http::{RecordedRequest, Response};
use super::issuer::Issuer;

/// Responds to a browser.
pub fn show(path: &str, request: &RecordedRequest, issuer: &mut Issuer) -> Response {
    match (request.method.as_str(), path) {
        ("GET", "/cloud-portal/preferences/oauth2-api-tokens") => {
            let creds = issuer.generate_tokens();
            let advice = "A new pair of tokens. Replace the content of <code>creds.json</code> \
                with this. Reload the page for another pair.";
            page(200, "OAuth2.0 API tokens", advice, &format!("{creds:#}"))
        }
        ("GET", "/cloud-portal/library/alteryx-io") => {
            let advice =
                "The Client ID of the only API project. It belongs in <code>client_id.txt</code>.";
            page(200, "Alteryx IO", advice, PROJECT_ID)
        }
        ("GET", _) => page(404, "Not found", "The sandbox has no such page.", path),
        _ => page(405, "Not allowed", "Open this page in a browser.", path),
    }
}

/// A page that shows `text`. Only a path needs escaping.
fn page(status: u16, title: &str, advice: &str, text: &str) -> Response {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n\
        <p>{advice}</p>\n<pre>{text}</pre>\n"
    );
    Response::new(status, "text/html; charset=utf-8", html)
}
