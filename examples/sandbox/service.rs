//! A stand-in for Alteryx Cloud on this machine: the OAuth issuer and the API gateway, both as strict as the real ones,
//! on one port of 127.0.0.1. The sandbox and the tests share it; only the tests make it misbehave.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The id of the API project, which goes into `client_id.txt`.
pub const PROJECT_ID: &str = "b2a0c7e4-1d3f-4c55-9a61-5a4d0b0c0de5";
/// The OAuth client that tokens are issued to: another id, found only in the tokens themselves.
pub const OAUTH_CLIENT: &str = "af18fda8-6e0b-4f7c-8f4b-0a11ce0c11e4";

/// The path of the API that the example calls.
pub const CURRENT_WORKSPACE: &str = "/iam/v1/workspaces/current";

/// What the API says of the one workspace there is.
pub const WORKSPACE: &str = r#"{
  "id": 31415,
  "name": "sandbox",
  "state": "active",
  "lastStateChange": null,
  "custom_url": "sandbox.us1.alteryxcloud.com",
  "max_user_number": 5000,
  "gid": "01JZSANDB0XSANDB0XSANDB0X0",
  "createdAt": "2025-02-14T09:26:53.000Z",
  "updatedAt": "2025-02-14T09:26:53.000Z",
  "workspacetiers": {
    "data": [
      {
        "isSingleUser": false,
        "id": 27182,
        "name": "enterprise",
        "startsAt": "2025-02-14T09:26:53.000Z",
        "trialState": "None",
        "workspace": {
          "id": 31415
        }
      }
    ]
  },
  "workspace_member_count": 2,
  "workspace_tier": "enterprise",
  "emrCluster": null
}"#;

/// How long it waits for a client to say something more, or to go.
const PATIENCE: Duration = Duration::from_secs(60);
const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(300);

/// A running service. It ends with the process.
pub struct Service {
    /// Its base URL, for `aac_url.txt`.
    pub url: String,
    state: Arc<Mutex<State>>,
}

/// A request that the service has answered.
#[derive(Clone)]
pub struct Seen {
    pub method: String,
    /// The request target, with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

/// An answer.
#[derive(Clone)]
pub enum Reply {
    Http {
        status: u16,
        headers: String,
        body: Vec<u8>,
    },
    /// A refusal that says again what the request's Authorization header says.
    Echo,
    /// These bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// These bytes, then silence.
    Stall(Vec<u8>),
    /// These bytes, then the last of them again and again.
    Endless(Vec<u8>),
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply::Http {
            status,
            headers: format!("Content-Type: {content_type}\r\n"),
            body: body.into(),
        }
    }

    pub fn json(status: u16, body: Value) -> Reply {
        Reply::new(status, "application/json", body.to_string())
    }

    /// The same answer with one more header, `Name: value`.
    pub fn with(mut self, header: &str) -> Reply {
        let Reply::Http { headers, .. } = &mut self else {
            unreachable!("only this has headers")
        };
        headers.push_str(&format!("{header}\r\n"));
        self
    }
}

/// What the issuer and the gateway remember. A family is all the tokens that came of one visit to the portal.
#[derive(Default)]
struct State {
    families: u32,
    revoked: HashSet<u32>,
    /// The family of each refresh token, and whether it was used.
    refresh_tokens: HashMap<String, (u32, bool)>,
    /// The family of each access token, and until when it works.
    access_tokens: HashMap<String, (u32, Instant)>,
    keeps_refresh_tokens: bool,
    seen: Vec<Seen>,
    scripted: HashMap<String, Reply>,
    meanwhile: Option<Box<dyn FnOnce() + Send>>,
}

