//! Tables of cases: all rows run, and all that fail are reported.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Checks each case, then panics with the name and the message of each that failed.
#[track_caller]
pub fn check_all<Case>(
    cases: impl IntoIterator<Item = Case>,
    name: impl Fn(&Case) -> String,
    check: impl Fn(&Case),
) {
    let mut count = 0;
    let mut failures = Vec::new();
    for case in cases {
        count += 1;
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&case))) {
            failures.push(format!("{}: {}", name(&case), message(&*panic)));
        }
    }
    let (failed, list) = (failures.len(), failures.join("\n"));
    assert!(failed == 0, "{failed} of {count} cases failed:\n{list}");
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("panicked")
}
