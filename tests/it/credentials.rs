//! The promises about `creds.json`, each judged by whether the issuer still takes what it holds afterwards.

use crate::program::{Outcome, Place, skip, wait_until};
use crate::service::{CURRENT_WORKSPACE, Reply};
use serde_json::json;
use std::fs::{self, File};
#[cfg(unix)]
use std::path::Path;
use std::process::Command;
#[cfg(unix)]
use tempfile::TempDir;

const AFTER_A_GOOD_RUN: [&str; 4] = [
    "aac_url.txt",
    "client_id.txt",
    "creds.json",
    "creds.json.lock",
];

// Turns.

#[test]
fn of_24_runs_at_once_each_succeeds() {
    let place = Place::new();
    let runs: Vec<_> = (0..24).map(|_| place.program().spawn().unwrap()).collect();
    for run in runs {
        Outcome::of(run.wait_with_output().unwrap()).assert_done();
    }
    assert_eq!(
        place
            .requests()
            .iter()
            .filter(|request| *request == "POST /as/token")
            .count(),
        24
    );
    assert!(place.credentials_are_good());
    assert_eq!(place.files(), AFTER_A_GOOD_RUN);
}

#[test]
fn a_run_that_waits_says_for_what_and_reads_the_credentials_when_its_turn_comes() {
    let place = Place::new();
    let lock = File::create(place.path("creds.json.lock")).unwrap();
    lock.lock().unwrap();
    let stderr = tempfile::NamedTempFile::new().unwrap();
    let said = || fs::read_to_string(stderr.path()).unwrap();
    let run = place
        .program()
        .stderr(stderr.reopen().unwrap())
        .spawn()
        .unwrap();
    wait_until(|| !said().is_empty());
    // What was there before is not to be used any more.
    let renewed = place.service.generate_tokens();
    place.write("creds.json", renewed.to_string());
    lock.unlock().unwrap();
    Outcome::of(run.wait_with_output().unwrap()).assert_done();
    assert!(
        place.service.seen()[0]
            .body
            .contains(renewed["refresh_token"].as_str().unwrap())
    );
    assert!(place.credentials_are_good());
    assert_eq!(said(), "Waiting for another run to renew creds.json …\n");
}

#[test]
fn the_turn_is_over_before_the_call() {
    let place = Place::new();
    place
        .service
        .script(CURRENT_WORKSPACE, Reply::Stall(Vec::new()));
    let mut slow = place.program().spawn().unwrap();
    wait_until(|| place.requests().len() == 2);
    let outcome = place.run(&["v4/workspaces"]);
    assert_eq!(outcome.assert_done().stderr, "");
    slow.kill().unwrap();
    slow.wait().unwrap();
}

// Room first.

#[test]
fn without_a_place_for_new_tokens_the_old_ones_are_not_used() {
    let place = Place::new();
    let before = place.read("creds.json");
    // A folder in the way, which no platform lets a file replace.
    fs::create_dir_all(place.path("creds.json.new/x")).unwrap();
    place.run(&[]).assert_failed(
        1,
        &[
            "creds.json cannot be replaced",
            "The refresh token was not used.",
        ],
    );
    assert_eq!(place.read("creds.json"), before);
    assert!(place.requests().is_empty());
}

#[test]
#[cfg(unix)]
fn a_full_disk_shows_before_the_tokens_are_used() {
    let place = Place::new();
    let before = place.read("creds.json");
    // A file may have 64 blocks at most, which is less than the room that is made.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$0\"";
    let outcome = place.outcome(place.command("sh").args([
        "-c",
        limited,
        env!("CARGO_BIN_EXE_get_workspace"),
    ]));
    outcome.assert_failed(
        1,
        &[
            "creds.json cannot be replaced: File too large",
            "The refresh token was not used.",
        ],
    );
    assert_eq!(place.read("creds.json"), before);
    assert_eq!(place.files(), AFTER_A_GOOD_RUN, "the room is gone again");
    assert!(place.requests().is_empty());
    place.run(&[]).assert_done();
}

