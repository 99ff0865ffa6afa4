//! Bounds on time and memory.

use crate::program::Place;
use crate::service::{CURRENT_WORKSPACE as API, Reply};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn nothing_waits_for_ever() {
    let silent = [Vec::new(), b"HTTP/1.1 200 OK\r\n\r\n[1, ".to_vec()];
    let runs: Vec<_> = ["/as/token", API]
        .into_iter()
        .flat_map(|path| silent.clone().map(|bytes| (path, bytes)))
        .map(|(path, bytes)| {
            thread::spawn(move || {
                let place = Place::new();
                place.service.script(path, Reply::Stall(bytes));
                let start = Instant::now();
                place
                    .run(&[])
                    .assert_failed(1, &["127.0.0.1", "did not answer within 30 seconds"]);
                assert!(start.elapsed() < Duration::from_secs(40));
            })
        })
        .collect();
    runs.into_iter().for_each(|run| run.join().unwrap());
}

#[test]
fn a_list_of_20_megabytes_is_printed() {
    let place = Place::new();
    let list: Value = (0..200_000)
        .map(|i| json!({"id": i, "name": "x".repeat(80)}))
        .collect();
    let list = list.to_string();
    assert!(list.len() > 20_000_000);
    place.service.script(
        "/v4/workspaces",
        Reply::new(200, "application/json", list.as_str()),
    );
    let outcome = place.program().arg("v4/workspaces").output().unwrap();
    assert!(outcome.status.success());
    let printed: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(printed.to_string(), list);
}

#[test]
fn an_endless_answer_ends_in_an_error() {
    let place = Place::new();
    place
        .service
        .script(API, Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n[0,0".to_vec()));
    let outcome = place.run(&[]);
    outcome.assert_failed(1, &["127.0.0.1", "answers with more than 64 MB"]);
    place
        .service
        .script(API, Reply::Endless(b"HTTP/1.1 200 OK\r\nx: y".to_vec()));
    place.run(&[]).assert_failed(1, &["127.0.0.1"]);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "ulimit -v is for Linux")]
fn a_long_refusal_takes_no_more_memory_than_it_is_long() {
    let place = Place::new();
    let body = format!("[{}0]", "0,".repeat(20_000_000));
    place
        .service
        .script(API, Reply::new(500, "application/json", body));
    // As values, these 40 MB would be more than half a gigabyte.
    let limited = "ulimit -v 400000; exec \"$0\"";
    let outcome = place.outcome(place.command("sh").args([
        "-c",
        limited,
        env!("CARGO_BIN_EXE_get_workspace"),
    ]));
    outcome.assert_failed(1, &["HTTP 500", "40000003 bytes of application/json"]);
}
