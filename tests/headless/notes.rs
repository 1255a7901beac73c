//! Notes and follow-ups: written beside the copy, found, printed, exported and deleted; never sent and never logged.

use serde_json::{Value, json};
use vipmp::{
    model::NoteChange,
    portfolio::{Identity, NoteFile, PortfolioStore},
};

use crate::{
    portfolio::{folder, with_profile},
    served::{CLIENT_ID, Served},
    stage::{Run, Stage},
};

/// A stage with a copy, and the ID of one of its customers.
fn synced(served: &Served) -> (Stage, String) {
    let stage = with_profile(served);
    stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
    let found =
        stage.run(["find", "status:active", "--limit", "1", "--columns", "customer-id"]).exits_with(0);
    let id = found.out.lines().nth(1).unwrap().trim().to_owned();
    (stage, id)
}

/// Returns the IDs of the customers that a query finds.
fn ids(stage: &Stage, query: &str) -> Vec<String> {
    let found = stage.run(["find", query, "--columns", "customer-id", "--output", "csv"]).exits_with(0);
    found.out.lines().skip(1).map(|line| line.trim_end_matches(',').to_owned()).collect()
}

#[test]
fn a_note_is_written_found_exported_and_deleted_without_the_api() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    drop(served);
    let note = |words: &[&str]| -> Run {
        let id = [id.as_str()];
        stage.run(["note"].iter().chain(&id).chain(words))
    };
    note(&[]).exits_with(0).prints_nothing().warns(&["There is no note on "]);
    note(&["=CALL(\"Petra\")\nabout seats"]).exits_with(0).prints_nothing().warns(&["saved."]);
    note(&["--follow-up", "-1d"]).exits_with(0).warns(&["saved; follow-up ", "overdue since yesterday"]);
    note(&[]).exits_with(0).prints(&[
        "Note       =CALL(\"Petra\") about seats",
        "overdue since yesterday",
        &id,
    ]);
    let yesterday = (chrono::Utc::now() - chrono::TimeDelta::days(1)).date_naive().to_string();
    let all = note(&["--json"]).exits_with(0).json();
    assert_eq!(
        (&all["customer_id"], &all["note"], &all["follow_up"]),
        (&json!(id), &json!("=CALL(\"Petra\") about seats"), &json!(yesterday))
    );
    for query in ["follow:..today", "follow:..7d", "note:petra", "note:any", "petra", "note:*seats"] {
        assert_eq!(ids(&stage, query), [id.as_str()], "{query}");
    }
    assert_eq!(ids(&stage, "follow:today").len() + ids(&stage, "note:any -note:any").len(), 0);
    assert_eq!(ids(&stage, "note:none").len() + 1, ids(&stage, "status:any").len());
    let csv = stage.run(["find", "note:any", "--columns", "note,follow-up", "--output", "csv"]).exits_with(0);
    assert_eq!(
        csv.out.trim_end(),
        format!("note,follow-up,problem\r\n\"'=CALL(\"\"Petra\"\") about seats\",{yesterday},")
    );
    let found = stage.run(["find", "note:any", "--output", "jsonl"]).exits_with(0).json();
    assert_eq!(found["portfolio"]["note"], json!("=CALL(\"Petra\") about seats"));
    let sql = stage.run(["sql", "--json", "SELECT customer_id, note, follow_up FROM v_notes"]).exits_with(0);
    assert_eq!(
        sql.json(),
        json!([{"customer_id": id, "note": "=CALL(\"Petra\") about seats", "follow_up": yesterday}])
    );
    let info = stage.run(["portfolio", "info", "--json"]).exits_with(0).json();
    assert_eq!((&info["notes"], &info["notes_due"]), (&json!(1), &json!(1)));
    stage.run(["portfolio", "info"]).exits_with(0).prints(&["Notes          1, 1 due"]);
    stage.run(["portfolio", "check"]).exits_with(0).prints(&["ok       "]);
    note(&["--follow-up", "none"]).exits_with(0).warns(&["saved."]);
    assert_eq!((ids(&stage, "follow:any").len(), ids(&stage, "note:petra").len()), (0, 1));
    note(&["--delete"]).exits_with(0).warns(&["deleted."]);
    note(&["--delete"]).exits_with(0).warns(&["There is no note on "]);
    note(&["call", "--follow-up", "7d"]).exits_with(0);
    note(&[""]).exits_with(0).warns(&["saved; follow-up "]);
    assert_eq!(note(&["--json"]).exits_with(0).json()["note"], Value::Null);
    note(&["again", "--follow-up", "none"]).exits_with(0).warns(&["saved."]);
    note(&[""]).exits_with(0).warns(&["deleted."]);
    assert_eq!(ids(&stage, "note:any").len(), 0);
    let logged = std::fs::read_to_string(stage.path("vipmp.log")).unwrap();
    assert!(logged.contains("/v3/customers/") && !logged.contains("about seats"), "notes are in no log");
    stage.assert_private();
}

