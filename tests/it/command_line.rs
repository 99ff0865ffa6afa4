//! `get_workspace [METHOD] [PATH] [JSON]`.

use crate::program::{Outcome, Place};
use crate::service::{Reply, WORKSPACE};
use std::io::Read;
use std::process::Stdio;

const EMAILS: &str = r#"{"emails": ["name1@domain.com", "name2@domain.com"]}"#;

#[test]
fn help_is_one_screen_and_needs_no_files() {
    let place = Place::new();
    std::fs::remove_file(place.path("creds.json")).unwrap();
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["GET", "v4/workspaces", "--help"],
    ] {
        let outcome = place.run(arguments);
        outcome.assert_done();
        assert!(
            outcome
                .stdout
                .contains("Usage: get_workspace [METHOD] [PATH] [JSON]")
        );
        assert!(
            outcome.stdout.lines().count() <= 32,
            "more lines than a screen"
        );
        assert!(
            outcome.stdout.lines().all(|line| line.len() <= 90),
            "wider than a screen"
        );
        for call in [
            "v4/apiAccessTokens",
            "v4/workspaces",
            "/people/batch '{\"emails\"",
        ] {
            assert!(outcome.stdout.contains(call));
        }
    }
    for option in ["--version", "-V"] {
        let outcome = place.run(&[option]);
        assert_eq!(
            outcome.assert_done().stdout,
            format!("get_workspace {}\n", env!("CARGO_PKG_VERSION"))
        );
    }
    assert!(place.requests().is_empty());
}

#[test]
fn each_call_of_the_guide_works_however_its_path_is_written() {
    let place = Place::new();
    // The guide writes the host without `api.`; the stand-in has none, so both are the same here.
    let url = |path: &str| format!("{}{path}", place.service.url);
    let invite = "/v4/workspaces/31415/people/batch";
    let calls: &[(&[&str], &str)] = &[
        (&["GET"], "GET /iam/v1/workspaces/current"),
        (&["/v4/workspaces"], "GET /v4/workspaces"),
        (&["v4/workspaces"], "GET /v4/workspaces"),
        (&["get", "/v4/apiAccessTokens"], "GET /v4/apiAccessTokens"),
        (&[&url("/v4/apiAccessTokens")], "GET /v4/apiAccessTokens"),
        (
            &[&url("/v4/workspaces?limit=5&filter=a%20b@c:/d")],
            "GET /v4/workspaces?limit=5&filter=a%20b@c:/d",
        ),
        (
            &["v4/workspaces?sort=-id,name&at=10:30"],
            "GET /v4/workspaces?sort=-id,name&at=10:30",
        ),
        (&[invite, EMAILS], "POST /v4/workspaces/31415/people/batch"),
        (
            &["POST", &url(invite), EMAILS],
            "POST /v4/workspaces/31415/people/batch",
        ),
    ];
    for (arguments, seen) in calls {
        let outcome = place.run(arguments);
        outcome.assert_done();
        let request = place.service.seen().pop().unwrap();
        assert_eq!(
            format!("{} {}", request.method, request.path),
            *seen,
            "{arguments:?}"
        );
        if request.method == "POST" {
            assert_eq!(request.body, EMAILS);
            assert_eq!(
                (outcome.stdout.as_str(), outcome.stderr.as_str()),
                ("", "HTTP 201 Created\n")
            );
        } else {
            assert_eq!(
                (request.body.as_str(), request.header("content-length")),
                ("", "")
            );
            assert_eq!(outcome.stderr, "");
        }
    }
}

#[test]
fn each_method_is_sent_with_the_json_as_it_was_typed() {
    let place = Place::new();
    place
        .service
        .script("/v4/things/1", Reply::new(200, "application/json", "{}"));
    let json = "{ \"b\" : 1.10, \"a\":\t[-1] }";
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        place.run(&[method, "v4/things/1", json]).assert_done();
        let request = place.service.seen().pop().unwrap();
        assert_eq!(
            (request.method.as_str(), request.body.as_str()),
            (method, json)
        );
        place.run(&[method, "v4/things/1"]).assert_done();
        let request = place.service.seen().pop().unwrap();
        assert_eq!(
            (request.method.as_str(), request.body.as_str()),
            (method, "")
        );
        assert_eq!(request.header("content-length"), "0");
    }
    place.run(&["v4/things/1", "-1"]).assert_done();
    assert_eq!(place.service.seen().pop().unwrap().body, "-1");
}

#[test]
fn a_url_of_the_portal_goes_to_the_api() {
    let place = Place::new();
    place.write("aac_url.txt", "https://api.us1.alteryxcloud.com");
    // The exchange fails, so that nothing goes further than the stand-in.
    place
        .service
        .script("/as/token", Reply::new(503, "text/plain", ""));
    for url in [
        "https://us1.alteryxcloud.com/v4/workspaces",
        "https://api.us1.alteryxcloud.com/v4/workspaces",
        "https://us1.alteryxcloud.com:443/v4/workspaces",
        "HTTPS://API.US1.alteryxcloud.com/v4/workspaces",
    ] {
        place
            .run(&[url])
            .assert_failed(1, &["/as/token answered HTTP 503"]);
    }
}

