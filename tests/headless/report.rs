//! `vipmp report`: the workbook, read back, has the figures of `today` and `summary`, real dates, and every doubt.

use std::path::Path;

use calamine::{Data, DataType as _, Range, Reader as _};
use chrono::{NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    scripted::Scripted,
    small_portfolio::{customer, small_api, staged},
    stage::Stage,
};

/// Returns the day so many days from today.
fn day(days: i64) -> NaiveDate {
    Utc::now().date_naive() + TimeDelta::days(days)
}

/// Starts an API with three customers: one lapses in ten days, one renews in two, and the subscriptions of the last are refused.
fn api() -> Scripted {
    let listed = || ["=1+1", "Company 2", "Company 3"].iter().zip(1..).map(listed).collect();
    small_api(listed, |path| {
        let list = |quantity: u64, auto: bool, days: i64| {
            let item = json!({"subscriptionId": "s", "offerId": "65304479CA01A12", "status": "1000",
                "currentQuantity": quantity, "autoRenewal": {"enabled": auto}, "renewalDate": day(days)});
            Some((200, json!({"totalCount": 1, "items": [item]}).to_string()))
        };
        match path {
            "/v3/customers/1/subscriptions" => list(1_200, false, 10),
            "/v3/customers/2/subscriptions" => list(30, true, 2),
            "/v3/customers/3/subscriptions" => {
                Some((404, json!({"code": "1116", "message": "not found"}).to_string()))
            }
            _ => None,
        }
    })
}

fn listed((name, number): (&&str, u32)) -> Value {
    customer(&number.to_string(), name)
}

/// Returns the names of the sheets, and a sheet.
fn sheet(file: &Path, name: &str) -> (Vec<String>, Range<Data>) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(file).unwrap();
    (book.sheet_names(), book.worksheet_range(name).unwrap())
}

/// Returns the row of a sheet that begins with a text.
fn row<'r>(range: &'r Range<Data>, first: &str) -> &'r [Data] {
    range
        .rows()
        .find(|row| row[0].as_string().as_deref() == Some(first))
        .unwrap_or_else(|| panic!("{first}: {range:?}"))
}

fn number(cell: &Data) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "these numbers are whole and small")]
    match cell {
        Data::Float(number) => *number as i64,
        Data::Int(number) => *number,
        other => panic!("{other:?}"),
    }
}

/// Returns the cell below a heading, in a row below it.
fn cell<'r>(range: &'r Range<Data>, heading: &str, row: usize) -> &'r Data {
    let headings = range.rows().next().unwrap();
    let place = headings.iter().position(|cell| cell.as_string().as_deref() == Some(heading));
    &range.rows().nth(row).unwrap()[place.unwrap_or_else(|| panic!("{heading}: {headings:?}"))]
}

/// Returns the day in a cell that is a date.
fn date(cell: &Data) -> NaiveDate {
    assert!(matches!(cell, Data::DateTime(_)), "{cell:?}");
    let Data::DateTime(at) = cell else { unreachable!() };
    at.as_datetime().unwrap().date()
}

