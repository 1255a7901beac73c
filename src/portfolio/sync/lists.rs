//! Walking through the lists of each reseller.

use chrono::Utc;

use super::{RequestBudget, SyncError, SyncJob, SyncProgress, SyncReport, SyncStage};
use crate::{
    api::ErrorKind,
    collect::ListStats,
    model::{CustomerFilter, CustomerQuery, RecordKey, SortBy, SortOrder, Status},
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
    let mut totals = 0;
    for (reseller, name) in &job.scope.resellers {
        totals += walk_reseller(job, budget, progress, (reseller, name.as_deref()), totals, report).await?;
    }
    Ok(())
}

/// Returns the query for the customers with a status: the newest last, so that those who join meanwhile are at the end.
fn query(status: &Status) -> Result<CustomerQuery, SyncError> {
    let filter = CustomerFilter {
        sort_by: SortBy::CreationDate,
        order: SortOrder::Ascending,
        ..CustomerFilter::default()
    };
    filter.query(status.clone(), 0).map_err(|error| crate::api::ApiError::internal(&error.to_string()).into())
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
    let open = {
        let (reseller, name, statuses) = (reseller.to_owned(), name.map(str::to_owned), statuses.clone());
        job.store
            .with(move |store| store.begin_walk(&reseller, name.as_deref(), &statuses, Utc::now()))
            .await?
    };
    let mut lists = Vec::with_capacity(statuses.len());
    for (listed, held) in statuses.iter().zip(open.lists) {
        lists.push(WalkList {
            start: held.start.filter(|_| held.ended.is_none()),
            read: held.read,
            ended: held.ended,
            refresh: true,
            ..WalkList::new(reseller, query(listed)?)
        });
    }
    let ended: Vec<bool> = lists.iter().map(|list| list.ended.is_some()).collect();
    let mut walk = job
        .source
        .walk(WalkRequest { lists, rows: None, ahead: 2 * job.at_once.max(1) }, job.options.clone());
    let mut spent = progress.requests();
    for (part, status) in statuses.iter().enumerate().filter(|(part, _)| !ended[*part]) {
        walk.begin(part);
        loop {
            let batch = walk.next(part).await?;
            let (reseller, status) = (reseller.to_owned(), status.clone());
            let Some(batch) = batch else {
                let ended = walk.stats_of(part);
                job.store.with(move |store| store.end_list(&reseller, &status, ended)).await?;
                break;
            };
            let at = Utc::now();
            job.store
                .with(move |store| store.add_rows(&reseller, &status, &batch.rows, Some(&batch.place), at))
                .await?;
            spent = account_for(walk.stats(), before, budget, progress, spent).await;
        }
    }
    while let Some((part, rows)) = walk.settle().await? {
        let (reseller, status, at) = (reseller.to_owned(), statuses[part].clone(), Utc::now());
        job.store.with(move |store| store.add_rows(&reseller, &status, &rows, None, at)).await?;
        spent = account_for(walk.stats(), before, budget, progress, spent).await;
    }
    let stats = walk.stats();
    account_for(stats, before, budget, progress, spent).await;
    let unseen = {
        let reseller = reseller.to_owned();
        job.store.with(move |store| store.end_walk(&reseller, stats, Utc::now())).await?
    };
    for id in unseen {
        ask_for(job, budget, reseller, id, report).await?;
    }
    Ok(stats.total.unwrap_or(stats.rows))
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

/// Asks for the record of a customer that a verified walk did not find, and marks it as gone if there is none.
async fn ask_for(
    job: &SyncJob,
    budget: &RequestBudget,
    reseller: &str,
    id: String,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    budget.spend(1).await;
    match job.source.customer(RecordKey::Id(id.clone()), job.options.clone()).await {
        Err(error) if error.kind == ErrorKind::NotFound => {
            let is_new = job.store.with(move |store| store.mark_gone(&id, Utc::now())).await?;
            report.gone += u64::from(is_new);
        }
        Ok(answer) if answer.value.customer_id.as_deref() == Some(&*id) => {
            let customer = answer.value;
            let moved_to = customer.reseller_id.as_deref().filter(|of| *of != reseller).map(str::to_owned);
            let is_in_scope = |of: &String| job.scope.resellers.iter().any(|(known, _)| known == of);
            if moved_to.as_ref().is_none_or(is_in_scope) {
                // The lists of the other reseller show it, now or the next time.
                report.unlisted += u64::from(moved_to.is_none());
                job.store.with(move |store| store.mark_present(&id, &customer, Utc::now())).await?;
            } else {
                let is_new = job.store.with(move |store| store.mark_gone(&id, Utc::now())).await?;
                report.gone += u64::from(is_new);
            }
        }
        Err(error) if error.is_account_wide() => return Err(error.into()),
        other => {
            let words = other.err().map_or_else(
                || "its ID leads to another customer's record".to_owned(),
                |error| error.user_message().summary,
            );
            report.fail(&id, &words);
            job.store.with(move |store| store.mark_failed(&id, &words, Utc::now())).await?;
        }
    }
    Ok(())
}
