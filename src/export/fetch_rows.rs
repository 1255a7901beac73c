//! Reads the rows of an export from a source into the journal.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    Journal, JournalEntry, JournalError, Plan, PlannedList, Progress, journal_contents::JournalContents,
    journal_of,
};
use crate::{
    api::{ApiError, ErrorKind, RequestOptions},
    collect::{Incomplete, ListStart, ListStats},
    model::{Problem, RecordKey, Row},
    source::{CustomerSource, RowWalk, WalkList, WalkRequest},
};

/// The number of marked rows that are fetched in one batch.
const PICKED_AT_ONCE: usize = 20;

/// The reason why fetching the rows ended early.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The source failed.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The journal could not be read or written.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The plan has an invalid filter.
    #[error("{0}")]
    Filter(#[from] crate::model::FilterError),
}

/// The rows of an export, all in its journal.
#[derive(Debug)]
pub struct FetchedRows {
    /// The complete journal.
    pub journal: Journal,
    /// The name and statistics of each list.
    pub lists: Vec<(String, ListStats)>,
}

/// The treatment of a journal that an unfinished export has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExistingJournal {
    /// Refuse to start.
    #[default]
    Fail,
    /// Continue it.
    Resume,
    /// Discard it and start again.
    Discard,
}

/// A request to fetch the rows of an export.
#[derive(Debug, Clone)]
pub struct FetchJob {
    /// The source of the rows and records.
    pub source: Arc<dyn CustomerSource>,
    /// The options of its requests.
    pub options: RequestOptions,
    /// The plan of the export.
    pub plan: Plan,
    /// The marked rows, if the plan names them.
    pub picked: Vec<Row>,
    /// The path of the journal.
    pub journal: PathBuf,
    /// The treatment of an existing journal.
    pub begin: ExistingJournal,
    /// The number of requests for pages that are sent before their answers are needed: more than run at once, so that one
    /// is always ready to run.
    pub ahead: usize,
}

/// Fetches all rows of a plan into the journal. Dropping the future stops it; the journal can be resumed afterwards.
///
/// # Errors
/// Fails if it ends early. The journal stays.
pub async fn fetch_rows(job: FetchJob, progress: Arc<Progress>) -> Result<FetchedRows, FetchError> {
    let parts = job.plan.parts()?;
    let (mut journal, held) = blocking({
        let (path, plan, begin) = (job.journal.clone(), job.plan.clone(), job.begin);
        move || match begin {
            ExistingJournal::Resume => Journal::resume(&path, &plan),
            ExistingJournal::Fail => {
                Journal::begin(&path, &plan).map(|journal| (journal, JournalContents::default()))
            }
            ExistingJournal::Discard => {
                Journal::restart(&path, &plan).map(|journal| (journal, JournalContents::default()))
            }
        }
    })
    .await?;
    if job.plan.picked.is_some() {
        progress.begin(held.rows, Some(job.picked.len() as u64));
        if held.whole == 0 {
            journal = fetch_picked(&job, journal, held.place.offset, &progress).await?;
        }
        return Ok(FetchedRows { journal, lists: Vec::new() });
    }
    progress.begin(held.rows.saturating_sub(held.place.stats.rows), None);
    let mut lists = walk(&job, &parts, &held);
    for part in held.whole..parts.len() {
        if part == held.whole || parts[part - 1].reseller_id != parts[part].reseller_id {
            lists.begin(part);
        }
        loop {
            let batch = lists.next(part).await.map_err(api)?;
            let stats = lists.stats_of(part);
            progress.expect(stats, lists.stats().pages);
            // The next list starts when this one has nothing left to request.
            if lists.is_sent(part) && part + 1 < parts.len() {
                lists.begin(part + 1);
            }
            let (rows, place) = match batch {
                Some(batch) => (with_records(&job, batch.rows).await?, Some(batch.place)),
                None => (Vec::new(), None),
            };
            let ended = place.is_none().then_some(stats);
            journal = add(journal, JournalEntry { part, place, rows, ended }).await?;
            progress.part(stats);
            if ended.is_some() {
                break;
            }
        }
        progress.part_done();
    }
    while let Some((part, rows)) = lists.settle().await.map_err(api)? {
        let found = rows.len() as u64;
        let rows = with_records(&job, rows).await?;
        // A run that ends here has not verified that these are all rows.
        let stats = lists.stats_of(part);
        let ended = Some(ListStats { incomplete: stats.incomplete.or(Some(Incomplete::Moving)), ..stats });
        journal = add(journal, JournalEntry { part, place: None, rows, ended }).await?;
        progress.found(found, lists.stats().pages);
    }
    let lists = parts.iter().enumerate().map(|(part, of)| (of.name(), lists.stats_of(part))).collect();
    Ok(FetchedRows { journal, lists })
}

