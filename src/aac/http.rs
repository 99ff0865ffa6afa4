//! HTTP: the system's certificate store, the proxy, and limits on time and size.

use super::connector::{HappyEyeballs, Hops};
use super::no_response::{self, Once, Route};
use super::{certificate, error::Error, output, proxy::NamedProxy, response::Response, url};
use serde::de::IgnoredAny;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst, mpsc};
use std::{thread, time::Duration, time::Instant};
use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, SET_COOKIE};
use ureq::http::{HeaderMap, Method, Request, response::Parts};
use ureq::{Agent, Error as Cause, Proxy, SendBody, Timeout, tls::RootCerts, tls::TlsConfig};

/// For each phase of a request.
const TIMEOUT: Duration = Duration::from_secs(30);
/// For all of them, after which the thread that does the work is left alone.
const TOTAL: Duration = Duration::from_secs(34);
/// Then a line says who is awaited.
const PATIENCE: Duration = Duration::from_secs(5);
/// What curl takes, in bytes.
const MAX_HEADERS: usize = 300 << 10;
/// Of a response, in bytes.
const MAX_BODY: u64 = 64 << 20;

/// Sends requests, through a proxy if there is one.
pub struct Client {
    proxy: Option<NamedProxy>,
    // An agent reads the certificate store once.
    direct: Agent,
    proxied: Agent,
}

impl Client {
    /// Finds the proxy. An agent connects when it is used.
    pub fn new() -> Result<Client, Error> {
        let proxy = NamedProxy::find()?;
        output::verbose(&format!("* Certificate store: {}", certificate::store()));
        Ok(Client {
            direct: agent(None),
            proxied: agent(proxy.as_ref().map(|it| it.proxy.clone())),
            proxy,
        })
    }

    /// Sends a request and waits for the response, whatever its status: a redirect is not followed.
    /// A GET has no body. `source` is the file that the host comes from, for messages.
    ///
    /// With `once`, only response headers that cannot hold a secret are shown, and a JSON object that arrived
    /// whole is a whole response, however the connection ends.
    pub fn send(
        &self,
        mut request: Request<String>,
        source: &str,
        once: Option<&Once>,
    ) -> Result<Response, Error> {
        let (url, length) = (request.uri().clone(), request.body().len());
        let call = format!("{} {url}", request.method());
        let proxy = self.proxy.as_ref().filter(|proxy| proxy.is_for(&url));
        let is_excepted = self.proxy.is_some() && proxy.is_none();
        let route = Route {
            url: &url,
            source,
            proxy,
            is_excepted: is_excepted && !url::is_loopback(&url),
        };
        if !call.starts_with("GET") {
            let headers = request.headers_mut();
            headers.insert(CONTENT_LENGTH, length.into());
        }
        output::verbose(&format!("* Connecting to {route}"));
        output::verbose(&format!("> {call}"));
        log('>', request.headers(), false);
        if length > 0 {
            output::verbose(&format!("> {:.4096}", request.body()));
        }

        let is_taken = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| Upload(Cursor::new(body), is_taken.clone()));
        let agent = proxy.map_or(&self.direct, |_| &self.proxied).clone();
        let (sender, receiver) = mpsc::channel();
        let is_once = once.is_some();
        let work = move || drop(sender.send(exchange(&agent, request, is_once)));
        let started = thread::Builder::new().spawn(work).map_err(Cause::Io);
        let result = started.and_then(|_| {
            receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| {
                let once = once.filter(|_| is_taken.load(SeqCst));
                let warning = once.map_or("", |once| once.waiting);
                output::notice(&format!("Waiting up to 30 seconds for {route} … {warning}"));
                let result = receiver.recv_timeout(TOTAL - PATIENCE);
                result.unwrap_or(Err(Cause::Timeout(Timeout::Global)))
            })
        });
        // Whichever takes the body first has it, the connection or this: it is not sent later.
        let was_sent = is_taken.swap(true, SeqCst);
        let (head, body) =
            result.map_err(|cause| no_response::error(&cause, &route, was_sent, once))?;
        log('<', &head.headers, is_once);
        Ok(Response {
            call,
            status: head.status,
            headers: head.headers,
            body,
        })
    }
}

/// All requests use connections of their own: a server may have closed one that was used before.
fn agent(proxy: Option<Proxy>) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(proxy)
        .max_idle_connections(0)
        .timeout_connect(Some(TIMEOUT))
        .timeout_per_read(Some(TIMEOUT))
        .timeout_per_write(Some(TIMEOUT))
        .max_response_header_size(MAX_HEADERS)
        .input_buffer_size(2 * MAX_HEADERS)
        // A redirect would take the token to whatever host it names.
        .max_redirects(0)
        .http_status_as_error(false);
    Agent::with_parts(config.build(), Hops::default(), HappyEyeballs)
}

fn exchange(
    agent: &Agent,
    request: Request<Upload>,
    is_once: bool,
) -> Result<(Parts, Vec<u8>), Cause> {
    let request = match *request.method() {
        Method::GET => request.map(|_| SendBody::none()),
        _ => request.map(SendBody::from_owned_reader),
    };
    let start = Instant::now();
    let (head, body) = agent.run(request)?.into_parts();
    output::verbose(&format!("< HTTP {} ({:.1?})", head.status, start.elapsed()));
    let mut reader = body.into_with_config().limit(MAX_BODY).reader();
    let (mut body, mut chunk) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let count = reader.read(&mut chunk)?;
        body.extend_from_slice(&chunk[..count]);
        if count == 0 || is_once && is_whole(&body) {
            return Ok((head, body));
        }
    }
}

/// Whether nothing is missing of a JSON object.
fn is_whole(body: &[u8]) -> bool {
    // A byte order mark may be before it.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_end().ends_with(b"}") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
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

fn log(mark: char, headers: &HeaderMap, is_secret: bool) {
    for (name, value) in headers {
        let is_harmless = [CONTENT_TYPE, CONTENT_LENGTH, DATE].contains(name);
        if is_harmless || !is_secret && name != SET_COOKIE {
            let value = String::from_utf8_lossy(value.as_bytes());
            output::verbose(&format!("{mark} {name}: {value}"));
        }
    }
}
