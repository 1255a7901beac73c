//! Walking through the lists of each reseller.

use chrono::Utc;

use super::{
    FailureStreak, RequestBudget, SyncError, SyncJob, SyncProgress, SyncReport, SyncStage, ends_sync,
    says_no_such_customer,
};
use crate::{
    api::{ApiError, ErrorKind},
    collect::{ListStats, RowKey},
    model::{CustomerFilter, CustomerQuery, RecordKey, Row, SortBy, SortOrder, Status},
    source::{WalkList, WalkRequest},
};

/// Walks through the lists of all resellers, and asks for the customers that no list shows any more.
pub(super) async fn walk_all(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    progress.begin(SyncStage::Lists, 0);
    let (mut totals, mut first_error) = (0, None);
    for (reseller, name) in &job.scope.resellers {
        match walk_reseller(job, budget, progress, (reseller, name.as_deref()), totals, report).await {
            Ok(total) => totals += total,
            Err(SyncError::Api(error)) if !ends_sync(&error) => {
                let why = error.user_message().summary;
                let is_unknown = matches!(error.kind, ErrorKind::NotFound | ErrorKind::Forbidden);
                report.unread_resellers.push((reseller.clone(), why.clone()));
                let reseller = reseller.clone();
                job.store
                    .with(move |store| {
                        let why = format!("it could not be read: {}", why.trim_end_matches('.'));
                        store.fail_walk(&reseller, &why, is_unknown)
                    })
                    .await?;
                first_error.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    if job.scope.is_all {
        doubt_unlisted(job).await?;
    }
    match first_error {
        Some(error) if report.unread_resellers.len() == job.scope.resellers.len() => {
            Err(SyncError::Api(error))
        }
        _ => Ok(()),
    }
}

/// Notes a doubt about each reseller in the copy that the account does not list any more: its customers stay as they were.
async fn doubt_unlisted(job: &SyncJob) -> Result<(), SyncError> {
    let listed = job.scope.ids();
    job.store
        .with(move |store| {
            for (reseller, _) in store.resellers()?.into_iter().filter(|(id, _)| !listed.contains(id)) {
                let why = "the account does not list it any more, so its customers are as they were";
                store.fail_walk(&reseller, why, false)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Returns the query for the customers with a status: the newest last, so that those who join meanwhile are at the end.
fn query(status: &Status) -> Result<CustomerQuery, SyncError> {
    let filter = CustomerFilter {
        sort_by: SortBy::CreationDate,
        order: SortOrder::Ascending,
        ..CustomerFilter::default()
    };
    filter.query(status.clone(), 0).map_err(|error| ApiError::internal(&error.to_string()).into())
}

async fn walk_reseller(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    (reseller, name): (&str, Option<&str>),
    before: u64,
    report: &mut SyncReport,
) -> Result<u64, SyncError> {
    let statuses = Status::listed();
    {
        let (reseller, name) = (reseller.to_owned(), name.map(str::to_owned));
        job.store.with(move |store| store.begin_walk(&reseller, name.as_deref(), Utc::now())).await?;
    }
    let list = |status| Ok(WalkList { with_moved: true, ..WalkList::new(reseller, query(status)?) });
    let lists = statuses.iter().map(list).collect::<Result<Vec<_>, SyncError>>()?;
    let mut walk = job
        .source
        .walk(WalkRequest { lists, rows: None, ahead: 2 * job.at_once.max(1) }, job.options.clone());
    let (mut spent, mut nameless) = (progress.requests(), 0);
    for part in 0..statuses.len() {
        walk.begin(part);
        while let Some(batch) = walk.next(part).await? {
            nameless += add_rows(job, reseller, batch.rows).await?;
            spent = account_for(walk.stats(), before, budget, progress, spent).await;
        }
    }
    while let Some((_, rows)) = walk.settle().await? {
        nameless += add_rows(job, reseller, rows).await?;
        spent = account_for(walk.stats(), before, budget, progress, spent).await;
    }
    let stats = walk.stats();
    account_for(stats, before, budget, progress, spent).await;
    let unseen = {
        let reseller = reseller.to_owned();
        job.store.with(move |store| store.end_walk(&reseller, stats, nameless, Utc::now())).await?
    };
    let mut streak = FailureStreak::default();
    for id in unseen {
        streak.note(ask_for(job, budget, reseller, id, report).await?)?;
    }
    Ok(stats.total.unwrap_or(stats.rows))
}

/// Stores rows of a list. Returns the number of those that no customer's ID can be read from.
async fn add_rows(job: &SyncJob, reseller: &str, rows: Vec<Row>) -> Result<u64, SyncError> {
    let nameless = rows.iter().filter(|row| matches!(RowKey::of(row), RowKey::Unreadable(_))).count() as u64;
    let reseller = reseller.to_owned();
    job.store.with(move |store| store.add_rows(&reseller, &rows, Utc::now())).await?;
    Ok(nameless)
}

/// Updates the progress, and waits until the budget covers the requests since there were `spent`. A walk sends requests
/// ahead, so they are paid for once their rows are stored. Returns the number of requests now.
async fn account_for(
    walk: ListStats,
    before: u64,
    budget: &RequestBudget,
    progress: &SyncProgress,
    spent: u64,
) -> u64 {
    progress.reach(before + walk.rows, before.saturating_add(walk.total.unwrap_or(walk.rows)));
    let requests = progress.requests();
    budget.spend(requests - spent).await;
    requests
}

/// Asks for the record of a customer that a verified walk did not find, and marks it as gone if there is none. Returns the
/// error if it may be the server's rather than this customer's.
async fn ask_for(
    job: &SyncJob,
    budget: &RequestBudget,
    reseller: &str,
    id: String,
    report: &mut SyncReport,
) -> Result<Option<ApiError>, SyncError> {
    budget.spend(1).await;
    match job.source.customer(RecordKey::Id(id.clone()), job.options.clone()).await {
        Err(error) if says_no_such_customer(&error) => {
            let is_new = job.store.with(move |store| store.mark_gone(&id, Utc::now())).await?;
            report.gone += u64::from(is_new);
        }
        Ok(answer) if answer.value.customer_id.as_deref() == Some(&*id) => {
            // It is there, whichever reseller it belongs to now.
            let customer = answer.value;
            let has_moved = customer.reseller_id.as_deref().is_some_and(|of| of != reseller);
            report.unlisted += u64::from(!has_moved);
            job.store
                .with(move |store| {
                    let now = Utc::now();
                    store.mark_present(&id, &customer, now)?;
                    store.put_record(&id, &customer, now)
                })
                .await?;
        }
        Err(error) if ends_sync(&error) => return Err(error.into()),
        other => {
            let error = other.err();
            let words = error.as_ref().map_or_else(
                || "its ID leads to another customer's record".to_owned(),
                |error| error.user_message().summary,
            );
            report.fail(&id, &words);
            job.store.with(move |store| store.mark_failed(&id, &words, Utc::now())).await?;
            return Ok(error);
        }
    }
    Ok(None)
}
