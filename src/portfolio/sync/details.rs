//! Reading records, subscriptions and orders of the customers for whom they are due.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{StreamExt as _, stream};

use super::{
    FailureStreak, RequestBudget, SyncError, SyncJob, SyncProgress, SyncReport, SyncStage, ends_sync,
    failed::Failed, says_no_such_customer,
};
use crate::{
    api::{ApiError, ErrorKind},
    model::{Customer, OrderPage, OrdersRequest, RecordKey, SubscriptionList},
    portfolio::DueCustomer,
};

/// Customers that are taken from the store at once.
const CHUNK: usize = 500;

/// What was read of a customer.
struct Details {
    id: String,
    record: Option<Result<Customer, Failed>>,
    subscriptions: Option<Result<SubscriptionList, Failed>>,
}

/// Reads the records and subscriptions that are due.
pub(super) async fn read_due(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    begun: DateTime<Utc>,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    let resellers = job.scope.ids();
    let of = resellers.clone();
    let total = job.store.with(move |store| store.count_due(&of, begun, begun)).await?;
    progress.begin(SyncStage::Records, total);
    let mut streak = FailureStreak::default();
    loop {
        let of = resellers.clone();
        let due = job.store.with(move |store| store.due(&of, begun, begun, CHUNK)).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut read = stream::iter(due.into_iter().map(|due| read_one(job, budget, due)))
            .buffer_unordered(job.at_once.max(1));
        while let Some(details) = read.next().await {
            // A clock that is set back must not make customers due again that were just read.
            let at = Utc::now().max(begun);
            streak.note(store(job, details, at, report).await?)?;
            progress.add(1);
        }
    }
}

async fn read_one(job: &SyncJob, budget: &RequestBudget, due: DueCustomer) -> Details {
    let DueCustomer { id, link, record, subscriptions } = due;
    let record = if record { Some(read_record(job, budget, &id, link).await) } else { None };
    // A customer that does not exist has no subscriptions either.
    let is_missing = matches!(&record, Some(Err(Failed::Api(error))) if says_no_such_customer(error));
    let subscriptions = if subscriptions && !is_missing {
        budget.spend(1).await;
        let list = job.source.subscriptions(id.clone(), job.options.clone()).await;
        Some(match list {
            Ok(list) => match list.value.doubt() {
                None => Ok(list.value),
                Some(doubt) => Err(Failed::Answer(format!("its subscriptions may be incomplete: {doubt}"))),
            },
            Err(error) => Err(Failed::Api(error)),
        })
    } else {
        None
    };
    Details { id, record, subscriptions }
}

/// Follows the link of the list entry. If it leads to another customer, the customer's own record is read instead.
async fn read_record(
    job: &SyncJob,
    budget: &RequestBudget,
    id: &str,
    link: Option<crate::model::Link>,
) -> Result<Customer, Failed> {
    let is_own = |customer: &Customer| customer.customer_id.as_deref() == Some(id);
    if let Some(link) = link {
        budget.spend(1).await;
        match job.source.customer(RecordKey::Link(link), job.options.clone()).await {
            Ok(answer) if is_own(&answer.value) => return Ok(answer.value),
            Err(error) if error.kind != ErrorKind::RefusedLink && error.kind != ErrorKind::NotFound => {
                return Err(Failed::Api(error));
            }
            _ => {}
        }
    }
    budget.spend(1).await;
    match job.source.customer(RecordKey::Id(id.to_owned()), job.options.clone()).await {
        Ok(answer) if is_own(&answer.value) => Ok(answer.value),
        Ok(_) => Err(Failed::Answer("its ID leads to another customer's record".to_owned())),
        Err(error) => Err(Failed::Api(error)),
    }
}