/// The program, run by somebody for whom read-only is read-only, which it is not for root. It has been copied to the
/// folder that comes with it, since others may not look into where it was built.
#[cfg(unix)]
fn run_by_somebody(place: &Place) -> (Command, TempDir) {
    use std::os::unix::{fs::MetadataExt, fs::chown, process::CommandExt};
    let elsewhere = tempfile::tempdir().unwrap();
    let program = elsewhere.path().join("get_workspace");
    fs::copy(env!("CARGO_BIN_EXE_get_workspace"), &program).unwrap();
    set_mode(&program, 0o755);
    set_mode(elsewhere.path(), 0o755);
    let mut command = place.command(program.to_str().unwrap());
    if fs::metadata(place.folder.path()).unwrap().uid() == 0 {
        let nobody = Some(65534);
        place
            .files()
            .iter()
            .for_each(|name| chown(place.path(name), nobody, None).unwrap());
        chown(place.folder.path(), nobody, None).unwrap();
        command.uid(65534);
    }
    (command, elsewhere)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
#[cfg(unix)]
fn a_read_only_folder_shows_before_the_tokens_are_used() {
    let place = Place::new();
    let before = place.read("creds.json");
    let (mut program, _elsewhere) = run_by_somebody(&place);
    set_mode(place.folder.path(), 0o555);
    let outcome = place.outcome(&mut program);
    set_mode(place.folder.path(), 0o755);
    outcome.assert_failed(
        1,
        &[
            "creds.json cannot be replaced: Permission denied",
            "The refresh token was not used.",
        ],
    );
    assert_eq!(place.read("creds.json"), before);
    assert!(place.requests().is_empty() && place.credentials_are_good());
}

#[test]
#[cfg(unix)]
fn a_read_only_creds_json_shows_before_the_tokens_are_used() {
    let place = Place::new();
    let (mut program, _elsewhere) = run_by_somebody(&place);
    set_mode(&place.path("creds.json"), 0o444);
    let outcome = place.outcome(&mut program);
    outcome.assert_failed(
        1,
        &[
            "creds.json cannot be replaced: Permission denied",
            "The refresh token was not used.",
        ],
    );
    assert!(place.requests().is_empty() && place.credentials_are_good());
    set_mode(&place.path("creds.json"), 0o600);
    place.outcome(&mut program).assert_done();
}

#[test]
fn room_that_cannot_be_finished_is_gone_again() {
    // What fails is filling it, bringing that to the disk, and noting what the pair in it would succeed.
    for step in [
        "write:when=1",
        "fsync:when=1",
        "write:when=2",
        "fsync:when=2",
    ] {
        let place = Place::new();
        let before = place.read("creds.json");
        let Some(run) = injected(&place, &[&format!("{step}:error=ENOSPC")]) else {
            return;
        };
        run.assert_failed(
            1,
            &[
                "creds.json cannot be replaced",
                "The refresh token was not used.",
            ],
        );
        assert_eq!(place.read("creds.json"), before, "{step}");
        assert_eq!(place.files(), AFTER_A_GOOD_RUN, "{step}");
        assert!(place.requests().is_empty(), "{step}");
    }
}

// Save.

#[test]
fn the_whole_answer_is_saved_over_what_was_there() {
    let place = Place::new();
    place.write("creds.json", place.creds_with("note", json!({"mine": 1})));
    place.run(&[]).assert_done();
    let creds = place.creds();
    assert_eq!(creds["note"], json!({"mine": 1}));
    assert_eq!(creds["token_type"], "Bearer");
    assert_eq!(creds["expires_in"], 300);
    assert!(creds["id_token"].is_string());
}

#[test]
fn a_number_that_the_issuer_sends_is_saved_as_it_was_sent() {
    let place = Place::new();
    let answer =
        r#"{"access_token": "a.e30.c", "expires_at": 12345678901234567890123, "factor": 1.10}"#;
    place
        .service
        .script("/as/token", Reply::new(200, "application/json", answer));
    place.run(&[]);
    let saved = place.read("creds.json");
    assert!(
        saved.contains("12345678901234567890123") && saved.contains("1.10"),
        "{saved}"
    );
}

#[test]
fn an_issuer_that_does_not_rotate_leaves_the_refresh_token_in_place() {
    for none in [None, Some(json!(null)), Some(json!(""))] {
        let place = Place::new();
        place.service.keep_refresh_tokens();
        let before = place.creds();
        if let Some(none) = none {
            let access_token = place.service.generate_tokens()["access_token"].clone();
            let answer = json!({"access_token": access_token, "refresh_token": none});
            place.service.script("/as/token", Reply::json(200, answer));
        }
        place.run(&[]).assert_done();
        assert_ne!(place.creds()["access_token"], before["access_token"]);
        assert_eq!(place.creds()["refresh_token"], before["refresh_token"]);
        assert!(place.credentials_are_good());
        place.run(&[]).assert_done();
    }
}

#[test]
#[cfg(unix)]
fn whatever_is_in_the_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    set_mode(&place.path("creds.json"), 0o644);
    place.service.script("/as/token", Reply::Stall(Vec::new()));
    let mut run = place.program().spawn().unwrap();
    wait_until(|| place.requests().len() == 1);
    assert_eq!(
        (mode("creds.json.new"), mode("creds.json.lock")),
        (0o600, 0o600)
    );
    run.kill().unwrap();
    run.wait().unwrap();

    place.service.unscript("/as/token");
    place.run(&[]).assert_done();
    assert_eq!(
        (mode("creds.json"), mode("creds.json.lock")),
        (0o600, 0o600)
    );
    assert_eq!(place.files(), AFTER_A_GOOD_RUN);
}

