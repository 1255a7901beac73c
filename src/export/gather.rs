//! Gathering: from the API into the journal.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Entry, Journal, JournalError, Part, Plan, Progress, held::Held, journal_of};
use crate::{
    api::{ApiError, ErrorKind, RequestOptions},
    collect::{Doubt, ListStart, ListStats},
    model::{Problem, RecordKey, Row},
    source::{CustomerSource, RowWalk, WalkList, WalkRequest},
};

/// Rows that were picked are gathered so many at a time.
const PICKED_AT_ONCE: usize = 20;

/// The reason why gathering ended early.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The API.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The journal.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The plan.
    #[error("{0}")]
    Filter(#[from] crate::model::FilterError),
}

/// The rows that were gathered.
#[derive(Debug)]
pub struct Gathered {
    /// The journal, whole.
    pub journal: Journal,
    /// The knowledge about each list.
    pub tallies: Vec<(String, ListStats)>,
}

/// The next step for a journal that an export has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExistingJournal {
    /// Refuse to begin.
    #[default]
    Fail,
    /// Continue it.
    Resume,
    /// Discard it and start again.
    Discard,
}

/// The rows to gather, and the way to do so.
#[derive(Debug, Clone)]
pub struct Order {
    /// The source of the rows and records.
    pub source: Arc<dyn CustomerSource>,
    /// The options of its requests.
    pub options: RequestOptions,
    /// The plan.
    pub plan: Plan,
    /// The rows, where the plan names them.
    pub picked: Vec<Row>,
    /// The path of the journal.
    pub journal: PathBuf,
    /// The next step for one that is there.
    pub begin: ExistingJournal,
    /// Requests for pages that are made before their answers are needed: more than run at once, so that one is ready
    /// whenever there is room.
    pub ahead: usize,
}

/// Gathers everything of a plan into the journal. Dropping the future stops it; what is in the journal then can be gone on
/// with.
///
/// # Errors
/// Why it ended early. The journal stays.
pub async fn gather(order: Order, progress: Arc<Progress>) -> Result<Gathered, GatherError> {
    let parts = order.plan.parts()?;
    let (mut journal, held) = blocking({
        let (path, plan, begin) = (order.journal.clone(), order.plan.clone(), order.begin);
        move || match begin {
            ExistingJournal::Resume => Journal::resume(&path, &plan),
            ExistingJournal::Fail => Journal::begin(&path, &plan).map(|journal| (journal, Held::default())),
            ExistingJournal::Discard => {
                Journal::begin_anew(&path, &plan).map(|journal| (journal, Held::default()))
            }
        }
    })
    .await?;
    if order.plan.picked.is_some() {
        progress.begin(held.rows, Some(order.picked.len() as u64));
        if held.whole == 0 {
            journal = gather_picked(&order, journal, held.place.offset, &progress).await?;
        }
        return Ok(Gathered { journal, tallies: Vec::new() });
    }
    progress.begin(held.rows.saturating_sub(held.place.tally.rows), None);
    let mut lists = walk(&order, &parts, &held);
    for part in held.whole..parts.len() {
        if part == held.whole || parts[part - 1].reseller_id != parts[part].reseller_id {
            lists.begin(part);
        }
        loop {
            let batch = lists.next(part).await.map_err(api)?;
            let tally = lists.stats_of(part);
            progress.expect(tally, lists.stats().pages);
            // The next list begins where this one has nothing left to ask for.
            if lists.is_sent(part) && part + 1 < parts.len() {
                lists.begin(part + 1);
            }
            let (rows, place) = match batch {
                Some(batch) => (with_records(&order, batch.rows).await?, Some(batch.place)),
                None => (Vec::new(), None),
            };
            let ended = place.is_none().then_some(tally);
            journal = add(journal, Entry { part, place, rows, ended }).await?;
            progress.part(tally);
            if ended.is_some() {
                break;
            }
        }
        progress.part_done();
    }
    while let Some((part, rows)) = lists.settle().await.map_err(api)? {
        let found = rows.len() as u64;
        let rows = with_records(&order, rows).await?;
        // A run that ends here has not seen whether these are all.
        let tally = lists.stats_of(part);
        let ended = Some(ListStats { doubt: tally.doubt.or(Some(Doubt::Moving)), ..tally });
        journal = add(journal, Entry { part, place: None, rows, ended }).await?;
        progress.found(found, lists.stats().pages);
    }
    let tallies = parts.iter().enumerate().map(|(part, of)| (of.name(), lists.stats_of(part))).collect();
    Ok(Gathered { journal, tallies })
}

/// Begins the walk through the lists of a plan, as far as an earlier run has not read them.
fn walk(order: &Order, parts: &[Part], held: &Held) -> Box<dyn RowWalk> {
    let lists = parts.iter().enumerate().map(|(part, of)| WalkList {
        start: (part == held.whole).then(|| held.place.clone()),
        read: held.rows_of(part).collect(),
        ended: held.ended.iter().find(|(ended, _)| *ended == part).map(|(_, stats)| *stats),
        ..WalkList::new(&of.reseller_id, of.query.clone())
    });
    let request = WalkRequest { lists: lists.collect(), rows: None, ahead: order.ahead };
    order.source.walk(request, order.options.clone())
}

fn api(error: ApiError) -> GatherError {
    GatherError::Api(Box::new(error))
}

/// Removes the journal of an export to this file that has ended early with nothing in it to go on from; says whether it did.
/// Blocks for a moment.
pub fn remove_empty_journal(file: &Path, begin: ExistingJournal, progress: &Progress) -> bool {
    let is_empty = progress.rows() == 0 && begin != ExistingJournal::Resume && progress.began();
    if is_empty {
        let _ = std::fs::remove_file(journal_of(file));
    }
    is_empty
}

