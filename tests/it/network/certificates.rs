//! Certificates that are trusted, and each fault of those that are not.

use super::{FROM_TOKEN, trusting};
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use crate::tls::Authority;

const VALID: i32 = 2100;
const EXPIRED: i32 = 2010;

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn trusted() {
    let authority = Authority::new("Company CA");
    let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
    env.outcome(&mut trusting(&env, &authority.pem))
        .assert_success();
    assert!(env.creds_are_valid());
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn not_trusted() {
    struct Case<'a> {
        name: &'a str,
        signer: &'a Authority,
        host: &'a str,
        year: i32,
        says: [&'a str; 2],
    }
    let authority = Authority::new("Company CA");
    let (other, same_name) = (Authority::new("Another CA"), Authority::new("Company CA"));
    let unknown = ["is from nobody that this system trusts", "SSL_CERT_FILE"];
    let cases = [
        Case {
            name: "unknown authority",
            signer: &other,
            host: "localhost",
            year: VALID,
            says: unknown,
        },
        Case {
            name: "unknown authority of a known name",
            signer: &same_name,
            host: "localhost",
            year: VALID,
            says: unknown,
        },
        Case {
            name: "expired",
            signer: &authority,
            host: "localhost",
            year: EXPIRED,
            says: ["has expired", "date of this computer"],
        },
        Case {
            name: "another host",
            signer: &authority,
            host: "other.example",
            year: VALID,
            says: ["made out to another host", "sign-in page"],
        },
    ];
    check_all(
        cases,
        |case| case.name.to_owned(),
        |case| {
            let env = TestEnv::over_tls(case.signer, "localhost", case.host, case.year);
            let outcome = env.outcome(&mut trusting(&env, &authority.pem));
            let host = env.url.trim_start_matches("https://");
            outcome
                .assert_failure(&["certificate", host, FROM_TOKEN])
                .assert_failure(&case.says);
            env.assert_nothing_sent();
            assert!(env.creds_are_valid());
        },
    );
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn no_file() {
    let authority = Authority::new("Company CA");
    let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
    let mut program = env.program();
    program.env("SSL_CERT_FILE", env.path("no such file"));
    env.outcome(&mut program)
        .assert_failure(&["is from nobody that this system trusts"]);
}