/// Starts the walk through the lists of a plan that an earlier run has not read.
fn walk(job: &FetchJob, parts: &[PlannedList], held: &JournalContents) -> Box<dyn RowWalk> {
    let lists = parts.iter().enumerate().map(|(part, of)| WalkList {
        start: (part == held.whole).then(|| held.place.clone()),
        read: held.rows_of(part).collect(),
        ended: held.ended.iter().find(|(ended, _)| *ended == part).map(|(_, stats)| *stats),
        ..WalkList::new(&of.reseller_id, of.query.clone())
    });
    let request = WalkRequest { lists: lists.collect(), rows: None, ahead: job.ahead };
    job.source.walk(request, job.options.clone())
}

fn api(error: ApiError) -> FetchError {
    FetchError::Api(Box::new(error))
}

/// Removes the journal of an export to this file if the export ended early without anything to resume; returns true if it
/// did. Blocks briefly.
pub fn remove_empty_journal(file: &Path, begin: ExistingJournal, progress: &Progress) -> bool {
    let is_empty = progress.rows() == 0 && begin != ExistingJournal::Resume && progress.began();
    if is_empty {
        let _ = std::fs::remove_file(journal_of(file));
    }
    is_empty
}

/// Fetches the records of marked rows, from a place on.
async fn fetch_picked(
    job: &FetchJob,
    mut journal: Journal,
    from: u64,
    progress: &Progress,
) -> Result<Journal, FetchError> {
    let mut offset = from;
    let rest = job.picked.get(usize::try_from(from).unwrap_or(usize::MAX)..).unwrap_or_default();
    for rows in rest.chunks(PICKED_AT_ONCE) {
        let rows = with_records(job, rows.to_vec()).await?;
        offset += rows.len() as u64;
        let place = Some(ListStart { offset, ..ListStart::default() });
        journal = add(journal, JournalEntry { part: 0, place, rows, ended: None }).await?;
        progress.picked(offset);
    }
    add(journal, JournalEntry { part: 0, place: None, rows: Vec::new(), ended: None }).await
}

async fn add(mut journal: Journal, entry: JournalEntry) -> Result<Journal, FetchError> {
    Ok(blocking(move || journal.add(&entry).map(|()| journal)).await?)
}

/// Runs work that blocks on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => {
            Err(JournalError::Io { path: "the journal".into(), source: std::io::Error::other(error) })
        }
    }
}

/// Returns the rows as they are exported: as sent, or with the record and the subscriptions of each.
async fn with_records(job: &FetchJob, rows: Vec<Row>) -> Result<Vec<Value>, FetchError> {
    let plan = &job.plan;
    if !plan.has_records() {
        return Ok(rows.into_iter().map(Row::into_kept).collect());
    }
    let whole = join_all(rows.into_iter().map(|row| with_record(job, row))).await;
    let whole: Vec<RowWithRecord> = whole.into_iter().collect::<Result<_, _>>()?;
    // An error that affects all of several customers is not about any of them: a login page, for instance.
    let asked = whole.iter().filter(|whole| whole.is_customer).count();
    let is_common = asked > 1 && whole.iter().all(|whole| whole.spoiled.is_some() || !whole.is_customer);
    let (mut values, mut first) = (Vec::with_capacity(whole.len()), None);
    for whole in whole {
        values.push(whole.value);
        first = first.or(whole.spoiled);
    }
    match first {
        Some(error) if is_common => Err(FetchError::Api(error)),
        _ => Ok(values),
    }
}

