//! Exports of marked rows, and the treatment of an unfinished export.

use std::{path::Path, sync::Arc};

use serde_json::Value;
use vipmp::{
    api::RequestOptions,
    columns::RowSchema,
    export::{
        ExistingJournal, FetchError, FetchJob, JournalError, Plan, Progress, fetch_rows, journal_of, write,
    },
    model::{CustomerFilter, Row, Status},
    output::{Format, Options, default_columns},
    source::remote::RemoteSource,
};

use crate::setup::{Setup, options, with_status};

fn job(setup: &Setup, rows: &[Row], file: &Path, begin: ExistingJournal) -> FetchJob {
    let resellers = vec![setup.demo.reseller_id().to_owned()];
    let plan = Plan::of(&CustomerFilter::default(), &[Status::active()], resellers, "here").of_picked(rows);
    FetchJob {
        source: Arc::new(RemoteSource::new(setup.client.clone(), setup.demo.reseller_id())),
        options: RequestOptions::default(),
        plan: Plan { details: true, ..plan },
        picked: rows.to_vec(),
        journal: journal_of(file),
        begin,
        ahead: 4,
    }
}

async fn export(
    setup: &Setup,
    rows: &[Row],
    file: &Path,
    begin: ExistingJournal,
) -> Result<Vec<Value>, FetchError> {
    let fetched = fetch_rows(job(setup, rows, file, begin), Arc::new(Progress::default())).await?;
    let columns =
        default_columns(RowSchema::Customers { details: true, subscriptions: false }, Format::Jsonl);
    write(fetched.journal, file, Format::Jsonl, &columns, Options::default()).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    Ok(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[tokio::test]
async fn marked_rows_are_exported_in_their_order_with_their_records() {
    let setup = Setup::start(options()).await;
    let mut rows = setup.page(&with_status("1000")).await.rows;
    rows.reverse();
    rows.truncate(45);
    rows.push(Row::read(1, Value::from(7)));
    let folder = tempfile::tempdir().unwrap();
    let lines =
        export(&setup, &rows, &folder.path().join("some.jsonl"), ExistingJournal::Fail).await.unwrap();
    for (line, row) in lines.iter().zip(&rows) {
        assert_eq!(&line["customer"], row.raw());
        let id = row.customer().map(|customer| customer.customer_id.as_str());
        assert_eq!(line["details"]["customerId"].as_str(), id);
    }
    assert_eq!(lines.len(), rows.len());
}

#[tokio::test]
async fn an_unfinished_export_is_resumed_or_discarded_as_requested() {
    let setup = Setup::start(options()).await;
    let rows = setup.page(&with_status("1000")).await.rows;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some.jsonl");
    let whole =
        export(&setup, &rows, &folder.path().join("whole.jsonl"), ExistingJournal::Fail).await.unwrap();

    // From some record on, everything fails.
    let progress = Arc::new(Progress::default());
    let fetching = fetch_rows(job(&setup, &rows, &file, ExistingJournal::Fail), Arc::clone(&progress));
    let failing = async {
        while progress.rows() == 0 {
            tokio::task::yield_now().await;
        }
        setup.demo.set_faults("404:0.5".parse().unwrap());
        std::future::pending::<()>().await;
    };
    tokio::select! {
        // A forbidden record stops nothing; its row says why it is missing.
        fetched = fetching => drop(fetched.unwrap()),
        () = failing => {}
    }
    setup.demo.set_faults(vipmp::demo::Faults::default());
    let error = export(&setup, &rows, &file, ExistingJournal::Fail).await.unwrap_err();
    assert!(matches!(error, FetchError::Journal(JournalError::Unfinished(_))), "{error}");
    let resumed = export(&setup, &rows, &file, ExistingJournal::Resume).await.unwrap();
    assert_eq!(resumed.len(), rows.len());
    assert_eq!(resumed[0], whole[0], "what was there already stays");
    let missing = resumed.iter().filter(|line| line.get("problem").is_some()).count();
    assert!((1..rows.len()).contains(&missing), "{missing}");

    drop(fetch_rows(job(&setup, &rows, &file, ExistingJournal::Fail), Arc::default()).await.unwrap());
    let other = export(&setup, &rows[1..], &file, ExistingJournal::Resume).await.unwrap_err();
    assert!(other.to_string().contains("of another export (other rows)"), "{other}");
    let anew = export(&setup, &rows, &file, ExistingJournal::Discard).await.unwrap();
    assert_eq!(anew, whole);
}

#[tokio::test]
async fn an_error_in_every_record_ends_an_export() {
    let setup = Setup::start(options()).await;
    let rows = setup.page(&with_status("1000")).await.rows;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some.jsonl");
    for faults in ["403:1", "html:1"] {
        setup.demo.set_faults(faults.parse().unwrap());
        let ended = export(&setup, &rows, &file, ExistingJournal::Discard).await.unwrap_err();
        assert!(matches!(ended, FetchError::Api(_)), "{faults}: {ended}");
        assert!(!file.exists() && journal_of(&file).exists());
    }
    setup.demo.set_faults(vipmp::demo::Faults::default());
    assert_eq!(export(&setup, &rows, &file, ExistingJournal::Resume).await.unwrap().len(), rows.len());
}
