//! What a program needs to call the Alteryx Cloud API. To use it in yours, see "Use it in a larger
//! program" in `src/README.md`. It knows nothing of the command line's syntax, nor which API is called.

mod connector;
pub mod credentials;
pub mod error;
pub mod files;
pub mod http;
pub mod json;
mod locked_file;
pub mod no_response;
pub mod output;
mod proxy;
mod response;
pub mod settings;
pub mod table;
pub mod token;
pub mod url;
