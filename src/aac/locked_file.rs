//! A file that is replaced whole or not at all, by one process at a time, whenever a process dies.
//!
//! Beside `FILE` are `FILE.lock`, which processes lock, and `FILE.new`, which is made and filled before
//! there is anything to write, so that a full disk or a read-only folder shows in time. The lock file
//! holds a fingerprint of what `FILE.new` is to replace: if a process dies before its content is in
//! place, the next one finds it there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The space that is reserved: many times what is written.
const RESERVED_BYTES: usize = 64 << 10;

/// A file and its lock file. Dropping this unlocks the file, and frees reserved space.
pub struct LockedFile {
    path: PathBuf,
    new_path: PathBuf,
    /// To be locked before anything else is done.
    pub lock: File,
    /// Whether `FILE.new` holds content that is to stay there.
    pub is_kept: bool,
}

impl LockedFile {
    /// Opens the lock file of `path`, an existing file that is no symlink.
    pub fn open(path: PathBuf) -> io::Result<LockedFile> {
        let (lock_path, new_path) = (with_suffix(&path, ".lock"), with_suffix(&path, ".new"));
        let lock = match create_private(&lock_path, &path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => open_regular(&lock_path)?,
            result => result?,
        };
        let is_kept = true;
        Ok(LockedFile {
            path,
            new_path,
            lock,
            is_kept,
        })
    }

    /// The content of the file.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }

    /// What a process that died wrote to replace `old`, as it was named to [`reserve`](Self::reserve):
    /// nothing, or possibly not all of it.
    pub fn uncommitted(&mut self, old: &str) -> io::Result<Vec<u8>> {
        let (mut noted, mut content) = (Vec::new(), Vec::new());
        self.lock.rewind()?;
        (&self.lock).take(16).read_to_end(&mut noted)?;
        if noted == fingerprint(old).as_bytes() && fs::symlink_metadata(&self.new_path).is_ok() {
            open_regular(&self.new_path)?.read_to_end(&mut content)?;
        }
        Ok(content)
    }

    /// Reserves the space for new content. `old` is any text that only the present content has.
    pub fn reserve(&mut self, old: &str) -> io::Result<()> {
        // It may have to be overwritten.
        OpenOptions::new().write(true).open(&self.path)?;
        match fs::remove_file(&self.new_path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => self.is_kept = false,
        }
        let mut new = create_private(&self.new_path, &self.path)?;
        write_whole(&mut new, &[b' '; RESERVED_BYTES])?;
        self.lock.set_len(0)?;
        write_whole(&mut self.lock, fingerprint(old).as_bytes())
    }

    /// Replaces the file by `content`. If that fails, but `FILE.new` holds it, it is kept there.
    pub fn commit(&mut self, content: &[u8]) -> io::Result<()> {
        let new = open_regular(&self.new_path);
        let result = match new.and_then(|mut new| write_whole(&mut new, content)) {
            Ok(()) => self.put_in_place(content),
            Err(_) => overwrite(&self.path, content),
        };
        self.is_kept = result.is_err() && fs::read(&self.new_path).is_ok_and(|new| new == content);
        result
    }

    /// Puts `FILE.new`, which holds `content`, in the place of the file.
    pub fn put_in_place(&self, content: &[u8]) -> io::Result<()> {
        if fs::rename(&self.new_path, &self.path).is_err() {
            // A file that is mounted by itself cannot be replaced; nor one in use, on Windows.
            overwrite(&self.path, content)?;
            let _ = fs::remove_file(&self.new_path);
        }
        // The rename has to reach the disk too. Windows sees to that, and opens no folder.
        let _ = self
            .path
            .parent()
            .map(|folder| File::open(folder)?.sync_all());
        Ok(())
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.new_path);
        }
    }
}

/// Overwrites a file that is text, with spaces after it, at any moment, after it has been made long
/// enough.
fn overwrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    #[cfg(unix)]
    let _ = file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
    let length = file.seek(SeekFrom::End(0))?;
    let mut padded = content.to_vec();
    padded.resize(content.len().max(length as usize), b' ');
    let grown = file.write_all(&vec![b' '; padded.len() - length as usize]);
    if let Err(error) = grown.and_then(|()| file.sync_all()) {
        file.set_len(length)?;
        return Err(error);
    }
    write_whole(&mut file, &padded)?;
    file.set_len(content.len() as u64)
}

fn write_whole(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

/// Opens a file, but no symlink, pipe or device.
fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    OpenOptions::new().read(true).write(true).open(path)
}

/// Makes a file that only the owner of `neighbor` can read, also if root makes it. On Windows, the
/// access list of the folder decides.
#[cfg_attr(windows, expect(unused_variables))]
fn create_private(path: &Path, neighbor: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
        let (file, owner) = (options.mode(0o600).open(path)?, fs::metadata(neighbor)?);
        let _ = fchown(&file, Some(owner.uid()), Some(owner.gid()));
        return Ok(file);
    }
    #[cfg(not(unix))]
    options.open(path)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Tells two texts apart, and nothing of what they say (FNV-1a, 64 bits).
fn fingerprint(text: &str) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}
