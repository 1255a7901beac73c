//! Responses that contradict the request or themselves: each is reported on standard error and in the exit status.

use std::{fs::File, process::Stdio};

use serde_json::{Value, json};

use crate::{scripted::Scripted, show::at, stage::Stage};

/// The reseller of the profile that [`at`] makes.
const OWN: &str = crate::served::RESELLER;

/// Returns the value of a parameter of a request, or an empty text.
fn param<'q>(target: &'q str, name: &str) -> &'q str {
    let (_, query) = target.split_once('?').unwrap_or((target, ""));
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}

fn row(number: u64) -> Value {
    json!({"customerId": number.to_string(), "status": "1000", "resellerId": OWN,
           "creationDate": format!("2026-01-{:02}T00:00:00Z", 28 - number % 28)})
}

/// Serves a list of 120 active customers; `change` gets each page and its request.
fn list(change: impl Fn(&mut Value, &str) + Send + Sync + 'static) -> Scripted {
    Scripted::answering(move |target| {
        if !target.contains("/customers?") {
            return (200, "{}".to_owned());
        }
        let number = |name| param(target, name).parse::<u64>().unwrap_or_default();
        let (total, first) = (if param(target, "status") == "1000" { 120 } else { 0 }, number("offset"));
        let rows: Vec<Value> =
            (first..total).take(usize::try_from(number("limit")).unwrap()).map(row).collect();
        let mut page = json!({"totalCount": total, "count": rows.len(), "offset": first, "accounts": rows});
        change(&mut page, target);
        (200, page.to_string())
    })
}

#[test]
fn an_error_sent_as_a_success_is_no_record() {
    let error = r#"{"code": "1124", "message": "Internal Server Error"}"#;
    for body in [error, "{}", r#"{"customerId": null, "companyProfile": null}"#] {
        let api = Scripted::answering(move |target| {
            if target.contains("/customers?") {
                (200, json!({"totalCount": 1, "accounts": [row(7)]}).to_string())
            } else {
                (200, body.to_owned())
            }
        });
        let stage = at(&api);
        let message = "an object without a customerId found";
        for format in ["table", "json", "jsonl", "csv"] {
            stage.run(["show", "7", "--output", format]).exits_with(1).warns(&[message]).prints_nothing();
        }
        let file = stage.path("a.csv");
        stage.run(["export", file.to_str().unwrap(), "--details", "--quiet"]).exits_with(5);
    }
}

#[test]
fn a_merged_list_that_lacks_one_of_its_lists_is_partial_from_its_first_rows_on() {
    let api = list(|page, target| {
        if param(target, "status") == "1002" {
            page["totalCount"] = 60.into();
        }
    });
    let stage = at(&api);
    for words in [&["--limit", "20"][..], &["--limit", "110"], &["--all"]] {
        let run = stage.run([&["list", "--status", "all", "--columns", "customer-id"], words].concat());
        run.exits_with(5)
            .warns(&["the list may be incomplete: the server counts 60, but 0 different rows arrived"]);
    }
}

#[test]
fn an_offset_that_the_server_ignores_is_reported() {
    let api = list(|page, _| {
        page["accounts"] = (0..50).map(row).collect();
        page["offset"] = 0.into();
    });
    let run = at(&api).run(["list", "--offset", "60"]).exits_with(5);
    run.warns(&["the server says that its rows begin at another offset than the requested one"]);
    let api = list(|page, _| page["offset"] = 0.into());
    at(&api).run(["list", "--all"]).exits_with(0);
}

#[test]
fn rows_without_an_id_are_counted() {
    let api = list(|page, _| page["accounts"][1]["customerId"] = Value::Null);
    let stage = at(&api);
    let message = "vipmp: 1 row without a readable customer ID: what they stand for is missing.";
    for format in ["table", "json", "jsonl", "csv"] {
        stage.run(["list", "--output", format]).exits_with(5).warns(&[message]);
    }
    let file = stage.path("a.csv");
    let run = stage.run(["export", file.to_str().unwrap(), "--quiet"]).exits_with(5);
    run.warns(&["could not be read as customers or subscriptions: see the column problem."]);
}

#[test]
fn resellers_without_an_id_are_counted() {
    let api = Scripted::answering(|_| {
        let rows = json!([{"resellerId": "1", "status": "1000"}, {"resellerId": null, "status": "1000"}]);
        (200, json!({"totalCount": 2, "count": 2, "accounts": rows}).to_string())
    });
    let run = at(&api).run(["resellers", "--output", "jsonl"]).exits_with(5);
    run.warns(&["1 row without a readable reseller ID"]);
}

#[test]
fn rows_of_another_status_or_reseller_than_asked_for_are_named() {
    let api = list(|page, _| {
        page["accounts"][0]["status"] = "1004".into();
        page["accounts"][1]["resellerId"] = "9".into();
        // A status that no request can ask for may be part of any list.
        page["accounts"][2]["status"] = "1012".into();
    });
    let run = at(&api).run(["list", "--limit", "5"]).exits_with(0);
    let expected = [
        "vipmp: customer 0: status: 1004, though 1000 was asked for.".to_owned(),
        format!("vipmp: customer 1: resellerId: 9, though the list of {OWN} was asked for."),
        "5 of 120 shown; use --all to print all".to_owned(),
    ];
    assert_eq!(run.err.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let stage = Stage::new();
    for words in [
        &["profile", "list"][..],
        &["profile", "list", "--json"],
        &["profile", "test", "demo"],
        &["profile", "test", "demo", "--json"],
        &["doctor", "--demo"],
        &["doctor", "--demo", "--json"],
        &["resellers", "--demo"],
        &["--help"],
        &["--version"],
        &["help", "list"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = stage.command().args(words).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}: {message}");
        assert!(message.contains("No space left on device"), "{words:?}: {message}");
    }
}
