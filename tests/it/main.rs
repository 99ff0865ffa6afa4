//! Runs the program as a person would, in a folder of its own, against the stand-in for Alteryx Cloud.

mod program;
#[path = "../../examples/sandbox/service.rs"]
mod service;
mod tls;

mod answers;
mod bounds;
mod command_line;
mod credentials;
mod files;
mod job;
mod network;
mod package;
mod readme;
