//! `aac_url.txt` holds a URL that tokens may be sent to, `client_id.txt` the id of an API project.

use super::{check_contents, remove};
use crate::mock::gateway::PROJECT_ID;
use crate::test_env::TestEnv;

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn aac_url_txt() {
    let no_scheme =
        words("api.us1.alteryxcloud.com //api.us1.alteryxcloud.com https:x x https:// https:///");
    let not_tls = words(
        "http://api.us1.alteryxcloud.com http://127.0.0.1.evil.example
        http://127.0.0.1@evil.example",
    );
    let portal = words(
        "https://us1.alteryxcloud.com https://eu1.alteryxcloud.com
        https://au1.alteryxcloud.com:443 https://US1.AlteryxCloud.com/cloud-portal",
    );
    let not_a_host = words(
        "ftp://api.us1.alteryxcloud.com https://me:pass@api.us1.alteryxcloud.com
        https://api.us1.alteryxcloud.com:port https://api.us1.alteryxcloud.com:99999
        https://api.us1.alteryxcloud.com: https://api.us1.alteryxcloud.com/v4
        https://api.us1.alteryxcloud.com?x=1 https://api.us1.alteryxcloud.com#x",
    );
    let two_lines = "https://api.us1.alteryxcloud.com\nhttps://api.eu1.alteryxcloud.com";
    let steering = "https://api.us1.alteryxcloud.com\u{1b}[31m";
    check_contents(
        "files/api_url",
        "aac_url.txt",
        &[
            ("no scheme", &no_scheme),
            ("a token", &[&TestEnv::new().access_token()]),
            ("not TLS", &not_tls),
            ("the portal", &portal),
            ("more than a host, or less", &not_a_host),
            (
                "a region that there is not",
                &["https://us2.alteryxcloud.com"],
            ),
            ("two lines", &[two_lines]),
            ("a terminal's command", &[steering]),
        ],
    );
}

#[test]
fn client_id_txt() {
    let placeholders = ["Your client id here\n", "\u{feff}Your client id here\r\n"];
    check_contents(
        "files/project_id",
        "client_id.txt",
        &[
            ("as shipped", &placeholders),
            ("two lines", &["b2a0c7e4\nb2a0c7e4\n"]),
            ("a space", &["b2a0 c7e4", "Your b2a0c7e4", "b2a0c7e4 here"]),
            ("a terminal's command", &["b2a0c7e4\u{1b}[31m"]),
            ("a space that looks like one", &["b2a0c7e4\u{a0}x"]),
            ("quotation marks", &["\"b2a0c7e4\""]),
        ],
    );
}

/// What the example's newest revision calls the file.
#[test]
fn api_project_id_txt() {
    let env = TestEnv::new();
    remove(&env, "client_id.txt");
    env.write("api_project_id.txt", PROJECT_ID);
    env.run(&[]).assert_success();
    // The other one comes first.
    env.write("api_project_id.txt", "unknown");
    env.write("client_id.txt", PROJECT_ID);
    env.run(&[]).assert_success();
}
