//! The module that replaces a file under a lock, in this process, so that a crash is a value that is
//! forgotten. `credentials` has what only runs of the program show.

#[path = "../../src/aac/locked_file.rs"]
mod under_test;

use crate::support::case::check_all_old;
#[cfg(unix)]
use crate::support::skip;
use crate::support::temp_folder::TempFolder;
use crate::support::wait_until;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::{fs, io, thread};
use under_test::LockedFile;

const OLD: &str = "what is to be replaced";
const NEW: &str = "what replaces it";

/// A folder with a file in it.
struct Folder(TempFolder);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(TempFolder::new());
        folder.write("file", OLD);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path(name)).is_ok()
    }

    /// Locks the file, which nobody has locked, but for a process that another test has just forked.
    fn try_open(&self) -> io::Result<LockedFile> {
        let path = self.path("file");
        LockedFile::lock(&path, |_| ())
    }

    fn open(&self) -> LockedFile {
        self.try_open().unwrap()
    }

    /// The file, locked and reserved.
    fn reserve(&self) -> LockedFile {
        let mut file = self.open();
        file.reserve(OLD).unwrap();
        file
    }

    /// A process that died when it had written this, and not yet renamed it.
    fn crash(&self, written: &str) {
        self.die(self.reserve());
        self.write("file.new", written);
    }

    /// Ends a process: the system unlocks the file, and nothing is cleaned up.
    fn die(&self, file: LockedFile) {
        let left = fs::read(self.path("file.new")).unwrap();
        drop(file);
        self.write("file.new", left);
    }

    /// Puts a folder, which no file can replace, in the place of a file.
    fn put_folder(&self, name: &str) {
        let _ = fs::remove_file(self.path(name));
        fs::create_dir_all(self.path(name).join("x")).unwrap();
    }

    /// What the next process finds, if anything.
    fn recover(&self) -> String {
        String::from_utf8(self.open().recover(OLD).unwrap()).unwrap()
    }
}

#[test]
fn replaces_the_file() {
    let folder = Folder::new();
    let file = folder.reserve();
    file.commit(NEW.as_bytes()).unwrap();
    assert_eq!(folder.read("file"), NEW);
    assert!(!folder.has("file.new"));
    assert_eq!(folder.recover(), "");
}

#[test]
fn reserves_space_until_it_is_dropped() {
    let folder = Folder::new();
    let file = folder.reserve();
    assert_eq!(folder.read("file.new"), " ".repeat(64 << 10));
    drop(file);
    assert!(!folder.has("file.new"));
    assert_eq!(folder.read("file"), OLD);
}

/// FNV-1a has published results.
#[test]
fn notes_a_fingerprint() {
    let cases = [
        ("", "cbf29ce484222325"),
        ("a", "af63dc4c8601ec8c"),
        ("foobar", "85944171f73967e8"),
    ];
    let folder = Folder::new();
    for (old, fingerprint) in cases {
        folder.open().reserve(old).unwrap();
        assert_eq!(folder.read("file.lock"), fingerprint);
    }
}

#[test]
fn finds_what_a_crash_left() {
    let folder = Folder::new();
    folder.crash(NEW);
    assert_eq!(folder.read("file"), OLD);
    let mut file = folder.open();
    assert_eq!(file.recover(OLD).unwrap(), NEW.as_bytes());
    file.commit(NEW.as_bytes()).unwrap();
    // The next crash is found as well.
    let mut file = folder.open();
    file.reserve(NEW).unwrap();
    folder.die(file);
    folder.write("file.new", "newer");
    assert_eq!(folder.read("file"), NEW);
    let newer = folder.open().recover(NEW).unwrap();
    assert_eq!(newer, b"newer");
}

#[test]
fn finds_an_empty_reservation() {
    let folder = Folder::new();
    folder.die(folder.reserve());
    let mut file = folder.open();
    let blanks = file.recover(OLD).unwrap();
    assert!(blanks.trim_ascii().is_empty());
    file.reserve(OLD).unwrap();
    file.commit(NEW.as_bytes()).unwrap();
    assert_eq!(folder.read("file"), NEW);
}

#[test]
fn takes_nothing_that_replaces_something_else() {
    let folder = Folder::new();
    folder.crash(NEW);
    let mut file = folder.open();
    for other in ["", "other", "what is to be replaced "] {
        assert_eq!(file.recover(other).unwrap(), b"");
    }
    file.reserve("other").unwrap();
    drop(file);
    assert!(!folder.has("file.new"));
}

