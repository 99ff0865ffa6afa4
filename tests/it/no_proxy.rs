//! Which hosts `NO_PROXY` covers. The rows of `no_proxy.tsv` (list, host, and what becomes of the
//! request) come from runs of curl 7.88, 8.14, 8.22 and 8.23, which agree on them.

use crate::error;
use crate::network::serve;
use crate::support::case::check_all;
use crate::support::process::is_missing;
use std::process::Command;

#[path = "../../src/aac/proxy.rs"]
#[allow(dead_code)]
mod under_test;
#[path = "../../src/aac/url.rs"]
#[allow(dead_code)]
mod url;

/// The list and the host, as in a URL, of each row, and whether the proxy is not used.
fn rows() -> Vec<((String, String), bool)> {
    let lines = include_str!("no_proxy.tsv").lines();
    let row = |line: &str| {
        let [list, host, result] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line} has not three columns");
        };
        let list = list.replace("\\t", "\t").replace("\\n", "\n");
        ((list, host.to_owned()), result == "direct")
    };
    lines.map(row).collect()
}

#[test]
fn covers_what_curl_covers() {
    check_all(rows(), |(list, host), is_direct| {
        let host = host.trim_matches(['[', ']']);
        assert_eq!(under_test::covers(list, host), is_direct);
    });
}

/// A list with blanks alone between its entries is one to curl until 8.9.
#[test]
fn blanks_separate_too() {
    for list in ["example.org example.com", "example.org \t,example.com"] {
        assert!(under_test::covers(list, "api.example.com"), "{list:?}");
    }
}

#[test]
#[ignore = "runs curl once for each row"]
fn curl_agrees() {
    if is_missing("curl") {
        return;
    }
    // Whoever connects here is a client of the proxy.
    let proxy = serve(drop);
    check_all(rows(), |(list, host), is_direct| {
        let mut curl = Command::new("curl");
        curl.args(["-q", "-sS", "-m", "10", "--connect-to", "::127.0.0.1:1"]);
        curl.env("https_proxy", format!("http://{proxy}"));
        curl.env("no_proxy", list);
        let output = curl.arg(format!("https://{host}/")).output().unwrap();
        // CURLE_COULDNT_CONNECT to port 1, and not to the proxy, which closes.
        assert_eq!(output.status.code() == Some(7), is_direct, "{output:?}");
    });
}
