//! Snapshots of rows and records in every format.

use std::fs;

use crate::{
    api,
    transcript::{both, on_terminal, piped, stable, start, workbook},
};

/// The formats that differ between a pipe and a terminal, and those for pipes only.
const FORMS: [&str; 5] = ["table", "json", "jsonl", "csv", "xlsx"];

#[test]
fn list() {
    let (_api, stage) = api::start();
    for form in FORMS {
        let words = ["list", "--status", "all", "--output", form];
        insta::assert_snapshot!(format!("list_{form}"), both(&stage, &words));
    }
    insta::assert_snapshot!("list_nobody", both(&stage, &["list", "--status", "1026"]));
    insta::assert_snapshot!("list_part", both(&stage, &["list", "--limit", "1"]));
    insta::assert_snapshot!("list_raw_csv", piped(&stage, &["list", "--output", "csv", "--raw"]));
}

#[test]
fn show() {
    let (_api, stage) = api::start();
    for form in FORMS {
        let words = ["show", "1006500792", "1006500817", "--subscriptions", "--output", form];
        insta::assert_snapshot!(format!("show_{form}"), both(&stage, &words));
    }
    for form in ["table", "json", "jsonl"] {
        let words = ["show", "1006500792", "1006500817", "--orders", "--since", "2026-01", "--output", form];
        insta::assert_snapshot!(format!("show_orders_{form}"), both(&stage, &words));
    }
    insta::assert_snapshot!("show_bare_json", piped(&stage, &["show", "1006500806", "--output", "json"]));
}

#[test]
fn resellers() {
    let (_api, stage) = api::start();
    for form in FORMS {
        insta::assert_snapshot!(format!("resellers_{form}"), both(&stage, &["resellers", "--output", form]));
    }
}

#[test]
fn export() {
    let (_api, stage) = api::start();
    for form in ["json", "jsonl", "csv", "xlsx"] {
        let (list, all) = (format!("list.{form}"), format!("all.{form}"));
        let plain = piped(&stage, &["export", &list, "--status", "all"]);
        let whole = ["export", &all, "--status", "all", "--details", "--subscriptions"];
        let transcript = format!("{plain}\n{}", piped(&stage, &whole));
        let content = |name: &str| {
            let bytes = fs::read(stage.path(name)).unwrap();
            let text = if form == "xlsx" { workbook(bytes) } else { String::from_utf8(bytes).unwrap() };
            stable(&stage, &format!("== {name}\n{text}"))
        };
        insta::assert_snapshot!(
            format!("export_{form}"),
            format!("{transcript}\n{}\n{}", content(&list), content(&all))
        );
    }
    // The progress line changes and is cleared, so only the remaining output is compared.
    let path = stage.path("terminal.csv");
    let pty = start(&stage, &["export", path.to_str().unwrap(), "--status", "inactive"]);
    assert_eq!(pty.wait_exit().exit_code(), 0);
    let lines: Vec<String> = pty.screen().lines().map(|line| line.trim_end().to_owned()).collect();
    let screen = lines.concat().replace(path.to_str().unwrap(), "terminal.csv");
    assert_eq!(screen, "Exported 1 row to terminal.csv");
}

#[test]
fn profiles() {
    let (_api, stage) = api::start();
    insta::assert_snapshot!("profile_list", both(&stage, &["profile", "list"]));
    insta::assert_snapshot!("profile_list_json", piped(&stage, &["profile", "list", "--json"]));
    insta::assert_snapshot!("profile_test", both(&stage, &["profile", "test"]));
    insta::assert_snapshot!("profile_test_json", piped(&stage, &["profile", "test", "--json"]));
    let none = crate::stage::Stage::new();
    insta::assert_snapshot!(
        "profile_list_without_any",
        format!("{}\n{}", piped(&none, &["profile", "list"]), on_terminal(&none, &["profile", "list"]))
    );
}
