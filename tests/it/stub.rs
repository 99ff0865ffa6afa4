//! What the tests make the mock service do that Alteryx Cloud should not.

use crate::mock::http::{RecordedRequest, Response, Stream};
use crate::mock::{MockService, Server};
use crate::tls;
use rustls::ServerConfig;
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

/// What is sent instead of a response of the mock service.
#[derive(Clone)]
pub enum Stub {
    Respond(Response),
    /// These bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// These bytes, then silence.
    Stall(Vec<u8>),
    /// These bytes, then the last of them again and again.
    Endless(Vec<u8>),
}

impl Stub {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Stub {
        Stub::Respond(Response::new(status, content_type, body))
    }

    pub fn json(status: u16, body: Value) -> Stub {
        Stub::Respond(Response::json(status, body))
    }

    /// Status 200 with this body as `application/json`, whatever it is.
    pub fn ok(body: impl Into<Vec<u8>>) -> Stub {
        Stub::new(200, "application/json", body)
    }

    /// The same response with one more header, `Name: value`.
    pub fn with(mut self, header: &str) -> Stub {
        let Stub::Respond(response) = &mut self else {
            panic!("only a response has headers");
        };
        response.headers += &format!("{header}\r\n");
        self
    }

    fn send(&self, stream: &mut dyn Stream) -> io::Result<()> {
        match self {
            Stub::Respond(response) => response.write(stream),
            Stub::Raw(bytes) => {
                stream.write_all(bytes)?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Stub::Stall(bytes) => {
                stream.write_all(bytes)?;
                // Until the client gives up.
                stream.read_exact(&mut [0])
            }
            Stub::Endless(bytes) => {
                stream.write_all(bytes)?;
                let more = [*bytes.last().unwrap(); 1 << 16];
                // One gigabyte is more than any client should take.
                (0..1 << 14).try_for_each(|_| stream.write_all(&more))
            }
        }
    }
}

#[derive(Default)]
pub struct Faults {
    /// By path.
    pub stubs: HashMap<String, Stub>,
    /// What to do once, before the next reply is sent.
    pub before_reply: Option<Box<dyn FnOnce() -> io::Result<()> + Send>>,
    /// How many connections were made.
    pub connections: usize,
}

/// The mock service, with stubs, and over TLS if there is a certificate.
pub struct FaultyServer {
    pub origin: String,
    pub certificate: Option<Arc<ServerConfig>>,
    pub faults: Arc<Mutex<Faults>>,
}

impl Server for FaultyServer {
    fn origin(&self) -> &str {
        &self.origin
    }

    fn connect(&self, stream: TcpStream) -> io::Result<Box<dyn Stream>> {
        self.faults.lock().unwrap().connections += 1;
        match &self.certificate {
            Some(certificate) => tls::wrap(stream, certificate),
            None => Ok(Box::new(stream)),
        }
    }

    fn reply(
        &self,
        mock: &MockService,
        request: &RecordedRequest,
        stream: &mut dyn Stream,
    ) -> io::Result<()> {
        let path = request.path.split('?').next().unwrap_or_default();
        let stub = self.faults.lock().unwrap().stubs.get(path).cloned();
        let stub = stub.unwrap_or_else(|| Stub::Respond(mock.respond(request)));
        let before_reply = self.faults.lock().unwrap().before_reply.take();
        before_reply.map_or(Ok(()), |action| action())?;
        stub.send(stream)
    }
}
