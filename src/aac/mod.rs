//! What a program needs to call the Alteryx Cloud API: copy this folder, and write `mod aac;`.
//! It knows nothing about the command line or which API is called.

pub mod aac_url;
pub mod api_project;
mod certificate;
mod connector;
pub mod credentials;
pub mod error;
pub mod files;
pub mod http;
pub mod json;
mod locked_file;
mod no_proxy;
pub mod no_response;
pub mod output;
mod proxy;
pub mod refusal;
pub mod table;
pub mod token;
pub mod url;
