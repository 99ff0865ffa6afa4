//! What a program needs to call the Alteryx Cloud API, whatever the call: see `src/README.md`.

mod claims;
mod connector;
pub mod credentials;
pub mod error;
mod files;
pub mod http;
pub mod json;
mod locked_file;
mod no_response;
pub mod output;
mod proxy;
mod response;
pub mod settings;
pub mod table;
pub mod url;
