//! The mock service, a folder with the three files for it, and the program run there.

use crate::mock::MockService;
use crate::mock::gateway::{CURRENT_WORKSPACE, IS_DEFAULT};
use crate::mock::http::RecordedRequest;
use crate::mock::issuer::{OAUTH_CLIENT, TOKEN_ENDPOINT};
use crate::stub::{Faults, FaultyServer, Stub};
use crate::support::outcome::Outcome;
use crate::support::temp_folder::TempFolder;
use crate::support::{PROGRAM, jwt};
use crate::tls::Authority;
use rustls::ServerConfig;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::{env, fs, io};

/// The length of the shortest part of a token that must not be printed.
const SECRET_LENGTH: usize = 8;

/// The part of a token that must not be printed: of a JWT, the signature.
pub fn secret(token: &str) -> &str {
    match token.rsplit_once('.') {
        Some((start, signature)) if start.starts_with("eyJ") && start.contains('.') => signature,
        _ => token,
    }
}

pub struct TestEnv {
    /// The base URL of the mock service.
    pub url: String,
    mock: MockService,
    faults: Arc<Mutex<Faults>>,
    folder: TempFolder,
}

impl TestEnv {
    pub fn new() -> TestEnv {
        TestEnv::start("http://127.0.0.1".to_owned(), None)
    }

    /// A mock service at `https://{host}`, with a certificate for `name` that is valid in `years`.
    pub fn over_tls(signer: &Authority, host: &str, name: &str, years: Range<i32>) -> TestEnv {
        let certificate = signer.certificate(name, years);
        TestEnv::start(format!("https://{host}"), Some(certificate))
    }

    fn start(origin: String, certificate: Option<Arc<ServerConfig>>) -> TestEnv {
        let faults = Arc::default();
        let server = FaultyServer {
            origin,
            certificate,
            faults: Arc::clone(&faults),
        };
        let mock = MockService::start(server).unwrap();
        let folder = TempFolder::new();
        mock.fill(folder.path()).unwrap();
        let env = TestEnv {
            url: mock.url.clone(),
            mock,
            faults,
            folder,
        };
        // In another layout than the program's, so that it shows if that writes the file.
        env.write("creds.json", format!("{}\n", env.creds()));
        env
    }
}

/// The folder.
impl TestEnv {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Lets `aac_url.txt` name a region that no request gets to.
    pub fn set_region(&self, region: &str) {
        let url = format!("https://api.{region}.alteryxcloud.com\n");
        self.write("aac_url.txt", url);
    }

    /// The names of `creds.json` and the files that belong to it, in order.
    pub fn creds_files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names = names.filter(|name| name.starts_with("creds.json"));
        BTreeSet::from_iter(names).into_iter().collect()
    }

    /// What `creds.json` holds, if it is a file: reading a FIFO or a device would not end.
    fn creds_bytes(&self) -> Option<Vec<u8>> {
        let path = self.path("creds.json");
        path.is_file().then(|| fs::read(path).unwrap_or_default())
    }

    /// The content of `creds.json`.
    pub fn creds(&self) -> Value {
        serde_json::from_str(&self.read("creds.json")).unwrap()
    }

    pub fn access_token(&self) -> String {
        self.creds()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn refresh_token(&self) -> String {
        self.creds()["refresh_token"].as_str().unwrap().to_owned()
    }

    /// The content of `creds.json` with one of its fields replaced or added.
    pub fn creds_with(&self, name: &str, value: impl Into<Value>) -> String {
        let mut creds = self.creds();
        creds[name] = value.into();
        creds.to_string()
    }

    /// The content of `creds.json` with an access token that names this issuer.
    pub fn creds_from(&self, iss: &str) -> String {
        let claims = json!({"iss": iss, "client_id": OAUTH_CLIENT});
        self.creds_with("access_token", jwt(&claims))
    }
}

/// The mock service.
impl TestEnv {
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.mock.state().requests.clone()
    }

    pub fn connections(&self) -> usize {
        self.faults().connections
    }

    pub fn last_request(&self) -> RecordedRequest {
        self.requests().pop().unwrap()
    }

    /// Each request so far as `METHOD /path`.
    pub fn request_lines(&self) -> Vec<String> {
        let line = |request: RecordedRequest| format!("{} {}", request.method, request.path);
        self.requests().into_iter().map(line).collect()
    }

    /// Replies with `stub` to each request for `path` from now on.
    pub fn stub(&self, path: &str, stub: Stub) {
        self.faults().stubs.insert(path.to_owned(), stub);
    }

    pub fn stub_issuer(&self, stub: Stub) {
        self.stub(TOKEN_ENDPOINT, stub);
    }

    /// Replies with `stub` to the call that the program makes without arguments.
    pub fn stub_api(&self, stub: Stub) {
        self.stub(CURRENT_WORKSPACE, stub);
    }

    pub fn remove_stubs(&self) {
        self.faults().stubs.clear();
    }

    /// Does something once, when the next response is made and not yet sent. After an error, it is
    /// never sent.
    pub fn before_reply(&self, action: impl FnOnce() -> io::Result<()> + Send + 'static) {
        self.faults().before_reply = Some(Box::new(action));
    }

    /// From now on, refresh tokens work more than once, and the issuer sends no new ones.
    pub fn keep_refresh_tokens(&self) {
        self.mock.state().issuer.rotates = false;
    }

    pub fn generate_tokens(&self) -> Value {
        self.mock.state().issuer.generate_tokens()
    }

    /// Whether this refresh token would work.
    pub fn accepts(&self, refresh_token: &str) -> bool {
        self.mock.state().issuer.accepts(refresh_token)
    }

    /// Whether the refresh token in `creds.json` would work.
    pub fn creds_are_valid(&self) -> bool {
        self.accepts(&self.refresh_token())
    }

    /// Nothing was sent, so the refresh token is not used.
    #[track_caller]
    pub fn assert_nothing_sent(&self) {
        assert_eq!(self.request_lines(), [""; 0]);
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap()
    }
}

