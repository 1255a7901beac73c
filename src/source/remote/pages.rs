//! The cache of pages, and the assembly of windows from them.

use std::{cell::RefCell, num::NonZeroUsize, sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset, TimeDelta};
use lru::LruCache;

use super::{
    chunk::{Chunk, ListKey, PageKey},
    complaint::{complaint, missing_rows},
    drift::TotalChanged,
    merge::{MergeError, merge},
};
use crate::{
    api::Exchange,
    model::{Capabilities, Cursor, CustomerFilter, MergeCursor, MergeStart, RowsRequest, Status},
    source::{Origin, Window},
};

/// The number of cached pages; at 50 rows a page this is a few megabytes.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(32).unwrap();

/// The age from which a page is fetched again when it is next needed.
const MAX_AGE: TimeDelta = TimeDelta::minutes(15);

/// A cached page and its arrival.
struct CachedPage {
    chunk: Arc<Chunk>,
    at: DateTime<FixedOffset>,
    exchange: Arc<Exchange>,
}

/// A window, with the response that each of its rows came in.
pub(super) struct Assembled {
    /// The window.
    pub(super) window: Window,
    /// The number of the response for each row: rows with equal numbers came in one response.
    pub(super) answers: Vec<usize>,
    /// The number of rows that the server counts but has not sent.
    pub(super) missing: u64,
}

/// The most recently used pages.
pub(super) struct PageCache(LruCache<PageKey, CachedPage>);

impl PageCache {
    /// Creates an empty cache.
    pub(super) fn new() -> Self {
        Self(LruCache::new(CAPACITY))
    }

    /// Makes room for a page of each of this many lists besides the usual ones: a window of merged lists needs them
    /// together.
    pub(super) fn make_room(&mut self, lists: usize) {
        let needed = CAPACITY.saturating_add(if lists > 1 { lists } else { 0 });
        if needed != self.0.cap() {
            self.0.resize(needed);
        }
    }

    /// Forgets all pages.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the number of pages.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a page. Returns the change if the total of its list differs from that of its other pages.
    pub(super) fn put(
        &mut self,
        key: PageKey,
        chunk: Chunk,
        at: DateTime<FixedOffset>,
        exchange: Exchange,
    ) -> Option<TotalChanged> {
        let now = chunk.total_count;
        let others = self.0.iter().filter(|(known, _)| **known != key && known.is_of_same_list(&key));
        // The newest of them that has a total.
        let before = others.max_by_key(|(_, entry)| entry.at).and_then(|(_, entry)| entry.chunk.total_count);
        let changed = before.zip(now).filter(|(before, now)| before != now);
        self.0.put(key.clone(), CachedPage { chunk: Arc::new(chunk), at, exchange: Arc::new(exchange) });
        changed.map(|(before, now)| TotalChanged { key, before, now })
    }

    /// Forgets the other pages of the list that a page belongs to.
    pub(super) fn forget_siblings(&mut self, key: &PageKey) {
        let siblings = self.0.iter().map(|(known, _)| known);
        let siblings: Vec<PageKey> =
            siblings.filter(|known| *known != key && known.is_of_same_list(key)).cloned().collect();
        for sibling in siblings {
            self.0.pop(&sibling);
        }
    }

    /// Forgets the pages of a reseller.
    pub(super) fn forget_reseller(&mut self, reseller: &str) {
        let keys: Vec<PageKey> =
            self.0.iter().map(|(key, _)| key).filter(|key| &*key.reseller == reseller).cloned().collect();
        for key in keys {
            self.0.pop(&key);
        }
    }

    /// Returns true if a page is cached.
    pub(super) fn contains(&self, key: &PageKey) -> bool {
        self.0.contains(key)
    }

    /// Returns the number of rows of a list, if one of its pages is cached.
    pub(super) fn total(&self, first: &PageKey) -> Option<u64> {
        let pages = self.0.iter().filter(|(known, _)| known.is_of_same_list(first));
        let latest = pages.max_by_key(|(_, entry)| entry.at)?.1;
        (!latest.chunk.is_unreadable).then_some(latest.chunk.total)
    }

