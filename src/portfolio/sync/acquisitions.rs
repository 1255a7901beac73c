//! Reading the licences that are pending an order: the notifications of each reseller, then the customers that they name.
//!
//! Not every API and account has notifications. Then the licences are not known, which the report says; that is no reason to
//! end the sync, nor to call it incomplete.

use std::collections::HashSet;

use chrono::Utc;
use futures_util::{StreamExt as _, stream};

use super::{
    FailureStreak, RequestBudget, SyncError, SyncJob, SyncProgress, SyncReport, SyncStage, failed::Failed,
    says_no_such_customer,
};
use crate::{
    api::ErrorKind,
    model::{AcquisitionList, Link, RecordKey},
    text,
};

/// The readings of a reseller's notifications before their doubts are taken for final.
const ATTEMPTS: usize = 3;

/// The most pages of notifications that are read of a reseller.
const PAGES: usize = 2000;

/// A customer that is named, and the link to its licences.
type Named = (String, Option<Link>);

/// Reads the licences that customers of the resellers have pending an order. A reseller whose list could not be read is left
/// out.
pub(super) async fn read_all(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    progress.begin(SyncStage::Acquisitions, 0);
    let mut streak = FailureStreak::default();
    let mut total = 0;
    for (reseller, _) in &job.scope.resellers {
        if report.unread_resellers.iter().any(|(unread, _)| unread == reseller) {
            continue;
        }
        let named = match named_by(job, budget, reseller).await {
            Ok(named) => named,
            Err(failed) => {
                note_failure(job, reseller, failed, report).await?;
                continue;
            }
        };
        let done = total;
        total += named.len() as u64;
        progress.reach(done, total);
        let mut found = Vec::with_capacity(named.len());
        let mut read = stream::iter(named.into_iter().map(|(id, link)| async move {
            let list = licences_of(job, budget, &id, link).await;
            (id, list)
        }))
        .buffer_unordered(job.at_once.max(1));
        while let Some((id, list)) = read.next().await {
            let failed = match list {
                Ok(list) => {
                    found.push((id, Some(list)));
                    None
                }
                Err(Failed::Api(error)) if says_no_such_customer(&error) => None,
                Err(failed) => {
                    report.fail(&id, &failed.words());
                    found.push((id, None));
                    failed.of_server()?
                }
            };
            streak.note(failed)?;
            progress.add(1);
        }
        let reseller = reseller.clone();
        job.store.with(move |store| store.put_acquisitions(&reseller, &found, Utc::now())).await?;
    }
    Ok(())
}

/// Notes that it is not known which customers of a reseller have licences pending an order.
async fn note_failure(
    job: &SyncJob,
    reseller: &str,
    failed: Failed,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    let why = failed.words();
    let why = why.trim_end_matches('.').to_owned();
    let id = reseller.to_owned();
    let is_not_offered = match &failed {
        // A gateway may refuse the key for notifications alone.
        Failed::Api(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => true,
        // An API that answered before does know them.
        Failed::Api(error) if error.kind == ErrorKind::BadRequest => {
            let id = id.clone();
            !job.store.with(move |store| store.has_acquisitions(&id)).await?
        }
        _ => false,
    };
    if is_not_offered {
        job.store.with(move |store| store.forget_acquisitions(&id, &why)).await?;
        return Ok(());
    }
    failed.of_server()?;
    report.unread_acquisitions.push((reseller.to_owned(), why.clone()));
    job.store.with(move |store| store.doubt_acquisitions(&id, &why)).await?;
    Ok(())
}

/// Reads which customers of a reseller have licences pending an order. Notifications come and go while their pages are read,
/// so they are read again if their number differs from what the server counts.
async fn named_by(job: &SyncJob, budget: &RequestBudget, reseller: &str) -> Result<Vec<Named>, Failed> {
    let mut doubt = String::new();
    for _ in 0..ATTEMPTS {
        match read_pages(job, budget, reseller).await? {
            Ok(named) => return Ok(named),
            Err(found) => doubt = found,
        }
    }
    Err(Failed::Answer(format!("the notifications may be incomplete: {doubt}")))
}

/// Reads all pages of a reseller's notifications once. The inner error is a doubt about them.
async fn read_pages(
    job: &SyncJob,
    budget: &RequestBudget,
    reseller: &str,
) -> Result<Result<Vec<Named>, String>, Failed> {
    let (mut named, mut known): (Vec<Named>, HashSet<String>) = Default::default();
    let (mut offset, mut nameless) = (0, 0);
    for _ in 0..PAGES {
        budget.spend(1).await;
        let page = match job.source.notifications(reseller.to_owned(), offset, job.options.clone()).await {
            Ok(page) => page.value,
            // The offset is past the total since some have gone meanwhile.
            Err(error) if offset > 0 && error.kind == ErrorKind::BadRequest => {
                return Ok(Err(error.user_message().summary));
            }
            Err(error) => return Err(Failed::Api(error)),
        };
        nameless += page.nameless();
        offset += page.count;
        for item in page.items {
            if let Some(id) = item.customer_id.filter(|id| known.insert(id.clone())) {
                named.push((id, item.link));
            }
        }
        if page.count > 0 && page.total_count.is_none_or(|total| offset < total) {
            continue;
        }
        let came = named.len() as u64;
        return Ok(match page.total_count.filter(|total| *total != came + nameless) {
            Some(total) => Err(format!(
                "the server counts {} but sent {}",
                text::group_digits(total),
                text::group_digits(came)
            )),
            None if nameless > 0 => Err(format!(
                "{} no customer",
                text::pluralize(nameless, "notification names", "notifications name")
            )),
            None => Ok(named),
        });
    }
    Ok(Err("there are too many pages".to_owned()))
}

/// Follows the link of a notification. If it does not name the customer, or leads nowhere, the customer's own path is used:
/// licences do not say whose they are.
async fn licences_of(
    job: &SyncJob,
    budget: &RequestBudget,
    id: &str,
    link: Option<Link>,
) -> Result<AcquisitionList, Failed> {
    if let Some(link) = link.filter(|link| names(link, id)) {
        budget.spend(1).await;
        match job.source.acquisitions(RecordKey::Link(link), job.options.clone()).await {
            Ok(answer) => return without_doubt(answer.value),
            Err(error) if error.kind != ErrorKind::RefusedLink && error.kind != ErrorKind::NotFound => {
                return Err(Failed::Api(error));
            }
            Err(_) => {}
        }
    }
    budget.spend(1).await;
    let answer = job.source.acquisitions(RecordKey::Id(id.to_owned()), job.options.clone()).await;
    without_doubt(answer.map_err(Failed::Api)?.value)
}

/// Returns true if the path of a link has the customer's ID as one of its parts.
fn names(link: &Link, id: &str) -> bool {
    let path = link.uri.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|part| part == id)
}

fn without_doubt(list: AcquisitionList) -> Result<AcquisitionList, Failed> {
    match list.doubt() {
        Some(doubt) => Err(Failed::Answer(format!("its licences to order are not known: {doubt}"))),
        None => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_customer_as_a_part_of_its_path() {
        for (uri, expected) in [
            ("/v3/customers/12/open-acquisitions", true),
            ("https://api.example.com/v3/customers/12/open-acquisitions?x=1", true),
            ("/v3/customers/123/open-acquisitions", false),
            ("/v3/customers/1/open-acquisitions?customer=/12/", false),
            ("", false),
        ] {
            assert_eq!(names(&Link::get(uri), "12"), expected, "{uri}");
        }
    }
}