#[test]
#[cfg(unix)]
fn a_symlink_stays_and_what_it_points_to_is_renewed() {
    let place = Place::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("tokens.json");
    fs::rename(place.path("creds.json"), &target).unwrap();
    std::os::unix::fs::symlink(&target, place.path("creds.json")).unwrap();
    let before = fs::read_to_string(&target).unwrap();
    place.run(&[]).assert_done();
    assert_eq!(fs::read_link(place.path("creds.json")).unwrap(), target);
    assert_ne!(fs::read_to_string(&target).unwrap(), before);
    assert!(place.credentials_are_good());
    assert_eq!(
        fs::read_dir(elsewhere.path()).unwrap().count(),
        2,
        "the target and its lock"
    );
}

#[test]
#[cfg(unix)]
fn nothing_is_written_through_a_link_that_somebody_laid_there() {
    let place = Place::new();
    let victim = tempfile::NamedTempFile::new().unwrap();
    std::os::unix::fs::symlink(victim.path(), place.path("creds.json.new")).unwrap();
    place.run(&[]).assert_done();
    assert_eq!(fs::read(victim.path()).unwrap(), b"");
    assert!(place.credentials_are_good());
}

// Failed exchange.

#[test]
fn creds_json_stays_byte_for_byte_if_the_exchange_fails() {
    let tokens = json!({"access_token": "a.e30.c", "refresh_token": "r"});
    let mut with_error = tokens.clone();
    with_error["error"] = json!("server_error");
    let ok = |body: &str| Reply::new(200, "application/json", body);
    let replies = [
        Reply::json(
            400,
            json!({"error": "invalid_grant", "error_description": "spent"}),
        ),
        Reply::json(401, json!({"error": "invalid_client"})),
        Reply::json(500, tokens.clone()),
        Reply::json(302, tokens.clone()),
        Reply::json(200, with_error),
        Reply::json(200, json!({"refresh_token": "r"})),
        Reply::json(200, json!({"access_token": "", "refresh_token": "r"})),
        Reply::json(200, json!({"access_token": 1, "refresh_token": "r"})),
        Reply::json(200, json!([tokens])),
        Reply::new(503, "text/html", "<html><h1>Down</h1></html>"),
        ok("<html><h1>Sign in</h1></html>"),
        ok("{\"access_token\": \"a.e30.c\", \"refresh_to"),
        ok("{\"access_token\": \"a.e30.c\"} and more"),
        ok("null"),
        ok("\"\\ud800\""),
        ok(""),
        Reply::Raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"access_token\": \"a.e30.c\"}"
                .to_vec(),
        ),
        Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Type: applica".to_vec()),
        Reply::Raw(b"nonsense\r\n\r\n".to_vec()),
        Reply::Raw(Vec::new()),
        Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n{\"access_token\": \"a".to_vec()),
    ];
    for reply in replies {
        let place = Place::new();
        // An unusual layout, which writing it anew would not keep.
        place.write("creds.json", place.creds().to_string().replace(':', " :\t"));
        let before = place.read("creds.json");
        place.service.script("/as/token", reply);
        place.run(&[]).assert_failed(1, &["127.0.0.1"]);
        assert_eq!(place.read("creds.json"), before);
        assert_eq!(
            place.requests(),
            ["POST /as/token"],
            "there is no second try, and no call"
        );
        assert_eq!(place.files(), AFTER_A_GOOD_RUN);
    }
}

// Killed.

