//! `vipmp list`, `vipmp export` and `vipmp resellers`: rows of the demo in each format.

use std::{collections::HashSet, fs};

use calamine::Reader as _;
use serde_json::Value;

use crate::{stage::Stage, support::pty::Pty};

fn ids(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().expect("an array");
    rows.iter().map(|row| row["customerId"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn a_list_is_the_servers_rows_exactly() {
    let stage = Stage::new();
    let first = stage.run(["list", "--demo", "--output", "json"]).exits_with(0).json();
    assert_eq!(first.as_array().unwrap().len(), 50, "as many as a page has");
    assert!(first[0]["links"]["self"]["uri"].as_str().unwrap().starts_with("/v3/customers/"));
    let next = stage
        .run(["list", "--demo", "--output", "json", "--offset", "50", "--limit", "7"])
        .exits_with(0)
        .json();
    let both = stage.run(["list", "--demo", "--output", "json", "--limit", "57"]).exits_with(0).json();
    assert_eq!(ids(&both), [ids(&first), ids(&next)].concat());
}

#[test]
fn every_row_appears_once_in_every_format() {
    let stage = Stage::new();
    let all = ["list", "--demo", "--all", "--status", "all", "--sort", "name", "--order", "asc", "--output"];
    let of = |form: &str| stage.run([&all[..], &[form]].concat()).exits_with(0);
    let json = ids(&of("json").json());
    assert_eq!((json.len(), json.iter().collect::<HashSet<_>>().len()), (1_307, 1_307));
    let lines = of("jsonl").out;
    let of_line =
        |line: &str| serde_json::from_str::<Value>(line).unwrap()["customerId"].as_str().unwrap().to_owned();
    assert_eq!(lines.lines().map(of_line).collect::<Vec<_>>(), json);
    let csv = of("csv").out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "customer-id").unwrap();
    let in_csv: Vec<String> = reader.records().map(|record| record.unwrap()[column].to_owned()).collect();
    assert_eq!(in_csv, json);
    let table = of("table").out;
    assert_eq!(table.lines().count(), 1_308, "a heading and a line for each");
}

#[test]
fn filters_match_those_of_the_screen() {
    let stage = Stage::new();
    let list = |options: &[&str]| {
        let words = [&["list", "--demo", "--all", "--output", "json"], options].concat();
        stage.run(words).exits_with(0).json()
    };
    let pending = list(&["--status", "pending"]);
    assert!(pending.as_array().unwrap().iter().all(|row| row["status"] == "1002"));
    let both = list(&["--status", "pending,1026"]);
    assert!(both.as_array().unwrap().len() > pending.as_array().unwrap().len());
    let recent = list(&["--created-from", "-30d"]);
    assert!((1..200).contains(&recent.as_array().unwrap().len()));
    assert_eq!(list(&["--name", "nobody is called so"]), Value::Array(Vec::new()));
    stage
        .run(["list", "--demo", "--status", "activ"])
        .exits_with(2)
        .prints_nothing()
        .warns(&["did you mean active?"]);
    stage
        .run(["list", "--demo", "--created-from", "soon"])
        .exits_with(2)
        .warns(&["--created-from soon: not a date"]);
    stage.run(["list", "--demo", "--columns", "compny"]).exits_with(2).warns(&["did you mean company?"]);
    for form in ["table", "json", "jsonl", "csv", "xlsx"] {
        let run = stage.run(["list", "--demo", "--resellers", "1", "--output", form]).exits_with(4);
        run.prints_nothing().warns(&["No reseller 1 "]);
    }
    stage.run(["list", "--profile", "nobody"]).exits_with(4).warns(&["there is no profile nobody"]);
}

#[test]
fn an_empty_list_has_a_note_on_a_terminal() {
    let words = ["list", "--demo", "--name", "nobody is called so"];
    let pty = Pty::spawn(&words, &[], 10, 100);
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(pty.screen().trim_end().ends_with("\nNo matching customers."), "{}", pty.screen());
    let run = Stage::new().run(words).exits_with(0);
    assert_eq!((run.out.lines().count(), run.err.as_str()), (1, ""), "a program counts for itself");
}

#[test]
fn chosen_columns_are_in_their_order() {
    let run = Stage::new()
        .run(["list", "--demo", "--limit", "2", "--columns", "customer-id,company"])
        .exits_with(0);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("Customer ID") && lines.len() == 3, "{run:#?}");
    assert!(lines[1].starts_with("10"), "{run:#?}");
}

#[test]
fn resellers_are_listed() {
    let run = Stage::new().run(["resellers", "--demo", "--output", "json"]).exits_with(0).json();
    assert!(run.as_array().unwrap().iter().any(|row| row["resellerId"] == "1000396138"), "{run}");
}

#[test]
fn the_extension_sets_the_format_of_an_export() {
    let stage = Stage::new();
    let file = |name: &str| stage.path(name);
    for name in ["all.csv", "all.json", "all.jsonl", "all.xlsx"] {
        let path = file(name);
        let words = ["export", path.to_str().unwrap(), "--demo", "--status", "all"];
        let run = stage.run(words).exits_with(0).prints_nothing().warns(&["Exported 1,307 rows to "]);
        assert!(!file(&format!("{name}.partial")).exists(), "{run:#?}");
    }
    let json: Value = serde_json::from_str(&fs::read_to_string(file("all.json")).unwrap()).unwrap();
    let json = ids(&json);
    assert_eq!(json.iter().collect::<HashSet<_>>().len(), 1_307);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(file("all.xlsx")).unwrap();
    let sheet = book.worksheet_range("Customers").unwrap();
    let heading: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let column = heading.iter().position(|title| title == "Customer ID").unwrap();
    let in_book: Vec<String> = sheet.rows().skip(1).map(|row| row[column].to_string()).collect();
    assert_eq!(in_book, json);
}

#[test]
fn an_export_with_details_follows_each_link() {
    let stage = Stage::new();
    let path = stage.path("pending.json");
    let words =
        ["export", path.to_str().unwrap(), "--demo", "--status", "pending", "--details", "--subscriptions"];
    let run = stage.run(words).exits_with(0);
    let rows: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    run.warns(&[&format!("Exported {} rows to ", rows.as_array().unwrap().len())]);
    for row in rows.as_array().unwrap() {
        assert_eq!(row["customer"]["customerId"], row["details"]["customerId"], "{row}");
        assert!(row["details"]["companyProfile"].is_object() && row["subscriptions"].is_array(), "{row}");
    }
}

#[test]
fn an_impossible_export_is_reported_and_leaves_no_file() {
    let stage = Stage::new();
    stage.run(["export", "all.pdf", "--demo"]).exits_with(2).warns(&[".pdf is not a supported format"]);
    let path = stage.path("none.csv");
    stage
        .run(["export", path.to_str().unwrap(), "--demo", "--resellers", "1"])
        .exits_with(4)
        .warns(&["No reseller 1 "]);
    assert!(!path.exists() && !stage.path("none.csv.partial").exists());
    stage.run(["export", path.to_str().unwrap(), "--demo", "--resume"]).exits_with(1).warns(&["to resume"]);
}

#[test]
fn an_export_resumes_after_a_kill() {
    let stage = Stage::new();
    let (whole, killed) = (stage.path("whole.jsonl"), stage.path("killed.jsonl"));
    let words = |path: &std::path::Path| -> Vec<String> {
        ["--demo-latency", "30", "export", path.to_str().unwrap(), "--demo", "--concurrency", "1"]
            .map(str::to_owned)
            .into()
    };
    stage.run(words(&whole)).exits_with(0);
    let partial = stage.path("killed.jsonl.partial");
    let mut child = stage.spawn(words(&killed));
    while fs::read_to_string(&partial).map_or(0, |text| text.lines().count()) < 6 {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!killed.exists());
    stage.run(words(&killed)).exits_with(1).warns(&["--resume continues it"]);
    let resumed: Vec<String> = [words(&killed), vec!["--resume".to_owned()]].concat();
    stage.run(resumed).exits_with(0);
    assert_eq!(fs::read_to_string(&killed).unwrap(), fs::read_to_string(&whole).unwrap());
    assert!(!partial.exists());
}

#[test]
fn a_doubt_remains_when_the_export_is_resumed() {
    let stage = Stage::new();
    let file = stage.path("a.csv");
    let words = ["--demo-customers", "40", "--demo-faults", "total:1", "export", "--demo", "--status", "all"];
    let export = |more: &[&str]| stage.run([&words[..], &[file.to_str().unwrap()], more].concat());
    export(&[])
        .exits_with(5)
        .warns(&["the list may be incomplete", "--resume --anyway writes the file as it is"]);
    export(&["--resume"]).exits_with(5).warns(&["the list may be incomplete"]);
    assert!(!file.exists());
    export(&["--resume", "--anyway"]).exits_with(5).warns(&["the list may be incomplete", " rows to "]);
    assert!(file.exists() && !stage.path("a.csv.partial").exists());
}

#[test]
fn skipped_rows_stay_out_even_if_the_list_changes() {
    let stage = Stage::new();
    let all = stage.run(["list", "--demo", "--all", "--output", "jsonl"]).exits_with(0).out.lines().count();
    let words =
        ["list", "--demo", "--demo-faults", "drift:1", "--all", "--offset", "1000", "--output", "jsonl"];
    let run = stage.run(words).exits_with(5);
    let rest = run.out.lines().count();
    assert!(rest <= all - 1000 + 24, "{rest} of {all}");
    run.warns(&["the rows from the offset on do not add up to the server's count"]);
    let far = u64::MAX.to_string();
    stage.run(["list", "--demo", "--offset", &far, "--limit", "3"]).exits_with(0);
}

#[test]
fn exporting_to_a_folder_is_refused() {
    let stage = Stage::new();
    let folder = stage.path("folder.csv");
    fs::create_dir(&folder).unwrap();
    stage.run(["export", "--demo", folder.to_str().unwrap()]).exits_with(2).warns(&["is a folder"]);
}
