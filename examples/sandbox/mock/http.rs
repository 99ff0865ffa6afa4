//! Reads a request, writes a response.

use serde_json::Value;
use std::collections::HashMap;
use std::io::{self, Read, Write};

/// A connection: TCP, or TLS on top of it.
pub trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

#[derive(Clone)]
pub struct RecordedRequest {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names are in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl RecordedRequest {
    /// Reads the next request of a connection, or `None` at its end.
    pub fn read(stream: &mut dyn Stream) -> io::Result<Option<RecordedRequest>> {
        let mut bytes = Vec::new();
        loop {
            let mut buffer = [0; 1 << 14];
            let count = stream.read(&mut buffer)?;
            if count == 0 {
                return Ok(None);
            }
            bytes.extend(&buffer[..count]);
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Request::new(&mut headers);
            let status = head.parse(&bytes).map_err(|_| io::ErrorKind::InvalidData)?;
            let httparse::Status::Complete(body) = status else {
                continue;
            };
            let mut request = RecordedRequest {
                method: head.method.unwrap_or_default().to_owned(),
                path: head.path.unwrap_or_default().to_owned(),
                headers: HashMap::new(),
                body: String::new(),
            };
            for header in head.headers.iter() {
                let name = header.name.to_ascii_lowercase();
                request.headers.insert(name, lossy(header.value));
            }
            let length: usize = request.header("content-length").parse().unwrap_or(0);
            let received = bytes.len();
            bytes.resize(body + length, 0);
            if received < bytes.len() {
                stream.read_exact(&mut bytes[received..])?;
            }
            request.body = lossy(&bytes[body..]);
            return Ok(Some(request));
        }
    }

    /// The type of its body, without parameters such as `charset` (RFC 9110 §8.3.1).
    pub fn media_type(&self) -> &str {
        let value = self.header("content-type");
        value.split(';').next().unwrap_or_default().trim()
    }

    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

#[derive(Clone)]
pub struct Response {
    pub status: u16,
    /// Each with its line end.
    pub headers: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Response {
        let headers = format!("Content-Type: {content_type}\r\n");
        let body = body.into();
        Response {
            status,
            headers,
            body,
        }
    }

    pub fn json(status: u16, body: Value) -> Response {
        Response::new(status, "application/json", body.to_string())
    }

    pub fn write(&self, stream: &mut dyn Stream) -> io::Result<()> {
        let (status, reason) = (self.status, reason(self.status));
        let (headers, length) = (&self.headers, self.body.len());
        let head =
            format!("HTTP/1.1 {status} {reason}\r\n{headers}Content-Length: {length}\r\n\r\n");
        stream.write_all(&[head.as_bytes(), &self.body].concat())
    }
}

/// The reason phrase of a status (RFC 9110 §15).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
