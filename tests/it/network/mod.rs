//! What can go wrong on the way to a host.

mod addresses;
mod certificates;
mod connection;
mod proxy;
pub mod stub_proxy;

use crate::test_env::TestEnv;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

/// A name that only a proxy can reach.
pub const PROXIED_HOST: &str = "api.sandbox.test";

/// The program, trusting only what is in the file `ca.pem` of its folder.
pub fn trusting(env: &TestEnv, pem: &str) -> Command {
    env.write("ca.pem", pem);
    let mut program = env.program();
    program.env("SSL_CERT_FILE", env.path("ca.pem"));
    program
}

/// A server that treats each connection in this way. Returns its host and port.
pub fn serve(treat: impl Fn(TcpStream) + Send + Sync + Copy + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || treat(client));
        }
    });
    address.to_string()
}
