//! Windows of the lists that the copy answers.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use chrono::Utc;

use super::{
    PortfolioSource,
    copy::{CopyState, LoadedIndex, LocalData},
    errors::blocking,
    filter_query,
    held::{as_held, origin},
    ids_of,
    search::{capabilities, complaint, search_page},
};
use crate::{
    api::ApiError,
    model::{Coverage, Cursor, CustomerFilter, RowsRequest},
    portfolio::{ShownRows, index::SortKey},
    source::{HeldCustomer, Origin, Window},
};

/// The time after which rows are remembered unless others are shown.
const REST: Duration = Duration::from_millis(500);

/// Returns rows of a list in words that are the same as long as they are the same rows of the same list.
fn rows_of(filter: &CustomerFilter, first: u64) -> String {
    format!("{first} of {filter:?}")
}

/// Returns the number of rows before the one at a cursor.
fn rows_before(at: &Cursor) -> u64 {
    match at {
        Cursor::Row(row) => *row,
        Cursor::Start | Cursor::Merged(_) => 0,
    }
}

impl PortfolioSource {
    /// Answers a request for rows from the copy.
    pub(super) async fn local_rows(&self, request: RowsRequest) -> Result<Window, ApiError> {
        let begun = Instant::now();
        let copy = self.copy.get().await?;
        if request.refresh {
            copy.state.ask_for_sync();
        }
        if let Some(window) = self.shown_rows(&copy, &request, begun).await {
            return Ok(window);
        }
        let loaded = copy.loaded().await?;
        let LoadedIndex { index, held, .. } = loaded.clone();
        let query = filter_query(&request.filter, self.as_of())?;
        let first = rows_before(&request.at);
        let size = u64::from(request.filter.page_size).max(1);
        let (sort, known) = (SortKey::all_of(&request.filter), held.clone());
        let troubles = copy.state.troubles();
        let (first, total, ids, complaint) = blocking(move || {
            let (mut first, mut found) = (first, search_page(&index, &query, &sort, first, size));
            if found.rows.is_empty() && found.total > 0 {
                // The list has become shorter: its last page.
                first = (found.total as u64 - 1) / size * size;
                found = search_page(&index, &query, &sort, first, size);
            }
            let complaint = complaint(troubles, &index, &query, &found, &known);
            (first, found.total as u64, ids_of(&index, &found), complaint)
        })
        .await?;
        copy.remember(rows_of(&request.filter, first), ShownRows { ids: ids.clone(), total });
        let customers = copy.customers(ids).await?;
        let at = match (&request.at, first) {
            (Cursor::Start, 0) => Cursor::Start,
            (_, first) => Cursor::Row(first),
        };
        let origin = origin(Utc::now(), begun.elapsed(), held.keeps_contacts);
        // Last, since whatever changes from here on has the rows be read again.
        let coverage = self.coverage(&copy.state, &loaded);
        Ok(Window { at, complaint, ..window(request, (first, customers, total), origin, coverage) })
    }

    /// Returns the extent and the age of the copy.
    pub(super) fn coverage(&self, state: &CopyState, loaded: &LoadedIndex) -> Coverage {
        let held = &loaded.held;
        Coverage {
            is_from_last_time: false,
            customers: held.customers,
            detailed: held.records.min(held.subscriptions),
            listed_at: held.listed_at.filter(|_| held.resellers.0 == held.resellers.1),
            oldest_at: held.oldest_at,
            is_syncing: state.is_syncing.load(Ordering::Acquire),
            synced_by: state.synced_by(),
            offline_since: self.reach.offline_since(),
            reseller_names: loaded.index.reseller_names(),
            values: Arc::clone(&loaded.values),
        }
    }

    /// Returns rows of a list as they were shown last, until the index has been read for the first time; whoever asked is told
    /// to ask again then.
    async fn shown_rows(
        &self,
        copy: &Arc<LocalData>,
        request: &RowsRequest,
        begun: Instant,
    ) -> Option<Window> {
        if copy.has_index() {
            return None;
        }
        let first = rows_before(&request.at);
        let RememberedRows { total, customers, reseller_names, keeps_contacts } =
            copy.remembered(rows_of(&request.filter, first)).await?;
        let (loading, on_change) = (Arc::clone(copy), Arc::clone(&self.on_change));
        tokio::spawn(async move {
            // An error is that of the next answer too.
            let _ = loading.loaded().await;
            on_change();
        });
        let coverage = Coverage {
            is_from_last_time: true,
            reseller_names: Arc::new(reseller_names),
            ..Coverage::default()
        };
        let origin = origin(Utc::now(), begun.elapsed(), keeps_contacts);
        Some(window(request.clone(), (first, customers, total), origin, coverage))
    }
}

/// Returns a window of the copy: the rows from `first` on of a list with `total` rows.
fn window(
    request: RowsRequest,
    (first, customers, total): (u64, Vec<HeldCustomer>, u64),
    origin: Origin,
    coverage: Coverage,
) -> Window {
    let (rows, parts): (Vec<_>, Vec<_>) =
        customers.into_iter().map(|customer| (customer.row, customer.parts)).unzip();
    let after = first + rows.len() as u64;
    Window {
        at: request.at.clone(),
        first,
        rows,
        parts,
        total,
        counts: Vec::new(),
        next: (after < total && after > first).then_some(Cursor::Row(after)),
        capabilities: capabilities(),
        origin,
        coverage: Some(coverage),
        complaint: None,
        news: None,
        request,
    }
}

/// Rows of a list as they were shown last.
struct RememberedRows {
    /// The number of customers in the list.
    total: u64,
    /// The customers in the rows, as they are now.
    customers: Vec<HeldCustomer>,
    /// The names of resellers, by their IDs.
    reseller_names: HashMap<String, String>,
    keeps_contacts: bool,
}

impl LocalData {
    /// Returns rows as they were shown last; `None` if they are not remembered or cannot be read.
    async fn remembered(&self, rows: String) -> Option<RememberedRows> {
        let read = self.store.with(move |store| {
            let Some(ShownRows { ids, total }) = store.shown_rows(&rows)? else { return Ok(None) };
            let keeps_contacts = store.keeps_contacts();
            let customers = store.customers(&ids)?.into_iter();
            let names = store.resellers()?.into_iter().filter_map(|(id, name)| Some((id, name?)));
            Ok(Some(RememberedRows {
                total,
                customers: customers.map(|customer| as_held(customer, keeps_contacts)).collect(),
                reseller_names: names.collect(),
                keeps_contacts,
            }))
        });
        read.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the rows shown last cannot be read");
            None
        })
    }

    /// Remembers which customers are in some rows for the next start, once no others have been asked for in a while: nothing is
    /// written for each key in a search box.
    fn remember(self: &Arc<Self>, rows: String, shown: ShownRows) {
        let latest = || self.shown_rows.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = Some((rows, shown));
        if !self.is_writer || *latest() == wanted {
            return;
        }
        latest().clone_from(&wanted);
        let copy = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(REST).await;
            let Some(copy) = copy.upgrade() else { return };
            let is_latest = *copy.shown_rows.lock().unwrap_or_else(PoisonError::into_inner) == wanted;
            let Some((rows, shown)) = wanted.filter(|_| is_latest) else { return };
            if let Err(error) = copy.store.with(move |store| store.keep_shown_rows(&rows, &shown)).await {
                tracing::warn!(%error, "the rows shown now cannot be remembered");
            }
        });
    }
}
