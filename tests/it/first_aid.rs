//! Messages that lead to the fault, where an earlier one misled.

use crate::mock::issuer::OAUTH_CLIENT;
use crate::network::stub_proxy::Proxy;
use crate::network::{PROXIED_HOST, trusting};
use crate::progress;
use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::jwt;
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};
use serde_json::{Value, json};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// The proxy carried the request, so it is not to blame.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn a_response_that_breaks_off_behind_a_proxy() {
    let (proxy, authority) = (Proxy::http("200 OK"), Authority::new("Company CA"));
    for response in ["", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"] {
        let env = TestEnv::over_tls(&authority, PROXIED_HOST, PROXIED_HOST, VALID);
        env.stub_api(Stub::Raw(response.into()));
        let mut program = trusting(&env, &authority.pem);
        program.env("HTTPS_PROXY", format!("http://{}", proxy.address));
        env.outcome(&mut program)
            .assert_failure(&["closed the connection", "Then try again.", progress::SAVED])
            .assert_lacks(&["error: the proxy", "Check the proxy"]);
    }
}

#[test]
fn a_get_whose_response_breaks_off_is_tried_again() {
    let env = TestEnv::new();
    env.stub_api(Stub::Raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec(),
    ));
    env.run(&[])
        .assert_failure(&["closed the connection", "Then try again."])
        .assert_lacks(&["HTTPS_PROXY"]);
}

#[test]
fn what_socks_proxies_say() {
    let wants_password = Proxy::start(|client| {
        client.read_exact(&mut [0; 3])?;
        client.write_all(&[5, 0xff])?;
        Err(ErrorKind::PermissionDenied.into())
    });
    let forbids = Proxy::socks5(2);
    let cases = [
        (&wants_password, "asks for a user name and a password"),
        (&forbids, "does not allow this connection"),
    ];
    check_all(
        cases,
        |(_, problem)| problem.to_string(),
        |(proxy, problem)| {
            let env = TestEnv::new();
            let issuer = format!("https://{PROXIED_HOST}/as");
            env.write("creds.json", env.creds_from(&issuer));
            let mut program = env.program();
            program.env("ALL_PROXY", format!("socks5h://{}", proxy.address));
            env.outcome(&mut program).assert_failure(&[
                "the proxy 127.0.0.1",
                problem,
                progress::NOT_USED,
            ]);
        },
    );
}

/// As in a container without the package ca-certificates.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_DIR is for Linux")]
fn no_certificates_at_all() {
    let authority = Authority::new("Company CA");
    let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
    fs::create_dir(env.path("empty")).unwrap();
    let mut program = env.program();
    program.env("SSL_CERT_DIR", env.path("empty"));
    env.outcome(&mut program)
        .assert_failure(&["without CA certificates", progress::NOT_USED])
        .assert_lacks(&["inspects TLS"]);
}

/// Ping's are opaque; to those of other issuers the program has nothing to say.
#[test]
fn a_refresh_token_may_be_a_jwt() {
    let env = TestEnv::new();
    let claims = json!({"iss": env.url, "client_id": OAUTH_CLIENT, "typ": "Refresh"});
    env.write("creds.json", env.creds_with("refresh_token", jwt(&claims)));
    // The mock service does not know it.
    env.run(&[])
        .assert_failure(&["returned HTTP 400", "invalid_grant"]);
}

/// It may be that with the tokens, which are not known yet.
#[test]
fn no_part_of_a_file_with_json_is_shown() {
    let env = TestEnv::new();
    let broken = env.read("creds.json").replace('}', ",}");
    env.write("body.json", &broken);
    env.run(&["v4/things/1", "@body.json"])
        .assert_usage_error(&["body.json"])
        .assert_lacks(&["access_token", "Put JSON between quotes"]);
}

/// Its folder need not be called Git: MSYS2 has `C:/msys64`.
#[test]
fn a_path_that_git_bash_has_changed() {
    let env = TestEnv::new();
    for path in ["C:/msys64/v4/workspaces", "D:/git/v4/workspaces"] {
        env.run(&[path]).assert_usage_error(&["Git Bash"]);
    }
}

#[test]
fn a_redirect_to_nowhere_is_none() {
    let env = TestEnv::new();
    env.stub_api(Stub::json(304, json!({})));
    env.run(&[])
        .assert_failure(&["HTTP 304"])
        .assert_lacks(&["redirects to"]);
}

#[test]
fn the_default_port_may_be_written() {
    let env = TestEnv::new();
    env.write("aac_url.txt", "https://localhost:443");
    // Whether something listens there does not matter.
    let outcome = env.run(&["-v"]);
    assert!(
        outcome.stderr.contains("\n> GET https://localhost"),
        "{outcome:#?}"
    );
}

/// That nothing of it is printed is looked at in each run.
#[test]
fn a_token_in_the_wrong_file() {
    for name in ["access_token", "refresh_token"] {
        let env = TestEnv::new();
        env.write("client_id.txt", env.creds()[name].as_str().unwrap());
        let outcome = env.run(&["-v"]);
        let problem = "\nerror: client_id.txt holds a token.\n";
        assert!(outcome.stderr.contains(problem), "{outcome:#?}");
        env.assert_nothing_sent();
    }
}

/// Found before a refresh is spent on it.
#[test]
fn the_host_of_the_portal() {
    for place in ["us1", "eu1", "au1", "us1:443"] {
        let env = TestEnv::new();
        let (region, port) = place.split_at(3);
        env.write(
            "aac_url.txt",
            format!("https://{region}.alteryxcloud.com{port}"),
        );
        let says = [
            "of the form https://api.HOST",
            "https://api.REGION.alteryxcloud.com",
        ];
        env.run(&[]).assert_failure(&says);
        env.assert_nothing_sent();
    }
}

/// A 401 that has nothing to do with the project.
#[test]
fn an_expired_token_is_told_from_one_of_another_region() {
    let expired_at = |exp: Value| {
        jwt(&json!({"iss": "https://issuer.example", "client_id": OAUTH_CLIENT, "exp": exp}))
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = now.as_secs();
    let (expired, region) = ("expired", "the region that aac_url.txt names");
    let cases = [
        (expired_at(json!(now - 60)), expired, region),
        (expired_at(json!(now + 60)), region, expired),
        (expired_at(json!("soon")), region, expired),
        (expired_at(Value::Null), region, expired),
    ];
    check_all(
        cases,
        |(token, _, _)| token.clone(),
        |(token, says, lacks)| {
            let env = TestEnv::new();
            env.stub_issuer(Stub::json(200, json!({"access_token": token})));
            env.run(&[])
                .assert_failure(&["returned HTTP 401", says, progress::SAVED])
                .assert_lacks(&[lacks]);
        },
    );
}

#[test]
#[cfg(unix)]
fn the_lock_file_is_named() {
    use crate::support::process::unprivileged;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    let env = TestEnv::new();
    env.write("creds.json.lock", "");
    fs::set_permissions(env.path("creds.json.lock"), Permissions::from_mode(0o000)).unwrap();
    if let Some(mut program) = unprivileged(&env) {
        env.outcome(&mut program)
            .assert_failure(&["creds.json.lock", progress::NOT_USED]);
    }
}
