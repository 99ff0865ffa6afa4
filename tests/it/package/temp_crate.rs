//! A crate that a test makes, and what cargo does with it.

use crate::support::outcome::Outcome;
use crate::support::skip;
use crate::test_env::TestEnv;
use std::env::{self, consts::EXE_SUFFIX};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where all of them are, and what is built from them: not the folder of this build, which another
/// cargo may be waiting for.
const TEMPLATE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/template");
const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/template/target");

/// Its folder is the same in each run of the tests, so that cargo builds over what it built before.
pub struct TempCrate {
    folder: PathBuf,
    /// One at a time, also if the tests run twice at once.
    _lock: File,
}

impl TempCrate {
    /// An empty folder, or `None` where no cargo can be run, as under wine.
    pub fn new(name: &str) -> Option<TempCrate> {
        let folder = Path::new(TEMPLATE).join(name);
        fs::create_dir_all(TEMPLATE).unwrap();
        if cargo(Path::new(TEMPLATE), "--version").output().is_err() {
            skip("cargo cannot be run");
            return None;
        }
        let lock = File::create(Path::new(TEMPLATE).join("lock")).unwrap();
        lock.lock().unwrap();
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Some(TempCrate {
            folder,
            _lock: lock,
        })
    }

    /// A copy of this package, without the three files, which may be somebody's own, and without the
    /// tests that make such copies.
    pub fn copy_of_package(name: &str) -> Option<TempCrate> {
        let copy = TempCrate::new(name)?;
        for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let is_own = name.starts_with("creds.json") || name.ends_with(".txt");
            // Cargo marks its target folder.
            if !is_own && name != ".git" && !entry.path().join("CACHEDIR.TAG").exists() {
                copy.add(&name);
            }
        }
        for module in ["temp_crate", "template"] {
            copy.remove(&format!("tests/it/package/{module}.rs"));
        }
        // As src/README.md says.
        let modules = "mod temp_crate;\nmod template;\n\n";
        copy.replace("tests/it/package/mod.rs", modules, "");
        Some(copy)
    }

    /// Copies a file or folder of this package.
    pub fn add(&self, name: &str) {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if source.is_dir() {
            for entry in fs::read_dir(source).unwrap() {
                let file = entry.unwrap().file_name().into_string().unwrap();
                self.add(&format!("{name}/{file}"));
            }
        } else {
            self.write(name, fs::read(source).unwrap());
        }
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Removes a file, or a folder with all that is in it.
    pub fn remove(&self, name: &str) {
        let path = self.path(name);
        let removed = fs::remove_file(&path);
        removed.or_else(|_| fs::remove_dir_all(path)).unwrap();
    }

    /// Replaces what is in the file once.
    #[track_caller]
    pub fn replace(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {file}:\n{text}");
        self.write(file, text.replacen(old, new, 1));
    }

    #[track_caller]
    pub fn cargo(&self, arguments: &str) {
        run(&mut cargo(&self.folder, arguments));
    }

    /// Writes what the tests see of the messages anew.
    pub fn update_snapshots(&self) {
        let mut test = cargo(&self.folder, "test --quiet --offline");
        run(test.env("UPDATE_SNAPSHOTS", "1"));
    }

    /// Runs `.ci/run`, where there is a bash for it.
    pub fn check(&self) {
        if cfg!(unix) {
            let mut bash = command("bash", &self.folder, ".ci/run");
            run(bash.env("CARGO_NET_OFFLINE", "true"));
        }
    }

    /// Neither rustfmt, the compiler nor clippy has anything to say.
    #[track_caller]
    pub fn assert_clean(&self) {
        self.cargo("fmt --check");
        self.cargo("clippy --quiet --offline --all-targets -- -D warnings");
    }

    /// The same, and the tests pass.
    #[track_caller]
    pub fn assert_green(&self) {
        self.assert_clean();
        // Which has brought Cargo.lock up to date.
        self.cargo("test --quiet --offline --locked");
    }

    /// Builds the program and returns it, to be run in the folder of `env`.
    #[track_caller]
    pub fn program(&self, env: &TestEnv, name: &str) -> Command {
        self.cargo("build --quiet --offline");
        env.command(&format!("{TARGET}/debug/{name}{EXE_SUFFIX}"))
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let outcome = Outcome::of(command.output().unwrap());
    let printed = outcome.stdout + &outcome.stderr;
    assert!(outcome.code == Some(0), "{command:?}:\n{printed}");
}

fn cargo(folder: &Path, arguments: &str) -> Command {
    command(env!("CARGO"), folder, arguments)
}

fn command(program: &str, folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(program);
    // The cargo that runs these tests describes this package in such variables. Build scripts that
    // look at them would run again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_TARGET_DIR", TARGET);
    // What nobody needs here takes time and space.
    command.envs([("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_INCREMENTAL", "0")]);
    command.current_dir(folder).stdin(Stdio::null());
    command.args(arguments.split(' '));
    command
}
