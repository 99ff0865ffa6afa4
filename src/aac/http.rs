//! HTTP: requests, and their responses within limits on time and size.

use super::no_response::{Once, Route};
use super::response::{Response, without_mark};
use super::{connector, error::Error, output, proxy::NamedProxy};
use serde::de::IgnoredAny;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst, mpsc};
use std::{thread, time::Duration, time::Instant};
use ureq::http::{HeaderMap, Method, Request};
use ureq::{Agent, Error as Cause, SendBody, Timeout};

/// Then a line says who is awaited.
const PATIENCE: Duration = Duration::from_secs(5);
/// Then the thread that does the work is left alone.
const TOTAL: Duration = Duration::from_secs(34);
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
        if output::is_verbose() {
            let store = connector::certificate_store();
            output::verbose(&format!("* Certificate store: {store}"));
        }
        Ok(Client {
            direct: connector::agent(None),
            proxied: connector::agent(proxy.as_ref().map(|it| it.proxy.clone())),
            proxy,
        })
    }

    /// Sends a request and waits for the response, whatever its status: a redirect is not followed.
    /// A GET has no body. `source` is the file that the host comes from, for messages.
    ///
    /// With `once`, only response headers that cannot hold a secret are shown, and a JSON object that
    /// arrived whole is a whole response, however the connection ends.
    pub fn send(
        &self,
        mut request: Request<String>,
        source: &str,
        once: Option<&Once>,
    ) -> Result<Response, Error> {
        let length = request.body().len();
        let route = Route::new(request.uri(), source, self.proxy.as_ref());
        if request.method() != Method::GET {
            let headers = request.headers_mut();
            headers.insert("content-length", length.into());
        }
        output::verbose(&format!("* Connecting to {route}"));
        output::verbose(&format!("> {} {}", request.method(), request.uri()));
        log('>', request.headers(), false);
        if length > 0 {
            output::verbose(&format!("> {:.4096}", request.body()));
        }

        let is_taken = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| Upload(Cursor::new(body), is_taken.clone()));
        let agent = route.proxy.map_or(&self.direct, |_| &self.proxied).clone();
        let (sender, receiver) = mpsc::channel();
        let is_once = once.is_some();
        let work = move || drop(sender.send(exchange(&agent, request, is_once)));
        let started = thread::Builder::new().spawn(work);
        started.map_err(|error| route.error(&Cause::Io(error), false, once))?;
        let result = receiver.recv_timeout(PATIENCE).or_else(|_| {
            let once = once.filter(|_| is_taken.load(SeqCst));
            let warning = once.map_or("", |once| once.waiting);
            output::notice(&format!("Waiting up to 30 seconds for {route} … {warning}"));
            receiver.recv_timeout(TOTAL - PATIENCE)
        });
        // Whichever takes the body first has it, the connection or this: it is not sent later.
        let was_sent = is_taken.swap(true, SeqCst);
        let result = result.unwrap_or(Err(Cause::Timeout(Timeout::Global)));
        result.map_err(|cause| route.error(&cause, was_sent, once))
    }
}

/// Sends a request, and reads the response until it ends, or until it is whole if it `is_once`.
fn exchange(agent: &Agent, request: Request<Upload>, is_once: bool) -> Result<Response, Cause> {
    let call = format!("{} {}", request.method(), request.uri());
    let request = match *request.method() {
        Method::GET => request.map(|_| SendBody::none()),
        _ => request.map(SendBody::from_owned_reader),
    };
    let start = Instant::now();
    let (head, body) = agent.run(request)?.into_parts();
    output::verbose(&format!("< HTTP {} ({:.1?})", head.status, start.elapsed()));
    log('<', &head.headers, is_once);
    let mut reader = body.into_with_config().limit(MAX_BODY).reader();
    let (mut body, mut chunk) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let count = reader.read(&mut chunk)?;
        body.extend_from_slice(&chunk[..count]);
        if count == 0 || is_once && is_whole(&body) {
            return Ok(Response {
                call,
                status: head.status,
                headers: head.headers,
                body,
            });
        }
    }
}

/// Whether nothing is missing of a JSON object.
fn is_whole(body: &[u8]) -> bool {
    let body = without_mark(body);
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
        let is_harmless = ["content-type", "content-length", "date"].contains(&name.as_str());
        if is_harmless || !is_secret && name != "set-cookie" {
            let value = String::from_utf8_lossy(value.as_bytes());
            output::verbose(&format!("{mark} {name}: {value}"));
        }
    }
}
