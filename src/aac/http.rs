//! HTTP: the system's certificate store, the proxy, and limits on time and size.

use super::{error::Error, files, no_response::Route, proxy::NamedProxy, redaction, terminal};
use serde_json::Value;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use std::{env, fs, thread};
use ureq::http::header::{HeaderName, SET_COOKIE};
use ureq::http::{Method, Request, Uri, request::Builder, response::Parts};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error as Cause, SendBody, Timeout};

/// The time for one request, from looking up its host to the last byte of the response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// After this time without a response, the person is told who is awaited.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest response, in bytes.
const MAX_BODY: u64 = 64 << 20;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const NO_THREAD: &str = "Close other programs, or raise the limit on processes (ulimit -u).";

type Received = Result<(Parts, Vec<u8>), Cause>;

/// Sends requests.
pub struct Client {
    agent: Agent,
    proxy: Option<NamedProxy>,
}

impl Client {
    /// Finds the proxy. Nothing is connected yet.
    pub fn new() -> Result<Client, Error> {
        let proxy = NamedProxy::find()?;
        let name = proxy
            .as_ref()
            .map_or("none".to_owned(), |proxy| proxy.to_string());
        terminal::verbose(
            '*',
            &format!("Proxy: {name}; certificates: {}", certificate_store()?),
        );
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .proxy(proxy.as_ref().map(|proxy| proxy.ureq.clone()))
            // For a global limit, ureq starts a thread, and panics if that fails.
            .timeout_connect(Some(TIMEOUT))
            .timeout_recv_response(Some(TIMEOUT))
            .timeout_recv_body(Some(TIMEOUT))
            // A server may have closed a connection that was used before.
            .max_idle_connections(0)
            // A redirect would take the token to whatever host it names.
            .max_redirects(0)
            .http_status_as_error(false);
        let agent = config.build().new_agent();
        Ok(Client { agent, proxy })
    }

    /// Posts the form of a refresh (RFC 6749 §6).
    pub fn post_form(&self, url: &Uri, form: &[(&str, &str)]) -> Result<Response, Error> {
        let field = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
        let form: Vec<String> = form.iter().map(field).collect();
        self.send(&Method::POST, url, &[FORM], &form.join("&"))
    }

    /// Sends a request and waits for the whole response. No token in the response to a form is printed from here on.
    pub fn send(
        &self,
        method: &Method,
        url: &Uri,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Response, Error> {
        let (is_get, is_form) = (*method == Method::GET, headers.contains(&FORM));
        let proxy = self.proxy.as_ref().filter(|proxy| proxy.is_for(url));
        let route = Route::new(url, is_form, proxy);
        let call = format!("{method} {url}");
        terminal::verbose('*', &format!("Connecting to {route}"));
        terminal::verbose('>', &call);
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in [headers, &[("user-agent", USER_AGENT)]].concat() {
            terminal::verbose('>', &format!("{name}: {value}"));
            request = request.header(name, value);
        }
        if is_form {
            terminal::verbose('>', body);
        }
        if !is_get {
            request = request.header("content-length", body.len());
        }

        let taken = Arc::new(AtomicBool::new(false));
        let upload = (!is_get).then(|| Upload(Cursor::new(body.to_owned()), taken.clone()));
        let (agent, is_direct) = (self.agent.clone(), proxy.is_none());
        let (sender, receiver) = mpsc::channel();
        let work = move || sender.send(exchange(&agent, request, upload, is_direct));
        let failed = |error| Error::new(&format!("no thread can be started: {error}"), NO_THREAD);
        thread::Builder::new().spawn(work).map_err(failed)?;
        let result = receiver.recv_timeout(PATIENCE).or_else(|_| {
            terminal::notice(&format!("Waiting for {route}, 30 seconds at most …"));
            // The agent's own limits come first, since they tell more.
            receiver.recv_timeout(TIMEOUT - PATIENCE + Duration::from_secs(1))
        });
        let (head, body) = match result.unwrap_or(Err(Cause::Timeout(Timeout::Global))) {
            Ok(received) => received,
            // Whoever takes the body first has it: the connection, or this, so that it is not sent later.
            Err(cause) => return Err(route.error(&cause, taken.swap(true, SeqCst))),
        };
        let response = Response { call, head, body };
        if is_form {
            redaction::remember_all(&response.json());
        }
        for (name, value) in &response.head.headers {
            let (value, is_cookie) = (
                String::from_utf8_lossy(value.as_bytes()),
                name == SET_COOKIE,
            );
            let value = if is_cookie { "(redacted)" } else { &value };
            terminal::verbose('<', &format!("{name}: {value}"));
        }
        Ok(response)
    }
}

/// A response with the whole of its body.
pub struct Response {
    /// The method and URL of the request.
    pub call: String,
    pub head: Parts,
    pub body: Vec<u8>,
}

impl Response {
    /// Its status, as in `HTTP 201 Created`.
    pub fn status_line(&self) -> String {
        let reason = self.head.status.canonical_reason().unwrap_or_default();
        format!("HTTP {} {reason}", self.head.status.as_u16())
    }

    /// Its body as values, if it is JSON and not too long to be read by a person.
    pub fn json(&self) -> Value {
        let body = self.body.get(..64 << 10).unwrap_or(&self.body);
        serde_json::from_str(files::decode(body).unwrap_or_default()).unwrap_or_default()
    }

    /// A header as text, or nothing.
    pub fn header(&self, name: HeaderName) -> &str {
        let value = self.head.headers.get(name).map(|value| value.to_str());
        value.unwrap_or(Ok("")).unwrap_or_default()
    }
}

/// A body that is sent once at most, and not when nobody waits for the response any more.
struct Upload(Cursor<String>, Arc<AtomicBool>);

impl Read for Upload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.position() == 0 && self.1.swap(true, SeqCst) {
            return Err(ErrorKind::TimedOut.into());
        }
        self.0.read(buffer)
    }
}

/// Sends a request and reads the response.
fn exchange(agent: &Agent, request: Builder, upload: Option<Upload>, is_direct: bool) -> Received {
    let body = upload.map_or_else(SendBody::none, SendBody::from_owned_reader);
    let mut request = request.body(body)?;
    if is_direct {
        request = agent.configure_request(request).proxy(None).build();
    }
    let start = Instant::now();
    let (head, body) = agent.run(request)?.into_parts();
    let (version, seconds) = (head.version, start.elapsed().as_secs_f64());
    terminal::verbose(
        '<',
        &format!("{version:?} {} ({seconds:.2} s)", head.status),
    );
    Ok((head, body.into_with_config().limit(MAX_BODY).read_to_vec()?))
}

/// Where the trusted CAs are. On Linux, variables may stand in for the system's store (see rustls-native-certs).
fn certificate_store() -> Result<String, Error> {
    let variable = |name| env::var(name).ok().filter(|_| cfg!(target_os = "linux"));
    let Some(file) = variable("SSL_CERT_FILE") else {
        let folder = variable("SSL_CERT_DIR").map(|folder| format!("SSL_CERT_DIR={folder}"));
        return Ok(folder.unwrap_or("the system's store".to_owned()));
    };
    let problem = match fs::read(&file) {
        Ok(pem) if pem.windows(5).any(|dashes| dashes == b"-----") => {
            return Ok(format!("SSL_CERT_FILE={file}"));
        }
        Ok(_) => "holds no certificate in PEM format".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    Err(Error::new(
        &format!("SSL_CERT_FILE={file} {problem}"),
        "Correct or unset the variable.",
    ))
}

/// Encodes a value of a form (RFC 6749 appendix B).
fn percent_encode(value: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}