/// Gathers rows that are here already, from a place on, with what belongs to them.
async fn gather_picked(
    order: &Order,
    mut journal: Journal,
    from: u64,
    progress: &Progress,
) -> Result<Journal, GatherError> {
    let mut offset = from;
    let rest = order.picked.get(usize::try_from(from).unwrap_or(usize::MAX)..).unwrap_or_default();
    for rows in rest.chunks(PICKED_AT_ONCE) {
        let rows = with_records(order, rows.to_vec()).await?;
        offset += rows.len() as u64;
        let place = Some(ListStart { offset, ..ListStart::default() });
        journal = add(journal, Entry { part: 0, place, rows, ended: None }).await?;
        progress.picked(offset);
    }
    add(journal, Entry { part: 0, place: None, rows: Vec::new(), ended: None }).await
}

async fn add(mut journal: Journal, entry: Entry) -> Result<Journal, GatherError> {
    Ok(blocking(move || journal.add(&entry).map(|()| journal)).await?)
}

/// Runs what blocks where it holds up nobody.
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

/// The rows as they are exported: as sent, or with the record and the subscriptions of each.
async fn with_records(order: &Order, rows: Vec<Row>) -> Result<Vec<Value>, GatherError> {
    let plan = &order.plan;
    if !plan.has_records() {
        return Ok(rows.into_iter().map(Row::into_kept).collect());
    }
    let whole = join_all(rows.into_iter().map(|row| with_record(order, row))).await;
    let whole: Vec<RowWithRecord> = whole.into_iter().collect::<Result<_, _>>()?;
    // What is wrong with every one of several is no fault of theirs: a page to log in to, for instance.
    let asked = whole.iter().filter(|whole| whole.is_customer).count();
    let is_common = asked > 1 && whole.iter().all(|whole| whole.spoiled.is_some() || !whole.is_customer);
    let (mut values, mut first) = (Vec::with_capacity(whole.len()), None);
    for whole in whole {
        values.push(whole.value);
        first = first.or(whole.spoiled);
    }
    match first {
        Some(error) if is_common => Err(GatherError::Api(error)),
        _ => Ok(values),
    }
}

/// A row with what belongs to it.
struct RowWithRecord {
    value: Value,
    is_customer: bool,
    /// The reason why nothing that was asked for came, where that may be no fault of this customer's.
    spoiled: Option<Box<ApiError>>,
}

async fn with_record(order: &Order, row: Row) -> Result<RowWithRecord, GatherError> {
    let mut value = json!({});
    let mut errors = Vec::new();
    let plan = &order.plan;
    if let Some(customer) = row.customer() {
        let id = customer.customer_id.clone();
        if plan.details {
            let key = match &customer.link {
                Some(link) => RecordKey::Link(link.clone()),
                None => RecordKey::Id(id.clone()),
            };
            let record = order.source.customer(key, order.options.clone()).await;
            let record = record.map(|answer| (answer.value.raw, answer.value.problems));
            put(&mut value, "details", record, &mut errors)?;
        }
        if plan.subscriptions {
            let list = order.source.subscriptions(id.clone(), order.options.clone()).await;
            let list = list.map(|answer| (answer.value.raw, answer.value.problems));
            put(&mut value, "subscriptions", list, &mut errors)?;
        }
    }
    if !errors.is_empty() {
        let told: Vec<String> = errors.iter().map(|error| error.user_message().summary).collect();
        value["problem"] = told.join(" ").into();
    }
    let is_customer = row.customer().is_some();
    value["customer"] = row.into_kept();
    let asked = usize::from(plan.details) + usize::from(plan.subscriptions);
    let all_spoiled = errors.len() == asked && errors.iter().all(|error| error.kind != ErrorKind::NotFound);
    let spoiled = errors.into_iter().next().filter(|_| all_spoiled).map(Box::new);
    Ok(RowWithRecord { value, is_customer, spoiled })
}

/// Puts what came into a row, with what of it was not valid, or why it did not come and will not come by trying again.
fn put(
    value: &mut Value,
    name: &str,
    came: Result<(Value, Vec<Problem>), ApiError>,
    errors: &mut Vec<ApiError>,
) -> Result<(), GatherError> {
    // The journal's line puts more around it, and has to be read again.
    let came = came.and_then(|(raw, problems)| {
        let words = "it is nested too deeply to be exported";
        if is_deep(&raw, DEEPEST) { Err(ApiError::unreadable(words)) } else { Ok((raw, problems)) }
    });
    match came {
        Ok((raw, problems)) => {
            value[name] = raw;
            // What is repaired does not show that it was damaged.
            let damage: Vec<Problem> = problems.into_iter().filter(|problem| problem.is_damage).collect();
            if !damage.is_empty() {
                value["damage"][name] = json!(damage);
            }
        }
        // It would come again.
        Err(error) if !error.is_account_wide() && error.kind != ErrorKind::Server => {
            value[name] = Value::Null;
            errors.push(error);
        }
        Err(error) => return Err(GatherError::Api(Box::new(error))),
    }
    Ok(())
}

/// The depth to which an exported record may be nested; readers of JSON give up at 128.
const DEEPEST: usize = 100;

/// Returns true if a value is nested more deeply than so many levels.
fn is_deep(value: &Value, levels: usize) -> bool {
    let Some(left) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(items) => items.iter().any(|item| is_deep(item, left)),
        Value::Object(fields) => fields.values().any(|field| is_deep(field, left)),
        _ => false,
    }
}
