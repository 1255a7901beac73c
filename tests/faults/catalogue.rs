//! The list of all cases, and the checks that each is a test and that CONTRIBUTING.md contains them all.

use std::{collections::BTreeSet, fmt::Write, path::Path, process::Command};

use crate::faults;

/// A line of the catalogue: a fault in words, and its test.
pub(crate) struct Case {
    words: &'static str,
    test: &'static str,
}

impl Case {
    /// Creates a case. `_proof` is the test itself, so that the list cannot name one that does not exist.
    pub(crate) const fn new<T>(words: &'static str, test: &'static str, _proof: fn() -> T) -> Self {
        Self { words, test }
    }
}

/// Creates the case of a test: `case!(refused, "connection refused")`, or `case!(files::gone, "…")` if the section has
/// submodules.
macro_rules! case {
    ($test:path, $words:literal) => {
        $crate::catalogue::Case::new($words, stringify!($test), $test)
    };
}
pub(crate) use case;

/// The sections of the catalogue in order: the title, the module of the tests, and the cases.
const SECTIONS: &[(&str, &str, &[Case])] = &[
    ("Transport", "transport", faults::transport::CASES),
    ("Status", "status", faults::status::CASES),
    ("Body", "body", faults::body::CASES),
    ("Time", "time", faults::time::CASES),
    ("Promises", "promises", faults::promises::CASES),
    ("Terminal", "terminal", faults::terminal::CASES),
    ("Files", "files", faults::files::CASES),
    ("Local copy", "local_copy", faults::local_copy::CASES),
];

#[test]
fn every_case_is_a_test_that_runs() {
    let listed = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let tests: BTreeSet<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    for (_, module, cases) in SECTIONS {
        for case in *cases {
            let name = format!("faults::{module}::{}", case.test);
            assert!(tests.contains(name.as_str()), "{name} is not a test");
        }
        let of_section = format!("faults::{module}::");
        for test in tests.iter().filter_map(|name| name.strip_prefix(&of_section)) {
            assert!(
                cases.iter().any(|case| case.test == test),
                "{test} is missing from the list of {module}"
            );
        }
    }
}

/// With `UPDATE_CONTRIBUTING=1`, the list is written instead of checked.
#[test]
fn contributing_lists_the_cases() {
    const BEGIN: &str = "<!-- faults -->\n";
    const END: &str = "<!-- /faults -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("a place for the list");
    let (_, after) = rest.split_once(END).expect("an end of the list");
    let mut list = String::new();
    for (title, module, cases) in SECTIONS {
        if !cases.is_empty() {
            write!(list, "\n{title} (`faults::{module}`):\n\n").unwrap();
        }
        for case in *cases {
            writeln!(list, "- {}: `{}`", case.words, case.test).unwrap();
        }
    }
    let wanted = format!("{before}{BEGIN}{list}\n{END}{after}");
    if std::env::var_os("UPDATE_CONTRIBUTING").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    } else {
        assert_eq!(text, wanted, "UPDATE_CONTRIBUTING=1 cargo test --test faults updates the list");
    }
}
