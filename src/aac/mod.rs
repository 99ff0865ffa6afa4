//! What a program needs to call the Alteryx Cloud API. Copy this folder into your own program, with
//! one `mod aac;`. It reads `aac_url.txt`, `client_id.txt` and `creds.json` in the current folder,
//! never loses a refresh token, and prints no part of a token. What it knows nothing of: the command
//! line, and which API is called.

pub mod aac_url;
mod certificate;
pub mod credentials;
pub mod error;
pub mod files;
pub mod http;
pub mod json;
mod locked_file;
mod no_response;
mod proxy;
pub mod redaction;
pub mod terminal;
pub mod token;
pub mod unexpected_response;
