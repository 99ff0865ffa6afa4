//! Tables of words: each row is whole, and what each system says of a certificate means the right thing.
//! The program's own runs over TLS, in `network::certificates`, see only the words of the system they run on.

use crate::support::case::check_all;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../src/aac/table.rs"]
mod words;

const CAUSES: &str = include_str!("../../src/aac/no_response.txt");
const OTHER_HOST: &str = "has a certificate for another host";
const EXPIRED: &str = "has an expired certificate";
const NOT_YET: &str = "has a certificate that is not valid yet";
const UNKNOWN: &str = "has a certificate from a CA that is not trusted";
const REVOKED: &str = "has a revoked certificate";

/// The errors of webpki, as rustls words them on Linux.
const WEBPKI: [(&str, &str); 8] = [
    (
        "certificate expired: verification time 1763800000 (UNIX), but certificate is not valid \
         after 1609459200 (154340800 seconds ago)",
        EXPIRED,
    ),
    (
        "certificate not valid yet: verification time 946684800 (UNIX), but certificate is not \
         valid before 1609459200 (662774400 seconds in future)",
        NOT_YET,
    ),
    (
        "certificate not valid for name \"expired.test\"; certificate is only valid for \
         DnsName(\"x.test\")",
        OTHER_HOST,
    ),
    ("UnknownIssuer", UNKNOWN),
    ("BadSignature", "has a certificate with a wrong signature"),
    (
        "Other(OtherError(CaUsedAsEndEntity))",
        "uses the certificate of a CA, not one for a server",
    ),
    (
        "UnsupportedSignatureAlgorithmContext { signature_algorithm_id: [6, 9] }",
        "has a certificate with an unsupported signature algorithm",
    ),
    (
        "ApplicationVerificationFailure",
        "has a certificate that cannot be accepted: {said}",
    ),
];

/// The names to which rustls-platform-verifier turns the errors of Windows, and one that it does not.
const WINDOWS: [(&str, &str); 5] = [
    ("Expired", EXPIRED),
    ("NotValidYet", NOT_YET),
    ("NotValidForName", OTHER_HOST),
    ("Revoked", REVOKED),
    ("Os { code: -2146762486, kind: Uncategorized }", UNKNOWN),
];

/// The sentences and codes of macOS.
const MACOS: [(&str, &str); 4] = [
    ("“x.test” certificate is expired: -67818", EXPIRED),
    ("certificate is not temporally valid: -67819", NOT_YET),
    ("“x.test” certificate is not trusted: -67843", UNKNOWN),
    ("“x.test” certificate is revoked: -67820", REVOKED),
];

#[test]
fn of_each_system() {
    let cases = [&WEBPKI[..], &WINDOWS, &MACOS].concat();
    check_all(cases, |text, expected| {
        let text = format!("InvalidData: invalid peer certificate: {text}");
        let (fault, advice) = words::find(CAUSES, &text).split_once(" | ").unwrap();
        assert_eq!(fault, expected);
        assert!(advice.ends_with('.'), "{advice}");
    });
}

#[test]
fn another_error_is_none_of_a_certificate() {
    for text in [
        "",
        "ConnectionRefused: Connection refused (os error 111)",
        "InvalidData: received corrupt message of type InvalidContentType",
        "InvalidData: received fatal alert: CertificateExpired",
        "Expired",
    ] {
        let row = words::find(CAUSES, text);
        assert!(!row.contains("certificate"), "{text}: {row}");
    }
}

#[test]
fn each_row_has_all_its_columns() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = [src.join("aac"), src].map(|folder| fs::read_dir(folder).unwrap());
    let paths = files.into_iter().flatten().map(|file| file.unwrap().path());
    let is_table = |path: &PathBuf| path.extension() == Some("txt".as_ref());
    for path in paths
        .filter(is_table)
        .filter(|it| !it.ends_with("help.txt"))
    {
        let columns = if path.ends_with("no_response.txt") {
            3
        } else {
            2
        };
        let table = fs::read_to_string(path).unwrap();
        let rows = table.lines().filter(|row| !row.starts_with("//"));
        for row in rows.filter(|row| !row.is_empty()) {
            assert_eq!(row.split(" |").count(), columns, "{row}");
        }
    }
}

#[test]
fn comments_are_no_rows() {
    assert_eq!(words::find("// a | comment\na | row", "// a"), "row");
}
