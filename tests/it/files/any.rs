//! Faults that each of the files may have.

use super::{assert_refused, test_env};
use crate::support::utf_16;
use std::fs;

const FILES: [&str; 3] = ["aac_url.txt", "client_id.txt", "creds.json"];

#[test]
fn missing() {
    for file in FILES {
        let env = test_env();
        fs::remove_file(env.path(file)).unwrap();
        let folder = env.folder().file_name().unwrap().to_str().unwrap();
        assert_refused(
            &env,
            file,
            &["is not in this folder", folder, "in the folder that holds"],
        );
    }
}

#[test]
fn a_folder() {
    for file in FILES {
        let env = test_env();
        fs::remove_file(env.path(file)).unwrap();
        fs::create_dir(env.path(file)).unwrap();
        let windows = cfg!(windows);
        let problem = if windows {
            "cannot be read"
        } else {
            "is a folder, not a file"
        };
        assert_refused(&env, file, &[problem]);
    }
}

#[test]
fn utf_16_text() {
    for file in FILES {
        let env = test_env();
        env.write(file, utf_16(&env.read(file)));
        let problem = "is UTF-16, as PowerShell's > writes it: save it as UTF-8";
        assert_refused(&env, file, &[problem]);
    }
}

#[test]
fn not_utf_8() {
    for file in FILES {
        let env = test_env();
        env.write(file, [env.read(file).as_bytes(), b"\xe9"].concat());
        assert_refused(&env, file, &["is not UTF-8 text"]);
    }
}

#[test]
fn blank() {
    for file in FILES {
        let env = test_env();
        env.write(file, " \r\n");
        let json = file == "creds.json";
        assert_refused(
            &env,
            file,
            &[if json { "is not JSON: EOF" } else { "is empty" }],
        );
    }
}
