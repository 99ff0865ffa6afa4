//! `aac_url.txt`, `client_id.txt` (the API project's ID, not OAuth's `client_id`), and call URLs.

use super::{error::Error, files, table, url};
use std::path::Path;
use ureq::http::Uri;

const REGIONS: &str = "Write https://api.REGION.alteryxcloud.com, where REGION is us1, eu1 or au1.";

/// What the two files say.
pub struct Settings {
    /// Such as `https://api.us1.alteryxcloud.com`, without a slash at its end.
    pub aac_url: String,
    pub project_id: String,
    /// Where to get the right ID.
    pub project_remedy: String,
    /// What to do where only new tokens help, as the end of a sentence.
    pub tokens_remedy: String,
}

impl Settings {
    /// Reads the files.
    pub fn read() -> Result<Settings, Error> {
        let text = files::read_line("aac_url.txt", REGIONS)?;
        let aac_url = text.trim_end_matches('/').to_ascii_lowercase();
        let url: Uri = aac_url.parse().unwrap_or_default();
        let host = url.host().unwrap_or_default();
        let is_portal = host.ends_with(".alteryxcloud.com") && !host.starts_with("api.");
        if is_portal || !url::is_safe(&url) || url.to_string() != format!("{aac_url}/") {
            let fault = table::find(include_str!("url.txt"), &aac_url);
            return Err(Error::new(&format!("aac_url.txt {fault}"), REGIONS));
        }
        let portal = aac_url.replacen("://api.", "://", 1);
        let page = format!("{portal}/cloud-portal/preferences/oauth2-api-tokens");
        let tokens_remedy =
            format!("generate new tokens at {page} and paste both into creds.json.");

        // The second is what the example's newest revision calls the same file.
        let mut files = ["client_id.txt", "api_project_id.txt"].into_iter();
        let found = files.find(|file| Path::new(file).exists());
        let file = found.unwrap_or("client_id.txt");
        let page = format!("{portal}/cloud-portal/library/alteryx-io");
        let project_remedy = format!("Copy the ID of your API project at {page} into {file}.");
        let project_id = files::read_line(file, &project_remedy)?;
        let creds = files::read("creds.json", "")
            .unwrap_or_default()
            .replace(' ', "");
        if project_id.contains("://") || creds.contains(&format!("_token\":\"{project_id}\"")) {
            let problem = format!("{file} holds a URL or a token, not an ID");
            return Err(Error::new(&problem, &project_remedy));
        }
        Ok(Settings {
            aac_url,
            project_id,
            project_remedy,
            tokens_remedy,
        })
    }

    /// The URL at `path`, which may be a URL of this host or, as in the guide, of the portal's.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        let base = &self.aac_url;
        let portal = base.replacen("://api.", "://", 1);
        let whole = path.strip_prefix(base).or(path.strip_prefix(&portal));
        let is_this_host = |rest: &&str| rest.is_empty() || rest.starts_with(['/', '?']);
        let rest = whole.filter(is_this_host).unwrap_or(path);
        let start = rest.split(['/', '?']).next().unwrap_or_default();
        // A first part with a dot or a colon makes it a URL, perhaps one that lacks its https://.
        let is_other_url = start.contains(['.', ':']) || path.starts_with("//");
        let path_only = rest.split('?').next().unwrap_or_default();
        let is_invalid = |&c: &char| !c.is_ascii_graphic() || "\"#<>\\^`{|}".contains(c);
        let fault = if let Some(c) = path.chars().find(is_invalid) {
            &format!("contains {c:?}")
        } else if is_other_url {
            &format!("must be a path, or begin with {base}/ (aac_url.txt)")
        } else if path_only.trim_end_matches('/').contains("//") {
            // An empty variable must not change the call, for example to a wider DELETE.
            "has nothing between two slashes"
        } else {
            let url = format!("{base}/{}", rest.trim_start_matches('/'));
            return url.parse().or(Err(Error::usage("PATH is too long", "")));
        };
        let problem = format!("PATH {fault}: {path:?}");
        let advice = table::find(include_str!("path.txt"), &problem);
        Err(Error::usage(&problem, advice))
    }
}
