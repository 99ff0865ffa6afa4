//! `creds.json`: the pair of tokens, and how a new pair takes the place of the old one without ever being lost.
//!
//! A refresh token works once. So runs take turns; the place for the new pair, `creds.json.new`, is made before the old
//! pair is spent; and the new pair is whole on the disk there before it is renamed to `creds.json`. Should the run die in
//! between, the next one puts it in place, unless `creds.json` is no longer what `creds.json.lock` says the pair succeeds.

use crate::aac_url::AacUrl;
use crate::error::{self, Error};
use crate::text;
use crate::token::{Claims, Token};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

const FILE: &str = "creds.json";
/// The room that is made for a new pair, in bytes: many times what an issuer's answer takes.
const ROOM: usize = 256 << 10;

/// The members of a JSON object, each as it is written: other programs that share the file may have their own.
type Members = BTreeMap<String, Box<RawValue>>;

/// What `creds.json` holds, while it is this run's turn to renew it.
pub struct Credentials {
    /// `creds.json` itself, where that is a symlink.
    path: PathBuf,
    /// Locked while it is this run's turn.
    _lock: File,
    /// `creds.json.new`, which goes away with this unless there is a new pair in it by then.
    room: File,
    has_pair: bool,
    members: Members,
    pub access_token: Token,
    pub refresh_token: Token,
    pub claims: Claims,
}

impl Credentials {
    /// Waits for this run's turn, finds whatever is wrong with `creds.json`, and makes the place for a new pair.
    pub fn open(aac_url: &AacUrl) -> Result<Credentials, Error> {
        let path = fs::canonicalize(FILE).map_err(|error| error::unreadable(FILE, error))?;
        let mut lock = take_turn(&path);
        let mut bytes = fs::read(&path).map_err(|error| error::unreadable(FILE, error))?;
        if let Some(pair) = left_over(&path, &mut lock, &bytes) {
            replace(&path).map_err(|error| error::not_saved(error, true, aac_url))?;
            bytes = pair;
        }
        let wrong = |problem| error::wrong(FILE, problem, error::new_tokens(aac_url));
        let (members, access_token, refresh_token, claims) = parse(&bytes).map_err(wrong)?;
        let _lock = lock.map_err(error::no_room)?;
        let room = make_room(&path, &_lock, &bytes).map_err(error::no_room)?;
        Ok(Credentials { path, _lock, room, has_pair: false, members, access_token, refresh_token, claims })
    }

    /// Saves the issuer's answer over the old pair and returns the new access token. What the answer lacks stays, such
    /// as the refresh token where the issuer does not rotate it (RFC 6749 §6).
    pub fn save(mut self, pair: Members, aac_url: &AacUrl) -> Result<Token, Error> {
        self.members.extend(pair);
        let text = serde_json::to_string_pretty(&self.members).expect("JSON makes JSON") + "\n";
        let mut save = || {
            self.room.rewind()?;
            self.room.write_all(text.as_bytes())?;
            self.has_pair = true;
            self.room.set_len(text.len() as u64)?;
            self.room.sync_all()?;
            replace(&self.path)
        };
        save().map_err(|error| error::not_saved(error, self.has_pair, aac_url))?;
        Ok(token(&self.members, "access_token").expect("is in every new pair"))
    }
}

impl Drop for Credentials {
    fn drop(&mut self) {
        if !self.has_pair {
            let _ = fs::remove_file(beside(&self.path, ".new"));
        }
    }
}

/// The members of the issuer's `answer`, if there is an access token and no error among them (RFC 6749 §5).
pub fn new_pair(answer: &[u8]) -> Option<Members> {
    let mut members: Members = serde_json::from_slice(answer).ok()?;
    if token(&members, "refresh_token").is_err() {
        members.remove("refresh_token");
    }
    (token(&members, "access_token").is_ok() && !members.contains_key("error")).then_some(members)
}

