//! Other calls than that of the current workspace.

use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID};
use crate::mock::http::RecordedRequest;
use crate::progress;
use crate::stub::Stub;
use crate::support::CLOSED_PORT;
use crate::support::case::check_all_old;
use crate::test_env::TestEnv;

const EMAILS: &str = r#"{"emails": ["name1@domain.com", "name2@domain.com"]}"#;
const INVITE: &str = "/v4/workspaces/31415/people/batch";

/// Every call has them, with a body or without. The mock service would do with fewer.
#[track_caller]
fn assert_headers(call: &RecordedRequest) {
    for name in ["x-client-id", "x-api-project-id"] {
        assert_eq!(call.header(name), PROJECT_ID, "{name}");
    }
    assert_eq!(call.header("content-type"), "application/json");
}

struct Case<'a> {
    arguments: &'a [&'a str],
    request: &'a str,
}

#[test]
fn gets() {
    let env = TestEnv::new();
    // The guide leaves out the `api.` of the host. The mock service has none.
    let tokens_url = format!("{}/v4/apiAccessTokens", env.url);
    let query_url = format!("{}/v4/workspaces?limit=5&filter=a%20b@c:/d", env.url);
    let current = format!("GET {CURRENT_WORKSPACE}");
    let cases = [
        Case {
            arguments: &["GET"],
            request: &current,
        },
        Case {
            arguments: &["/v4/workspaces"],
            request: "GET /v4/workspaces",
        },
        Case {
            arguments: &["v4/workspaces"],
            request: "GET /v4/workspaces",
        },
        Case {
            arguments: &["get", "/v4/apiAccessTokens"],
            request: "GET /v4/apiAccessTokens",
        },
        Case {
            arguments: &[&tokens_url],
            request: "GET /v4/apiAccessTokens",
        },
        Case {
            arguments: &[&query_url],
            request: "GET /v4/workspaces?limit=5&filter=a%20b@c:/d",
        },
        Case {
            arguments: &["v4/workspaces?sort=-id,name&at=10:30"],
            request: "GET /v4/workspaces?sort=-id,name&at=10:30",
        },
    ];
    check_all_old(
        cases,
        |case| format!("{:?}", case.arguments),
        |case| {
            assert_eq!(env.run(case.arguments).assert_success().stderr, "");
            let request = env.last_request();
            assert_headers(&request);
            // Some gateways refuse a GET with a body, even an empty one.
            for header in ["content-length", "transfer-encoding"] {
                assert_eq!(request.header(header), "");
            }
            assert_eq!(format!("{} {}", request.method, request.path), case.request);
            assert_eq!(request.body, "");
        },
    );
}

#[test]
fn posts() {
    let env = TestEnv::new();
    let url = format!("{}{INVITE}", env.url);
    for arguments in [&[INVITE, EMAILS][..], &["POST", &url, EMAILS]] {
        let outcome = env.run(arguments);
        outcome.assert_success();
        assert_eq!(
            (&*outcome.stdout, &*outcome.stderr),
            ("", "HTTP 201 Created\n")
        );
        let request = env.last_request();
        assert_headers(&request);
        assert_eq!((&*request.method, &*request.path), ("POST", INVITE));
        assert_eq!(request.body, EMAILS);
    }
}

#[test]
fn sends_each_method_and_the_json_as_it_was_typed() {
    let env = TestEnv::new();
    env.stub("/v4/things/1", Stub::ok("{}"));
    let json = "{ \"b\" : 1.10, \"a\":\t[-1] }";
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        env.run(&[method, "v4/things/1", json]).assert_success();
        let request = env.last_request();
        assert_headers(&request);
        assert_eq!((&*request.method, &*request.body), (method, json));

        env.run(&[method, "v4/things/1"]).assert_success();
        let request = env.last_request();
        assert_headers(&request);
        assert_eq!((&*request.method, &*request.body), (method, ""));
        assert_eq!(request.header("content-length"), "0");
    }
}

#[test]
fn takes_a_url_of_its_own_host_and_of_the_portal() {
    const CALLED: &str = "> GET https://api.us1.alteryxcloud.com/v4/workspaces?limit=5";
    let env = TestEnv::new();
    env.set_region("us1");
    let urls = [
        "https://us1.alteryxcloud.com/v4/workspaces?limit=5",
        "https://api.us1.alteryxcloud.com/v4/workspaces?limit=5",
    ];
    check_all_old(
        urls,
        |url| url.to_string(),
        |url| {
            let mut program = env.program();
            // Nothing leaves this machine.
            program.env("HTTPS_PROXY", format!("http://{CLOSED_PORT}"));
            let outcome = env.outcome(program.args(["-v", url]));
            let called = outcome.stderr.lines().find(|line| line.contains("> GET"));
            assert_eq!(called, Some(CALLED), "{outcome:#?}");
        },
    );
}

#[test]
fn keeps_a_path_that_looks_strange_at_the_api() {
    let env = TestEnv::new();
    let paths = ["/https:/evil.example/", "/:80@evil.example", "/../v4"];
    check_all_old(
        paths,
        |path| path.to_string(),
        |path| {
            env.run(&[path])
                .assert_failure(&["returned HTTP 404", progress::SAVED]);
            let expected = format!("/{}", path.trim_start_matches('/'));
            assert_eq!(env.last_request().path, expected);
        },
    );
}
