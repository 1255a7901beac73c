//! The pages of the session, bounded, and how they become what is on the screen.

use std::{cell::RefCell, num::NonZeroUsize, sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};
use lru::LruCache;

use super::drift::Moved;
use super::shown::{Place, RowRef, Shown, all_totals, complaint, one_total};
use crate::{
    api::{Answer, Exchange},
    model::{CustomerFilter, CustomerPage, CustomerQuery, Need, StatusFilter, merge},
};

/// Pages kept for the session; at 50 rows a page this is a few megabytes.
const KEPT: NonZeroUsize = NonZeroUsize::new(32).unwrap();

/// A page, and what is known of its coming.
struct Kept {
    page: Arc<CustomerPage>,
    at: DateTime<FixedOffset>,
    exchange: Exchange,
}

/// The pages by the query that they answer; the ones used last are kept.
pub(super) struct Pages(LruCache<CustomerQuery, Kept>);

impl Pages {
    pub(super) fn new() -> Self {
        Self(LruCache::new(KEPT))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps an answer; says whether its list has another total by now than its other pages here.
    pub(super) fn put(&mut self, answer: Answer<CustomerPage>, at: DateTime<FixedOffset>) -> Option<Moved> {
        let query = answer.value.query.clone();
        let now = answer.value.total_count;
        let others = self.0.iter().filter(|(known, _)| **known != query && of_one_list(known, &query));
        // The latest one that tells it.
        let before = others.max_by_key(|(_, kept)| kept.at).and_then(|(_, kept)| kept.page.total_count);
        let moved = before.zip(now).filter(|(before, now)| before != now);
        self.0.put(query.clone(), Kept { page: Arc::new(answer.value), at, exchange: answer.exchange });
        moved.map(|(before, now)| Moved { query, before, now })
    }

    /// Forgets the other pages of the list that a page is of.
    pub(super) fn forget_others(&mut self, query: &CustomerQuery) {
        let others = self.0.iter().map(|(known, _)| known);
        let others: Vec<CustomerQuery> =
            others.filter(|known| *known != query && of_one_list(known, query)).cloned().collect();
        for other in others {
            self.0.pop(&other);
        }
    }

    /// Builds a page of what is here, or says what it lacks.
    pub(super) fn assemble(&mut self, filter: &CustomerFilter, place: &Place) -> Result<Shown, Need> {
        let used = RefCell::new(Vec::new());
        let lookup = |query: &CustomerQuery| {
            let kept = self.0.peek(query)?;
            used.borrow_mut().push(query.clone());
            Some(Arc::clone(&kept.page))
        };
        let mut shown = match (place, &filter.status) {
            (Place::Offset(offset), StatusFilter::One(status)) => {
                let query = filter.query(status.clone(), *offset).map_err(Need::Filter)?;
                let Some(page) = lookup(&query) else { return Err(Need::Chunks(vec![query])) };
                let total = page.known_total();
                let count = page.rows.len();
                let after = offset + u64::from(filter.page_size);
                let next = (count > 0 && after < total).then_some(Place::Offset(after));
                let rows = (0..count).map(|row| RowRef::new(Arc::clone(&page), row)).collect();
                made(filter, place, *offset, rows, total, one_total(status.code(), total), next)
            }
            (Place::Merged(starts), StatusFilter::All) => {
                let start = starts.last().copied().unwrap_or_default();
                let merged = merge(filter, start, lookup)?;
                let next = merged.has_more().then(|| {
                    let mut starts = starts.clone();
                    starts.push(merged.end);
                    Place::Merged(starts)
                });
                let (total, totals, first) = (merged.total(), merged.totals, start.cursors.iter().sum());
                let rows = merged.rows.into_iter().map(|(page, row)| RowRef::new(page, row)).collect();
                made(filter, place, first, rows, total, all_totals(totals), next)
            }
            // A place belongs to its filter; that of another one is no place here.
            (Place::Offset(_), StatusFilter::All) | (Place::Merged(_), StatusFilter::One(_)) => {
                return self.assemble(filter, &Place::first(filter));
            }
        };
        let mut oldest = None;
        let mut slowest: Option<&Exchange> = None;
        let used = used.into_inner();
        for query in &used {
            self.0.promote(query);
        }
        for query in &used {
            let Some(kept) = self.0.peek(query) else { continue };
            oldest = Some(oldest.map_or(kept.at, |at: DateTime<FixedOffset>| at.min(kept.at)));
            if slowest.is_none_or(|slowest| slowest.elapsed < kept.exchange.elapsed) {
                slowest = Some(&kept.exchange);
            }
        }
        shown.at = oldest.unwrap_or_default();
        shown.elapsed = slowest.map_or(Duration::ZERO, |exchange| exchange.elapsed);
        shown.exchange = slowest.cloned();
        Ok(shown)
    }
}

/// Whether two pages are of the same list.
fn of_one_list(one: &CustomerQuery, other: &CustomerQuery) -> bool {
    one.clone().at(0) == other.clone().at(0)
}

fn made(
    filter: &CustomerFilter,
    place: &Place,
    first: u64,
    rows: Vec<RowRef>,
    total: u64,
    totals: [Option<u64>; 4],
    next: Option<Place>,
) -> Shown {
    Shown {
        filter: filter.clone(),
        place: place.clone(),
        first,
        complaint: complaint(&rows),
        rows,
        total,
        totals,
        next,
        at: DateTime::default(),
        elapsed: Duration::ZERO,
        exchange: None,
    }
}
