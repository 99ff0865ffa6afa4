//! A mock service: Alteryx Cloud on this machine, with its OAuth issuer, API gateway and portal on
//! one port of 127.0.0.1. It is as strict as the real one, but asks for no header that the Python,
//! Node and bash programs do not send; the tests check those that this program sends. The sandbox,
//! the tests and the benchmark share it.

pub mod gateway;
pub mod http;
pub mod issuer;
mod portal;

use gateway::PROJECT_ID;
use http::{RecordedRequest, Response, Stream};
use issuer::Issuer;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use std::{fs, io, thread};

/// How long to wait for a silent client.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(60);

/// What may differ between the places that use the mock service.
pub trait Server: Send + Sync + 'static {
    /// The scheme and host of its URL.
    fn origin(&self) -> &str {
        "http://127.0.0.1"
    }

    /// Prepares a new connection.
    fn connect(&self, stream: TcpStream) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(stream))
    }

    /// Replies to a request.
    fn reply(
        &self,
        mock: &MockService,
        request: &RecordedRequest,
        stream: &mut dyn Stream,
    ) -> io::Result<()> {
        mock.respond(request).write(stream)
    }
}

/// A running mock service. It ends with the process.
#[derive(Clone)]
pub struct MockService {
    /// Its base URL, for `aac_url.txt`.
    pub url: String,
    state: Arc<Mutex<State>>,
}

pub struct State {
    pub issuer: Issuer,
    /// The requests so far.
    pub requests: Vec<RecordedRequest>,
}

impl MockService {
    /// Starts it on a free port.
    pub fn start(server: impl Server) -> io::Result<MockService> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("{}:{}", server.origin(), listener.local_addr()?.port());
        let issuer = Issuer::new(&url);
        let requests = Vec::new();
        let state = Arc::new(Mutex::new(State { issuer, requests }));
        let mock = MockService { url, state };
        let (shared, server) = (mock.clone(), Arc::new(server));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (mock, server) = (shared.clone(), server.clone());
                // A dropped connection does not affect the others.
                thread::spawn(move || mock.handle_connection(stream, &*server));
            }
        });
        Ok(mock)
    }

    /// Fills `folder` with the three files, as you would from the portal.
    pub fn fill(&self, folder: &Path) -> io::Result<()> {
        let creds = self.state().issuer.generate_tokens();
        fs::create_dir_all(folder)?;
        fs::write(folder.join("aac_url.txt"), format!("{}\n", self.url))?;
        fs::write(folder.join("client_id.txt"), format!("{PROJECT_ID}\n"))?;
        fs::write(folder.join("creds.json"), format!("{creds:#}\n"))
    }

    /// The response of the issuer, the portal or the gateway.
    pub fn respond(&self, request: &RecordedRequest) -> Response {
        let issuer = &mut self.state().issuer;
        let path = request.path.split('?').next().unwrap_or_default();
        if path == issuer::TOKEN_ENDPOINT {
            issuer.refresh(request)
        } else if path.starts_with("/cloud-portal/") {
            portal::show(path, request, issuer)
        } else {
            gateway::call(path, request, issuer)
        }
    }

    /// What it remembers.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn handle_connection(&self, stream: TcpStream, server: &impl Server) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(CLIENT_TIMEOUT))?;
        let mut stream = server.connect(stream)?;
        while let Some(request) = RecordedRequest::read(&mut *stream)? {
            self.state().requests.push(request.clone());
            server.reply(self, &request, &mut *stream)?;
        }
        Ok(())
    }
}
