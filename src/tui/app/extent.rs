//! The extent and the age of the local copy in words.

use chrono::{DateTime, Utc};

use super::{Age, message::Now};
use crate::{model::Coverage, text};

/// Returns since when the API is out of reach; with the day, unless that is today.
fn offline(since: DateTime<Utc>, now: Now) -> String {
    let since = since.with_timezone(now.wall.offset());
    let is_today = since.date_naive() == now.wall.date_naive();
    format!("offline since {}", since.format(if is_today { "%H:%M" } else { "%-d %b, %H:%M" }))
}

/// Returns the extent and the age of the local copy: `Portfolio · 50,112 customers · list 4 min ago · details 98 %`; shorter
/// forms follow.
pub(crate) fn extent(coverage: &Coverage, now: Now) -> Vec<String> {
    if coverage.is_from_last_time {
        return ["Portfolio · as last shown · loading", "Portfolio · loading"].map(str::to_owned).to_vec();
    }
    let age = |at: DateTime<Utc>| Age::new(at.fixed_offset(), now.wall).in_words();
    let customers = text::pluralize(coverage.customers, "customer", "customers");
    let list = match coverage.listed_at {
        Some(at) => format!("list {}", age(at)),
        None => "list incomplete".to_owned(),
    };
    let details = if coverage.detailed < coverage.customers {
        Some(format!("details {}%", coverage.detailed * 100 / coverage.customers.max(1)))
    } else {
        coverage.oldest_at.map(|at| format!("details {}", age(at)))
    };
    let state = match coverage.offline_since {
        Some(since) => Some((offline(since, now), "offline")),
        None if coverage.is_syncing => Some(("syncing".to_owned(), "syncing")),
        None => {
            coverage.synced_by.map(|process| (format!("synced by process {process}"), "synced elsewhere"))
        }
    };
    let form = |parts: &[Option<&str>]| {
        let parts: Vec<&str> = std::iter::once("Portfolio").chain(parts.iter().copied().flatten()).collect();
        parts.join(" · ")
    };
    let (customers, list) = (Some(customers.as_str()), Some(list.as_str()));
    let (details, short) = (details.as_deref(), state.as_ref().map(|(_, short)| *short));
    let state = state.as_ref().map(|(words, _)| words.as_str());
    // How complete it is comes before who syncs, or since when nobody can. The last thing to stay is that nobody can, or the
    // age of the list.
    vec![
        form(&[customers, list, details, state]),
        form(&[list, details, state]),
        form(&[list, details, short]),
        form(&[list, short]),
        form(&[if coverage.offline_since.is_some() { short } else { list }]),
    ]
}
