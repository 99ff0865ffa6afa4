//! No eight characters in a row of any token are printed. Every run is checked for that; here the
//! services repeat tokens in all ways and places.

use crate::stub::Stub;
use crate::support::case::check_all;
use crate::support::outcome::Outcome;
use crate::test_env::TestEnv;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

const REDACTED: &str = "(redacted)";

/// The tokens before the refresh, and those after it.
struct Tokens {
    old: Value,
    new: Value,
}

impl Tokens {
    /// Those of `env`, and some that its issuer has not sent yet.
    fn of(env: &TestEnv) -> Tokens {
        let (old, new) = (env.creds(), env.generate_tokens());
        Tokens { old, new }
    }

    fn all(&self) -> [&str; 4] {
        let [old, new] = [&self.old, &self.new].map(|tokens| {
            ["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap())
        });
        [old[0], old[1], new[0], new[1]]
    }

    /// Checks that no part of them is printed, also for somebody who undoes escapes, leaves out spaces
    /// or has both written in one line.
    #[track_caller]
    fn assert_hidden(&self, outcome: &Outcome) {
        let printed = format!("{}\n{}", outcome.stdout, outcome.stderr);
        let once = unescape(&printed);
        let twice = unescape(&once);
        for text in [printed, once, twice] {
            let text: String = text.chars().filter(char::is_ascii_graphic).collect();
            for token in self.all() {
                let parts = (0..token.len() - 7).map(|start| &token[start..start + 8]);
                let shown: Vec<_> = parts.filter(|part| text.contains(part)).collect();
                assert!(shown.is_empty(), "{shown:?} of a token in {outcome:#?}");
            }
        }
    }
}

/// Undoes percent-encoding and the escapes of JSON.
fn unescape(text: &str) -> String {
    let hex = |digits: Option<&str>| u32::from_str_radix(digits?, 16).ok();
    let (mut unescaped, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let (code, length) = match c {
            '%' => (hex(rest.get(1..3)), 3),
            '\\' if rest[1..].starts_with('u') => (hex(rest.get(2..6)), 6),
            '\\' if rest[1..].starts_with(['b', 'f', 'n', 'r', 't']) => (Some(32), 2),
            '\\' if rest.len() > 1 => (rest[1..].chars().next().map(u32::from), 2),
            _ => (None, 0),
        };
        match code.and_then(char::from_u32) {
            Some(c) => {
                unescaped.push(c);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                unescaped.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    unescaped
}

/// Ways to write a text of ASCII characters in JSON, and what stands around it or in it.
type Writing = (&'static str, fn(&str) -> String);

const WRITINGS: [Writing; 26] = [
    ("alone", |token| token.to_owned()),
    ("twice", |token| format!("{token}{token}")),
    ("between letters", |token| format!("abc{token}xyz")),
    ("eight of it", |token| token[2..10].to_owned()),
    ("after a name", |token| format!("access_token_{token}")),
    ("before a dot", |token| format!("{token}.")),
    ("between quotes", |token| format!("'{token}'")),
    ("between quotation marks", |token| {
        format!("\\\"{token}\\\"")
    }),
    ("between escaped quotes", |token| {
        format!("\\u0027{token}\\u0027")
    }),
    ("after an escaped equals sign", |token| {
        format!("refresh_token\\u003d{token}")
    }),
    ("after a line break", |token| format!("\\n{token}\\n")),
    ("after a backslash", |token| format!("\\\\{token}\\\\n")),
    ("after a percent sign", |token| format!("100%{token}%")),
    ("after other letters", |token| format!("ë{token}日")),
    ("in a URL", |token| {
        format!("https://x.example/?e=bad%20token%20{token}#{token}")
    }),
    ("percent-encoded", |token| {
        each(token, |c| format!("%{:02X}", c as u8))
    }),
    ("percent-encoded in lower case", |token| {
        each(token, |c| format!("%{:02x}", c as u8))
    }),
    ("each second one percent-encoded", |token| {
        let mut count = 0;
        each(token, |c| {
            count += 1;
            if count % 2 == 0 {
                format!("%{:02X}", c as u8)
            } else {
                c.to_string()
            }
        })
    }),
    ("JSON-escaped", |token| {
        each(token, |c| format!("\\u{:04x}", c as u32))
    }),
    ("JSON-escaped in upper case", |token| {
        each(token, |c| format!("\\u{:04X}", c as u32))
    }),
    ("JSON-escaped beside half a surrogate pair", |token| {
        format!("\\ud800{}", each(token, |c| format!("\\u{:04x}", c as u32)))
    }),
    ("split by spaces", |token| each(token, |c| format!("{c} "))),
    ("split by escaped line breaks", |token| {
        each(token, |c| format!("{c}\\r\\n"))
    }),
    ("split by escaped spaces", |token| {
        each(token, |c| format!("{c}\\u0020%20"))
    }),
    ("split by other spaces", |token| {
        each(token, |c| format!("{c}\u{a0}\\u3000"))
    }),
    ("split by what has no width", |token| {
        each(token, |c| format!("{c}\u{200b}\\u2060"))
    }),
];

fn each(token: &str, write: impl FnMut(char) -> String) -> String {
    token.chars().map(write).collect()
}

/// A place in a response, which takes a text that is written as in a JSON string.
struct Place {
    name: &'static str,
    respond: fn(&str) -> Stub,
    /// Whether what is written here is shown, at least with `-v`.
    is_shown: bool,
}

const fn shown(name: &'static str, respond: fn(&str) -> Stub) -> Place {
    Place {
        name,
        respond,
        is_shown: true,
    }
}

const fn not_shown(name: &'static str, respond: fn(&str) -> Stub) -> Place {
    Place {
        name,
        respond,
        is_shown: false,
    }
}

/// An error of JSON.
fn error(body: String) -> Stub {
    Stub::new(400, "application/json", body)
}

/// An error with this header.
fn with(status: u16, header: String) -> Stub {
    Stub::json(status, json!({})).with(&header)
}

fn web_page(text: &str) -> Stub {
    let html = format!("<!DOCTYPE html><html><title>{text}</title><p>{text}</p></html>");
    Stub::new(503, "text/html", html)
}

fn status_line(text: &str) -> Stub {
    let head = format!("HTTP/1.1 400 {text}\r\nContent-Length: 0\r\n\r\n");
    Stub::Raw(head.into_bytes())
}

const IN_THE_HEAD: [Place; 7] = [
    shown("Location", |text| with(302, format!("Location: {text}"))),
    shown("Retry-After", |text| {
        with(429, format!("Retry-After: {text}"))
    }),
    shown("another header", |text| {
        with(400, format!("X-Request: {text}"))
    }),
    shown("Content-Type", |text| {
        Stub::new(500, &format!("text/plain; token={text}"), "no")
    }),
    not_shown("Set-Cookie", |text| {
        with(400, format!("Set-Cookie: {text}"))
    }),
    not_shown("the status line", status_line),
    not_shown("no HTTP", |text| {
        Stub::Raw(format!("{text}\r\n\r\n").into())
    }),
];

const FROM_THE_ISSUER: [Place; 7] = [
    not_shown("error", |text| error(format!("{{\"error\":\"{text}\"}}"))),
    not_shown("error_description", |text| {
        error(format!(
            "{{\"error\":\"invalid_grant\",\"error_description\":\"{text}\"}}"
        ))
    }),
    not_shown("nested", |text| {
        error(format!("{{\"error\":{{\"x\":[\"{text}\"]}}}}"))
    }),
    not_shown("a whole body", |text| error(format!("\"{text}\""))),
    not_shown("a web page", web_page),
    not_shown("success without tokens", |text| {
        Stub::ok(format!("{{\"message\":\"{text}\"}}"))
    }),
    not_shown("half an object", |text| Stub::ok(format!("{{\"{text}"))),
];

const FROM_THE_API: [Place; 8] = [
    shown("error", |text| error(format!("{{\"error\":\"{text}\"}}"))),
    shown("nested", |text| {
        error(format!("{{\"a\":[[{{\"b\":{{\"c\":\"{text}\"}}}}]]}}"))
    }),
    shown("the name of a member", |text| {
        error(format!("{{\"{text}\":null}}"))
    }),
    shown("a whole body", |text| error(format!("\"{text}\""))),
    shown("a web page", web_page),
    not_shown("no JSON", |text| Stub::new(500, "text/plain", text)),
    not_shown("half an object", |text| Stub::ok(format!("{{\"{text}"))),
    shown("success", |text| {
        Stub::ok(format!("{{\"{text}\":[\"{text}\",1,\"{text}\"]}}"))
    }),
];

/// Checks each place with each writing of pieces of the tokens that `choose` picks. `stub` puts the
/// response in.
fn check_places<const COUNT: usize>(
    places: &[Place],
    stub: fn(&TestEnv, &Tokens, Stub),
    choose: fn([&str; 4]) -> [&str; COUNT],
) {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let rows = places
        .iter()
        .flat_map(|place| WRITINGS.map(|(name, write)| (place, name, write)));
    check_all(
        rows,
        |(place, name, _)| format!("{}, {name}", place.name),
        |(place, name, write)| {
            // They are short, since headers are cut. Each is the first of them somewhere.
            let mut pieces = choose(tokens.all()).map(|token| &token[token.len() / 3..][..12]);
            pieces.rotate_left((place.name.len() + name.len()) % COUNT);
            let text = pieces.map(write).join(", ");
            let outcome = run_with(&env, &tokens, stub, (place.respond)(&text), &["-v"]);
            tokens.assert_hidden(&outcome);
            let is_shown = outcome.stdout.contains(REDACTED)
                || outcome
                    .stderr
                    .lines()
                    .any(|line| line.contains(REDACTED) && !line.starts_with('>'));
            assert!(is_shown || !place.is_shown, "not shown: {outcome:#?}");
        },
    );
    // The whole tokens, and without -v.
    let rows = places.iter().flat_map(|place| {
        let whole = choose(tokens.all()).map(|token| (place, token));
        whole.into_iter()
    });
    check_all(
        rows,
        |(place, token)| format!("{} with {token}", place.name),
        |(place, token)| {
            let outcome = run_with(&env, &tokens, stub, (place.respond)(token), &[]);
            tokens.assert_hidden(&outcome);
        },
    );
}

/// Runs the program with the old tokens.
fn run_with(
    env: &TestEnv,
    tokens: &Tokens,
    stub: fn(&TestEnv, &Tokens, Stub),
    response: Stub,
    arguments: &[&str],
) -> Outcome {
    env.write("creds.json", tokens.old.to_string());
    stub(env, tokens, response);
    let outcome = env.run(arguments);
    match outcome.code {
        // Values would not take half a surrogate pair.
        Some(0) => drop(serde_json::from_str::<IgnoredAny>(&outcome.stdout).unwrap()),
        _ => assert_eq!(outcome.stdout, "", "{outcome:#?}"),
    }
    outcome
}

fn stub_issuer(env: &TestEnv, _: &Tokens, response: Stub) {
    env.stub_issuer(response);
}

fn stub_api(env: &TestEnv, tokens: &Tokens, response: Stub) {
    env.stub_issuer(Stub::json(200, tokens.new.clone()));
    env.stub_api(response);
}

#[test]
fn a_title_on_several_lines() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    for stub in [stub_issuer, stub_api] {
        for line_end in ["\n", "\r\n", "\r"] {
            let title = each(&tokens.all()[1][..20], |c| format!("{c}{line_end}"));
            let outcome = run_with(&env, &tokens, stub, web_page(&title), &["-v"]);
            tokens.assert_hidden(&outcome);
        }
    }
}

#[test]
fn the_head_of_the_issuers_response() {
    check_places(&IN_THE_HEAD, stub_issuer, |[a, b, ..]| [a, b]);
}

#[test]
fn the_body_of_the_issuers_response() {
    check_places(&FROM_THE_ISSUER, stub_issuer, |[a, b, ..]| [a, b]);
}

#[test]
fn the_head_of_an_apis_response() {
    check_places(&IN_THE_HEAD, stub_api, |all| all);
}

#[test]
fn the_body_of_an_apis_response() {
    check_places(&FROM_THE_API, stub_api, |all| all);
}

/// New tokens that do not come as RFC 6749 §5.1 says, in the body and, at the same time, in headers.
#[test]
fn new_tokens_in_disguise() {
    type Body = fn(&str, &str) -> String;
    let bodies: [(&str, Body); 14] = [
        ("in an object", |access, refresh| {
            format!(
                "{{\"data\":{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\"}}}}"
            )
        }),
        ("renamed", |access, refresh| {
            format!("{{\"accessToken\":\"{access}\",\"refreshToken\":\"{refresh}\"}}")
        }),
        ("in upper case", |access, refresh| {
            format!("{{\"ACCESS_TOKEN\":\"{access}\",\"REFRESH_TOKEN\":\"{refresh}\"}}")
        }),
        ("in an array", |access, refresh| {
            format!("[{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\"}}]")
        }),
        ("deep", |access, refresh| {
            format!("[[{{\"a\":[{{\"token\":\"{access}\",\"x-token\":\"{refresh}\"}}]}}]]")
        }),
        ("in lists", |access, refresh| {
            format!(
                "{{\"access_token\":[\"{access}\"],\"refresh_token\":{{\"value\":\"{refresh}\"}}}}"
            )
        }),
        ("with an error", |access, refresh| {
            format!(
                "{{\"error\":\"x\",\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\"}}"
            )
        }),
        ("only one", |_, refresh| {
            format!("{{\"refresh_token\":\"{refresh}\"}}")
        }),
        ("in an error's description", |access, refresh| {
            // The new access token begins as the old one does.
            format!("{{\"error\":\"{refresh}\",\"error_description\":\"took {access} instead\"}}")
        }),
        ("in a string", |access, refresh| {
            format!(
                "\"{{\\\"access_token\\\":\\\"{access}\\\",\\\"refresh_token\\\":\\\"{refresh}\\\"}}\""
            )
        }),
        ("beside half a surrogate pair", |access, refresh| {
            format!(
                "{{\"a\":\"\\ud800\",\"data\":{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\"}}}}"
            )
        }),
        ("twice", |access, refresh| {
            let pair = format!("{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\"}}");
            format!("{pair}{pair}")
        }),
        ("in half an object", |access, refresh| {
            format!("{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\"")
        }),
        ("as a form", |access, refresh| {
            format!("access_token={access}&refresh_token={refresh}")
        }),
    ];
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let [.., access, refresh] = tokens.all();
    let mut rows = Vec::new();
    for (name, body) in bodies {
        for (status, content_type) in [
            (200, "application/json"),
            (200, "text/plain"),
            (400, "application/json"),
            (500, "text/html"),
        ] {
            rows.push((name, status, content_type, body(access, refresh)));
        }
    }
    check_all(
        rows,
        |(name, status, content_type, _)| format!("{name}, {status}, {content_type}"),
        |(_, status, content_type, body)| {
            let response = Stub::new(*status, content_type, body.as_str())
                .with(&format!("Set-Cookie: session={access}"));
            for arguments in [&[][..], &["-v"]] {
                let response = response.clone();
                let outcome = run_with(&env, &tokens, stub_issuer, response, arguments);
                assert_eq!(outcome.code, Some(1), "{outcome:#?}");
                tokens.assert_hidden(&outcome);
            }
        },
    );
}

/// What comes with success may be a token, whatever it is called and however short its parts are.
#[test]
fn nothing_of_the_issuers_success() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let body = json!({"error": "some words", "error_description": "of another kind"});
    for status in [200, 201, 204, 299] {
        let response = Stub::json(status, body.clone());
        let outcome = run_with(&env, &tokens, stub_issuer, response, &[]);
        outcome.assert_failure(&[]).assert_lacks(&["words", "kind"]);
    }
    let response = Stub::json(400, body);
    let outcome = run_with(&env, &tokens, stub_issuer, response, &[]);
    outcome.assert_failure(&["some words: of another kind"]);
}

/// Not all of them look like tokens. Those that RFC 6749 §5.1 names are known all the same.
#[test]
fn new_tokens_of_any_form_in_headers_too() {
    let tokens = [
        "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "mF_9/B5f-4.1JqM/2YotnFZFE/jr1zCsicMWpAA/tGzv3JOkF",
        "a=b:c=d:e=f:g=h:i=j:k=l",
    ];
    check_all(
        tokens,
        |token| token.to_string(),
        |token| {
            let env = TestEnv::new();
            let mut body = env.generate_tokens();
            body["refresh_token"] = json!(token);
            // Behind much else, too.
            body["a"] = json!("x".repeat(1 << 17));
            env.stub_issuer(Stub::json(200, body).with(&format!("X-Token: {token}")));
            let outcome = env.run(&["-v"]);
            outcome_hides(outcome.assert_success(), token);
        },
    );
}

/// Nor have all of them capitals, or the names of RFC 6749 §5.1.
#[test]
fn other_tokens_in_headers_too() {
    let token = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978";
    let bodies = [
        json!({"id_token": token}).to_string(),
        json!({"data": [{"secret": token}]}).to_string(),
        format!("{{\"access_token\": \"{token}"),
        format!("access_token={token}&x=y"),
        format!("Bearer {token}"),
    ];
    check_all(
        bodies,
        |body| body.clone(),
        |body| {
            for status in [200, 400] {
                let env = TestEnv::new();
                let response = Stub::new(status, "application/json", body.as_str());
                env.stub_issuer(response.with(&format!("X-Token: {token}")));
                outcome_hides(&env.run(&["-v"]), token);
            }
        },
    );
}

/// A long word of the issuer's need not be a token: what else has it in it stays readable.
#[test]
fn a_long_name_is_no_token() {
    let env = TestEnv::new();
    env.set_region("eu1");
    let description = "Ask at auth-errors.production-eu.eu1.alteryxcloud.com/As/Errors \
                       as urn_alteryx_workspace_administrator_permissions";
    let error = json!({"error": "invalid_grant", "error_description": description});
    env.stub_issuer(Stub::json(400, error));
    env.run(&[])
        .assert_failure(&["at https://eu1.alteryxcloud.com/cloud-portal/", description]);
}

/// What the program knows by their names in the body is not shown in the head either.
#[test]
fn new_tokens_in_headers_too() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let [.., access, refresh] = tokens.all();
    let bodies = [
        ("as they should be", tokens.new.clone()),
        ("in an object", json!({"data": tokens.new})),
        ("in an array", json!([tokens.new])),
        (
            "renamed",
            json!({"accessToken": access, "refreshToken": refresh}),
        ),
    ];
    check_all(
        bodies,
        |(name, _)| name.to_string(),
        |(_, body)| {
            for status in [200, 302, 429, 500] {
                let mut response = Stub::json(status, body.clone());
                for name in ["Location", "Retry-After", "X-Token", "Set-Cookie"] {
                    response = response.with(&format!("{name}: {refresh} {access}"));
                }
                let outcome = run_with(&env, &tokens, stub_issuer, response, &["-v"]);
                tokens.assert_hidden(&outcome);
            }
        },
    );
}

#[test]
fn no_cookie_is_printed() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let cookies = "Set-Cookie: session=1f0c2b7d; Path=/\r\nset-cookie: other=77aa44de";
    for stub in [stub_issuer, stub_api] {
        for response in [
            Stub::json(200, tokens.new.clone()),
            Stub::json(400, json!({})),
        ] {
            let response = response.with(cookies);
            let outcome = run_with(&env, &tokens, stub, response, &["-v"]);
            outcome.assert_lacks(&["1f0c2b7d", "77aa44de", "session=", "other="]);
        }
    }
}

#[test]
fn the_bearer_token_in_a_success() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let [_, _, access, _] = tokens.all();
    let echo = json!({"headers": {"authorization": format!("Bearer {access}")}, "id": 1});
    for arguments in [&[][..], &["-v"]] {
        let response = Stub::json(200, echo.clone());
        let outcome = run_with(&env, &tokens, stub_api, response, arguments);
        outcome.assert_success();
        tokens.assert_hidden(&outcome);
        let printed: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let expected = json!({"headers": {"authorization": "(redacted)"}, "id": 1});
        assert_eq!(printed, expected);
    }
}