#[test]
fn what_cannot_be_a_note_is_refused() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    stage.run(["note", "1", "x"]).exits_with(4).warns(&["customer 1 is not in the local copy"]);
    stage.run(["note", "a/b", "x"]).exits_with(2).warns(&["a/b: an ID consists of"]);
    let long = "x".repeat(301);
    let words = "a note has at most 300 characters, and this one has 301";
    stage.run(["note", &id, &long]).exits_with(2).warns(&[words]);
    let run = stage.run(["note", &id, "x", "--follow-up", "soon"]).exits_with(2);
    run.warns(&["--follow-up \"soon\": not a day. Try 2026-12-03, 3 Dec, 7d, 2w, tomorrow or mon"]);
    stage.run(["note", &id, "x", "--delete"]).exits_with(2);
    assert_eq!(ids(&stage, "note:any").len(), 0);
}

#[test]
fn a_note_is_printed_without_what_would_act_in_a_terminal() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    stage.run(["note", &id, "red \u{1b}[31m \u{202e}txt"]).exits_with(0);
    let shown = stage.run(["note", &id]).exits_with(0).prints(&["Note       red  [31m"]);
    assert!(!shown.out.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    let table = stage.run(["find", "note:any", "--columns", "note"]).exits_with(0);
    assert!(!table.out.contains(['\u{1b}', '\u{202e}']), "{table:?}");
    let json = stage.run(["note", &id, "--json"]).exits_with(0).json();
    assert_eq!(json["note"], json!("red  [31m \u{202e}txt"), "programs get it as it is");
}

#[test]
fn a_note_is_written_while_another_process_brings_the_copy_up_to_date() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    let identity = Identity::new(CLIENT_ID, &served.api());
    let writer = PortfolioStore::open(&folder(&stage), &identity, true, chrono::Utc::now()).unwrap().store;
    let before = writer.revision().unwrap();
    stage.run(["sync"]).exits_with(1).warns(&["another vipmp"]);
    stage.run(["note", &id, "call Petra"]).exits_with(0);
    assert_ne!(writer.revision().unwrap(), before, "it sees that there is something new");
    assert_eq!(writer.notes().unwrap().unwrap()[&id].text, "call Petra");
    assert_eq!(ids(&stage, "note:petra"), [id]);
}

#[test]
fn forgetting_says_that_notes_go_too() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    stage.run(["note", &id, "call Petra"]).exits_with(0);
    stage
        .run(["portfolio", "forget", "--yes"])
        .exits_with(0)
        .warns(&["Deleted ", ", and your note with them."]);
    stage.run(["note", &id]).exits_with(4);
    stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
    assert_eq!(ids(&stage, "note:any").len(), 0);
    stage.run(["note", &id, "call Petra"]).exits_with(0);
    let removed = stage.run(["profile", "remove", "a", "--yes"]).exits_with(0);
    removed.warns(&["Profile a removed, with your note."]);
}

#[test]
fn notes_that_cannot_be_read_are_said_to_be_left_out() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    stage.run(["note", &id, "call Petra"]).exits_with(0);
    std::fs::write(folder(&stage).join("history.sqlite"), [b'x'; 8192]).unwrap();
    let words = "notes cannot be read, so they are left out: `vipmp portfolio check` says why.";
    let report = stage.path("report.xlsx");
    let report = report.to_str().unwrap();
    for arguments in [
        &["find", "note:any"][..],
        &["find", "petra"],
        &["find", "petra", "--facets"],
        &["find", "--columns", "note"],
        &["summary", "note:any"],
        &["summary", "petra"],
        &["renewals", "follow:..7d"],
        &["report", report, "--query", "petra"],
        &["report", report],
        &["today"],
    ] {
        let run = stage.run(arguments).exits_with(5).warns(&[words]);
        assert_eq!(run.err.matches(words).count(), 1, "{arguments:?} says it once: {}", run.err);
    }
    stage.run(["find", "status:active", "--limit", "1"]).exits_with(0);
    stage.run(["sql", "SELECT COUNT(*) FROM v_notes"]).exits_with(5).warns(&["notes cannot be read"]);
    let refused = stage.run(["note", &id, "again"]).exits_with(1);
    refused.warns(&["history.sqlite is damaged: `vipmp portfolio check` sets it aside"]);
    let info = stage.run(["portfolio", "info", "--json"]).exits_with(0).json();
    assert_eq!(info["notes"], Value::Null);
    stage.run(["sync", "--quiet"]).exits_with(0).warns(&["it was set aside as", "with the notes in it"]);
    stage.run(["note", &id, "again"]).exits_with(0);
}