#[test]
fn a_report_has_the_figures_of_today_and_of_the_summary() {
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    let file = stage.path("report.xlsx");
    let words = "details of 2 of 3 customers are known.";
    stage.run(["report".as_ref(), file.as_os_str()]).exits_with(5).warns(&[words]);
    let (names, summary) = sheet(&file, "Summary");
    assert_eq!(
        names,
        [
            "Summary",
            "Follow up",
            "To order",
            "Lapsing",
            "Auto-renewal off",
            "Renewals",
            "Locked renewals",
            "Late renewals",
            "3YC requested",
            "3YC short",
            "3YC ending",
            "Returnable",
            "Failed renewals",
            "Scheduled",
            "Changes"
        ]
    );
    row(&summary, &format!("Note: {words}"));
    let today = stage.run(["today", "--json", "--partial"]).exits_with(0).json();
    for list in today["lists"].as_array().unwrap() {
        let found = row(&summary, list["title"].as_str().unwrap());
        assert_eq!(json!(number(&found[1])), list["count"], "{list}");
        let amount = if matches!(found[2], Data::Empty) { Value::Null } else { json!(number(&found[2])) };
        assert_eq!(amount, list["amount"], "{list}");
        let first = if matches!(found[4], Data::Empty) { Value::Null } else { json!(date(&found[4])) };
        assert_eq!(first, list["first_date"], "{list}");
        assert_eq!(json!(number(&found[5])), list["may_match"], "{list}");
    }
    let figures = stage.run(["summary", "--json", "--partial"]).exits_with(0).json();
    assert_eq!(json!(number(&row(&summary, "Customers")[1])), figures["customers"]);
    assert_eq!(json!(number(&row(&summary, "Active")[1])), figures["groups"]["status"]["values"]["1000"]);
    assert_eq!(number(&row(&summary, "65304479CA01A12")[1]), 1_230);
    let weeks: Vec<&[Data]> = summary
        .rows()
        .skip_while(|row| row[0] != Data::String("Week from".to_owned()))
        .skip(1)
        .take(12)
        .collect();
    for (cells, week) in weeks.iter().zip(figures["renewals"]["weeks"].as_array().unwrap()) {
        assert_eq!(json!(date(&cells[0])), week["from"]);
        for (place, key) in [(1, "lapsing"), (2, "undecided"), (3, "renewing"), (4, "customers")] {
            assert_eq!(json!(number(&cells[place])), week[key], "{week}");
        }
    }
    assert_eq!(weeks.iter().map(|cells| number(&cells[1])).sum::<i64>(), 1_200);
}

#[test]
fn lists_have_dates_numbers_and_texts_that_stay_texts() {
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    stage.run(["note", "2", "Wants a quote", "--follow-up", "today"]).exits_with(0);
    let file = stage.path("report.xlsx");
    stage.run(["report".as_ref(), file.as_os_str(), "--partial".as_ref()]).exits_with(0);
    let (_, follow_ups) = sheet(&file, "Follow up");
    assert_eq!(date(cell(&follow_ups, "Follow-up", 1)), day(0));
    assert_eq!(*cell(&follow_ups, "Note", 1), Data::String("Wants a quote".to_owned()));
    let (_, renewals) = sheet(&file, "Renewals");
    assert_eq!(renewals.height(), 3, "{renewals:?}");
    assert_eq!(date(cell(&renewals, "Next renewal", 1)), day(2), "the nearest is first");
    assert_eq!(number(cell(&renewals, "Days left", 1)), 2);
    assert_eq!(*cell(&renewals, "Customer ID", 1), Data::String("2".to_owned()));
    assert_eq!(*cell(&renewals, "Company", 2), Data::String("=1+1".to_owned()));
    assert_eq!(number(cell(&renewals, "Lapsing seats", 2)), 1_200);
    let (_, late) = sheet(&file, "Late renewals");
    row(&late, "No customer is known to be in this list; see the summary for those that may be.");
    let (_, changes) = sheet(&file, "Changes");
    row(&changes, "No changes were observed in the last 30 days.");
}

#[test]
fn a_report_is_narrowed_to_a_month_and_to_customers() {
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    let file = stage.path("report.xlsx");
    let month = day(10).format("%Y-%m").to_string();
    let narrowed = ["--query", "id:1", "--month", &month];
    // Licences to order and orders are refused, but the details of this customer are known.
    let run = stage.run(["report", file.to_str().unwrap()].into_iter().chain(narrowed)).exits_with(5);
    assert!(run.err.contains("Report on 1 customer written to "), "{}", run.err);
    let (_, summary) = sheet(&file, "Summary");
    let words = day(10).format("%B %Y");
    row(&summary, &format!("Portfolio report for {words}"));
    assert_eq!(number(&row(&summary, &format!("Renewals in {words}"))[1]), 1);
    assert!(
        !run.err.contains("details of 2 of 3") && run.err.contains("licences to order are not known"),
        "{}",
        run.err
    );
    let told = run.err.lines().filter_map(|line| line.strip_prefix("vipmp: ")).collect::<Vec<_>>();
    assert_eq!(told.len(), 3, "{told:?}");
    for words in told {
        row(&summary, &format!("Note: {words}"));
    }
    let (_, renewals) = sheet(&file, "Renewals");
    assert_eq!((renewals.height(), date(cell(&renewals, "Next renewal", 1))), (2, day(10)));
    // The file is replaced.
    let other = (day(10) + TimeDelta::days(60)).format("%Y-%m").to_string();
    stage.run(["report", file.to_str().unwrap(), "--month", &other, "--partial"]).exits_with(0);
    let (_, renewals) = sheet(&file, "Renewals");
    row(&renewals, "No customer is known to be in this list; see the summary for those that may be.");
}

