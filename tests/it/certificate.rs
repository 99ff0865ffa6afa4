//! Which fault of a certificate a TLS error means, in the words of each system. The program's own runs
//! over TLS, in `network::certificates`, see only those of the system they run on.

use crate::support::case::check_all;

#[path = "../../src/aac/certificate.rs"]
#[allow(dead_code)]
mod words;

const OTHER_HOST: &str = "is for another host";
const EXPIRED: &str = "has expired";
const NOT_YET: &str = "is not valid yet";
const UNKNOWN: &str = "is signed by a CA that is not trusted";

#[test]
fn of_each_system() {
    let cases = [
        // The errors of webpki, as rustls words them on Linux.
        (
            "certificate expired: verification time 1763800000 (UNIX), but certificate is not \
             valid after 1609459200 (154340800 seconds ago)",
            EXPIRED,
        ),
        (
            "certificate not valid yet: verification time 946684800 (UNIX), but certificate is \
             not valid before 1609459200 (662774400 seconds in future)",
            NOT_YET,
        ),
        (
            "certificate not valid for name \"expired.test\"; certificate is only valid for \
             DnsName(\"x.test\")",
            OTHER_HOST,
        ),
        ("UnknownIssuer", UNKNOWN),
        ("BadSignature", "cannot be accepted: bad signature"),
        (
            "Other(OtherError(CaUsedAsEndEntity))",
            "cannot be accepted: ca used as end entity",
        ),
        (
            "UnsupportedSignatureAlgorithmContext { signature_algorithm_id: [6, 9] }",
            "cannot be accepted: unsupported signature algorithm",
        ),
        // The names to which rustls-platform-verifier turns the errors of Windows.
        ("Expired", EXPIRED),
        ("NotValidYet", NOT_YET),
        ("NotValidForName", OTHER_HOST),
        ("Revoked", "cannot be accepted: revoked"),
        (
            "Other(OtherError(Os { code: -2146762486, kind: Uncategorized, message: \"A \
             certificate chain could not be built\" }))",
            UNKNOWN,
        ),
        // The sentences and codes of macOS.
        (
            "Other(OtherError(\"“x.test” certificate is expired: -67818\"))",
            EXPIRED,
        ),
        (
            "Other(OtherError(\"“x.test” certificate is not temporally valid: -67819\"))",
            NOT_YET,
        ),
        (
            "Other(OtherError(\"“x.test” certificate is not trusted: -67843\"))",
            UNKNOWN,
        ),
        (
            "Other(OtherError(\"“x.test” certificate is revoked: -67820\"))",
            "cannot be accepted: “x.test” certificate is revoked: -67820",
        ),
    ];
    check_all(
        cases,
        |(text, _)| text.to_string(),
        |(text, expected)| {
            let fault = words::fault(&format!("io: invalid peer certificate: {text}"));
            let (fault, advice) = fault.unwrap();
            assert_eq!(fault, *expected);
            assert!(advice.ends_with('.'), "{advice}");
        },
    );
}

#[test]
fn of_another_error_there_is_none() {
    for text in [
        "",
        "io: Connection refused (os error 111)",
        "received corrupt message of type InvalidContentType",
        "received fatal alert: CertificateExpired",
        "Expired",
    ] {
        assert_eq!(words::fault(text), None, "{text}");
    }
}
