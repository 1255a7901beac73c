//! Reading the records and subscriptions that are due.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, stream};

use super::{
    FailureStreak, RequestBudget, SyncError, SyncJob, SyncProgress, SyncReport, SyncStage, failed::Failed,
    says_no_such_customer,
};
use crate::{
    api::{ApiError, ErrorKind},
    model::{Customer, RecordKey, SubscriptionList},
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
