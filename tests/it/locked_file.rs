//! The module that replaces a file under a lock, in this process, on every system. `credentials` has
//! what a run of the program shows.

#[path = "../../src/aac/locked_file.rs"]
mod under_test;

use crate::support::case::check_all;
use crate::support::temp_folder::TempFolder;
use crate::support::wait_until;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::{fs, thread};
use under_test::LockedFile;

const OLD: &str = "what is to be replaced";
const NEW: &str = "what replaces it";

/// What happens between the reservation and the commit.
type Happens = fn(&Folder);

/// A folder with a file in it.
struct Folder(TempFolder);

impl Folder {
    fn new(content: &str) -> Folder {
        let folder = Folder(TempFolder::new());
        folder.write("file", content);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn lock(&self) -> LockedFile {
        LockedFile::lock(&self.path("file"), |_| ()).unwrap()
    }

    fn reserve(&self) -> LockedFile {
        let mut file = self.lock();
        file.reserve(OLD).unwrap();
        file
    }

    /// A process that died when it had written this, and not yet renamed it.
    fn crash(&self, written: &str) {
        drop(self.reserve());
        self.write("file.new", written);
    }

    /// Puts a folder, which no file can replace, in the place of a file.
    fn put_folder(&self, name: &str) {
        let _ = fs::remove_file(self.path(name));
        fs::create_dir_all(self.path(name).join("x")).unwrap();
    }
}

#[test]
fn reserves_space_until_it_is_dropped() {
    let cases = [
        ("a short file", (10, 64 << 10)),
        ("a long one", (100_000, 200_000)),
    ];
    check_all(cases, |_, (length, space)| {
        let folder = Folder::new(&"o".repeat(length));
        let file = folder.reserve();
        assert_eq!(folder.read("file.new").len(), space);
        drop(file);
        assert!(!folder.path("file.new").exists());
        assert_eq!(folder.read("file").len(), length);
    });
}

#[test]
fn replaces_what_it_holds() {
    let lengths = [(0, 100), (10, 5000), (5000, 10), (10, 100_000)];
    let happens: [(&str, Happens); 3] = [
        ("as it should", |_| ()),
        ("without the reservation", |folder| {
            fs::remove_file(folder.path("file.new")).unwrap();
        }),
        // So that it has to be overwritten.
        ("without a rename", |folder| folder.put_folder("file.new")),
    ];
    for (old, new) in lengths {
        check_all(happens, |_, happens| {
            let folder = Folder::new(&"o".repeat(old));
            let file = folder.reserve();
            happens(&folder);
            file.commit("n".repeat(new).as_bytes()).unwrap();
            assert!(folder.read("file").trim_end() == "n".repeat(new));
        });
    }
}

#[test]
fn keeps_what_cannot_be_committed() {
    let folder = Folder::new(OLD);
    let file = folder.reserve();
    folder.put_folder("file");
    file.commit(NEW.as_bytes()).unwrap_err();
    assert_eq!(folder.read("file.new"), NEW);
    fs::remove_dir_all(folder.path("file")).unwrap();
    folder.write("file", OLD);
    assert_eq!(folder.lock().recover(OLD).unwrap(), NEW.as_bytes());
}

#[test]
fn recovers_what_replaces_the_present_content_alone() {
    let folder = Folder::new(OLD);
    folder.crash(NEW);
    let mut file = folder.lock();
    for other in ["", "other", "what is to be replaced "] {
        assert_eq!(file.recover(other).unwrap(), b"", "{other:?}");
    }
    assert_eq!(file.recover(OLD).unwrap(), NEW.as_bytes());
    file.commit(NEW.as_bytes()).unwrap();
    assert_eq!(folder.read("file"), NEW);
    // Also if the content stays what it was.
    folder.write("file.new", NEW);
    assert_eq!(folder.lock().recover(OLD).unwrap(), b"");
}

#[test]
fn takes_nothing_without_a_note_of_what_it_replaces() {
    for noted in ["", "x", "0123456789abcdef", &"0".repeat(1 << 20)] {
        let folder = Folder::new(OLD);
        folder.write("file.lock", noted);
        folder.write("file.new", NEW);
        assert_eq!(folder.lock().recover(OLD).unwrap(), b"");
    }
}

/// What is there but cannot be read may be what is missing.
#[test]
fn tells_apart_what_is_missing_and_what_cannot_be_read() {
    let folder = Folder::new(OLD);
    folder.crash(NEW);
    folder.put_folder("file.new");
    folder.lock().recover(OLD).unwrap_err();
    folder.lock().reserve(OLD).unwrap_err();
    fs::remove_dir_all(folder.path("file.new")).unwrap();
    assert_eq!(folder.lock().recover(OLD).unwrap(), b"");
}

/// Who waits says so, and reads what was committed.
#[test]
fn is_locked_by_one_at_a_time() {
    static IS_WAITING: AtomicBool = AtomicBool::new(false);
    let folder = Folder::new(OLD);
    let file = folder.reserve();
    let path = folder.path("file");
    let waiting = thread::spawn(move || {
        let file = LockedFile::lock(&path, |_| IS_WAITING.store(true, SeqCst));
        let content = fs::read_to_string(path).unwrap();
        drop(file.unwrap());
        content
    });
    wait_until(|| IS_WAITING.load(SeqCst));
    assert!(!waiting.is_finished());
    file.commit(NEW.as_bytes()).unwrap();
    assert_eq!(waiting.join().unwrap(), NEW);
}
