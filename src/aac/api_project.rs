//! `client_id.txt`: the id of the API project. It is not the `client_id` in an access token.

use super::{error::Error, files, output};
use std::path::Path;

const FILE: &str = "client_id.txt";
/// What the example's newest revision calls the same file.
const OTHER_FILE: &str = "api_project_id.txt";

/// The API project, whose id goes with every call.
pub struct ApiProject {
    pub id: String,
    /// Where to get the right one.
    pub advice: String,
}

impl ApiProject {
    /// Reads the id. `portal` is the portal's URL.
    pub fn read(portal: &str) -> Result<ApiProject, Error> {
        let is_other = !Path::new(FILE).exists() && Path::new(OTHER_FILE).exists();
        let file = if is_other { OTHER_FILE } else { FILE };
        let page = format!("{portal}/cloud-portal/library/alteryx-io");
        let advice = format!("Copy the ID of your API project at {page} into {file}.");
        let id = files::read_line(file, &advice)?;
        if id.contains("://") {
            return Err(Error::new(&format!("{file} holds a URL"), &advice));
        }
        Ok(ApiProject { id, advice })
    }

    /// Refuses one of the tokens, which are known once `creds.json` has been read.
    pub fn refuse_token(&self) -> Result<(), Error> {
        if output::redact(&self.id) == self.id {
            return Ok(());
        }
        let problem = "a token is in place of the ID of the API project";
        Err(Error::new(problem, &self.advice))
    }
}
