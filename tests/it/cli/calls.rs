//! Other calls than that of the current workspace.

use crate::credentials;
use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID};
use crate::stub::Stub;
use crate::support::CLOSED_PORT;
use crate::support::case::check_all;
use crate::test_env::TestEnv;

const EMAILS: &str = r#"{"emails": ["name1@domain.com", "name2@domain.com"]}"#;
const INVITE: &str = "/v4/workspaces/31415/people/batch";

/// The last call was this, with the headers that every call has. The mock service would do with
/// fewer.
#[track_caller]
fn assert_call(env: &TestEnv, method: &str, path: &str, body: &str) {
    let call = env.last_request();
    assert_eq!((&*call.method, &*call.path), (method, path));
    assert_eq!(call.body, body);
    for name in ["x-client-id", "x-api-project-id"] {
        assert_eq!(call.header(name), PROJECT_ID, "{name}");
    }
    assert_eq!(call.header("content-type"), "application/json");
    // Some gateways refuse a GET with a body, even an empty one.
    let length = match method {
        "GET" => String::new(),
        _ => body.len().to_string(),
    };
    assert_eq!(call.header("content-length"), length);
    assert_eq!(call.header("transfer-encoding"), "");
}

#[test]
fn gets() {
    let env = TestEnv::new();
    // The guide leaves out the `api.` of the host. The mock service has none.
    let tokens_url = format!("{}/v4/apiAccessTokens", env.url);
    let query = "/v4/workspaces?limit=5&filter=a%20b@c:/d";
    let query_url = format!("{}{query}", env.url);
    let other_query = "/v4/workspaces?sort=-id,name&at=10:30";
    let cases = [
        (&["GET"][..], CURRENT_WORKSPACE),
        (&["/v4/workspaces"], "/v4/workspaces"),
        (&["v4/workspaces"], "/v4/workspaces"),
        (&["--", "v4/workspaces"], "/v4/workspaces"),
        (&["get", "/v4/apiAccessTokens"], "/v4/apiAccessTokens"),
        (&[&tokens_url], "/v4/apiAccessTokens"),
        (&[&query_url], query),
        (&[&other_query[1..]], other_query),
    ];
    check_all(cases, |arguments, path| {
        assert_eq!(env.run(arguments).assert_success().stderr, "");
        assert_call(&env, "GET", path, "");
    });
}

#[test]
fn posts() {
    let env = TestEnv::new();
    let url = format!("{}{INVITE}", env.url);
    for arguments in [&[INVITE, EMAILS][..], &["POST", &url, EMAILS]] {
        let outcome = env.run(arguments);
        assert_eq!(outcome.assert_success().stdout, "");
        assert_eq!(outcome.stderr, "HTTP 201 Created\n");
        assert_call(&env, "POST", INVITE, EMAILS);
    }
}

#[test]
fn sends_each_method_and_the_json_as_it_was_typed() {
    let env = TestEnv::new();
    env.stub("/v4/things/1", Stub::ok("{}"));
    let json = "{ \"b/c\" : 1.10, \"a\":\t[-1] }";
    env.write("body.json", json);
    let bodies = [
        (&[][..], ""),
        (&[json], json),
        (&["@body.json"], json),
        (&["--", "-1"], "-1"),
    ];
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        for (arguments, body) in bodies {
            let arguments = [&[method, "v4/things/1"], arguments].concat();
            env.run(&arguments).assert_success();
            assert_call(&env, method, "/v4/things/1", body);
        }
    }
}

#[test]
fn takes_a_url_of_its_own_host_and_of_the_portal() {
    const CALLED: &str = "> GET https://api.us1.alteryxcloud.com/v4/workspaces?limit=5";
    let env = TestEnv::new();
    env.set_region("us1");
    for host in ["us1.alteryxcloud.com", "api.us1.alteryxcloud.com"] {
        let mut program = env.program();
        // Nothing leaves this machine.
        program.env("HTTPS_PROXY", format!("http://{CLOSED_PORT}"));
        program.args(["-v", &format!("https://{host}/v4/workspaces?limit=5")]);
        let outcome = env.outcome(&mut program);
        let called = outcome.stderr.lines().find(|line| line.contains("> GET"));
        assert_eq!(called, Some(CALLED), "{outcome:#?}");
    }
}

#[test]
fn keeps_a_path_that_looks_strange_at_the_api() {
    let env = TestEnv::new();
    for path in ["/https:/evil.example/", "/:80@evil.example", "/../v4"] {
        env.run(&[path])
            .assert_failure(&["returned HTTP 404", credentials::SAVED]);
        assert_call(&env, "GET", path, "");
    }
}