/// What the service talks over: TCP, or TLS where the tests want that.
pub trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Service {
    /// Starts the service on a free port, over plain HTTP.
    pub fn start() -> io::Result<Service> {
        Service::start_over("http://127.0.0.1", |stream| Ok(Box::new(stream)))
    }

    /// Starts the service on a free port, under the URL that `scheme_and_host` and that port make, over whatever
    /// `wrap` makes of a connection.
    pub fn start_over(
        scheme_and_host: &str,
        wrap: impl Fn(TcpStream) -> io::Result<Box<dyn Stream>> + Send + Sync + 'static,
    ) -> io::Result<Service> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("{scheme_and_host}:{}", listener.local_addr()?.port());
        let service = Service {
            url: url.clone(),
            state: Arc::default(),
        };
        let (state, wrap) = (service.state.clone(), Arc::new(wrap));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, wrap, url) = (state.clone(), wrap.clone(), url.clone());
                // A client that goes away is its own affair.
                thread::spawn(move || {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(PATIENCE))?;
                    converse(&mut *wrap(stream)?, &url, &state)
                });
            }
        });
        Ok(service)
    }

    /// Fills `folder` with the three files, as a person would from the portal.
    pub fn fill(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("aac_url.txt"), format!("{}\n", self.url))?;
        fs::write(folder.join("client_id.txt"), format!("{PROJECT_ID}\n"))?;
        fs::write(
            folder.join("creds.json"),
            format!("{:#}\n", self.generate_tokens()),
        )
    }

    /// Generates a pair of tokens, as the portal does.
    pub fn generate_tokens(&self) -> Value {
        let mut state = self.state();
        state.families += 1;
        let family = state.families;
        json!({"access_token": state.access_token(&self.url, family), "refresh_token": state.refresh_token(family)})
    }

    /// Whether the issuer would still take this refresh token. Asking does not use it.
    pub fn honours(&self, refresh_token: &str) -> bool {
        let state = self.state();
        let token = state.refresh_tokens.get(refresh_token);
        token.is_some_and(|(family, used)| !used && !state.revoked.contains(family))
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// Answers each request for `path` with `reply` from now on.
    pub fn script(&self, path: &str, reply: Reply) {
        self.state().scripted.insert(path.to_owned(), reply);
    }

    /// Answers requests for `path` by itself again.
    pub fn unscript(&self, path: &str) {
        self.state().scripted.remove(path);
    }

    /// Lets a refresh token be used again and again from now on: the issuer's answers have none.
    pub fn keep_refresh_tokens(&self) {
        self.state().keeps_refresh_tokens = true;
    }

    /// Does this once, when the issuer has made its next answer and has not sent it yet.
    pub fn meanwhile(&self, action: impl FnOnce() + Send + 'static) {
        self.state().meanwhile = Some(Box::new(action));
    }

    /// Every token that there is or was.
    pub fn tokens(&self) -> Vec<String> {
        let state = self.state();
        state
            .refresh_tokens
            .keys()
            .chain(state.access_tokens.keys())
            .cloned()
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    /// A JWT with the claims of a real one. Nobody here checks its signature, which is random.
    fn access_token(&mut self, url: &str, family: u32) -> String {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        // The names make base64url of these claims hold - and _, as names with accents do.
        let claims = json!({
            "iss": format!("{url}/as"), "client_id": OAUTH_CLIENT, "sub": format!("sandbox-{family}"),
            "iat": now, "exp": now + ACCESS_TOKEN_LIFETIME.as_secs(), "name": "Zoë Ōsugi 大杉 ÿ¾ÿ?>~~>>??",
        });
        let part = |json: Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let token = format!(
            "{}.{}.{}",
            part(json!({"alg": "RS256", "kid": "sandbox"})),
            part(claims),
            random()
        );
        self.access_tokens.insert(
            token.clone(),
            (family, Instant::now() + ACCESS_TOKEN_LIFETIME),
        );
        token
    }

    fn refresh_token(&mut self, family: u32) -> String {
        let token = random();
        self.refresh_tokens.insert(token.clone(), (family, false));
        token
    }

    fn answer(&mut self, url: &str, request: &Seen) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default();
        if let Some(reply) = self.scripted.get(path) {
            return match reply {
                Reply::Echo => Reply::json(400, json!({"error": request.header("authorization")})),
                reply => reply.clone(),
            };
        }
        if path != "/as/token" {
            return self.gateway(path, request);
        }
        let reply = self.issuer(url, request);
        if let Some(action) = self.meanwhile.take() {
            action();
        }
        reply
    }

    /// The token endpoint (RFC 6749 §6), with its errors (§5.2).
    fn issuer(&mut self, url: &str, request: &Seen) -> Reply {
        let refuse = |status, error: &str, description: &str| {
            Reply::json(
                status,
                json!({"error": error, "error_description": description}),
            )
        };
        let form: HashMap<_, _> = form_urlencoded::parse(request.body.as_bytes())
            .into_owned()
            .collect();
        let field = |name| form.get(name).map(String::as_str);
        if request.method != "POST"
            || request.header("content-type") != "application/x-www-form-urlencoded"
        {
            return refuse(
                400,
                "invalid_request",
                "A token request is a form that is posted",
            );
        }
        if field("grant_type") != Some("refresh_token") {
            return refuse(
                400,
                "unsupported_grant_type",
                "Only refresh_token is supported",
            );
        }
        if field("client_id") != Some(OAUTH_CLIENT) {
            return refuse(401, "invalid_client", "Unknown client");
        }
        let token = field("refresh_token").unwrap_or_default();
        let Some(&(family, used)) = self.refresh_tokens.get(token) else {
            return refuse(400, "invalid_grant", "The refresh token is unknown");
        };
        if used {
            // Somebody has a copy, so nobody is trusted any more (RFC 9700 §4.14.2).
            self.revoked.insert(family);
        }
        if self.revoked.contains(&family) {
            return refuse(
                400,
                "invalid_grant",
                "The refresh token was used before or is revoked",
            );
        }
        let mut answer = json!({
            "access_token": self.access_token(url, family), "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFETIME.as_secs(), "scope": "openid profile", "id_token": random(),
        });
        if !self.keeps_refresh_tokens {
            self.refresh_tokens.insert(token.to_owned(), (family, true));
            answer["refresh_token"] = self.refresh_token(family).into();
        }
        Reply::json(200, answer)
    }

    /// The API gateway and the four APIs of the guide.
    fn gateway(&mut self, path: &str, request: &Seen) -> Reply {
        let fault = |string: &str, code: &str| {
            Reply::json(
                401,
                json!({"fault": {"faultstring": string, "detail": {"errorcode": code}}}),
            )
        };
        let exception = |status, name: &str, message: &str| {
            Reply::json(
                status,
                json!({"exception": {"name": name, "message": message}}),
            )
        };
        // Both names of the header are in use.
        if [
            request.header("x-client-id"),
            request.header("x-api-project-id"),
        ]
        .iter()
        .any(|&id| id != PROJECT_ID)
        {
            return fault("Invalid ApiKey", "oauth.v2.InvalidApiKey");
        }
        let token = request
            .header("authorization")
            .strip_prefix("Bearer ")
            .unwrap_or_default();
        match self.access_tokens.get(token) {
            Some((family, until)) if !self.revoked.contains(family) && Instant::now() < *until => {}
            _ => {
                return fault(
                    "Invalid Access Token",
                    "keymanagement.service.invalid_access_token",
                );
            }
        }
        if request.header("content-type") != "application/json" {
            return exception(
                415,
                "UnsupportedMediaTypeException",
                "Content-Type must be application/json",
            );
        }
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match (request.method.as_str(), &parts[..]) {
            ("GET", ["iam", "v1", "workspaces", "current"]) => {
                Reply::new(200, "application/json", WORKSPACE)
            }
            ("GET", ["v4", "workspaces"]) => {
                Reply::new(200, "application/json", format!("[{WORKSPACE}]"))
            }
            ("GET", ["v4", "apiAccessTokens"]) => Reply::json(
                200,
                json!({"data": [{
                    "tokenId": "0ddba11", "description": "sandbox", "createdAt": "2025-02-05T18:05:29.000Z",
                    "expiredAt": "2026-02-05T18:05:29.000Z", "lastUsed": "2025-02-05T18:05:29.000Z",
                    "person": {"name": "Zoë Ōsugi", "email": "zoe@example.com", "id": 1},
                }]}),
            ),
            ("POST", ["v4", "workspaces", "31415", "people", "batch"]) => {
                let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
                match body["emails"].as_array() {
                    Some(emails) if emails.iter().all(Value::is_string) => {
                        Reply::new(201, "application/json", "")
                    }
                    _ => exception(400, "ValidationFailed", "emails must be a list of strings"),
                }
            }
            _ => exception(404, "NotFoundException", "There is nothing here"),
        }
    }
}