#[test]
fn what_is_not_understood_is_refused_before_anything_is_sent() {
    let place = Place::new();
    place.write("aac_url.txt", "https://api.us1.alteryxcloud.com");
    let misuses: &[(&[&str], &str)] = &[
        (&["--verbose"], "no option \"--verbose\""),
        (&["v4/workspaces", "--data"], "no option \"--data\""),
        (&["-X", "POST", "v4/workspaces"], "no option \"-X\""),
        (&["HEAD", "v4/workspaces"], "not \"HEAD\""),
        (&["DELETE"], "DELETE needs a PATH"),
        (&["post"], "POST needs a PATH"),
        (&[""], "PATH is empty"),
        (&["GET", "v4/workspaces", "{}"], "GET takes no JSON"),
        (&["POST", "v4/workspaces", "{}", "{}"], "too many arguments"),
        (
            &["v4/workspaces/1/people/batch", "'{emails:", "[a]}'"],
            "too many arguments",
        ),
        (
            &["v4/workspaces", "{emails: []}"],
            "JSON is not valid: key must be a string at line 1 column 2",
        ),
        (&["v4/workspaces", ""], "JSON is not valid"),
        (&["v4/workspaces", "{} {}"], "JSON is not valid"),
        (
            &["C:/Program Files/Git/v4/workspaces"],
            "leave out the leading slash",
        ),
        // Other hosts, and tricks to get there.
        (&["//evil.example/v4"], "the token goes nowhere else"),
        (&["https://evil.example/v4"], "the token goes nowhere else"),
        (
            &["http://api.us1.alteryxcloud.com/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://api.eu1.alteryxcloud.com/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://api.us1.alteryxcloud.com.evil.example/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://api.us1.alteryxcloud.com@evil.example/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://api.us1.alteryxcloud.com:x@evil.example/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://evil.example@api.us1.alteryxcloud.com/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://api.us1.alteryxcloud.com:8443/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://api.us1.alteryxcloud.com:/v4"],
            "the token goes nowhere else",
        ),
        (
            &["https://evil.example?https://api.us1.alteryxcloud.com/"],
            "the token goes nowhere else",
        ),
        (&["https:evil.example/v4"], "the token goes nowhere else"),
        (&["https:/evil.example/v4"], "the token goes nowhere else"),
        (&["https:///evil.example/v4"], "the token goes nowhere else"),
        (&["javascript:alert(1)"], "the token goes nowhere else"),
        (
            &["ftp://api.us1.alteryxcloud.com/v4"],
            "the token goes nowhere else",
        ),
        (&["/\\evil.example/v4"], "'\\\\'"),
        (
            &["https://api.us1.alteryxcloud.com\\@evil.example/v4"],
            "'\\\\'",
        ),
        (&["/v4 HTTP/1.1\r\nHost: evil.example"], "' '"),
        (&["/v4\r\nHost: evil.example"], "'\\r'"),
        (&["/v4\u{1b}[31m"], "'\\u{1b}'"),
        (&["/v4/workspaces/<id>/people/batch", "{}"], "'<'"),
        (&["/v4/workspaces#1"], "'#'"),
        (&["/v4/größe"], "'ö'"),
    ];
    for (arguments, words) in misuses {
        place
            .run(arguments)
            .assert_failed(2, &[words, "See get_workspace --help."]);
    }
    assert!(place.requests().is_empty());
    assert!(place.credentials_are_good());
    assert_eq!(
        place.files(),
        ["aac_url.txt", "client_id.txt", "creds.json"]
    );
}

#[test]
fn a_path_that_only_looks_strange_stays_with_the_api() {
    let place = Place::new();
    for path in [
        "@evil.example/v4",
        "evil.example/v4",
        "/https://evil.example/",
        "/:80@evil.example",
        "/../v4",
    ] {
        place.run(&[path]).assert_failed(1, &["answered HTTP 404"]);
        let request = place.service.seen().pop().unwrap();
        assert_eq!(request.path, format!("/{}", path.trim_start_matches('/')));
    }
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let outcome = place.outcome(
        place
            .program()
            .arg(std::ffi::OsStr::from_bytes(b"/v4/\xff")),
    );
    outcome.assert_failed(2, &["not UTF-8"]);
}

#[test]
fn whoever_reads_the_answer_may_stop_early() {
    let place = Place::new();
    // More than a pipe holds, so that the program is still writing when the pipe is closed.
    let list = format!("[{}]", vec![WORKSPACE; 2000].join(","));
    place
        .service
        .script("/v4/workspaces", Reply::new(200, "application/json", list));
    let mut program = place.program().arg("v4/workspaces").spawn().unwrap();
    let mut start = [0; 2];
    let mut stdout = program.stdout.take().unwrap();
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let outcome = Outcome::of(program.wait_with_output().unwrap());
    assert_eq!(&start, b"[\n");
    assert_eq!(outcome.assert_done().stderr, "");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "/dev/full is for Linux")]
fn a_full_device_is_an_error() {
    let place = Place::new();
    for argument in ["v4/workspaces", "--help"] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let outcome = place.outcome(place.program().arg(argument).stdout(Stdio::from(full)));
        outcome.assert_failed(
            1,
            &["standard output cannot be written to: No space left on device"],
        );
    }
    assert!(place.credentials_are_good());
}