#[test]
fn a_note_on_a_customer_that_the_copy_no_longer_has_is_printed_changed_and_deleted() {
    let served = Served::start();
    let (stage, _) = synced(&served);
    let identity = Identity::new(CLIENT_ID, &served.api());
    let gone = NoteChange {
        customer_id: "1".to_owned(),
        company: Some("Gone Ltd".to_owned()),
        reseller_id: Some("1000000001".to_owned()),
        text: "call Petra".to_owned(),
        follow_up: None,
        replaces: None,
    };
    NoteFile::new(folder(&stage), identity).put(&gone, chrono::Utc::now()).unwrap();
    let run = stage.run(["note", "1"]).exits_with(0);
    run.prints(&["Customer   Gone Ltd (1)", "Note       call Petra"]);
    stage.run(["note", "1", "called"]).exits_with(0).warns(&["Note on Gone Ltd (1) saved."]);
    assert_eq!(stage.run(["note", "1", "--json"]).exits_with(0).json()["company"], json!("Gone Ltd"));
    stage.run(["note", "1", "--delete"]).exits_with(0).warns(&["Note on Gone Ltd (1) deleted."]);
    stage.run(["note", "1"]).exits_with(4).warns(&["customer 1 is not in the local copy"]);
}

#[test]
fn a_missing_history_is_no_history_without_notes() {
    let served = Served::start();
    let (stage, id) = synced(&served);
    stage.run(["note", &id, "call Petra"]).exits_with(0);
    std::fs::remove_file(folder(&stage).join("history.sqlite")).unwrap();
    let words = "history.sqlite is missing, with the notes in it";
    for arguments in [&["note", &id][..], &["note", &id, "--json"], &["note", &id, "--delete"]] {
        stage.run(arguments).exits_with(1).prints_nothing().warns(&[words]);
    }
    stage.run(["find", "note:any"]).exits_with(5).warns(&["notes cannot be read"]);
    let lost = "The history of changes was missing, and a new one was begun: earlier changes and notes are not known.";
    stage.run(["note", &id, "again"]).exits_with(5).warns(&["saved.", lost]);
    stage.run(["note", &id]).exits_with(0).prints(&["Note       again"]);
    stage.run(["note", &id, "and again"]).exits_with(0);
}

#[test]
fn the_demo_has_notes_that_show_what_they_are_and_keeps_none() {
    let stage = Stage::new();
    let small = ["--demo", "--demo-customers", "60"];
    let columns = ["--columns", "company,note,follow-up", "--output", "csv"];
    let found = stage.run(["find", "follow:..7d"].iter().chain(&small).chain(&columns)).exits_with(0);
    assert_eq!(found.out.lines().count(), 4, "{}", found.out);
    let found =
        stage.run(["find", "follow:..today note:budget"].iter().chain(&small).chain(&columns)).exits_with(0);
    assert_eq!(found.out.lines().count(), 2, "{}", found.out);
    let sql =
        stage.run(["sql", "--json", "SELECT COUNT(*) AS n FROM v_notes"].iter().chain(&small)).exits_with(0);
    assert_eq!(sql.json(), json!([{"n": 4}]));
    let run = stage
        .run(["note", "1006500792", "call", "--follow-up", "tomorrow"].iter().chain(&small))
        .exits_with(0);
    run.warns(&[
        "saved; follow-up ",
        "Demo notes are kept in memory only; this one is lost when the command ends.",
    ]);
    stage.run(["note", "1006500792"].iter().chain(&small)).exits_with(0).warns(&["There is no note on "]);
}
