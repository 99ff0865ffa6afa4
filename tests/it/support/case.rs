//! Tables of cases: all rows run, and all that fail are reported.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Checks each case, then panics with the names of those that failed. What failed in each was
/// printed when it did.
#[track_caller]
pub fn check_all<Name: Debug, Case>(
    cases: impl IntoIterator<Item = (Name, Case)>,
    check: impl Fn(&Name, Case),
) {
    let mut failed = Vec::new();
    for (name, case) in cases {
        if catch_unwind(AssertUnwindSafe(|| check(&name, case))).is_err() {
            eprintln!("That was the case {name:?}.\n");
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "these cases failed: {failed:#?}");
}
