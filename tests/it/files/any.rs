//! Faults that each of the files may have.

use super::{NEW_TOKENS, assert_refused, test_env};
use crate::support::utf_16;
use std::fs;

const SAVE_AS_UTF_8: &str = "Save it as UTF-8";
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
            &["is not in ", folder, "Change to the folder that holds"],
        );
    }
}

#[test]
fn a_folder() {
    for file in FILES {
        let env = test_env();
        fs::remove_file(env.path(file)).unwrap();
        fs::create_dir(env.path(file)).unwrap();
        let says = if cfg!(windows) {
            "cannot be read"
        } else {
            "cannot be read: Is a directory"
        };
        assert_refused(&env, file, &[says]);
    }
}

#[test]
fn utf_16_text() {
    for file in FILES {
        let env = test_env();
        env.write(file, utf_16(&env.read(file)));
        assert_refused(
            &env,
            file,
            &[
                "is not UTF-8 text (PowerShell writes UTF-16)",
                SAVE_AS_UTF_8,
            ],
        )
        .assert_lacks(&[NEW_TOKENS]);
    }
}

#[test]
fn not_utf_8() {
    for file in FILES {
        let env = test_env();
        env.write(file, [env.read(file).as_bytes(), b"\xe9"].concat());
        assert_refused(&env, file, &["is not UTF-8 text", SAVE_AS_UTF_8])
            .assert_lacks(&[NEW_TOKENS]);
    }
}

#[test]
fn blank() {
    for file in FILES {
        let env = test_env();
        env.write(file, " \r\n");
        let says = if file == "creds.json" {
            "has no \"access_token\""
        } else {
            "is empty"
        };
        assert_refused(&env, file, &[says]);
    }
}
