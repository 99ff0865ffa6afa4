//! What can go wrong on the way to a host.

mod certificates;
mod connection;
mod proxy;

use crate::test_env::TestEnv;
use std::process::Command;

/// Where errors say that a host comes from.
const FROM_TOKEN: &str = "the access token in creds.json";

/// The program, trusting only what is in the file `ca.pem` of its folder.
fn trusting(env: &TestEnv, pem: &str) -> Command {
    env.write("ca.pem", pem);
    let mut program = env.program();
    program.env("SSL_CERT_FILE", env.path("ca.pem"));
    program
}
