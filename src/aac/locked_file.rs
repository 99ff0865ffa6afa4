//! A file that is replaced whole or not at all, by one process at a time, even if a process dies.
//! `FILE.new` reserves the space, so that a full disk shows in time, and takes the new content.
//! `FILE.lock` notes what that replaces, so that the next process can finish an unfinished commit.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

/// A file and its lock file. Dropping this unlocks the file, and frees reserved space.
pub struct LockedFile {
    path: PathBuf,
    new_path: PathBuf,
    /// To be locked before anything else is done.
    pub lock: File,
    /// Whether `FILE.new` may be deleted.
    pub is_reserved: bool,
}

impl LockedFile {
    /// Opens the lock file of `path`, an existing file that is no symlink.
    pub fn open(path: &Path) -> io::Result<LockedFile> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(LockedFile {
            path: path.to_owned(),
            new_path: path.with_file_name(format!("{name}.new")),
            lock: open_private(&path.with_file_name(format!("{name}.lock")))?,
            is_reserved: false,
        })
    }

    /// What a process that died wrote to replace `old`: nothing, or possibly not all of it.
    pub fn recover(&mut self, old: &str) -> io::Result<Vec<u8>> {
        let (mut noted, mut content) = (Vec::new(), Vec::new());
        self.lock.rewind()?;
        self.lock.read_to_end(&mut noted)?;
        if noted.starts_with(fingerprint(old).as_bytes()) && self.new_path.try_exists()? {
            open_private(&self.new_path)?.read_to_end(&mut content)?;
        }
        Ok(content)
    }

    /// Reserves the space for new content. `old` is any text that only the present content has.
    pub fn reserve(&mut self, old: &str) -> io::Result<()> {
        File::options().write(true).open(&self.path)?; // in case it has to be overwritten
        match fs::remove_file(&self.new_path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => self.is_reserved = true,
        }
        let mut new = open_private(&self.new_path)?;
        write_whole(&mut new, &[b' '; 64 << 10])?; // many times what is written
        write_whole(&mut self.lock, fingerprint(old).as_bytes())
    }

    /// Replaces the file with `content`. If that fails, `FILE.new` is kept: it may hold all of it.
    pub fn commit(&mut self, content: &[u8]) -> io::Result<()> {
        let new = open_private(&self.new_path);
        let written = new.and_then(|mut new| write_whole(&mut new, content));
        let renamed = written.and_then(|()| fs::rename(&self.new_path, &self.path));
        // A file that is mounted by itself cannot be replaced; nor can one in use, on Windows.
        let result = renamed.or_else(|_| overwrite(&self.path, content));
        self.is_reserved &= result.is_ok();
        // The rename has to reach the disk too. Windows sees to that, and opens no folder.
        let _ = File::open(self.path.with_file_name("")).and_then(|folder| folder.sync_all());
        result
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        if self.is_reserved {
            let _ = fs::remove_file(&self.new_path);
        }
    }
}

/// Overwrites a file, which at any moment is text, perhaps with spaces after it.
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
    let name = |error| io::Error::other(format!("{}: {error}", path.display()));
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(name(io::Error::other("it is not a regular file")));
    }
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => options.open(path).map_err(name),
        made => {
            let file = made.map_err(name)?;
            #[cfg(unix)]
            if let Ok(owner) = fs::metadata(path.with_extension("")) {
                let _ = fchown(&file, Some(owner.uid()), Some(owner.gid()));
            }
            Ok(file)
        }
    }
}

/// Identifies a text without revealing it (FNV-1a, 64 bits).
fn fingerprint(text: &str) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}