/// A row with its record and subscriptions.
struct RowWithRecord {
    value: Value,
    is_customer: bool,
    /// The reason why nothing arrived, if it may not concern this customer alone.
    spoiled: Option<Box<ApiError>>,
}

async fn with_record(job: &FetchJob, row: Row) -> Result<RowWithRecord, FetchError> {
    let mut value = json!({});
    let mut errors = Vec::new();
    let plan = &job.plan;
    if let Some(customer) = row.customer() {
        let id = customer.customer_id.clone();
        if plan.details {
            let key = match &customer.link {
                Some(link) => RecordKey::Link(link.clone()),
                None => RecordKey::Id(id.clone()),
            };
            let record = job.source.customer(key, job.options.clone()).await;
            let record = record.map(|answer| (answer.value.raw, answer.value.problems));
            put(&mut value, "details", record, &mut errors)?;
        }
        if plan.subscriptions {
            let list = job.source.subscriptions(id.clone(), job.options.clone()).await;
            let list = list.map(|answer| (answer.value.raw, answer.value.problems));
            put(&mut value, "subscriptions", list, &mut errors)?;
        }
    }
    if !errors.is_empty() {
        let reasons: Vec<String> = errors.iter().map(|error| error.user_message().summary).collect();
        value["problem"] = reasons.join(" ").into();
    }
    let is_customer = row.customer().is_some();
    value["customer"] = row.into_kept();
    let asked = usize::from(plan.details) + usize::from(plan.subscriptions);
    let all_spoiled = errors.len() == asked && errors.iter().all(|error| error.kind != ErrorKind::NotFound);
    let spoiled = errors.into_iter().next().filter(|_| all_spoiled).map(Box::new);
    Ok(RowWithRecord { value, is_customer, spoiled })
}

/// Adds a fetched part to a row, with its damage, or with the reason why it is missing if that would not change.
fn put(
    value: &mut Value,
    name: &str,
    came: Result<(Value, Vec<Problem>), ApiError>,
    errors: &mut Vec<ApiError>,
) -> Result<(), FetchError> {
    // The journal's line nests it more deeply, and must remain readable.
    let came = came.and_then(|(raw, problems)| {
        let words = "it is nested too deeply to be exported";
        if is_deep(&raw, DEEPEST) { Err(ApiError::unreadable(words)) } else { Ok((raw, problems)) }
    });
    match came {
        Ok((raw, problems)) => {
            value[name] = raw;
            // A repaired value no longer shows that it was damaged.
            let damage: Vec<Problem> = problems.into_iter().filter(|problem| problem.is_damage).collect();
            if !damage.is_empty() {
                value["damage"][name] = json!(damage);
            }
        }
        // Another attempt would fail in the same way.
        Err(error) if !error.is_account_wide() && error.kind != ErrorKind::Server => {
            value[name] = Value::Null;
            errors.push(error);
        }
        Err(error) => return Err(FetchError::Api(Box::new(error))),
    }
    Ok(())
}

/// The greatest depth to which an exported record may be nested; JSON readers stop at 128.
const DEEPEST: usize = 100;

/// Returns true if a value is nested more deeply than this number of levels.
fn is_deep(value: &Value, levels: usize) -> bool {
    let Some(left) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(items) => items.iter().any(|item| is_deep(item, left)),
        Value::Object(fields) => fields.values().any(|field| is_deep(field, left)),
        _ => false,
    }
}