/// What is redacted never begins or ends within an escape.
#[test]
fn a_redacted_success_stays_json() {
    let env = TestEnv::new();
    let mut tokens = Tokens::of(&env);
    tokens.new["refresh_token"] = json!("0123456789abcdefghijklmn");
    let rows = [
        (r#""\ud800123456789""#, r#""(redacted)""#),
        (r#""\u003012345\u0036789abcdef""#, r#""(redacted)""#),
        (r#""\\0123456789\\""#, r#""(redacted)""#),
        (r#""\"0123456789\"""#, r#""(redacted)""#),
        (
            r#"["0123456", "789abcd"]"#,
            "[\n  \"0123456\",\n  \"789abcd\"\n]",
        ),
        (r#""0123456789\n""#, r#""(redacted)""#),
        // Percent-encoded, and then JSON-escaped.
        (
            r#""\u002530\u002531\u002532\u002533\u002534\u002535\u002536\u002537""#,
            r#""(redacted)""#,
        ),
    ];
    check_all(
        rows,
        |(sent, _)| sent.to_string(),
        |(sent, printed)| {
            let outcome = run_with(&env, &tokens, stub_api, Stub::ok(*sent), &[]);
            assert_eq!(outcome.stdout.trim_end(), *printed);
        },
    );
}

#[test]
fn what_is_sent() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    let outcome = run_with(&env, &tokens, stub_api, Stub::json(200, json!({})), &["-v"]);
    outcome.assert_success();
    tokens.assert_hidden(&outcome);
    let sent = [
        "> authorization: Bearer (redacted)",
        "refresh_token=(redacted)",
    ];
    for line in sent {
        assert!(outcome.stderr.contains(line), "{outcome:#?}");
    }
}

#[test]
fn tokens_in_the_path() {
    let env = TestEnv::new();
    let tokens = Tokens::of(&env);
    env.stub_issuer(Stub::json(200, tokens.new.clone()));
    for (name, write) in WRITINGS {
        let token = write(tokens.all()[1]);
        let path = format!("v4/x?token={token}");
        env.write("creds.json", tokens.old.to_string());
        let outcome = env.run(&["-v", &path]);
        assert_ne!(outcome.code, Some(0), "{name}: {outcome:#?}");
        if outcome.code == Some(1) {
            tokens.assert_hidden(&outcome);
        }
    }
}

/// A refresh token is any visible ASCII (RFC 6749 appendix A.17).
#[test]
fn tokens_that_are_not_base64() {
    let rows = [
        "/+abc/def+ghi/jkl+mno==",
        "a%41b%42c%43d%44e%45f%46g%47h%48i%49",
        "ab\\cd\\ef\\gh\\ij\\kl\\mn\\op",
        "ab\\u0041cd\\u0042ef\\u0043gh",
        "{'a':'b','c':'d','e':['f']}",
        "12345678901234567890",
    ];
    check_all(
        rows,
        |token| token.to_string(),
        |token| {
            let env = TestEnv::new();
            let mut tokens = Tokens::of(&env);
            tokens.old["refresh_token"] = json!(token);
            let places = [
                with(302, format!("Location: {token}")),
                with(429, format!("Retry-After: {token}")),
                Stub::json(
                    400,
                    json!({"error": "invalid_grant", "error_description": token}),
                ),
            ];
            for response in places {
                let outcome = run_with(&env, &tokens, stub_issuer, response, &["-v"]);
                outcome_hides(&outcome, token);
            }
            for body in [json!({"error": token}), json!({*token: [token]})] {
                for status in [200, 400] {
                    let response = Stub::json(status, body.clone());
                    let outcome = run_with(&env, &tokens, stub_api, response, &["-v"]);
                    outcome_hides(&outcome, token);
                }
            }
        },
    );
}

#[track_caller]
fn outcome_hides(outcome: &Outcome, token: &str) {
    let printed = format!("{}\n{}", outcome.stdout, outcome.stderr);
    for text in [unescape(&printed), printed] {
        let mut parts = (0..token.len() - 7).map(|start| &token[start..start + 8]);
        let shown = parts.find(|part| text.contains(part));
        assert_eq!(shown, None, "{outcome:#?}");
    }
}

#[test]
#[cfg(unix)]
#[should_panic(expected = "part of a token, is printed")]
fn eight_characters_are_noticed() {
    let env = TestEnv::new();
    let mut leak = env.command("sh");
    env.outcome(leak.args(["-c", "sed -n 2p creds.json | cut -c 30-37"]));
}
