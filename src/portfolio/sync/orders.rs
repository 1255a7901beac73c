//! Reading orders: those of the last days where they are due, or all since a day.

use chrono::{DateTime, Days, NaiveDate, Utc};
use futures_util::{StreamExt as _, stream};

use super::{
    FailureStreak, RequestBudget, SyncError, SyncJob, SyncProgress, SyncReport, SyncStage, ends_sync,
    failed::Failed,
};
use crate::{
    api::ErrorKind,
    model::{OrderPage, OrdersRequest},
};

/// The orders that a sync reads. Where earlier ones are stored, these are read again too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdersScope {
    /// Those of so many days, of the customers for whom that is due; for 0 only those in which something could not be read.
    Recent(u16),
    /// Those since a day, of every customer.
    Since(NaiveDate),
}

/// Reads the orders of a scope.
pub(super) async fn read_orders(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    begun: DateTime<Utc>,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    let (wanted, due) = match job.scope.orders {
        OrdersScope::Recent(days) => {
            let today = begun.date_naive();
            let wanted = today.checked_sub_days(Days::new(days.into())).unwrap_or(today);
            (wanted, Some((wanted, begun)))
        }
        OrdersScope::Since(day) => (day, None),
    };
    let resellers = job.scope.ids();
    let is_of_none = job.scope.orders == OrdersScope::Recent(0);
    let (customers, had_any) = job
        .store
        .with(move |store| {
            let customers = if is_of_none {
                store.with_unread_orders(&resellers)?
            } else {
                store.by_age_of_orders(&resellers, due)?
            };
            Ok((customers, store.has_orders(&resellers)?))
        })
        .await?;
    if is_of_none && customers.is_empty() {
        return Ok(());
    }
    progress.begin(SyncStage::Orders, customers.len() as u64);
    let mut read = stream::iter(customers.into_iter().map(|(id, stored)| async move {
        let since = stored.map_or(wanted, |stored| stored.min(wanted));
        let orders = orders_of(job, budget, &id, since).await;
        (id, since, orders)
    }))
    .buffer_unordered(job.at_once.max(1));
    let mut streak = FailureStreak::default();
    // Without any orders so far, refusals may be those of the account; not if somebody asked for its orders.
    let mut of_account: Option<Vec<(String, Failed)>> = (due.is_some() && !had_any).then(Vec::new);
    while let Some((id, since, orders)) = read.next().await {
        let failed = match orders {
            Ok(page) => {
                for (id, reason) in of_account.take().into_iter().flatten() {
                    fail(report, &id, &reason);
                }
                let at = Utc::now();
                job.store.with(move |store| store.put_orders(&id, &page, Some(since), at)).await?;
                None
            }
            Err(reason) => {
                if let Some(refused) = of_account.as_mut().filter(|_| is_refusal(&reason)) {
                    refused.push((id, reason));
                    if refused.len() >= FailureStreak::LIMIT as usize {
                        break;
                    }
                    None
                } else {
                    fail(report, &id, &reason);
                    reason.of_server()?
                }
            }
        };
        streak.note(failed)?;
        progress.add(1);
    }
    report.refused_orders = of_account.and_then(|refused| refused.first().map(|(_, reason)| reason.words()));
    Ok(())
}

/// Returns true if a request was refused although the API accepts the account.
fn is_refusal(reason: &Failed) -> bool {
    matches!(reason, Failed::Api(error) if error.kind == ErrorKind::Forbidden && !ends_sync(error))
}

/// Reports that the orders of a customer could not be read.
fn fail(report: &mut SyncReport, id: &str, reason: &Failed) {
    report.fail(id, &format!("orders could not be read: {}", reason.words()));
}

/// Reads a customer's orders since a day. Orders may be placed while their pages are read, so they are read again, once, if they
/// are not as many as the server counts.
async fn orders_of(
    job: &SyncJob,
    budget: &RequestBudget,
    id: &str,
    since: NaiveDate,
) -> Result<OrderPage, Failed> {
    let mut all = read_pages(job, budget, id, since).await?;
    if all.doubt().is_some() {
        all = read_pages(job, budget, id, since).await?;
    }
    match all.doubt() {
        Some(doubt) => Err(Failed::Answer(format!("the list may be incomplete: {doubt}"))),
        None => Ok(all),
    }
}

/// Reads all pages of a customer's orders since a day, one after the other.
async fn read_pages(
    job: &SyncJob,
    budget: &RequestBudget,
    id: &str,
    since: NaiveDate,
) -> Result<OrderPage, Failed> {
    /// The most pages that are followed: 100,000 orders.
    const PAGES: usize = 1000;
    let mut request = OrdersRequest::First { customer_id: id.to_owned(), since: Some(since) };
    let mut all: Option<OrderPage> = None;
    for _ in 0..PAGES {
        budget.spend(1).await;
        let page = job.source.orders(request, job.options.clone()).await.map_err(Failed::Api)?.value;
        let is_new = match &mut all {
            Some(all) => all.append(page),
            none => {
                *none = Some(page);
                true
            }
        };
        let next = all.as_ref().and_then(|page| page.links.next.clone()).filter(|_| is_new);
        let Some(next) = next else { break };
        request = OrdersRequest::Next(next);
    }
    all.ok_or_else(|| Failed::Answer("no orders arrived".to_owned()))
}