/// Stores what was read. Returns the error if a part failed in a way that another customer may not.
async fn store(
    job: &SyncJob,
    details: Details,
    at: DateTime<Utc>,
    report: &mut SyncReport,
) -> Result<Option<ApiError>, SyncError> {
    let Details { id, record, subscriptions } = details;
    let mut failed = None;
    if let Some(record) = record {
        match record {
            Ok(record) => {
                let id = id.clone();
                job.store.with(move |store| store.put_record(&id, &record, at)).await?;
            }
            Err(reason) => failed = Some(reason),
        }
    }
    if let Some(list) = subscriptions {
        match list {
            Ok(list) => {
                let id = id.clone();
                job.store.with(move |store| store.put_subscriptions(&id, &list, at)).await?;
            }
            Err(reason) => failed = failed.or(Some(reason)),
        }
    }
    let Some(reason) = failed else { return Ok(None) };
    let words = reason.words();
    let error = reason.of_server()?;
    report.fail(&id, &words);
    job.store.with(move |store| store.mark_failed(&id, &words, at)).await?;
    Ok(error)
}

/// Reads orders since the wanted day, or since the earlier one from which they are stored: of the customers for whom that is
/// due at a time, or of every customer.
pub(super) async fn read_orders(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    (wanted, due_at): (NaiveDate, Option<DateTime<Utc>>),
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    let resellers = job.scope.ids();
    let due_at = due_at.map(|at| (wanted, at));
    let customers = job.store.with(move |store| store.by_age_of_orders(&resellers, due_at)).await?;
    progress.begin(SyncStage::Orders, customers.len() as u64);
    let mut read = stream::iter(customers.into_iter().map(|(id, stored)| async move {
        let since = stored.map_or(wanted, |stored| stored.min(wanted));
        let orders = orders_of(job, budget, &id, since).await;
        (id, since, orders)
    }))
    .buffer_unordered(job.at_once.max(1));
    let mut streak = FailureStreak::default();
    let mut refusals = Refusals::default();
    while let Some((id, since, orders)) = read.next().await {
        let failed = match orders {
            Ok(page) => {
                refusals.were_of_customers(report);
                let at = Utc::now();
                job.store.with(move |store| store.put_orders(&id, &page, Some(since), at)).await?;
                None
            }
            Err(Failed::Api(error)) if error.kind == ErrorKind::Forbidden && !ends_sync(&error) => {
                refusals.add(id, error.user_message().summary, report);
                if due_at.is_some() && refusals.are_many() {
                    break;
                }
                None
            }
            Err(reason) => {
                report.fail(&id, &reason.words());
                reason.of_server()?
            }
        };
        streak.note(failed)?;
        progress.add(1);
    }
    if due_at.is_some() {
        report.refused_orders = refusals.of_account();
    } else {
        refusals.were_of_customers(report);
    }
    Ok(())
}

/// Refusals of customers' orders: of the account as a whole, as long as no orders were given at all.
#[derive(Debug, Default)]
struct Refusals {
    /// The customers and the reasons; the first ones.
    first: Vec<(String, String)>,
    /// True once orders were given.
    are_of_customers: bool,
}

impl Refusals {
    /// The refusals after which the account is taken to have no right to any orders.
    const LIMIT: usize = 5;

    fn add(&mut self, id: String, reason: String, report: &mut SyncReport) {
        if self.are_of_customers {
            report.fail(&id, &reason);
        } else {
            self.first.push((id, reason));
        }
    }

    /// Returns true if there is no point in asking for more.
    fn are_many(&self) -> bool {
        !self.are_of_customers && self.first.len() >= Self::LIMIT
    }

    /// Reports the refusals as those of single customers.
    fn were_of_customers(&mut self, report: &mut SyncReport) {
        self.are_of_customers = true;
        for (id, reason) in self.first.drain(..) {
            report.fail(&id, &reason);
        }
    }

    /// Returns the reason why the account gets no orders, if it gets none.
    fn of_account(self) -> Option<String> {
        self.first.into_iter().next().map(|(_, reason)| reason)
    }
}

/// Reads all pages of a customer's orders since a day.
async fn orders_of(
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
    let Some(all) = all else { return Err(Failed::Answer("no orders arrived".to_owned())) };
    match all.doubt() {
        Some(doubt) => Err(Failed::Answer(format!("its orders may be incomplete: {doubt}"))),
        None => Ok(all),
    }
}
