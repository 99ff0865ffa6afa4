//! HTTP: the system's certificate store, the proxy, and limits on time and size.

use super::{error, error::Error, files, no_response, proxy::NamedProxy, redaction, terminal};
use serde_json::Value;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst, mpsc};
use std::{env, fs, thread, time::Duration, time::Instant};
use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, USER_AGENT};
use ureq::http::{HeaderMap, HeaderValue, Method, Request, Uri};
use ureq::{Agent, Error as Cause, Proxy, SendBody, Timeout, tls::RootCerts, tls::TlsConfig};

const TIMEOUT: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(5);
const FORM: &str = "application/x-www-form-urlencoded";
const APPLICATION: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const ISSUER: &str = "the access token";
const STORE: &str = "Correct the variable, or unset it to use the system's certificate store.";
const AGAIN: &str = "Run it again.";
const CHECK: &str = "Check first whether what you sent took effect, and run it again if not.";
const THREADS: &str = "Close other programs, or raise the limit on processes (ulimit -u).";

/// A response with the whole of its body. Its extensions have the request's method and URL, a `String`.
pub type Response = ureq::http::Response<Vec<u8>>;

pub struct Client {
    proxy: Option<NamedProxy>,
}

impl Client {
    pub fn new() -> Result<Client, Error> {
        let proxy = NamedProxy::find()?;
        check_store()?;
        Ok(Client { proxy })
    }

    /// Posts the form of a refresh (RFC 6749 §6).
    pub fn post_form(&self, url: &Uri, form: &[(&str, &str)]) -> Result<Response, Error> {
        let field = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
        let form = form.iter().map(field).collect::<Vec<_>>().join("&");
        let request = Request::post(url).header(CONTENT_TYPE, FORM).body(form);
        self.send(request.expect("the URL is valid"))
    }

    /// Sends a request and waits for the response, which holds new tokens if the request was a form.
    pub fn send(&self, mut request: Request<String>) -> Result<Response, Error> {
        let (method, url) = (request.method().clone(), request.uri().clone());
        let (call, length) = (format!("{method} {url}"), request.body().len());
        let headers = request.headers_mut();
        let is_form = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == FORM);
        headers.insert(USER_AGENT, HeaderValue::from_static(APPLICATION));
        let is_get = method == Method::GET;
        if !is_get {
            headers.insert(CONTENT_LENGTH, length.into());
        }
        let source = if is_form { ISSUER } else { "aac_url.txt" };
        let authority = url.authority().map_or("", |authority| authority.as_str());
        let host = format!("{authority} (from {source})");
        let proxy = self.proxy.as_ref().filter(|proxy| proxy.is_for(&url));
        let through = proxy.map(|proxy| format!("through {}", proxy.name));
        let route = format!("{host} {}", through.as_deref().unwrap_or("without a proxy"));

        terminal::verbose(&format!("* Connecting to {route}"));
        terminal::verbose(&format!("> {call}"));
        log_headers('>', request.headers());
        if is_form {
            terminal::verbose(&format!("> {}", request.body()));
        }
        let add_progress = |failure: Error, was_sent| match (is_form, was_sent) {
            (true, true) => failure.with_progress(error::MAYBE_REFRESHED),
            (true, false) => failure.with_progress(error::NOT_USED),
            (false, _) => failure,
        };
        let is_taken = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| Upload(Cursor::new(body), is_taken.clone()));
        let ureq_proxy = proxy.map(|proxy| proxy.proxy.clone());
        let (sender, receiver) = mpsc::channel();
        let work = move || drop(sender.send(exchange(request, ureq_proxy)));
        let thread = thread::Builder::new().spawn(work);
        let no_thread = |error| Error::new(&format!("no thread starts: {error}"), THREADS);
        thread.map_err(|error| add_progress(no_thread(error), false))?;
        let mut result = receiver.recv_timeout(PATIENCE);
        if result.is_err() {
            terminal::notice(&format!("Waiting for {route}, 30 seconds at most …"));
            result = receiver.recv_timeout(TIMEOUT - PATIENCE);
        }
        // Whoever takes the body first has it, the connection or this, so that it is not sent later.
        let was_sent = is_taken.swap(true, SeqCst);
        let result = result.unwrap_or(Err(Cause::Timeout(Timeout::Global)));
        let again = if is_get || is_form { AGAIN } else { CHECK };
        let again = (was_sent || is_get).then_some(again);
        let explain = |cause| no_response::error(&cause, &host, proxy, again);
        let mut response = result.map_err(|cause| add_progress(explain(cause), was_sent))?;
        let json = json(&response);
        if is_form {
            redaction::remember_all(&json);
        }
        response.headers_mut().remove(SET_COOKIE);
        // New tokens that could not be read may stand in the headers too.
        if !is_form || !json.is_null() || !response.status().is_success() {
            log_headers('<', response.headers());
        }
        response.extensions_mut().insert(call);
        Ok(response)
    }
}

/// Sends a request over a connection of its own: a server may have closed one that was used before.
fn exchange(request: Request<Upload>, proxy: Option<Proxy>) -> Result<Response, Cause> {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(proxy)
        // Ends a thread that nobody waits for. For other limits, ureq starts one, or panics.
        .timeout_per_read(Some(TIMEOUT))
        // A redirect would take the token to whatever host it names.
        .max_redirects(0)
        .http_status_as_error(false);
    let request = match *request.method() {
        Method::GET => request.map(|_| SendBody::none()),
        _ => request.map(SendBody::from_owned_reader),
    };
    let start = Instant::now();
    let (head, body) = config.build().new_agent().run(request)?.into_parts();
    let seconds = start.elapsed().as_secs_f64();
    terminal::verbose(&format!("< HTTP {} ({seconds:.2} s)", head.status));
    let body = body.into_with_config().limit(64 << 20).read_to_vec()?;
    Ok(Response::from_parts(head, body))
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

/// The body as values, if it is JSON and not too long for a person.
pub fn json(response: &Response) -> Value {
    let body = response.body().get(..64 << 10).unwrap_or(response.body());
    serde_json::from_str(files::decode(body).unwrap_or_default()).unwrap_or_default()
}

fn log_headers(mark: char, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        terminal::verbose(&format!("{mark} {name}: {value}"));
    }
}

/// On Linux, a variable may name a file to use instead of the system's store.
fn check_store() -> Result<(), Error> {
    let (Ok(file), true) = (env::var("SSL_CERT_FILE"), cfg!(target_os = "linux")) else {
        terminal::verbose("* Certificate store: the system's");
        return Ok(());
    };
    terminal::verbose(&format!("* Certificate store: SSL_CERT_FILE={file}"));
    let problem = match fs::read(&file) {
        Ok(pem) if String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") => return Ok(()),
        Ok(_) => "holds no certificate".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    let problem = format!("SSL_CERT_FILE={file} {problem}");
    Err(Error::new(&problem, STORE))
}
