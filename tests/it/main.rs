//! Runs the program as you would, in a folder of its own, against the mock service.

#[path = "../../src/aac/error.rs"]
#[allow(dead_code)]
mod error;
#[path = "../../examples/sandbox/mock/mod.rs"]
mod mock;
mod stub;
mod support;
mod test_env;
mod tls;

mod awaiting;
mod bounds;

mod cli;
mod credentials;
mod files;
mod locked_file;
mod network;
mod no_proxy;
mod package;
mod readme;
mod responses;
mod sandbox;
mod table;
mod terminal;
mod verbose;
mod workspace;