    /// Assembles a window from the pages that are fresh, or returns the missing pages.
    pub(super) fn assemble(
        &mut self,
        request: &RowsRequest,
        at: &Cursor,
        lists: &[ListKey],
        now: DateTime<FixedOffset>,
    ) -> Result<Assembled, MergeError> {
        let used = RefCell::new(Vec::new());
        let lookup = |key: &PageKey| {
            let entry = self.0.peek(key).filter(|entry| now.signed_duration_since(entry.at) < MAX_AGE)?;
            used.borrow_mut().push(key.clone());
            Some(Arc::clone(&entry.chunk))
        };
        let parts = match (lists, at) {
            ([list], at) => single(&request.filter, at, list, lookup)?,
            (lists, at) => merged(&request.filter, at, lists, lookup)?,
        };
        let used = used.into_inner();
        for key in &used {
            self.0.promote(key);
        }
        let entries: Vec<&CachedPage> = used.iter().filter_map(|key| self.0.peek(key)).collect();
        let slowest = entries.iter().map(|entry| &entry.exchange).max_by_key(|exchange| exchange.elapsed);
        let origin = Origin {
            at: entries.iter().map(|entry| entry.at).min().unwrap_or(now),
            elapsed: slowest.map_or(Duration::ZERO, |exchange| exchange.elapsed),
            exchange: slowest.cloned(),
            copy: None,
        };
        let mut chunks: Vec<&Arc<Chunk>> = Vec::new();
        let mut answers = Vec::with_capacity(parts.rows.len());
        for (chunk, _) in &parts.rows {
            let known = chunks.iter().position(|known| Arc::ptr_eq(known, chunk));
            answers.push(known.unwrap_or_else(|| {
                chunks.push(chunk);
                chunks.len() - 1
            }));
        }
        let total = parts.counts.iter().fold(0u64, |sum, (_, count)| sum.saturating_add(*count));
        let of_pages = complaint(&parts.rows);
        let complaint = match missing_rows(parts.missing, total) {
            // The complaint about a single page that is too short says as much.
            Some(missing) if lists.len() > 1 || of_pages.is_none() => {
                Some(missing + &of_pages.map(|words| format!(" {words}")).unwrap_or_default())
            }
            _ => of_pages,
        };
        let rows =
            parts.rows.iter().filter_map(|(chunk, index)| chunk.rows.get(*index).map(Arc::clone)).collect();
        let window = Window {
            request: request.clone(),
            at: parts.at,
            first: parts.first,
            rows,
            total,
            counts: by_status(parts.counts),
            next: parts.next,
            capabilities: Capabilities { random_access: lists.len() == 1, ..Capabilities::default() },
            origin,
            coverage: None,
            parts: Vec::new(),
            complaint,
            news: None,
        };
        Ok(Assembled { window, answers, missing: parts.missing })
    }
}

/// The pages that make up a window.
struct Parts {
    at: Cursor,
    first: u64,
    rows: Vec<(Arc<Chunk>, usize)>,
    counts: Vec<(Status, u64)>,
    next: Option<Cursor>,
    missing: u64,
}

/// Takes the page of a single list.
fn single(
    filter: &CustomerFilter,
    at: &Cursor,
    list: &ListKey,
    lookup: impl Fn(&PageKey) -> Option<Arc<Chunk>>,
) -> Result<Parts, MergeError> {
    let size = u64::from(filter.page_size).max(1);
    let offset = match at {
        // The page size may have been different when the cursor was saved.
        Cursor::Row(row) => row / size * size,
        Cursor::Start | Cursor::Merged(_) => 0,
    };
    let key = list.page(filter, offset).map_err(MergeError::Filter)?;
    let Some(chunk) = lookup(&key) else { return Err(MergeError::MissingPages(vec![key])) };
    let (total, count, after) = (chunk.total, chunk.rows.len(), offset.saturating_add(size));
    Ok(Parts {
        at: Cursor::Row(offset),
        first: offset,
        rows: (0..count).map(|row| (Arc::clone(&chunk), row)).collect(),
        counts: vec![(list.status.clone(), total)],
        next: (count > 0 && after < total).then_some(Cursor::Row(after)),
        missing: total.min(after).saturating_sub(offset).saturating_sub(count as u64),
    })
}

/// Merges pages of several lists.
fn merged(
    filter: &CustomerFilter,
    at: &Cursor,
    lists: &[ListKey],
    lookup: impl Fn(&PageKey) -> Option<Arc<Chunk>>,
) -> Result<Parts, MergeError> {
    let starts = match at {
        Cursor::Merged(MergeCursor(starts)) if !starts.is_empty() => starts.clone(),
        // A cursor into one list means nothing for several.
        _ => vec![MergeStart::default()],
    };
    let start = starts.last().cloned().unwrap_or_default();
    let merged = merge(filter, lists, &start, lookup)?;
    let missing = merged.missing;
    let next = merged.has_more().then(|| {
        let starts = starts.iter().cloned().chain([merged.end.clone()]).collect();
        Cursor::Merged(MergeCursor(starts))
    });
    Ok(Parts {
        at: Cursor::Merged(MergeCursor(starts)),
        first: start.rows.iter().fold(0, |sum, rows| sum.saturating_add(*rows)),
        rows: merged.rows,
        counts: lists.iter().map(|list| list.status.clone()).zip(merged.totals).collect(),
        next,
        missing,
    })
}

/// Adds up the counts of the lists with each status.
fn by_status(counts: Vec<(Status, u64)>) -> Vec<(Status, u64)> {
    let mut sums: Vec<(Status, u64)> = Vec::new();
    for (status, count) in counts {
        match sums.iter_mut().find(|(known, _)| *known == status) {
            Some((_, sum)) => *sum = sum.saturating_add(count),
            None => sums.push((status, count)),
        }
    }
    sums
}