/// Reads `creds.json`. The error says what is wrong with it, and quotes nothing of it.
fn parse(bytes: &[u8]) -> Result<(Members, Token, Token, Claims), String> {
    let members: Members = serde_json::from_str(text::decode(bytes)?).map_err(|error| match error.is_data() {
        // serde_json quotes what it read in errors of this kind, and in no other.
        true => "is not a JSON object".to_owned(),
        false => format!("is not JSON: {error}"),
    })?;
    let (access_token, refresh_token) = (token(&members, "access_token")?, token(&members, "refresh_token")?);
    match access_token.claims() {
        Err(_) if refresh_token.claims().is_ok() => Err("has its two tokens swapped".to_owned()),
        Err(problem) => Err(format!("has an \"access_token\" that {problem}")),
        Ok(_) if access_token.secret() == refresh_token.secret() => Err("has one token twice".to_owned()),
        Ok(claims) => Ok((members, access_token, refresh_token, claims)),
    }
}

/// The token that is called `name`.
fn token(members: &Members, name: &str) -> Result<Token, String> {
    let json = members.get(name).ok_or_else(|| format!("has no \"{name}\""))?;
    let text: String =
        serde_json::from_str(json.get()).map_err(|_| format!("has a \"{name}\" that is not a string"))?;
    match text.trim() {
        "" => Err(format!("has an empty \"{name}\"")),
        text if text::is_placeholder(text) => Err(format!("still holds its placeholders: see \"{name}\"")),
        text if text.bytes().all(|c| c.is_ascii_graphic()) => Ok(Token::new(text)),
        _ => Err(format!("has blanks or other strange characters in its \"{name}\"")),
    }
}

/// Waits until it is this run's turn. Where the file system has no locks, it always is.
fn take_turn(path: &Path) -> io::Result<File> {
    let lock = owner_only().read(true).create(true).truncate(false).open(beside(path, ".lock"))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        let _ = writeln!(io::stderr(), "Waiting for another run to renew creds.json …");
        let _ = lock.lock();
    }
    Ok(lock)
}

/// The pair that a run left in `creds.json.new` when it died, if it succeeds what `creds.json` holds, `bytes`.
fn left_over(path: &Path, lock: &mut io::Result<File>, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut succeeded = String::new();
    lock.as_mut().ok()?.read_to_string(&mut succeeded).ok()?;
    let pair = fs::read(beside(path, ".new")).ok()?;
    (succeeded == fingerprint(bytes) && parse(&pair).is_ok()).then_some(pair)
}

/// Makes `creds.json.new`, and fills it, so that a full disk shows while the old pair is still good.
fn make_room(path: &Path, mut lock: &File, bytes: &[u8]) -> io::Result<File> {
    let new = beside(path, ".new");
    // `replace` may have to write to it.
    OpenOptions::new().write(true).open(path)?;
    fs::remove_file(&new).or_else(|error| if new.exists() { Err(error) } else { Ok(()) })?;
    let mut room = owner_only().create_new(true).open(&new)?;
    let mut finish = || {
        room.write_all(&vec![b' '; ROOM])?;
        room.sync_all()?;
        lock.rewind()?;
        lock.write_all(fingerprint(bytes).as_bytes())?;
        lock.sync_all()
    };
    finish().inspect_err(|_| drop(fs::remove_file(&new)))?;
    Ok(room)
}

/// Puts `creds.json.new` in the place of `creds.json`.
fn replace(path: &Path) -> io::Result<()> {
    let new = beside(path, ".new");
    if fs::rename(&new, path).is_err() {
        // A file that is mounted by itself, as into a container, cannot be renamed over (EBUSY, EXDEV). It is written in
        // one go, with blanks over the rest of a longer old pair, so that it is JSON at any moment.
        let mut pair = fs::read(&new)?;
        let length = pair.len();
        let mut file = OpenOptions::new().write(true).open(path)?;
        #[cfg(unix)]
        let _ = file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
        pair.resize(length.max(file.metadata()?.len() as usize), b' ');
        file.write_all(&pair)?;
        file.set_len(length as u64)?;
        file.sync_all()?;
        fs::remove_file(&new)?;
    }
    // The rename has to reach the disk too. Windows sees to that itself, and does not open a folder like this.
    let _ = path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all());
    Ok(())
}

/// The file beside `path` whose name goes on with `suffix`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    [path.as_os_str(), OsStr::new(suffix)].join(OsStr::new("")).into()
}

/// Tells whether `creds.json` is still the same, and nothing about what is in it (FNV-1a, 64 bits).
fn fingerprint(bytes: &[u8]) -> String {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix))
}

/// How to make a file that is its owner's alone. On Windows, the access list of the folder says whose it is.
fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
