//! `creds.json`: the pair of tokens, and how a new pair takes the place of the old one and is never lost.
//!
//! A refresh token works once. So runs take turns; the place for the new pair is made before the old one is spent; and
//! the new pair is whole on the disk, in `creds.json.new`, before it is renamed to `creds.json`. If a run dies in between,
//! the next one finds it, and knows from `creds.json.lock` whether it still succeeds what `creds.json` holds.

use crate::aac_url::{self, AacUrl};
use crate::error::{self, Error};
use crate::text;
use crate::token::{Claims, Token};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

const FILE: &str = "creds.json";

/// The room that is made for a new pair, in bytes: many times what an answer with tokens takes.
const ROOM: usize = 256 << 10;

/// The members of a JSON object, each as it was written: programs that share the file may keep their own in it.
type Members = BTreeMap<String, Box<RawValue>>;

/// What `creds.json` holds, while it is this run's turn to renew it.
pub struct Credentials {
    /// `creds.json` itself, where that is a symlink to it.
    path: PathBuf,
    /// Locked by the run whose turn it is; not to be had in a read-only folder. See [`fingerprint`] for what it holds.
    lock: io::Result<File>,
    fingerprint: String,
    members: Members,
    pub access_token: Token,
    pub refresh_token: Token,
    /// The claims of the access token.
    pub claims: Claims,
}

/// The place for a new pair, `creds.json.new`. It is gone again when this is dropped before a pair is in it.
pub struct Room {
    path: PathBuf,
    file: File,
    has_pair: bool,
}

impl Credentials {
    /// Waits for this run's turn, reads `creds.json` and finds whatever is wrong with it.
    pub fn open(aac_url: &AacUrl) -> Result<Credentials, Error> {
        let unreadable = |e| error::unreadable(FILE, e);
        let path = fs::canonicalize(FILE).map_err(unreadable)?;
        let mut lock = take_turn(&beside(&path, "lock"));
        let mut bytes = fs::read(&path).map_err(unreadable)?;
        if let Some(newer) = left_over(&path, &mut lock, &bytes) {
            replace(&path, &newer).map_err(|e| error::not_saved(e, true, aac_url))?;
            bytes = newer;
        }
        let wrong = |problem| error::in_file(FILE, problem, error::tokens_page(aac_url));
        let (members, access_token, refresh_token) = parse(&bytes).map_err(wrong)?;
        let claims = check(&access_token, &refresh_token).map_err(wrong)?;
        Ok(Credentials { path, lock, fingerprint: fingerprint(&bytes), members, access_token, refresh_token, claims })
    }

    /// Makes the place for a new pair, and fills it, so that a full disk shows while the old pair is still good.
    pub fn make_room(&mut self) -> Result<Room, Error> {
        let path = beside(&self.path, "new");
        let make = || {
            // Read-only is a person's wish, even where the file could be renamed over.
            OpenOptions::new().write(true).open(&self.path)?;
            fs::remove_file(&path).or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })?;
            let file = owner_only(OpenOptions::new().write(true).create_new(true)).open(&path)?;
            let mut room = Room { path, file, has_pair: false };
            room.file.write_all(&vec![b' '; ROOM])?;
            room.file.sync_all()?;
            let lock = self.lock.as_mut().map_err(|e| io::Error::from(e.kind()))?;
            lock.rewind()?;
            lock.write_all(self.fingerprint.as_bytes())?;
            lock.sync_all()?;
            Ok(room)
        };
        make().map_err(error::no_room)
    }

    /// Saves the issuer's answer over the old pair, and returns the new access token. What the answer does not have,
    /// such as a refresh token from an issuer that does not rotate them (RFC 6749 §6), stays as it was.
    pub fn save(mut self, mut room: Room, answer: Members, aac_url: &AacUrl) -> Result<Token, Error> {
        self.members.extend(answer);
        let pair = serde_json::to_string_pretty(&self.members).expect("JSON makes JSON") + "\n";
        room.keep(pair.as_bytes()).map_err(|e| error::not_saved(e, false, aac_url))?;
        replace(&self.path, pair.as_bytes()).map_err(|e| error::not_saved(e, true, aac_url))?;
        token(&self.members, "access_token").map_err(|problem| error::in_file(FILE, problem, ""))
    }
}

