//! Certificates that are trusted, and each fault of those that are not.

use super::trusting;
use crate::progress;
use crate::support::case::check_all;
use crate::test_env::TestEnv;
use crate::tls::{Authority, VALID};
use std::ops::Range;

const EXPIRED: Range<i32> = 2000..2010;
const NOT_YET_VALID: Range<i32> = 2099..2100;

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn trusted() {
    let authority = Authority::new("Company CA");
    let env = TestEnv::over_tls(&authority, "localhost", "localhost", VALID);
    let mut program = trusting(&env, &authority.pem);
    env.outcome(&mut program).assert_success();
    assert!(env.creds_are_valid());
    let line = format!(
        "* Certificate store: SSL_CERT_FILE={}\n",
        env.path("ca.pem").display()
    );
    let outcome = env.outcome(program.arg("-v"));
    assert!(outcome.stderr.contains(&line), "{outcome:#?}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn not_trusted() {
    struct Case<'a> {
        name: &'a str,
        signer: &'a Authority,
        host: &'a str,
        years: Range<i32>,
        says: [&'a str; 2],
    }
    let authority = Authority::new("Company CA");
    let (other, same_name) = (Authority::new("Another CA"), Authority::new("Company CA"));
    let date = "Check this computer's date.";
    let unknown = [
        "is signed by a CA that this system does not trust",
        "If a proxy inspects TLS, add its CA",
    ];
    let cases = [
        Case {
            name: "unknown authority",
            signer: &other,
            host: "localhost",
            years: VALID,
            says: unknown,
        },
        Case {
            name: "unknown authority of a known name",
            signer: &same_name,
            host: "localhost",
            years: VALID,
            says: unknown,
        },
        Case {
            name: "expired",
            signer: &authority,
            host: "localhost",
            years: EXPIRED,
            says: ["has expired, or is not valid yet", date],
        },
        Case {
            name: "not valid yet",
            signer: &authority,
            host: "localhost",
            years: NOT_YET_VALID,
            says: ["has expired, or is not valid yet", date],
        },
        Case {
            name: "another host",
            signer: &authority,
            host: "other.example",
            years: VALID,
            says: ["is for another host", "sign-in page"],
        },
    ];
    check_all(
        cases,
        |case| case.name.to_owned(),
        |case| {
            let years = case.years.clone();
            let env = TestEnv::over_tls(case.signer, "localhost", case.host, years.clone());
            let host = env.url.trim_start_matches("https://");
            let [fault, advice] = case.says;
            let start = format!("error: the certificate of {host} (from creds.json) {fault}");
            env.outcome(&mut trusting(&env, &authority.pem))
                .assert_failure(&[&start, advice, progress::NOT_USED]);
            env.assert_nothing_sent();
            assert!(env.creds_are_valid());

            // An API with this certificate, and an issuer without one.
            let issuer = TestEnv::new();
            issuer.write("aac_url.txt", &env.url);
            let start = format!("error: the certificate of {host} (from aac_url.txt) {fault}");
            issuer
                .outcome(&mut trusting(&issuer, &authority.pem))
                .assert_failure(&[&start, advice, progress::SAVED]);
            env.assert_nothing_sent();
        },
    );
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "SSL_CERT_FILE is for Linux")]
fn a_file_without_certificates() {
    check_all(
        ["no such file.pem", "", ".", "client_id.txt"],
        |file| file.to_string(),
        |file| {
            let env = TestEnv::new();
            let mut program = env.program();
            program.env("SSL_CERT_FILE", file);
            let start = format!("error: SSL_CERT_FILE={file} is not a PEM file.");
            env.outcome(&mut program)
                .assert_failure(&[&start, "Correct that variable, or unset it"]);
            env.assert_nothing_sent();
            assert!(env.creds_are_valid());
        },
    );
}
