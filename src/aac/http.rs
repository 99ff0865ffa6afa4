//! HTTP: the system's certificate store, the proxy, and limits on time and size.

use super::{certificate, error::Error, files, no_response::Route, proxy::NamedProxy};
use super::{redaction, terminal};
use serde_json::Value;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, USER_AGENT};
use ureq::http::{HeaderMap, HeaderValue, Method, Request, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error as Cause, SendBody, Timeout};

/// The time for one request, from looking up its host to the last byte of the response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// After this time without a response, the person is told who is awaited.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest response, in bytes.
const MAX_BODY: u64 = 64 << 20;
const FORM: &str = "application/x-www-form-urlencoded";
const APPLICATION: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const NO_THREAD: &str = "Close other programs, or raise the limit on processes (ulimit -u).";

/// A response with the whole of its body. Its extensions have the request's method and URL, a `String`.
pub type Response = ureq::http::Response<Vec<u8>>;

/// Sends requests.
pub struct Client {
    agent: Agent,
    proxy: Option<NamedProxy>,
}

impl Client {
    /// Finds the proxy and the certificate store. Nothing is connected yet.
    pub fn new() -> Result<Client, Error> {
        let proxy = NamedProxy::find()?;
        certificate::find_store()?;
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .proxy(proxy.as_ref().map(|proxy| proxy.0.clone()))
            // For a limit on all, ureq starts a thread, and panics if it cannot.
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
        let form = form.iter().map(field).collect::<Vec<_>>().join("&");
        let request = Request::post(url).header(CONTENT_TYPE, FORM).body(form);
        self.send(request.expect("the URL is valid"))
    }

    /// Sends a request, and waits for the response. If it was a form, tokens in the response are not
    /// printed.
    pub fn send(&self, mut request: Request<String>) -> Result<Response, Error> {
        let (url, length) = (request.uri().clone(), request.body().len());
        let is_form = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|value| value == FORM);
        let has_body = request.method() != Method::GET;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(APPLICATION));
        if has_body {
            headers.insert(CONTENT_LENGTH, length.into());
        }
        let proxy = self.proxy.as_ref().filter(|proxy| proxy.is_for(&url));
        let route = Route::new(&url, is_form, proxy);
        terminal::verbose(&format!("* Connecting to {route}"));
        let call = format!("{} {url}", request.method());
        terminal::verbose(&format!("> {call}"));
        log_headers('>', request.headers());
        if is_form {
            terminal::verbose(&format!("> {}", request.body()));
        }

        let taken = Arc::new(AtomicBool::new(false));
        let (flag, agent, is_direct) = (taken.clone(), self.agent.clone(), proxy.is_none());
        let exchange = move || {
            let upload = |body| SendBody::from_owned_reader(Upload(Cursor::new(body), flag));
            let mut request = match has_body {
                true => request.map(upload),
                false => request.map(|_| SendBody::none()),
            };
            if is_direct {
                request = agent.configure_request(request).proxy(None).build();
            }
            let start = Instant::now();
            let (head, body) = agent.run(request)?.into_parts();
            let (status, seconds) = (head.status, start.elapsed().as_secs_f64());
            terminal::verbose(&format!("< {:?} {status} ({seconds:.2} s)", head.version));
            let body = body.into_with_config().limit(MAX_BODY).read_to_vec()?;
            Ok(Response::from_parts(head, body))
        };
        let (sender, receiver) = mpsc::channel();
        let thread = thread::Builder::new().spawn(move || drop(sender.send(exchange())));
        thread.map_err(|error| Error::new(&format!("no thread starts: {error}"), NO_THREAD))?;
        let response = receiver.recv_timeout(PATIENCE).or_else(|_| {
            terminal::notice(&format!("Waiting for {route}, 30 seconds at most …"));
            // The agent's own limits come first, since they tell more.
            receiver.recv_timeout(TIMEOUT - PATIENCE + Duration::from_secs(1))
        });
        let response = response.unwrap_or(Err(Cause::Timeout(Timeout::Global)));
        // Whoever takes the body first has it, the connection or this, so that it is not sent later.
        let mut response =
            response.map_err(|cause| route.error(&cause, taken.swap(true, SeqCst)))?;
        if is_form {
            redaction::remember_all(&json(&response));
        }
        log_headers('<', response.headers());
        response.extensions_mut().insert(call);
        Ok(response)
    }
}

/// The body of a response as values, if it is JSON and not too long for a person.
pub fn json(response: &Response) -> Value {
    let body = response.body().get(..64 << 10).unwrap_or(response.body());
    serde_json::from_str(files::decode(body).unwrap_or_default()).unwrap_or_default()
}

fn log_headers(mark: char, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if name == SET_COOKIE {
            "(redacted)"
        } else {
            &*value
        };
        terminal::verbose(&format!("{mark} {name}: {value}"));
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

/// Encodes a value of a form (RFC 6749 appendix B).
fn percent_encode(value: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}