#[test]
fn killed_before_the_answer_it_has_changed_nothing() {
    let place = Place::new();
    let before = place.read("creds.json");
    for _ in 0..5 {
        place.service.script("/as/token", Reply::Stall(Vec::new()));
        let seen = place.requests().len();
        let mut run = place.program().spawn().unwrap();
        wait_until(|| place.requests().len() > seen);
        run.kill().unwrap();
        run.wait().unwrap();
        assert_eq!(place.read("creds.json"), before);
    }
    place.service.unscript("/as/token");
    place.run(&[]).assert_done();
    assert!(place.credentials_are_good());
    assert_eq!(place.files(), AFTER_A_GOOD_RUN);
}

/// Runs the program under `strace`, which does what each of `injections` says at one of its system calls.
fn injected(place: &Place, injections: &[&str]) -> Option<Outcome> {
    if Command::new("strace").arg("-V").output().is_err() {
        skip("there is no strace");
        return None;
    }
    let mut strace = place.command("strace");
    strace.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=write,flock,ftruncate,fsync,?rename,?renameat,?renameat2,?unlink,?unlinkat",
    ]);
    for injection in injections {
        strace.args(["-e", &format!("inject={injection}")]);
    }
    Some(place.outcome(strace.arg(env!("CARGO_BIN_EXE_get_workspace"))))
}

const RENAME: &str = "?rename,?renameat,?renameat2";
const UNLINK: &str = "?unlink,?unlinkat";

#[test]
fn killed_at_any_step_of_saving_it_loses_nothing() {
    let before_the_exchange = [
        format!("{UNLINK}:when=1"),
        "flock:when=1".into(),
        "fsync:when=1".into(),
        "fsync:when=2".into(),
    ];
    // The new pair is written by then, if not yet on the disk.
    let after_the_answer = [
        "ftruncate:when=1".into(),
        "fsync:when=3".into(),
        format!("{RENAME}:when=1"),
        "fsync:when=4".into(),
    ];
    for step in before_the_exchange.iter().chain(&after_the_answer) {
        let place = Place::new();
        // So that there is something to unlink.
        place.write("creds.json.new", "");
        let before = place.read("creds.json");
        let Some(killed) = injected(&place, &[&format!("{step}:signal=SIGKILL")]) else {
            return;
        };
        assert_eq!(killed.code, None, "{step}: it was not killed");
        let exchanged = usize::from(after_the_answer.contains(step));
        assert_eq!(place.requests().len(), exchanged, "{step}");
        if exchanged == 0 {
            assert_eq!(place.read("creds.json"), before);
        }
        place.run(&[]).assert_done();
        assert!(place.credentials_are_good(), "{step}");
        assert_eq!(place.files(), AFTER_A_GOOD_RUN, "{step}");
    }
}

#[test]
fn killed_again_and_again_it_loses_nothing() {
    let place = Place::new();
    for _ in 0..5 {
        let Some(killed) = injected(&place, &[&format!("{RENAME}:when=1:signal=SIGKILL")]) else {
            return;
        };
        assert_eq!(killed.code, None);
        // The first rename of this run is that of the pair that the last one left.
        let Some(killed) = injected(&place, &[&format!("{RENAME}:when=2:signal=SIGKILL")]) else {
            return;
        };
        assert_eq!(killed.code, None);
        place.run(&[]).assert_done();
    }
    assert!(place.credentials_are_good());
}

#[test]
fn new_credentials_pasted_by_hand_win_over_what_a_killed_run_left() {
    let place = Place::new();
    let Some(killed) = injected(&place, &[&format!("{RENAME}:when=1:signal=SIGKILL")]) else {
        return;
    };
    assert_eq!(killed.code, None);
    let pasted = place.service.generate_tokens();
    place.write("creds.json", pasted.to_string());
    // As old as can be: it is what is in it that counts.
    let file = File::options()
        .write(true)
        .open(place.path("creds.json"))
        .unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    place.run(&[]).assert_done();
    let exchange = place
        .service
        .seen()
        .into_iter()
        .rfind(|request| request.method == "POST")
        .unwrap();
    assert!(
        exchange
            .body
            .contains(pasted["refresh_token"].as_str().unwrap())
    );
    assert!(place.credentials_are_good());
    assert_eq!(place.files(), AFTER_A_GOOD_RUN);
}

// If it cannot be saved after all.

