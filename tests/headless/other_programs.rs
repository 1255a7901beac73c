//! Another program reads the copy: Python's sqlite3 runs the statements of the documentation on its views.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::{portfolio, served::Served};

/// Opens the cache as the documentation says, and prints what a statement finds as `vipmp sql --json` does.
const READER: &str = r"
import json, pathlib, sqlite3, sys
uri = pathlib.Path(sys.argv[1]).as_uri() + '?mode=ro'
connection = sqlite3.connect(uri, uri=True)
connection.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in connection.execute(sys.argv[2])]))
";

/// Returns the statements below the heading SQL of the documentation.
fn documented() -> Vec<String> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/portfolio.md")).unwrap();
    let (_, rest) = text.split_once("```sql\n").expect("statements");
    let (block, _) = rest.split_once("```").expect("an end");
    block.lines().map(|line| line.trim_end_matches(';').to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn pythons_sqlite_finds_what_the_program_finds() {
    if Command::new("python3").args(["-c", "import sqlite3"]).status().is_ok_and(|status| status.success()) {
        let served = Served::start();
        let stage = portfolio::with_profile(&served);
        stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
        let cache = portfolio::folder(&stage).join("portfolio.sqlite");
        let mut statements = documented();
        assert!(statements.len() >= 4, "{statements:?}");
        let views = ["v_customers", "v_subscriptions", "v_renewals", "v_acquisitions"];
        statements.extend(views.map(|view| format!("SELECT * FROM {view} ORDER BY 1, 2, 3, 4")));
        for statement in statements {
            let out =
                Command::new("python3").args(["-c", READER]).arg(&cache).arg(&statement).output().unwrap();
            assert!(out.status.success(), "{statement}: {}", String::from_utf8_lossy(&out.stderr));
            let theirs: Value = serde_json::from_slice(&out.stdout).unwrap();
            let ours = stage.run(["sql", "--json", &statement]).exits_with(0).json();
            assert!(ours.as_array().is_some_and(|rows| !rows.is_empty()), "{statement} finds nothing");
            assert_eq!(theirs, ours, "{statement}");
        }
    } else {
        println!("skipped: python3 with sqlite3 is not here");
    }
}
