//! Snapshots of what a person sees, in `tests/it/snapshots`. After a message has changed, run the
//! tests with `UPDATE_SNAPSHOTS=1`, and read what git shows as the difference.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::{env, fs, path::Path};

/// Runs each case, and compares what they return with the snapshot `name`, under the cases' titles.
#[track_caller]
pub fn check_snapshot<Title: Display, Case>(
    name: &str,
    cases: impl IntoIterator<Item = (Title, Case)>,
    run: impl Fn(Case) -> String,
) {
    let mut text = String::new();
    for (title, case) in cases {
        let shown = catch_unwind(AssertUnwindSafe(|| run(case)));
        let shown = shown.unwrap_or_else(|panic| {
            eprintln!("That was \"{title}\" in {name}.txt.");
            resume_unwind(panic)
        });
        text += &format!("=== {title}\n{}\n\n", shown.trim_end());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let path = path.join(format!("{name}.txt"));
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        return fs::write(path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    for (is, was) in text.split("=== ").zip(expected.split("=== ")) {
        assert!(is == was, "{name}.txt has\n{was}\nbut now it is\n{is}");
    }
    assert!(text == expected, "{name}.txt has more cases, or fewer");
}
