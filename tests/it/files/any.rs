//! Faults that each of the files may have, and the files beside `creds.json`.

use super::{FILES, check_rows, refusal, remove, test_env};
use crate::support::snapshot::check_snapshot_old;
use crate::support::utf_16;
use crate::test_env::TestEnv;
use std::fs;

type Row = (&'static str, fn(&TestEnv, &str));

/// Each of the files is spoilt. The snapshot has what is said of the first; that of the others
/// begins alike.
#[track_caller]
fn check_each(snapshot: &str, rows: &[Row]) {
    let title = |(title, _): &&Row| title.to_string();
    check_snapshot_old(snapshot, rows, title, |(_, spoil)| {
        let messages = FILES.map(|file| {
            let env = test_env();
            spoil(&env, file);
            refusal(&env, &mut env.program())
        });
        let problem = |message: &str| message.lines().next().unwrap().to_owned();
        for (message, file) in messages.iter().zip(FILES) {
            let alike = problem(&messages[0]).replace(FILES[0], file);
            assert_eq!(problem(message), alike);
        }
        messages[0].clone()
    });
}

#[test]
fn one_of_them() {
    check_each(
        "files/each",
        &[
            ("missing", remove),
            ("missing, with another ending", |env, file| {
                fs::rename(env.path(file), env.path(&format!("{file}.txt"))).unwrap();
            }),
            ("empty", |env, file| env.write(file, "")),
            ("blank", |env, file| env.write(file, "\u{feff} \r\n")),
            ("a folder", |env, file| {
                remove(env, file);
                fs::create_dir(env.path(file)).unwrap();
            }),
            ("UTF-16", |env, file| {
                env.write(file, utf_16(&env.read(file)));
            }),
            ("ISO 8859-1", |env, file| {
                env.write(file, [env.read(file).as_bytes(), b"\xe9"].concat());
            }),
            ("2 MB", |env, file| env.write(file, vec![b' '; 2 << 20])),
        ],
    );
}

#[test]
fn several() {
    check_rows(
        "files/several",
        &[
            ("none of the three is here", |env| {
                FILES.iter().for_each(|file| remove(env, file));
            }),
            ("a folder in place of creds.json.lock", |env| {
                fs::create_dir(env.path("creds.json.lock")).unwrap();
            }),
            ("a folder in place of creds.json.new", |env| {
                fs::create_dir(env.path("creds.json.new")).unwrap();
            }),
        ],
    );
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use crate::support::process::unprivileged;
    use std::os::unix::fs::{PermissionsExt, symlink};

    /// A read of these would not end, or only when the memory is full.
    #[test]
    fn one_of_them_is_no_regular_file() {
        check_each(
            "files/each_on_unix",
            &[
                ("a link that leads nowhere", |env, file| {
                    remove(env, file);
                    symlink("elsewhere/file", env.path(file)).unwrap();
                }),
                ("a FIFO", |env, file| {
                    remove(env, file);
                    let status = env.command("mkfifo").arg(file).status();
                    assert!(status.unwrap().success());
                }),
                ("a device", |env, file| {
                    remove(env, file);
                    symlink("/dev/zero", env.path(file)).unwrap();
                }),
            ],
        );
    }

    /// As after one run with sudo. What the message asks for helps.
    #[test]
    fn one_of_them_may_not_be_read() {
        if unprivileged(&test_env()).is_none() {
            return;
        }
        let files = ["client_id.txt", "creds.json", "creds.json.lock"];
        let title = |file: &&str| file.to_string();
        check_snapshot_old("files/of_others", files, title, |file| {
            let env = test_env();
            env.write("creds.json.lock", "");
            let set_mode = |mode| {
                fs::set_permissions(env.path(file), PermissionsExt::from_mode(mode)).unwrap();
            };
            let mut program = unprivileged(&env).unwrap();
            set_mode(0);
            let message = refusal(&env, &mut program);
            set_mode(0o600);
            env.write("aac_url.txt", &env.url);
            env.outcome(&mut program).assert_success();
            message
        });
    }
}