#[test]
fn a_report_of_a_complete_copy_says_so_and_that_the_demo_is_fictional() {
    let stage = Stage::new();
    let file = stage.path("demo.xlsx");
    stage.run(["report", file.to_str().unwrap(), "--demo", "--demo-customers", "20"]).exits_with(0);
    let (_, summary) = sheet(&file, "Summary");
    row(&summary, "The built-in demo: fictional data");
    row(&summary, "Complete: nothing that this report needs is missing from the copy.");
}

#[test]
fn a_file_that_cannot_be_a_report_is_refused_before_anything_is_read() {
    let api = api();
    let stage = staged(&api);
    let refuses = |file: &Path, more: &[&str], words: &str| {
        let file = [file.to_str().unwrap()];
        let run = stage.run(["report"].iter().chain(&file).chain(more)).exits_with(2);
        assert!(run.err.contains(words), "{}", run.err);
    };
    refuses(&stage.path("report.csv"), &[], "a report is a workbook, whose name ends in .xlsx");
    refuses(&stage.path("none/report.xlsx"), &[], "none");
    refuses(
        &stage.path("a.xlsx"),
        &["--month", "december"],
        "--month december: a month is written as 2026-12",
    );
    refuses(&stage.path("a.xlsx"), &["--query", "seats:many"], "seats");
    #[cfg(unix)]
    {
        std::fs::write(stage.path("real.xlsx"), "kept").unwrap();
        std::os::unix::fs::symlink(stage.path("real.xlsx"), stage.path("link.xlsx")).unwrap();
        refuses(&stage.path("link.xlsx"), &[], "is a link: a report is written only to a file itself");
        assert_eq!(std::fs::read_to_string(stage.path("real.xlsx")).unwrap(), "kept");
    }
    // There is no copy yet.
    stage.run(["report".as_ref(), stage.path("a.xlsx").as_os_str()]).exits_with(4);
    assert!(!stage.path("a.xlsx").exists());
}

/// Converts a workbook to one CSV file for each sheet with an office suite. `None`, with the reason printed, where `soffice` is not installed.
fn in_libreoffice(file: &Path, folder: &Path) -> Option<()> {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    // Commas, double quotes, UTF-8, from the first line, cells as shown, every sheet.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let run = std::process::Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
        .args([folder, file])
        .output();
    match run {
        Ok(run) => {
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
            Some(())
        }
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "a test that is left out says why")]
            {
                eprintln!("skipped: the workbook is not read back by LibreOffice: soffice: {error}");
            }
            None
        }
    }
}

#[test]
fn libreoffice_reads_the_same_workbook() {
    let stage = Stage::new();
    let file = stage.path("report.xlsx");
    stage.run(["report", "--demo", &file.to_string_lossy()]).exits_with(0);
    let folder = stage.path("converted");
    std::fs::create_dir(&folder).unwrap();
    if in_libreoffice(&file, &folder).is_none() {
        return;
    }
    let (names, _) = sheet(&file, "Summary");
    for name in names.iter().filter(|name| *name != "Summary") {
        let (_, range) = sheet(&file, name);
        let shown = folder.join(format!("report-{name}.csv"));
        let shown = std::fs::read(&shown).unwrap_or_else(|error| panic!("{}: {error}", shown.display()));
        let mut lines =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(shown.as_slice());
        let lines: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
        assert_eq!(lines.len(), range.height(), "{name}");
        for (line, row) in lines.iter().zip(range.rows()) {
            for (text, cell) in line.iter().zip(row) {
                match cell {
                    Data::DateTime(at) => {
                        let day = at.as_datetime().unwrap().date().to_string();
                        assert!(text.starts_with(&day), "{name}: {text} for {day}");
                    }
                    Data::Float(_) | Data::Int(_) => {
                        assert_eq!(text.replace(',', ""), number(cell).to_string(), "{name}");
                    }
                    Data::Empty => assert_eq!(text, "", "{name}"),
                    other => assert_eq!(text, other.as_string().unwrap_or_default(), "{name}"),
                }
            }
        }
    }
}
