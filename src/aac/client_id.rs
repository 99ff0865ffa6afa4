//! `client_id.txt`: the id of the API project.

use super::{aac_url::AacUrl, error::Error, files, output};
use std::path::Path;

const FILE: &str = "client_id.txt";
/// What the example's newest revision calls the same file.
const OTHER_FILE: &str = "api_project_id.txt";

pub struct ClientId {
    pub id: String,
    /// The file that it is in.
    file: &'static str,
    /// Where to get the right one.
    pub advice: String,
}

impl ClientId {
    pub fn read(aac_url: &AacUrl) -> Result<ClientId, Error> {
        let is_other = !Path::new(FILE).exists() && Path::new(OTHER_FILE).exists();
        let file = if is_other { OTHER_FILE } else { FILE };
        let page = aac_url.portal() + "/cloud-portal/library/alteryx-io";
        let advice = format!("Copy the Client ID of your API project at {page} into {file}.");
        let id = files::read_line(file, &advice)?;
        Ok(ClientId { id, file, advice })
    }

    /// Whether it is one of the tokens, which are known when `creds.json` has been read.
    pub fn check(&self) -> Result<(), Error> {
        let problem = format!("{} holds a token", self.file);
        match output::redact(&self.id) == self.id {
            true => Ok(()),
            false => Err(Error::new(&problem, &self.advice)),
        }
    }
}