#[test]
fn takes_nothing_without_a_lock_file_of_before() {
    let folder = Folder::new();
    folder.write("file.new", NEW);
    assert_eq!(folder.recover(), "");
}

#[test]
fn recovers_whatever_was_in_the_lock_file() {
    let noted = {
        let folder = Folder::new();
        drop(folder.reserve());
        folder.read("file.lock")
    };
    assert_eq!(noted.len(), 16);
    let cases: [(&str, Vec<u8>); 7] = [
        ("nothing", Vec::new()),
        ("one byte", b"x".to_vec()),
        ("15 bytes", noted.as_bytes()[..15].to_vec()),
        ("16 bytes", b"0123456789abcdef".to_vec()),
        ("upper case", noted.to_uppercase().into_bytes()),
        ("not UTF-8", vec![0xff; 40]),
        ("a megabyte", vec![b'0'; 1 << 20]),
    ];
    check_all_old(
        cases,
        |(name, _)| name.to_string(),
        |(_, garbage)| {
            let folder = Folder::new();
            folder.write("file.lock", garbage);
            folder.write("file.new", NEW);
            assert_eq!(folder.recover(), "");
            folder.crash(NEW);
            assert_eq!(folder.recover(), NEW);
            assert_eq!(folder.read("file.lock"), noted);
        },
    );
    // Whatever stands after it.
    let folder = Folder::new();
    folder.crash(NEW);
    folder.write("file.lock", noted + "and more");
    assert_eq!(folder.recover(), NEW);
}

/// The lengths of the old and the new content.
const LENGTHS: [(usize, usize); 6] = [
    (0, 100),
    (10, 5000),
    (5000, 10),
    (70, 70),
    (10, 0),
    (10, 100_000),
];

fn length_name((old, new): &(usize, usize)) -> String {
    format!("{old} bytes by {new}")
}

#[test]
fn replaces_although_what_was_reserved_vanishes() {
    check_all_old(LENGTHS, length_name, |&(old, new)| {
        let (old, new) = ("o".repeat(old), "n".repeat(new));
        let folder = Folder::new();
        folder.write("file", &old);
        let file = folder.reserve();
        fs::remove_file(folder.path("file.new")).unwrap();
        file.commit(new.as_bytes()).unwrap();
        assert!(folder.read("file") == new);
        assert!(!folder.has("file.new"));
    });
}

#[test]
fn overwrites_if_it_cannot_rename() {
    check_all_old(LENGTHS, length_name, |&(old, new)| {
        let (old, new) = ("o".repeat(old), "n".repeat(new));
        let folder = Folder::new();
        folder.write("file", &old);
        let file = folder.reserve();
        folder.put_folder("file.new");
        file.commit(new.as_bytes()).unwrap();
        assert!(folder.read("file").trim_end() == new);
    });
}

/// On Windows, a file that another program has open cannot be replaced.
#[test]
#[cfg(windows)]
fn overwrites_a_file_that_is_in_use() {
    use std::os::windows::fs::OpenOptionsExt;
    const SHARE_READ_AND_WRITE: u32 = 3;
    let folder = Folder::new();
    let file = folder.reserve();
    let mut options = fs::File::options();
    options.read(true).share_mode(SHARE_READ_AND_WRITE);
    let in_use = options.open(folder.path("file")).unwrap();
    file.commit(NEW.as_bytes()).unwrap();
    drop(in_use);
    assert_eq!(folder.read("file").trim_end(), NEW);
    assert!(!folder.has("file.new"));
}

#[test]
fn makes_the_file_again_if_it_vanishes() {
    let folder = Folder::new();
    let file = folder.reserve();
    for name in ["file", "file.new"] {
        fs::remove_file(folder.path(name)).unwrap();
    }
    file.commit(NEW.as_bytes()).unwrap();
    assert_eq!(folder.read("file"), NEW);
}

#[test]
fn keeps_what_cannot_be_committed() {
    let folder = Folder::new();
    let file = folder.reserve();
    folder.put_folder("file");
    file.commit(NEW.as_bytes()).unwrap_err();
    assert_eq!(folder.read("file.new"), NEW);

    fs::remove_dir_all(folder.path("file")).unwrap();
    folder.write("file", OLD);
    assert_eq!(folder.recover(), NEW);
}

