//! A file that is replaced whole or not at all, by one process at a time, even if a process dies.
//! `FILE.new` reserves space and takes the new content, and `FILE.lock` notes what that replaces.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::{thread, time::Duration};

/// A file that this process has locked. Dropping this unlocks it, and frees reserved space.
pub struct LockedFile {
    path: PathBuf,
    new_path: PathBuf,
    lock: File,
    /// Whether `FILE.new` holds nothing that is needed.
    deletes_new: bool,
}

impl LockedFile {
    /// Locks an existing file that is not a symlink. Calls `notice` if it waits or cannot lock.
    pub fn lock(path: &Path, notice: fn(&str)) -> io::Result<LockedFile> {
        let name = path.file_name().unwrap_or_default().display();
        let beside = |ending: &str| path.with_file_name(format!("{name}.{ending}"));
        let lock = open_private(&beside("lock"))?;
        let mut locked = lock.try_lock();
        if let Err(TryLockError::WouldBlock) = locked {
            notice("Waiting for another run to release the lock …");
            locked = lock.lock().map_err(TryLockError::Error);
        }
        if locked.is_err() {
            notice("warning: files cannot be locked here: avoid simultaneous runs");
        }
        Ok(LockedFile {
            path: path.to_owned(),
            new_path: beside("new"),
            lock,
            deletes_new: false,
        })
    }

    /// What a failed process had written to replace `old`, if anything: it may be incomplete.
    pub fn recover(&mut self, old: &str) -> io::Result<Vec<u8>> {
        let (mut noted, mut content) = (Vec::new(), Vec::new());
        self.lock.rewind()?;
        (&mut self.lock).take(16).read_to_end(&mut noted)?;
        if noted == fingerprint(old).as_bytes() && self.new_path.try_exists()? {
            open_private(&self.new_path)?.read_to_end(&mut content)?;
        }
        Ok(content)
    }

    /// Reserves the space for new content. `old` is any text that only the present content has.
    pub fn reserve(&mut self, old: &str) -> io::Result<()> {
        // It may have to be overwritten.
        let file = File::options().write(true).open(&self.path)?;
        let space = (2 * file.metadata()?.len()).max(64 << 10);
        let _ = fs::remove_file(&self.new_path);
        let mut new = open_private(&self.new_path)?;
        self.deletes_new = true;
        write_whole(&mut new, &vec![b' '; space as usize])?;
        write_whole(&mut self.lock, fingerprint(old).as_bytes())
    }

    /// Replaces the file with `content`. If that fails, `FILE.new` is kept: it may hold all of it.
    pub fn commit(mut self, content: &[u8]) -> io::Result<()> {
        let replace = || {
            write_whole(&mut open_private(&self.new_path)?, content)?;
            fs::rename(&self.new_path, &self.path)
        };
        let mut replaced = replace();
        // On Windows, a virus scanner may hold a new file for some time.
        for pause in [10, 20, 40, 80, 80] {
            if cfg!(windows) && replaced.is_err() {
                thread::sleep(Duration::from_millis(pause));
                replaced = replace();
            }
        }
        // A file that is mounted by itself cannot be replaced; nor can one in use, on Windows.
        let result = replaced.or_else(|_| overwrite(&self.path, content));
        self.deletes_new = result.is_ok();
        // Nothing is left to recover.
        let _ = result.as_ref().map(|()| self.lock.set_len(0));
        // The rename has to reach the disk too. Windows does that, and cannot open folders.
        let _ = File::open(self.path.with_file_name("")).and_then(|folder| folder.sync_all());
        result
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        if self.deletes_new {
            let _ = fs::remove_file(&self.new_path);
        }
    }
}

/// Extends a file, then overwrites it, so that a full disk cannot truncate it.
fn overwrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    #[cfg(unix)]
    let _ = file.set_permissions(fs::Permissions::from_mode(0o600));
    let old_length = file.seek(SeekFrom::End(0))? as usize;
    let mut padded = content.to_vec();
    padded.resize(content.len().max(old_length), b' ');
    file.write_all(&vec![b' '; padded.len() - old_length])?;
    file.sync_all()?;
    write_whole(&mut file, &padded)
}

fn write_whole(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

/// Opens `FILE.lock` or `FILE.new`, or creates it for the owner of `FILE`, even as root.
fn open_private(path: &Path) -> io::Result<File> {
    let error = |fault: &str| io::Error::other(format!("{} {fault}", path.display()));
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(error("is not a regular file"));
    }
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    options.mode(0o600);
    let file = match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => options.open(path),
        created => {
            // Not for a file that someone else created.
            #[cfg(unix)]
            if let (Ok(file), Ok(owner)) = (&created, fs::metadata(path.with_extension(""))) {
                let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
            }
            created
        }
    };
    file.map_err(|cause| error(&format!("cannot be opened: {cause}")))
}

/// Identifies a text without revealing it, in 16 characters (FNV-1a, 64 bits).
fn fingerprint(text: &str) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}