impl Seen {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// Answers the requests that come over one connection.
fn converse(stream: &mut dyn Stream, url: &str, state: &Mutex<State>) -> io::Result<()> {
    while let Some(request) = receive(stream)? {
        let reply = {
            let mut state = state.lock().unwrap();
            let reply = state.answer(url, &request);
            state.seen.push(request);
            reply
        };
        match reply {
            Reply::Http {
                status,
                headers,
                body,
            } => {
                let head = format!(
                    "HTTP/1.1 {status} -\r\n{headers}Content-Length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(&[head.as_bytes(), &body].concat())?;
            }
            Reply::Raw(bytes) => return stream.write_all(&bytes),
            Reply::Echo => unreachable!("the answer to a request is not this"),
            Reply::Stall(bytes) => {
                stream.write_all(&bytes)?;
                // Until the client gives up.
                stream.read_exact(&mut [0])?;
            }
            Reply::Endless(bytes) => {
                stream.write_all(&bytes)?;
                let more = [*bytes.last().unwrap_or(&b' '); 1 << 16];
                // More than any client should take, but not for ever.
                (0..1 << 14).try_for_each(|_| stream.write_all(&more))?;
            }
        }
    }
    Ok(())
}

/// Reads one request, or `None` where the client has no more.
fn receive(stream: &mut dyn Stream) -> io::Result<Option<Seen>> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 1 << 14];
        let count = stream.read(&mut more)?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend(&more[..count]);
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut head = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(start) = head.parse(&bytes).map_err(io::Error::other)?
        else {
            continue;
        };
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (method, path) = (
            head.method.unwrap_or_default().to_owned(),
            head.path.unwrap_or_default().to_owned(),
        );
        let headers: HashMap<_, _> = head
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), lossy(header.value)))
            .collect();
        let length: usize = headers
            .get("content-length")
            .map_or(Ok(0), |length| length.parse())
            .map_err(io::Error::other)?;
        let received = bytes.len();
        bytes.resize(start + length, 0);
        stream.read_exact(&mut bytes[received..])?;
        return Ok(Some(Seen {
            method,
            path,
            headers,
            body: lossy(&bytes[start..]),
        }));
    }
}

/// 32 random bytes as base64url.
fn random() -> String {
    let bytes: Vec<u8> = (0..4)
        .flat_map(|_| RandomState::new().build_hasher().finish().to_ne_bytes())
        .collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
