//! What the issuer and the API respond, and what the program makes of it.

mod api;
mod issuer;
mod redaction;

use crate::stub::Stub;
use crate::support::snapshot::check_snapshot_old;
use crate::test_env::TestEnv;

/// What a row is called, and the response.
type Row = (&'static str, Stub);

const HTML: &str = "<!DOCTYPE html><html><title>Blocked</title><script>alert(1)</script></html>";

/// Compares the messages about these responses with a snapshot. None is asked for again, no redirect
/// is followed, and the tokens in creds.json are good ones.
#[track_caller]
fn check_messages(snapshot: &str, rows: Vec<Row>, stub: fn(&TestEnv, Stub), requests: usize) {
    let run = |(_, response): &Row| {
        let env = TestEnv::new();
        stub(&env, response.clone());
        let outcome = env.run(&[]);
        outcome.assert_failure(&[]);
        assert_eq!(env.requests().len(), requests, "{outcome:#?}");
        assert!(env.creds_are_valid(), "{outcome:#?}");
        outcome.message
    };
    check_snapshot_old(snapshot, rows, |(name, _)| (*name).to_owned(), run);
}