/// The program.
impl TestEnv {
    /// The program, to be run in the folder.
    pub fn program(&self) -> Command {
        self.command(PROGRAM)
    }

    /// A command to be run in the folder, without any variable that says how to reach a host or
    /// whom to trust.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy().to_ascii_uppercase();
            if text.ends_with("_PROXY") || text.starts_with("SSL_CERT_") {
                command.env_remove(&name);
            }
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.outcome(self.program().args(arguments))
    }

    /// What a run prints that fails and leaves `creds.json` as it is, byte for byte.
    #[track_caller]
    pub fn message_of_refusal(&self, command: &mut Command) -> String {
        let before = self.creds_bytes();
        let outcome = self.outcome(command);
        outcome.assert_failure(&[]);
        assert!(self.creds_bytes() == before, "creds.json has changed");
        outcome.message
    }

    /// Runs a command and checks what holds for every run: see `finish`. If the program, run without
    /// a PATH, does something else than the tests are about, it is given their path.
    pub fn outcome(&self, command: &mut Command) -> Outcome {
        let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        // Those of another command that runs the program come before it.
        let mut own = arguments.rsplit(|it| it == PROGRAM).next().unwrap().iter();
        let has_no_path = own.all(|it| ["-v", "--verbose", "GET"].contains(&&**it));
        if !IS_DEFAULT && has_no_path {
            command.arg(CURRENT_WORKSPACE);
        }
        self.note_tokens();
        self.finish(command.spawn().unwrap())
    }

    /// Waits for a run and checks that it prints no part of a secret and does not panic.
    pub fn finish(&self, run: Child) -> Outcome {
        let mut outcome = Outcome::of(run.wait_with_output().unwrap());
        outcome.message = self.named(&outcome.stderr);
        self.note_tokens();
        let windows = |text| str::as_bytes(text).windows(SECRET_LENGTH);
        let printed: HashSet<_> = windows(&outcome.stdout)
            .chain(windows(&outcome.stderr))
            .collect();
        let issued = self.mock.state().issuer.issued.clone();
        for token in &issued {
            let shown = windows(secret(token)).find(|part| printed.contains(part));
            let shown = shown.map(String::from_utf8_lossy);
            assert_eq!(shown, None, "part of a token, is printed: {outcome:#?}");
        }
        assert!(!outcome.stderr.contains("panicked"), "{outcome:#?}");
        outcome
    }

    /// A text with names in place of what differs from run to run, for snapshots.
    pub fn named(&self, text: &str) -> String {
        let (_, host) = self.url.split_once("://").unwrap();
        let folder = self.folder.path().to_str().unwrap();
        // As the system names it.
        let whole = self.folder.path().canonicalize().unwrap();
        let whole = whole.to_str().unwrap().trim_start_matches(r"\\?\");
        let text = text
            .replace(&self.url, "[URL]")
            .replace(host, "[HOST]")
            .replace(whole, "[FOLDER]")
            .replace(folder, "[FOLDER]");
        // To Windows, the names of variables in small letters are those in capitals.
        let names = [("https_proxy", "HTTPS_PROXY"), ("all_proxy", "ALL_PROXY")];
        let names = names.into_iter().filter(|_| cfg!(windows));
        names.fold(text, |text, (small, capital)| text.replace(small, capital))
    }

    /// Whatever may be a token in `creds.json`, even if that is damaged, counts as issued.
    fn note_tokens(&self) {
        let bytes = self.creds_bytes().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let is_separator = |c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c);
        let words = text.split(is_separator).filter(|word| word.len() >= 24);
        let fields: Value = serde_json::from_str(&text).unwrap_or_default();
        let names = ["access_token", "refresh_token", "id_token"];
        let tokens = names.iter().filter_map(|name| fields[name].as_str());
        let tokens = tokens.filter(|token| !token.contains(' ')).chain(words);
        let issued = &mut self.mock.state().issuer.issued;
        issued.extend(tokens.map(str::to_owned));
    }
}
