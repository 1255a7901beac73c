//! A note on standard error says that a list is partial, in pipes too and in every format.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::{
    scripted::Scripted,
    served::{self, RESELLER},
    stage::{Run, Stage},
};

const FORMATS: [&str; 5] = ["table", "json", "jsonl", "csv", "xlsx"];

/// Runs `list` on the demo.
fn list(words: &[&str]) -> Run {
    Stage::new().run([&["list", "--demo"], words].concat())
}

#[test]
fn a_partial_list_has_a_note_in_every_format_and_a_complete_one_has_none() {
    let stage = Stage::new();
    for format in FORMATS {
        let mut command = stage.command();
        // Workbooks are not text, so the streams are compared as bytes.
        let output = command.args(["list", "--demo", "--output", format]).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), message.as_str()),
            (Some(0), "50 of 1,204 shown; use --all to print all\n")
        );
        assert!(!String::from_utf8_lossy(&output.stdout).contains("shown"), "{format}");
        let output = stage.command().args(["list", "--demo", "--all", "--output", format]).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{format}: {output:?}");
    }
    for (words, message) in [
        (&["--limit", "7"][..], "7 of 1,204 shown; use --all to print all\n"),
        (&["--status", "all"], "50 of 1,307 shown; use --all to print all\n"),
        (&["--status", "pending,1026", "--limit", "14"], "14 of 15 shown; use --all to print all\n"),
        (&["--offset", "50"], "rows 51 to 100 of 1,204 shown; use --all without --offset to print all\n"),
        (
            &["--offset", "1200", "--all"],
            "rows 1,201 to 1,204 of 1,204 shown; leave out --offset to print all\n",
        ),
        (&["--status", "pending"], ""),
        (&["--limit", "1204"], ""),
        (&["--name", "nobody is called so"], ""),
    ] {
        assert_eq!(list(words).exits_with(0).err, message, "{words:?}");
    }
}

#[test]
fn an_offset_past_the_end_is_reported() {
    for (words, message) in [
        (&["--offset", "1204"][..], "--offset 1,204 is past the end: 1,204 customers match\n"),
        (&["--offset", "5000", "--all"], "--offset 5,000 is past the end: 1,204 customers match\n"),
        (&["--offset", "5000", "--status", "all"], "--offset 5,000 is past the end: 1,307 customers match\n"),
    ] {
        let run = list(&[words, &["--output", "json"]].concat()).exits_with(0);
        assert_eq!((run.err.as_str(), run.json()), (message, json!([])), "{words:?}");
    }
}

#[test]
fn a_date_without_a_status_mentions_matches_in_other_statuses() {
    let count = |status: &str| {
        let run =
            list(&["--created-from", "2015", "--all", "--status", status, "--output", "json"]).exits_with(0);
        assert_eq!(run.err, "", "a status was named");
        run.json().as_array().unwrap().len()
    };
    let (pending, inactive, other) = (count("pending"), count("inactive"), count("1026"));
    let message = format!(
        "not shown: {pending} pending, {inactive} inactive, {other} with status 1026; use --status all to include them\n"
    );
    for words in [&["--created-from", "2015"][..], &["--created-to", "today"]] {
        assert_eq!(list(&[words, &["--all"]].concat()).exits_with(0).err, message, "{words:?}");
    }
    let run = list(&["--created-from", "2015", "--limit", "3", "--output", "jsonl"]).exits_with(0);
    assert_eq!(
        (run.out.lines().count(), run.err.contains(" of "), run.err.ends_with(&message)),
        (3, true, true),
        "{run:#?}"
    );
    let many = list(&["--created-from", "2015", "--all", "--resellers", "all"]).exits_with(0);
    assert!(
        many.err.lines().last().unwrap_or_default().ends_with("use --status all to include others"),
        "{many:#?}"
    );
    let stage = Stage::new();
    let run = stage.run(["export", "out.csv", "--demo", "--created-from", "2015"]).exits_with(0);
    assert!(run.err.ends_with(&message), "{run:#?}");
}

/// Returns a stage whose profile is an API with one active customer, and `count` for the other statuses.
fn counting(
    count: impl Fn(usize) -> (u16, String) + Send + Sync + 'static,
) -> (Scripted, Stage, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let api = Scripted::answering(move |path| {
        if path.contains("status=1000") {
            let row = json!({"customerId": "1", "companyName": "Quillfern", "status": "1000"});
            return (200, json!({"totalCount": 1, "count": 1, "accounts": [row]}).to_string());
        }
        assert!(path.contains("limit=1&") || path.ends_with("limit=1"), "the cheapest: {path}");
        count(counted.fetch_add(1, Ordering::SeqCst))
    });
    let stage = Stage::new().with("VIPMP_ACCESS_TOKEN", "token-of-nobody");
    let text = served::profile("a", &api.url("/"), &api.url("/token"), "access_token = { env = \"NONE\" }");
    stage.write(stage.config(), &text);
    (api, stage, asked)
}

#[test]
fn a_failed_count_removes_the_numbers_but_does_not_fail_the_command() {
    let words = ["list", "--created-from", "2020", "--output", "jsonl"];
    let (_api, stage, asked) = counting(|number| match number {
        0 => (403, r#"{"code":"4121","message":"no"}"#.to_owned()),
        _ => (200, r#"{"totalCount":7,"count":0,"accounts":[]}"#.to_owned()),
    });
    let run = stage.run(words).exits_with(0);
    let message = "only active customers are shown; use --status all to include others\n";
    assert_eq!((run.out.lines().count(), run.err.as_str(), asked.load(Ordering::SeqCst)), (1, message, 3));
    let (_api, stage, asked) = counting(|_| (200, r#"{"totalCount":0,"count":0,"accounts":[]}"#.to_owned()));
    assert_eq!(stage.run(words).exits_with(0).err, "", "nobody is left out");
    assert_eq!(asked.load(Ordering::SeqCst), 3, "one request for each other status");
    assert_eq!(stage.run(["list", "--status", "active", "--created-from", "2020"]).exits_with(0).err, "");
    assert_eq!(stage.run(["list"]).exits_with(0).err, "");
    assert_eq!(asked.load(Ordering::SeqCst), 3, "and none without need");
}

#[test]
fn rows_of_several_resellers_have_a_reseller_column() {
    let heading = |words: &[&str]| list(words).exits_with(0).out.lines().next().unwrap().to_owned();
    assert!(!heading(&["--limit", "1"]).contains("Reseller"));
    let all = ["--resellers", "all", "--limit", "3"];
    assert!(
        heading(&all).starts_with("Company") && heading(&all).contains("Customer ID  Reseller ID  Status")
    );
    assert!(heading(&[&all[..], &["--output", "csv"]].concat()).contains(",reseller-id,"));
    let one = heading(&["--resellers", RESELLER, "--limit", "1"]);
    assert!(!one.contains("Reseller"), "{one}");
    assert_eq!(heading(&[&all[..], &["--columns", "company"]].concat()).trim(), "Company", "as asked for");
}

#[test]
fn the_help_shows_the_default_status() {
    for command in ["list", "export"] {
        let help = Stage::new().run([command, "--help"]).exits_with(0).out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("comma-separated for several [default: active]"), "{help}");
    }
}
