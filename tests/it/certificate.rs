//! Which fault of a certificate a TLS error means, in the words of each system. The program's own runs
//! over TLS, in `network::certificates`, see only those of the system they run on.

use crate::support::case::check_all;

#[path = "../../src/aac/certificate.rs"]
mod words;

const NO_STORE: &str = "cannot be checked without CA certificates";
const EXPIRED: &str = "has expired, or is not valid yet";
const OTHER_HOST: &str = "is for another host";
const REVOKED: &str = "has been revoked";
const UNKNOWN: &str = "is signed by a CA that this system does not trust";

/// What rustls says, and the fault.
fn check(cases: &[(&str, Option<&str>)]) {
    check_all(
        cases,
        |(text, _)| text.to_string(),
        |(text, expected)| {
            let fault = words::fault(text);
            assert_eq!(fault.map(|(problem, _)| problem), *expected);
            assert!(fault.is_none_or(|(_, advice)| advice.ends_with('.')));
        },
    );
}

/// The errors of webpki, as rustls words them.
#[test]
fn on_linux() {
    check(&[
        (
            "invalid peer certificate: certificate expired: verification time 1763800000 (UNIX), \
             but certificate is not valid after 1609459200 (154340800 seconds ago)",
            Some(EXPIRED),
        ),
        (
            "invalid peer certificate: certificate not valid yet: verification time 946684800 \
             (UNIX), but certificate is not valid before 1609459200 (662774400 seconds in future)",
            Some(EXPIRED),
        ),
        (
            "invalid peer certificate: certificate not valid for name \"api.us1.alteryxcloud.com\"; \
             certificate is only valid for DnsName(\"x.test\")",
            Some(OTHER_HOST),
        ),
        (
            "invalid peer certificate: certificate not valid for name \"127.0.0.1\"; certificate is \
             not valid for any names (according to its subjectAltName extension)",
            Some(OTHER_HOST),
        ),
        (
            "invalid peer certificate: certificate not valid for name \"x.test\"; certificate is only \
             valid for DnsName(\"expired.test\")",
            Some(OTHER_HOST),
        ),
        ("invalid peer certificate: UnknownIssuer", Some(UNKNOWN)),
        ("invalid peer certificate: Revoked", Some(REVOKED)),
        ("invalid peer certificate: BadSignature", Some(UNKNOWN)),
        (
            "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
            Some(UNKNOWN),
        ),
        (
            "unexpected error: No CA certificates were loaded from the system",
            Some(NO_STORE),
        ),
    ]);
}

/// The names to which rustls-platform-verifier turns the errors of Windows.
#[test]
fn on_windows() {
    check(&[
        ("invalid peer certificate: Expired", Some(EXPIRED)),
        ("invalid peer certificate: NotValidYet", Some(EXPIRED)),
        (
            "invalid peer certificate: NotValidForName",
            Some(OTHER_HOST),
        ),
        ("invalid peer certificate: Revoked", Some(REVOKED)),
        ("invalid peer certificate: UnknownIssuer", Some(UNKNOWN)),
        ("invalid peer certificate: InvalidPurpose", Some(UNKNOWN)),
        ("invalid peer certificate: BadEncoding", Some(UNKNOWN)),
        (
            "invalid peer certificate: Other(OtherError(Os { code: -2146762486, kind: \
             Uncategorized, message: \"A certificate chain could not be built\" }))",
            Some(UNKNOWN),
        ),
    ]);
}

/// On macOS, some errors have names; the others have the system's sentence and code.
#[test]
fn on_macos() {
    check(&[
        (
            "invalid peer certificate: Other(OtherError(\"“api.us1.alteryxcloud.com” certificate \
             is expired: -67818\"))",
            Some(EXPIRED),
        ),
        (
            "invalid peer certificate: Other(OtherError(\"“x.test” certificate is not temporally \
             valid: -67819\"))",
            Some(EXPIRED),
        ),
        (
            "invalid peer certificate: Other(OtherError(\"“x.test” certificate is revoked: \
             -67820\"))",
            Some(REVOKED),
        ),
        ("invalid peer certificate: Revoked", Some(REVOKED)),
        (
            "invalid peer certificate: NotValidForName",
            Some(OTHER_HOST),
        ),
        ("invalid peer certificate: UnknownIssuer", Some(UNKNOWN)),
        (
            "invalid peer certificate: Other(OtherError(\"“x.test” certificate is not trusted: \
             -67843\"))",
            Some(UNKNOWN),
        ),
    ]);
}

#[test]
fn of_another_error_there_is_none() {
    check(&[
        ("", None),
        ("io: Connection refused (os error 111)", None),
        ("received corrupt message of type InvalidContentType", None),
        ("received fatal alert: CertificateExpired", None),
        ("Expired", None),
    ]);
}
