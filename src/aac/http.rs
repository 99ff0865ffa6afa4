//! HTTP: the system's certificate store, the proxy, and limits on time and size.

use super::error::{Error, MAYBE_REFRESHED, NOT_USED};
use super::{credentials::TokenResponse, no_response, output, proxy::NamedProxy};
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst, mpsc};
use std::{borrow::Cow, env, fs, thread, time::Duration, time::Instant};
use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, USER_AGENT};
use ureq::http::{HeaderMap, HeaderValue, Method, Request, Uri};
use ureq::{Agent, Error as Cause, Proxy, SendBody, Timeout, tls::RootCerts, tls::TlsConfig};

const TIMEOUT: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(5);
const STORE: &str = "Correct that variable, or unset it to use the system's certificate store.";
const FORM: &str = "application/x-www-form-urlencoded";
const APPLICATION: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// A response and its whole body. Its extensions hold the request's method and URL, a `String`.
pub type Response = ureq::http::Response<Vec<u8>>;
type Outcome = Result<Response, Cause>;

/// Sends requests, through a proxy if there is one.
pub struct Client(Option<NamedProxy>);

impl Client {
    pub fn new() -> Result<Client, Error> {
        let proxy = NamedProxy::find()?;
        let mut store = "the system's".to_owned();
        if let (Ok(file), true) = (env::var("SSL_CERT_FILE"), cfg!(target_os = "linux")) {
            store = format!("SSL_CERT_FILE={file}");
            let pem = fs::read(&file).unwrap_or_default();
            if !String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") {
                return Err(Error::new(&format!("{store} is not a PEM file"), STORE));
            }
        }
        output::verbose(&format!("* Certificate store: {store}"));
        Ok(Client(proxy))
    }

    /// Posts the form of a refresh (RFC 6749 §6).
    pub fn post_form(&self, url: &Uri, form: &[(&str, &str)]) -> Result<Response, Error> {
        let field = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
        let form = form.iter().map(field).collect::<Vec<_>>().join("&");
        let request = Request::post(url).header(CONTENT_TYPE, FORM).body(form);
        self.send(request.expect("the URL is valid"))
    }

    /// Sends a request and waits for the response, which holds new tokens if it was a form.
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
        let authority = url.authority().map_or("", |authority| authority.as_str());
        let source = if is_form { "creds.json" } else { "aac_url.txt" };
        let host = format!("{authority} (from {source})");
        let proxy = self.0.as_ref().filter(|proxy| proxy.is_for(&url));
        let through = proxy.map(|proxy| format!("through {}", proxy.name));
        let route = format!("{host} {}", through.as_deref().unwrap_or("without a proxy"));
        output::verbose(&format!("* Connecting to {route}"));
        output::verbose(&format!("> {call}"));
        log_headers('>', headers);
        if is_form {
            output::verbose(&format!("> {}", request.body()));
        }

        let is_taken = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| Upload(Cursor::new(body), is_taken.clone()));
        let ureq_proxy = proxy.map(|proxy| proxy.proxy.clone());
        let result = exchange_in_time(request, ureq_proxy, &route);
        // Whichever takes the body first has it, the connection or this: it is not sent later.
        let was_sent = is_get || is_taken.swap(true, SeqCst);
        let mut response = result.map_err(|cause| {
            let error = no_response::error(&cause, &host, proxy, was_sent);
            let progress = if was_sent { MAYBE_REFRESHED } else { NOT_USED };
            if is_form { error.with(progress) } else { error }
        })?;
        if is_form {
            // A header may repeat the new tokens: from here on, they are known.
            output::remember_words(&start(&response));
            drop(TokenResponse::parse(response.body()));
        }
        response.headers_mut().remove(SET_COOKIE);
        log_headers('<', response.headers());
        response.extensions_mut().insert(call);
        Ok(response)
    }
}

fn exchange_in_time(request: Request<Upload>, proxy: Option<Proxy>, route: &str) -> Outcome {
    let (sender, receiver) = mpsc::channel();
    let work = move || drop(sender.send(exchange(request, proxy)));
    thread::Builder::new().spawn(work)?;
    let result = receiver.recv_timeout(PATIENCE).or_else(|_| {
        output::notice(&format!("Waiting up to 30 seconds for {route} …"));
        receiver.recv_timeout(TIMEOUT - PATIENCE)
    });
    result.unwrap_or(Err(Cause::Timeout(Timeout::Global)))
}

/// Sends a request over a connection of its own: a server may have closed one that was used before.
fn exchange(request: Request<Upload>, proxy: Option<Proxy>) -> Outcome {
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
    output::verbose(&format!("< HTTP {} ({:.1?})", head.status, start.elapsed()));
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
    let encode = |byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' => char::from(byte).into(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

/// As much of the body, as text, as a person may want to see: 64 KB.
pub fn start(response: &Response) -> Cow<'_, str> {
    let body = response.body();
    String::from_utf8_lossy(&body[..body.len().min(64 << 10)])
}

fn log_headers(mark: char, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        output::verbose(&format!("{mark} {name}: {value}"));
    }
}