#[test]
fn does_not_reserve_where_a_folder_is_in_the_way() {
    let folder = Folder::new();
    folder.put_folder("file.new");
    folder.open().reserve(OLD).unwrap_err();
    assert_eq!(folder.read("file"), OLD);
}

#[test]
fn does_not_reserve_for_a_file_that_cannot_be_written() {
    let folder = Folder::new();
    folder.put_folder("file");
    folder.open().reserve(OLD).unwrap_err();
    assert!(!folder.has("file.new"));
}

/// What is there but cannot be read may be what is missing.
#[test]
fn tells_apart_what_is_missing_and_what_cannot_be_read() {
    let folder = Folder::new();
    folder.crash(NEW);
    let mut file = folder.open();
    folder.put_folder("file.new");
    file.recover(OLD).unwrap_err();
    fs::remove_dir_all(folder.path("file.new")).unwrap();
    assert_eq!(file.recover(OLD).unwrap(), b"");
}

/// Who waits says so, and reads what was committed.
#[test]
fn is_locked_by_one_at_a_time() {
    static IS_WAITING: AtomicBool = AtomicBool::new(false);
    let folder = Folder::new();
    let file = folder.reserve();
    let path = folder.path("file");
    let waiting = thread::spawn(move || {
        let on_wait = |_: &str| IS_WAITING.store(true, SeqCst);
        let file = LockedFile::lock(&path, on_wait);
        let content = fs::read(path).unwrap();
        drop(file.unwrap());
        content
    });
    wait_until(|| IS_WAITING.load(SeqCst));
    assert!(!waiting.is_finished());
    file.commit(NEW.as_bytes()).unwrap();
    assert_eq!(waiting.join().unwrap(), NEW.as_bytes());
}

#[test]
fn a_folder_is_no_lock_file() {
    let folder = Folder::new();
    folder.put_folder("file.lock");
    let error = folder.try_open().err().unwrap().to_string();
    assert!(error.contains("file.lock is not a regular file"), "{error}");
}

#[test]
fn a_large_file_has_twice_its_space_reserved() {
    let folder = Folder::new();
    folder.write("file", "o".repeat(100_000));
    let _file = folder.reserve();
    assert_eq!(folder.read("file.new").len(), 200_000);
}

