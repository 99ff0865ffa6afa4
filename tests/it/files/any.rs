//! Faults that each of the files may have, and the files beside them.

use super::{FILES, refusal, remove, test_env};
use crate::support::snapshot::check_snapshot;
use crate::support::utf_16;
use crate::test_env::TestEnv;
use std::fs;

type Row = (&'static str, fn(&TestEnv, &str));

/// Each of the files is spoilt. The snapshot has what is said of the first; that of the others
/// begins alike.
#[track_caller]
fn check_each(snapshot: &str, rows: &[Row]) {
    check_snapshot(snapshot, rows.iter().copied(), |spoil| {
        let messages = FILES.map(|file| {
            let env = test_env();
            spoil(&env, file);
            refusal(&env, &mut env.program())
        });
        let problems = messages.each_ref().map(|text| text.lines().next());
        let [first, others @ ..] = problems.map(Option::unwrap);
        for (problem, file) in others.into_iter().zip(&FILES[1..]) {
            assert_eq!(problem, first.replace(FILES[0], file));
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
    type Row = (&'static str, fn(&TestEnv));
    let rows: [Row; 7] = [
        ("none of the three is here", |env| {
            FILES.iter().for_each(|file| remove(env, file));
        }),
        ("a folder in place of creds.json.lock", |env| {
            fs::create_dir(env.path("creds.json.lock")).unwrap();
        }),
        ("a folder in place of creds.json.new", |env| {
            // No system lets a file replace a folder with something in it.
            fs::create_dir_all(env.path("creds.json.new/x")).unwrap();
        }),
        // A token would be sent as an id, and printed.
        ("the access token in client_id.txt", |env| {
            env.write("client_id.txt", env.access_token());
        }),
        ("the refresh token in client_id.txt", |env| {
            env.write("client_id.txt", env.refresh_token());
        }),
        // What the example's newest revision calls the file.
        ("the access token in api_project_id.txt", |env| {
            remove(env, "client_id.txt");
            env.write("api_project_id.txt", env.access_token());
        }),
        ("an empty api_project_id.txt", |env| {
            remove(env, "client_id.txt");
            env.write("api_project_id.txt", "");
        }),
    ];
    check_snapshot("files/several", rows, |spoil| {
        let env = test_env();
        spoil(&env);
        refusal(&env, &mut env.program())
    });
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
        check_snapshot("files/of_others", files.map(|file| (file, file)), |file| {
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
