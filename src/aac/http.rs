//! HTTP: requests, and their responses within limits on time and size.

use super::no_response::{self, NoResponse};
use super::response::{CHECK_EFFECT, Response};
use super::{connector, error::Error, output, proxy::NamedProxy};
use serde::de::IgnoredAny;
use serde_json::from_slice;
use std::io::Read;
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst, mpsc};
use std::{thread, time::Duration, time::Instant};
use ureq::http::{HeaderMap, Method, Request, Uri};
use ureq::{Agent, Error as Cause, Proxy, Timeout};

/// What is read at most, in bytes; of an error, little more than the second.
const MAX_BODY: u64 = 64 << 20;
const MAX_ERROR: usize = 64 << 10;

/// Sends requests, through a proxy if there is one.
pub struct Client(Option<NamedProxy>);

impl Client {
    /// Finds the proxy. A client connects when it is used.
    pub fn new() -> Result<Client, Error> {
        let store = no_response::certificate_store();
        output::verbose(&format!("* Certificate store: {store}"));
        Ok(Client(NamedProxy::find()?))
    }

    /// Sends a request and waits for the response, whatever its status. A GET has no body. `source`
    /// is the file the host comes from. `loss` is what stopping now would lose, if the response holds
    /// secrets and cannot be repeated: then only headers that hold none are shown, and a JSON object
    /// that arrived whole is a whole response, however the connection ends.
    pub fn send(
        &self,
        request: Request<String>,
        source: &str,
        loss: Option<&str>,
    ) -> Result<Response, NoResponse> {
        let (route, proxy) = self.route(request.uri(), source);
        output::verbose(&format!("* Connecting to {route}"));
        output::verbose(&format!("> {} {}", request.method(), request.uri()));
        log('>', request.headers(), false);
        if !request.body().is_empty() {
            output::verbose(&format!("> {:.4096}", request.body()));
        }

        let again = match request.method() != Method::GET && loss.is_none() {
            true => CHECK_EFFECT,
            false => "Try again.",
        };
        let is_over = Arc::new(AtomicBool::new(false));
        let agent = connector::agent(proxy, is_over.clone());
        let is_once = loss.is_some();
        let (sender, receiver) = mpsc::channel();
        let work = move || drop(sender.send(exchange(&agent, request, is_once)));
        let started = thread::Builder::new().spawn(work);
        started.map_err(|error| NoResponse::new(&route, &Cause::Io(error), false, again))?;
        let result = receiver.recv_timeout(Duration::from_secs(5)).or_else(|_| {
            let warning = loss.filter(|_| is_over.load(SeqCst)).unwrap_or_default();
            output::notice(&format!("Waiting up to 30 seconds for {route} … {warning}"));
            // Longer than any phase of a request; then the thread is left alone.
            receiver.recv_timeout(Duration::from_secs(29))
        });
        // From here on, nothing is sent.
        let was_sent = is_over.swap(true, SeqCst);
        let result = result.unwrap_or(Err(Cause::Timeout(Timeout::Global)));
        result.map_err(|cause| NoResponse::new(&route, &cause, was_sent, again))
    }

    /// The host and the proxy, in words; and the proxy itself, if any.
    fn route(&self, url: &Uri, source: &str) -> (String, Option<Proxy>) {
        let host = url.authority().map_or("", |host| host.as_str());
        let name = format!("{host} (from {source})");
        match self.0.as_ref().filter(|proxy| !proxy.excepts(url)) {
            Some(NamedProxy { proxy, name: by }) => (name + " through " + by, Some(proxy.clone())),
            None => (name, None),
        }
    }
}

/// Sends a request, and reads the response until it ends, or until it is whole if it `is_once`.
fn exchange(agent: &Agent, request: Request<String>, is_once: bool) -> Result<Response, Cause> {
    let call = format!("{} {}", request.method(), request.uri());
    let start = Instant::now();
    let response = match *request.method() {
        Method::GET => agent.run(request.map(|_| ()))?,
        _ => agent.run(request)?,
    };
    let (head, body) = response.into_parts();
    output::verbose(&format!("< HTTP {} ({:.1?})", head.status, start.elapsed()));
    log('<', &head.headers, is_once);
    let mut reader = body.into_with_config().limit(MAX_BODY).reader();
    let (mut body, mut chunk) = (Vec::new(), vec![0; MAX_ERROR]);
    loop {
        let count = reader.read(&mut chunk)?;
        body.extend_from_slice(&chunk[..count]);
        let json = body.trim_ascii_end();
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        let is_whole = is_once && json.ends_with(b"}") && from_slice::<IgnoredAny>(json).is_ok();
        let is_enough = !head.status.is_success() && body.len() >= MAX_ERROR;
        if count == 0 || is_enough || is_whole {
            return Ok(Response::new(call, head, body));
        }
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