#[test]
fn where_rename_cannot_work_creds_json_is_overwritten() {
    for error in ["EBUSY", "EXDEV"] {
        let place = Place::new();
        place.write("creds.json", long_creds(&place));
        let Some(run) = injected(&place, &[&format!("{RENAME}:error={error}")]) else {
            return;
        };
        run.assert_done();
        assert!(place.credentials_are_good());
        assert!(
            place.read("creds.json").ends_with("}\n"),
            "what was left of the old text is cut off"
        );
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(
                &fs::metadata(place.path("creds.json"))
                    .unwrap()
                    .permissions()
            ),
            0o100600
        );
        assert_eq!(place.files(), AFTER_A_GOOD_RUN);
        place.run(&[]).assert_done();
    }
}

#[test]
fn killed_while_it_overwrites_creds_json_it_loses_nothing() {
    // The steps after the rename that fails: the overwriting, the cutting off, and their way to the disk.
    for step in [
        "write:when=4",
        "ftruncate:when=2",
        "fsync:when=4",
        &format!("{UNLINK}:when=2"),
    ] {
        let place = Place::new();
        place.write("creds.json", long_creds(&place));
        let busy = format!("{RENAME}:error=EBUSY");
        let Some(killed) = injected(&place, &[&busy, &format!("{step}:signal=SIGKILL")]) else {
            return;
        };
        assert_eq!(killed.code, None, "{step}: it was not killed");
        assert_eq!(place.requests(), ["POST /as/token"], "{step}");
        place.run(&[]).assert_done();
        assert!(place.credentials_are_good(), "{step}");
        assert_eq!(place.files(), AFTER_A_GOOD_RUN, "{step}");
    }
}

/// A `creds.json` so long that some of it remains when a new pair is written over it.
fn long_creds(place: &Place) -> String {
    place
        .creds()
        .to_string()
        .replacen('{', &format!("{{{}", " ".repeat(4000)), 1)
}

#[test]
fn if_the_new_tokens_cannot_be_put_in_place_they_are_kept_for_the_next_run() {
    let place = Place::new();
    let (creds, aside) = (place.path("creds.json"), place.path("aside"));
    let before = place.read("creds.json");
    place.service.meanwhile(move || {
        fs::rename(&creds, aside).unwrap();
        fs::create_dir_all(creds.join("x")).unwrap();
    });
    let outcome = place.run(&[]);
    outcome.assert_failed(
        1,
        &[
            "the refresh token in creds.json is spent",
            "They are in creds.json.new",
        ],
    );
    assert_eq!(place.requests(), ["POST /as/token"]);

    fs::remove_dir_all(place.path("creds.json")).unwrap();
    fs::rename(place.path("aside"), place.path("creds.json")).unwrap();
    assert_eq!(place.read("creds.json"), before);
    place.run(&[]).assert_done();
    assert!(place.credentials_are_good());
}

#[test]
fn if_the_new_tokens_are_lost_it_says_where_to_generate_others() {
    let place = Place::new();
    let page = format!(
        "{}/cloud-portal/preferences/oauth2-api-tokens",
        place.service.url
    );
    // The third write to a file is that of the new tokens, after the room and the lock.
    let Some(run) = injected(&place, &["write:error=ENOSPC:when=3"]) else {
        return;
    };
    run.assert_failed(
        1,
        &[
            "the refresh token in creds.json is spent",
            "No space left on device",
            &page,
        ],
    );
    assert_eq!(place.requests(), ["POST /as/token"]);
}

#[test]
fn a_file_system_without_locks_does_not_stop_it() {
    let place = Place::new();
    let Some(run) = injected(&place, &["flock:error=EOPNOTSUPP"]) else {
        return;
    };
    run.assert_done();
    assert!(place.credentials_are_good());
}

#[test]
fn a_spent_refresh_token_is_reported_with_the_page_for_a_new_one() {
    let place = Place::new();
    let spent = place.read("creds.json");
    place.run(&[]).assert_done();
    place.write("creds.json", &spent);
    place.write("aac_url.txt", "https://api.eu1.alteryxcloud.com");
    let page = "https://eu1.alteryxcloud.com/cloud-portal/preferences/oauth2-api-tokens";
    let outcome = place.run(&[]);
    outcome.assert_failed(
        1,
        &[
            "answered HTTP 400",
            "used before, has expired or was revoked",
            page,
            "invalid_grant",
        ],
    );
    assert_eq!(place.read("creds.json"), spent);
}