/// A virus scanner or a synchroniser lets go of a file after a moment.
#[test]
#[cfg(windows)]
fn waits_for_a_file_that_is_held_for_a_moment() {
    use std::os::windows::fs::OpenOptionsExt;
    for name in ["file", "file.new"] {
        let folder = Folder::new();
        let file = folder.reserve();
        let mut options = fs::File::options();
        let held = options
            .read(true)
            .share_mode(0)
            .open(folder.path(name))
            .unwrap();
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let holder = thread::spawn(move || {
            // Until the commit has been tried, or for as long as a scanner takes.
            let _ = receiver.recv_timeout(std::time::Duration::from_millis(60));
            drop(held);
        });
        file.commit(NEW.as_bytes()).unwrap();
        drop(sender);
        holder.join().unwrap();
        assert_eq!(folder.read("file").trim_end(), NEW, "{name}");
    }
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::Duration;

    /// Makes something that is no regular file, with this name.
    type Make = fn(&Folder, &str);

    const IRREGULAR: [(&str, Make); 4] = [
        ("a symlink", |folder, name| {
            symlink(folder.path("victim"), folder.path(name)).unwrap();
        }),
        ("a symlink to nothing", |folder, name| {
            symlink(folder.path("nothing"), folder.path(name)).unwrap();
        }),
        ("a symlink to a device", |folder, name| {
            symlink("/dev/null", folder.path(name)).unwrap();
        }),
        ("a FIFO", |folder, name| {
            let mut mkfifo = Command::new("mkfifo");
            assert!(mkfifo.arg(folder.path(name)).status().unwrap().success());
        }),
    ];

    /// Checks each in a folder of its own, and that nothing was written through a symlink.
    fn check_irregular(check: impl Fn(&Folder, Make)) {
        check_all_old(
            IRREGULAR,
            |(name, _)| name.to_string(),
            |(_, make)| {
                let folder = Folder::new();
                folder.write("victim", "untouched");
                check(&folder, *make);
                assert_eq!(folder.read("victim"), "untouched");
                assert!(!folder.has("nothing"));
            },
        );
    }

    #[test]
    fn what_is_no_regular_file_is_no_lock_file() {
        check_irregular(|folder, make| {
            make(folder, "file.lock");
            assert!(folder.try_open().is_err());
        });
    }

    #[test]
    fn what_is_no_regular_file_is_not_recovered() {
        check_irregular(|folder, make| {
            folder.crash(NEW);
            fs::remove_file(folder.path("file.new")).unwrap();
            make(folder, "file.new");
            match fs::exists(folder.path("file.new")).unwrap() {
                true => drop(folder.open().recover(OLD).unwrap_err()),
                // It leads nowhere, so nothing is there.
                false => assert_eq!(folder.recover(), ""),
            }
        });
    }

    #[test]
    fn what_is_no_regular_file_is_not_written_to() {
        // Before the space is reserved, it goes away.
        check_irregular(|folder, make| {
            make(folder, "file.new");
            folder.reserve().commit(NEW.as_bytes()).unwrap();
            assert_eq!(folder.read("file"), NEW);
        });
        // After that, the file is overwritten.
        check_irregular(|folder, make| {
            let file = folder.reserve();
            fs::remove_file(folder.path("file.new")).unwrap();
            make(folder, "file.new");
            file.commit(NEW.as_bytes()).unwrap();
            assert!(fs::symlink_metadata(folder.path("file")).unwrap().is_file());
            assert_eq!(folder.read("file").trim_end(), NEW);
        });
    }

    /// Also where nothing can be replaced.
    #[test]
    fn does_not_wait_for_what_is_no_regular_file() {
        check_irregular(|folder, make| {
            let file = folder.reserve();
            folder.put_folder("file");
            fs::remove_file(folder.path("file.new")).unwrap();
            make(folder, "file.new");
            let (sender, receiver) = mpsc::channel();
            thread::spawn(move || {
                let result = file.commit(NEW.as_bytes());
                sender.send(result.is_err())
            });
            let ended = receiver.recv_timeout(Duration::from_secs(20));
            assert_eq!(ended, Ok(true));
        });
    }

    fn mode(folder: &Folder, name: &str) -> u32 {
        let metadata = fs::metadata(folder.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_can_read_it() {
        let folder = Folder::new();
        let open_to_all = PermissionsExt::from_mode(0o666);
        fs::set_permissions(folder.path("file"), open_to_all).unwrap();
        let file = folder.reserve();
        for name in ["file.lock", "file.new"] {
            assert_eq!(mode(&folder, name), 0o600, "{name}");
        }
        file.commit(NEW.as_bytes()).unwrap();
        assert_eq!(mode(&folder, "file"), 0o600);
    }

    #[test]
    fn only_the_owner_can_read_what_is_overwritten() {
        let folder = Folder::new();
        let open_to_all = PermissionsExt::from_mode(0o666);
        fs::set_permissions(folder.path("file"), open_to_all).unwrap();
        let file = folder.reserve();
        folder.put_folder("file.new");
        file.commit(NEW.as_bytes()).unwrap();
        assert_eq!(mode(&folder, "file"), 0o600);
    }

    #[test]
    fn the_owner_stays_the_owner_when_root_writes() {
        const OWNER: u32 = 12345;
        const GROUP: u32 = 23456;
        let folder = Folder::new();
        if chown(folder.path("file"), Some(OWNER), Some(GROUP)).is_err() {
            return skip("only root gives files away");
        }
        let owner = |name| {
            let metadata = fs::metadata(folder.path(name)).unwrap();
            (metadata.uid(), metadata.gid())
        };
        let file = folder.reserve();
        assert_eq!(owner("file.lock"), (OWNER, GROUP));
        assert_eq!(owner("file.new"), (OWNER, GROUP));
        file.commit(NEW.as_bytes()).unwrap();
        assert_eq!(owner("file"), (OWNER, GROUP));
        let file = folder.reserve();
        folder.put_folder("file.new");
        file.commit(b"overwritten").unwrap();
        assert_eq!(owner("file"), (OWNER, GROUP));
    }

    #[test]
    fn what_may_not_be_read_is_not_missing() {
        let folder = Folder::new();
        folder.crash(NEW);
        let unreadable = PermissionsExt::from_mode(0o0);
        fs::set_permissions(folder.path("file.new"), unreadable).unwrap();
        if fs::read(folder.path("file.new")).is_ok() {
            return skip("root reads every file");
        }
        folder.open().recover(OLD).unwrap_err();
    }
}
