//! Another program reads the copy: Python's sqlite3 runs the statements of the documentation on its views.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::{portfolio, served::Served};

/// Opens a database as the documentation says, and prints what a statement finds as `vipmp sql --json` does.
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
        let found = stage.run(["find", "--limit", "1", "--json"]).exits_with(0).json();
        let id = found[0]["customer"]["customerId"].as_str().expect("a customer");
        stage.run(["note", id, "Wants a quote", "--follow-up", "tomorrow"]).exits_with(0);
        let folder = portfolio::folder(&stage);
        let mut statements = documented();
        assert!(statements.len() >= 4, "{statements:?}");
        let views =
            ["v_customers", "v_subscriptions", "v_renewals", "v_acquisitions", "v_changes", "v_notes"];
        statements.extend(views.map(|view| format!("SELECT * FROM {view} ORDER BY 1, 2, 3, 4")));
        for statement in statements {
            let is_of_changes = statement.contains("v_changes");
            let is_of_history = is_of_changes || statement.contains("v_notes");
            let database = folder.join(if is_of_history { "history.sqlite" } else { "portfolio.sqlite" });
            let out =
                Command::new("python3").args(["-c", READER]).arg(&database).arg(&statement).output().unwrap();
            assert!(out.status.success(), "{statement}: {}", String::from_utf8_lossy(&out.stderr));
            let theirs: Value = serde_json::from_slice(&out.stdout).unwrap();
            let ours = stage.run(["sql", "--json", &statement]).exits_with(0).json();
            let rows = ours.as_array().expect("rows");
            // The API of this test never changes.
            assert_eq!(rows.is_empty(), is_of_changes, "{statement}");
            assert_eq!(theirs, ours, "{statement}");
        }
    } else {
        println!("skipped: python3 with sqlite3 is not here");
    }
}