impl Room {
    /// Writes `pair` over what filled the room.
    fn keep(&mut self, pair: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(pair)?;
        self.has_pair = true;
        self.file.set_len(pair.len() as u64)?;
        self.file.sync_all()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if !self.has_pair {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The members of the issuer's `answer`, if it has an access token and no error in it (RFC 6749 §5.1, §5.2).
pub fn new_pair(answer: &[u8]) -> Option<Members> {
    let mut members: Members = serde_json::from_slice(answer).ok()?;
    if token(&members, "refresh_token").is_err() {
        members.remove("refresh_token");
    }
    (token(&members, "access_token").is_ok() && !members.contains_key("error")).then_some(members)
}

/// Reads the text of `creds.json`. The error says what is wrong with it, and quotes none of it.
fn parse(bytes: &[u8]) -> Result<(Members, Token, Token), String> {
    let members: Members = serde_json::from_str(text::decode(bytes)?).map_err(|e| match e.classify() {
        // serde_json quotes the text in errors of this category, and in no other.
        serde_json::error::Category::Data => "is not a JSON object, { … }".to_owned(),
        _ => format!("is not JSON: {e}"),
    })?;
    let (access_token, refresh_token) = (token(&members, "access_token")?, token(&members, "refresh_token")?);
    Ok((members, access_token, refresh_token))
}

/// The token that `members` has under `name`.
fn token(members: &Members, name: &str) -> Result<Token, String> {
    let raw = members.get(name).ok_or_else(|| format!("has no \"{name}\""))?;
    let text: String = serde_json::from_str(raw.get()).map_err(|_| format!("has a \"{name}\" that is not a string"))?;
    match text.trim() {
        "" => Err(format!("has an empty \"{name}\"")),
        text if text::is_placeholder(text) => Err("still holds its placeholders".to_owned()),
        text if !text.bytes().all(|c| c.is_ascii_graphic()) => {
            Err(format!("has a \"{name}\" with blanks or line ends in it"))
        }
        text => Ok(Token::new(text)),
    }
}

/// The claims of the access token, if the two tokens are what they should be.
fn check(access_token: &Token, refresh_token: &Token) -> Result<Claims, String> {
    let claims = match access_token.claims() {
        Ok(_) if access_token.secret() == refresh_token.secret() => Err("has the same token twice"),
        Err(_) if refresh_token.claims().is_ok() => Err("has its two tokens the wrong way round"),
        Ok(claims) => Ok(claims),
        Err(problem) => return Err(format!("has an \"access_token\" that {problem}")),
    }?;
    match aac_url::origin(&claims.iss) {
        Ok(_) if !claims.iss.contains(['?', '#']) && !claims.client_id.is_empty() => Ok(claims),
        Ok(_) => Err("has an \"access_token\" whose claims are of no use".to_owned()),
        Err(problem) => Err(format!("has an \"access_token\" whose issuer (\"iss\") {problem}")),
    }
}

/// Waits until it is this run's turn. Where the file system has no locks, it is at once.
fn take_turn(path: &Path) -> io::Result<File> {
    let lock = owner_only(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path)?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        let _ = writeln!(io::stderr(), "Waiting for another run, which is renewing {FILE} …");
        let _ = lock.lock();
    }
    Ok(lock)
}

/// The new pair that a run left in `creds.json.new` when it died, unless `creds.json` was replaced by hand since.
fn left_over(path: &Path, lock: &mut io::Result<File>, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut succeeds = String::new();
    lock.as_mut().ok()?.read_to_string(&mut succeeds).ok()?;
    let pair = fs::read(beside(path, "new")).ok()?;
    (succeeds == fingerprint(bytes) && parse(&pair).is_ok()).then_some(pair)
}

/// Puts `creds.json.new`, whose content is `pair`, in the place of `creds.json`.
fn replace(path: &Path, pair: &[u8]) -> io::Result<()> {
    let new = beside(path, "new");
    if fs::rename(&new, path).is_err() {
        // A file that is mounted by itself, as into a container, cannot be renamed over (EBUSY, EXDEV). It is
        // overwritten in one write, blanks hiding what is left of the old text, so that it is JSON at any moment.
        let mut file = OpenOptions::new().write(true).open(path)?;
        let mut padded = pair.to_vec();
        padded.resize(pair.len().max(file.metadata()?.len() as usize), b' ');
        file.write_all(&padded)?;
        file.set_len(pair.len() as u64)?;
        file.sync_all()?;
        fs::remove_file(&new)?;
    }
    sync_folder(path);
    Ok(())
}

/// The file beside `creds.json` with `suffix` after its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// Tells one content of `creds.json` from another, and nothing else about it (FNV-1a, 64 bits).
fn fingerprint(bytes: &[u8]) -> String {
    let hash =
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, &c| (hash ^ u64::from(c)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

/// Makes a file that `options` creates its owner's alone.
#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

/// On Windows, a new file has the access list of its folder.
#[cfg(not(unix))]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Makes a rename last through a power cut, where folders can be synced: not on Windows.
fn sync_folder(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        let _ = folder.sync_all();
    }
}
