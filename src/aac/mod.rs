//! What a program needs to call the Alteryx Cloud API: copy this folder, and write `mod aac;`.
//! It knows nothing about the command line or which API is called.

pub mod aac_url;
mod certificate;
pub mod client_id;
mod connector;
pub mod credentials;
pub mod error;
pub mod files;
pub mod http;
pub mod json;
mod locked_file;
mod no_proxy;
mod no_response;
pub mod output;
mod proxy;
pub mod refusal;
pub mod token;
pub mod url;
