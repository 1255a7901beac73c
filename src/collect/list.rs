//! Reads one list to its end, from its start or from where an earlier run stopped.
//!
//! A walk goes from the first row to the last. It is *complete* if it saw as many different rows as the server counts, if
//! that count did not change meanwhile, and if every page began with the last row of the page before. A walk that is not
//! complete is followed by another, up to a limit. Each row is handed out the first time that any walk sees it.

use std::collections::{HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::{
    Incomplete, KnownRows, ListStats, Page, Pages, RowKey,
    known::{Meeting, WalkId},
    overlap::{Fit, PageJoiner},
};
use crate::api::ApiError;

/// The number of rows that two neighbouring pages have in common.
const OVERLAP: u64 = 1;

/// Returns the number of full pages that hold this many rows.
pub fn pages_for(rows: u64) -> usize {
    let step = u64::from(crate::model::MAX_LIMIT).saturating_sub(OVERLAP).max(1);
    usize::try_from(rows.div_ceil(step)).unwrap_or(usize::MAX)
}
/// The distance in rows at which a page is looked for that bridges a gap; it doubles with each attempt.
const BACK: u64 = 25;
/// The most pages fetched to bridge a gap before it is given up.
const BRIDGES: u32 = 12;
/// The number of consecutive pages without a new row that end a walk, whatever the server's count promises.
const BARREN: u32 = 500;
/// The number of walks that may follow directly if one was not complete.
const WALKS_AGAIN: u32 = 2;

/// Some rows of a list, and the place after them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch<T> {
    /// The rows, in the list's order, none of which was handed out before.
    pub rows: Vec<T>,
    /// The place from which a later run continues.
    pub place: ListStart,
}

/// The place from which a list is continued.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListStart {
    /// The offset of the next page.
    pub offset: u64,
    /// The number of walks before this one.
    pub walk: u32,
    /// The statistics so far.
    #[serde(rename = "tally")]
    pub stats: ListStats,
}

impl ListStart {
    /// Returns the place after this many rows.
    pub fn behind(rows: u64) -> Self {
        Self { offset: rows, stats: ListStats { seen: rows, ..ListStats::default() }, ..Self::default() }
    }
}

/// A page that was requested.
struct PendingPage<T> {
    offset: u64,
    task: JoinHandle<Result<Page<T>, ApiError>>,
}

impl<T> Drop for PendingPage<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The observations of one walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an observation of its own")]
struct Walk {
    /// The server's count.
    total: Option<u64>,
    changes: Changes,
    /// The number of rows that the result did not have.
    new: u64,
    /// The number of consecutive pages without a row that is new to the walk.
    barren: u32,
    /// True if the page with the highest offset was full, so that another may follow it.
    full: bool,
    /// True if some rows of a response were not read.
    unread: bool,
    /// True if a response says that it begins at another row than the requested one.
    elsewhere: bool,
    /// True if an earlier run began the walk, since when anything may have changed.
    resumed: bool,
}

/// Signs that a list changed during a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Changes {
    /// The server's count changed.
    recounted: bool,
    /// A page did not exactly continue the one before.
    shifted: bool,
    /// A row came that another list of the result had sent.
    crossed: bool,
}

/// The outcome of the latest walk through a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WalkOutcome {
    /// True if the walk saw all rows, as far as that can be known.
    pub(super) complete: bool,
    /// True if it saw rows that another list of the result had sent.
    pub(super) crossed: bool,
    /// True if it saw rows that the result did not have.
    pub(super) found: bool,
}

/// One list of a result.
pub struct List<P: Pages> {
    pages: P,
    /// The number of requests sent ahead; the client decides how many of them run at once.
    ahead: usize,
    next: u64,
    pending: VecDeque<PendingPage<P::Row>>,
    joiner: PageJoiner,
    stats: ListStats,
    /// The number of walks before this one; `again` is the number that may still follow directly.
    walk: u32,
    again: u32,
    current: Walk,
    /// The count and the rows seen of the walk before, if nothing changed during it.
    before: Option<(Option<u64>, u64)>,
    /// True if the list begins at an offset, after rows that were never read.
    blind: bool,
    /// True if rows that another list has sent are handed out again.
    with_moved: bool,
    ended: bool,
}

impl<P: Pages> std::fmt::Debug for List<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("walk", &self.walk).field("stats", &self.stats).finish_non_exhaustive()
    }
}

impl<P: Pages> List<P> {
    /// Creates a list that sends `ahead` requests before their answers are needed.
    pub fn new(pages: P, ahead: usize) -> Self {
        Self {
            pages,
            ahead: ahead.max(1),
            next: 0,
            pending: VecDeque::new(),
            joiner: PageJoiner::default(),
            stats: ListStats::default(),
            walk: 0,
            again: WALKS_AGAIN,
            current: Walk::default(),
            before: None,
            blind: false,
            with_moved: false,
            ended: false,
        }
    }

    /// Hands out rows that another list has sent too: they have moved to this one.
    #[must_use]
    pub fn with_moved(mut self) -> Self {
        self.with_moved = true;
        self
    }

    /// Continues from a place; `last` are the rows before it, in their order.
    #[must_use]
    pub fn from(mut self, start: &ListStart, last: impl IntoIterator<Item = RowKey>) -> Self {
        self.stats = start.stats;
        self.walk = start.walk;
        self.again = WALKS_AGAIN.saturating_sub(start.walk);
        self.next = start.offset;
        self.blind = start.offset > 0 && start.stats.rows == 0;
        self.joiner = PageJoiner::behind(last);
        self.current = Walk {
            total: start.stats.total,
            changes: Changes { shifted: start.stats.moved, ..Changes::default() },
            full: start.stats.total.is_none_or(|total| self.next.saturating_add(OVERLAP) <= total),
            resumed: start.stats.rows > 0,
            ..Walk::default()
        };
        if self.walk > 0 {
            // The rows that an interrupted walk saw are not known: it starts again.
            self.begin_walk();
        }
        self
    }

    /// Marks the list as ended, with the statistics of an earlier run that walked it to its end.
    pub(super) fn finish(&mut self, stats: ListStats) {
        (self.stats, self.walk, self.ended) = (stats, 1, true);
    }

    /// Returns the statistics so far.
    pub fn stats(&self) -> ListStats {
        self.stats
    }

    /// Sends the first requests before their rows are needed.
    pub fn begin(&mut self) {
        if !self.ended {
            self.send_ahead();
        }
    }

    /// Returns true if all requests of this walk were sent, as far as the length of the list is known.
    pub fn is_sent(&self) -> bool {
        self.stats.total.is_some_and(|total| self.next.saturating_add(OVERLAP) >= total)
    }

    /// Returns true if the list was walked to its end.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Returns the outcome of the latest walk.
    pub(super) fn ended(&self) -> WalkOutcome {
        WalkOutcome {
            complete: self.is_complete(),
            crossed: self.current.changes.crossed,
            found: self.current.new > 0,
        }
    }

    /// Starts another walk, whatever the latest one saw.
    pub(super) fn walk_again(&mut self) {
        (self.ended, self.again) = (false, 0);
        self.walk += 1;
        self.begin_walk();
    }

    /// Notes a reason why the list may be incomplete, unless it already has one.
    pub(super) fn mark_incomplete(&mut self, reason: Incomplete) {
        self.stats.incomplete.get_or_insert(reason);
    }

    /// Fetches the first page again and returns true if it agrees with the latest walk.
    ///
    /// # Errors
    /// Fails if the page does not arrive.
    pub(super) async fn agrees(&self, part: usize, known: &KnownRows) -> Result<bool, ApiError> {
        let page = self.pages.fetch(0).await?;
        let counts = page.total.is_none() || self.stats.total.is_none() || page.total == self.stats.total;
        Ok(counts && page.rows.iter().all(|row| known.is_of(part, &P::key(row))))
    }

    /// Returns the next rows, or `None` at the end; a batch may be empty before that. `part` is the list's index in the
    /// result.
    ///
    /// # Errors
    /// Fails if a page does not arrive; the list can be continued from the last place.
    pub async fn next(
        &mut self,
        part: usize,
        known: &mut KnownRows,
    ) -> Result<Option<Batch<P::Row>>, ApiError> {
        loop {
            if self.ended {
                return Ok(None);
            }
            self.send_ahead();
            let Some(mut request) = self.pending.pop_front() else {
                self.end_walk();
                continue;
            };
            let page = page_of_task((&mut request.task).await)?;
            let offset = request.offset;
            drop(request);
            let mut rows = Vec::new();
            self.join(page, offset, part, known, &mut rows).await?;
            if self.current.barren >= BARREN {
                self.pending.clear();
                (self.ended, self.stats.incomplete) = (true, Some(Incomplete::Endless));
            }
            // The place does not count pages that were requested ahead: it is after the rows handed out.
            let offset = self.pending.front().map_or(self.next, |request| request.offset);
            return Ok(Some(Batch { rows, place: ListStart { offset, walk: self.walk, stats: self.stats } }));
        }
    }

    /// Joins a page to the rows before it, after fetching whatever lies in between.
    async fn join(
        &mut self,
        page: Page<P::Row>,
        offset: u64,
        part: usize,
        known: &mut KnownRows,
        rows: &mut Vec<P::Row>,
    ) -> Result<(), ApiError> {
        let keys: Vec<RowKey> = page.rows.iter().map(P::key).collect();
        match self.joiner.fit(&keys) {
            Fit::Exact => {}
            Fit::Shifted => self.current.changes.shifted = true,
            Fit::Apart => {
                let seen = self.stats.seen;
                let joined = self.bridge(&keys, offset, part, known, rows).await?;
                // A row that is unreadable in only one of two pages joins nothing, although nothing has shifted.
                self.current.changes.shifted |= !joined || self.stats.seen > seen;
            }
        }
        let limit = u64::from(self.pages.limit());
        let count = length(&keys, limit);
        let seen = self.stats.seen;
        self.take(page, keys, part, known, rows);
        self.current.barren = if self.stats.seen == seen { self.current.barren + 1 } else { 0 };
        let end = offset.saturating_add(count);
        // Without a count, only a page without new rows shows that the one before was the last.
        self.current.full = self.stats.seen > seen && (count >= limit || self.stats.total.is_none());
        let is_short = count < limit && self.stats.total.is_none_or(|total| end < total);
        if count == 0 {
            // Nothing follows an empty page, whatever the count promises.
            self.pending.clear();
            self.next = self.next.max(self.stats.total.unwrap_or_default());
        } else if is_short || count > limit {
            // After a page of an unexpected length, requests continue from its actual end.
            self.pending.clear();
            self.next = end.saturating_sub(OVERLAP).max(offset + 1);
        }
        self.stats.moved |= self.current.changes.shifted;
        Ok(())
    }

    /// Sends requests up to the known end of the list, and one more after a full page at that end.
    fn send_ahead(&mut self) {
        let step = u64::from(self.pages.limit()).saturating_sub(OVERLAP).max(1);
        while self.pending.len() < self.ahead {
            let wanted = match self.stats.total {
                // The first page of a walk: until it arrives, it is not known whether there is a second.
                _ if self.next == 0 => true,
                // The last row of the list is only the overlap of a page that is needed if the count is too low.
                Some(_) if !self.is_sent() => true,
                _ => self.pending.is_empty() && (self.current.full || self.is_untouched()),
            };
            if !wanted || (self.stats.total.is_none() && !self.pending.is_empty()) {
                return;
            }
            let (pages, offset) = (self.pages.clone(), self.next);
            let task = tokio::spawn(async move { pages.fetch(offset).await });
            self.pending.push_back(PendingPage { offset, task });
            self.next = self.next.saturating_add(step);
        }
    }

    /// Returns true if nothing of the list was requested yet, in this run or an earlier one.
    fn is_untouched(&self) -> bool {
        self.stats.pages == 0
    }

    /// Records a page: its count, and the rows that the result does not have.
    fn take(
        &mut self,
        page: Page<P::Row>,
        keys: Vec<RowKey>,
        part: usize,
        known: &mut KnownRows,
        rows: &mut Vec<P::Row>,
    ) {
        self.stats.pages += 1;
        self.current.unread |= !page.is_whole;
        // Pages of a whole list are checked by the rows that they share; the first page after an offset shares none.
        if self.blind && page.is_elsewhere {
            self.current.elsewhere = true;
            self.stats.incomplete = Some(Incomplete::OtherOffset);
        }
        if let Some(total) = page.total {
            self.current.changes.recounted |= self.current.total.is_some_and(|known| known != total);
            self.stats.moved |= self.stats.total.is_some_and(|known| known != total);
            (self.current.total, self.stats.total) = (Some(total), Some(total));
        }
        let shared = self.joiner.shared(&keys);
        let at = WalkId { part, walk: self.walk };
        for (place, (row, key)) in page.rows.into_iter().zip(keys).enumerate() {
            // A row without an ID that both pages have was counted on the page before.
            let meeting = match &key {
                RowKey::Unreadable(_) if place < shared => Meeting::Repeated,
                key => known.meet(at, key),
            };
            self.stats.seen += u64::from(meeting != Meeting::Repeated);
            self.current.changes.crossed |= meeting == Meeting::Elsewhere;
            if meeting == Meeting::New {
                self.current.new += 1;
                self.stats.moved |= self.walk > 0;
                self.stats.rows += 1;
                rows.push(row);
            } else if self.with_moved && meeting == Meeting::Elsewhere {
                rows.push(row);
            }
            if place >= shared || meeting != Meeting::Repeated {
                self.joiner.push(key);
            }
        }
    }

    /// Fetches what may lie between the rows so far and a page that shares none of them; returns true if they were
    /// joined.
    async fn bridge(
        &mut self,
        page: &[RowKey],
        offset: u64,
        part: usize,
        known: &mut KnownRows,
        rows: &mut Vec<P::Row>,
    ) -> Result<bool, ApiError> {
        let mut back = BACK;
        let mut at = offset.saturating_sub(back);
        for _ in 0..BRIDGES {
            let between = self.pages.fetch(at).await?;
            let keys: Vec<RowKey> = between.rows.iter().map(P::key).collect();
            let came = keys.len() as u64;
            if self.joiner.fit(&keys) == Fit::Apart {
                if at == 0 {
                    break;
                }
                back *= 2;
                at = offset.saturating_sub(back);
                continue;
            }
            self.take(between, keys, part, known, rows);
            if came == 0 || self.joiner.fit(page) != Fit::Apart {
                return Ok(came > 0);
            }
            // Moves on towards the page, with the same overlap.
            at = at.saturating_add(came).saturating_sub(OVERLAP).max(at + 1);
        }
        Ok(false)
    }

    /// Returns true if the walk saw as many rows as the server counts all along. A walk in which rows shifted must
    /// confirm an earlier one.
    fn is_complete(&self) -> bool {
        let steady = !self.current.changes.shifted || (self.walk > 0 && self.current.new == 0);
        let counted = match self.stats.total {
            Some(total) => self.due(total) == self.stats.seen,
            None => !self.current.changes.shifted,
        };
        steady
            && counted
            && !self.current.changes.recounted
            && !self.current.resumed
            && !self.current.unread
            && !self.current.elsewhere
    }

    /// Returns the number of rows to expect by this count. Rows skipped by an offset beyond the end do not exist.
    fn due(&self, total: u64) -> u64 {
        if self.blind && self.stats.rows == 0 { total.max(self.stats.seen) } else { total }
    }

    /// Ends a walk, and the list unless another walk follows.
    fn end_walk(&mut self) {
        let outcome = (self.stats.total, self.stats.seen);
        let changed = self.current.changes.recounted || self.current.changes.shifted;
        if self.is_complete() {
            (self.ended, self.stats.incomplete) = (true, None);
            return;
        }
        // A second walk would not see the rows that were skipped on purpose, and a server that sent the same wrong count
        // twice will send it again.
        let is_final = self.again == 0 || (!changed && self.before == Some(outcome));
        if !self.blind && !is_final {
            self.before = (!changed).then_some(outcome);
            self.again -= 1;
            self.walk += 1;
            self.begin_walk();
            return;
        }
        self.ended = true;
        self.stats.incomplete = Some(match self.stats.total {
            _ if self.current.unread => Incomplete::Unread,
            _ if self.current.elsewhere => Incomplete::OtherOffset,
            _ if self.blind => Incomplete::FromOffset,
            Some(total) if !self.current.changes.recounted && total != self.stats.seen => {
                Incomplete::Count { total, seen: self.stats.seen }
            }
            _ => Incomplete::Moving,
        });
    }

    fn begin_walk(&mut self) {
        self.pending.clear();
        (self.stats.seen, self.stats.incomplete) = (0, None);
        (self.next, self.current, self.joiner) = (0, Walk::default(), PageJoiner::default());
    }
}

/// Returns the length of a page in rows of the list; in a page that is too long, a repeated row counts once.
fn length(keys: &[RowKey], limit: u64) -> u64 {
    let count = keys.len() as u64;
    if count <= limit {
        return count;
    }
    let unreadable = keys.iter().filter(|key| matches!(key, RowKey::Unreadable(_))).count();
    let ids: HashSet<&RowKey> = keys.iter().filter(|key| matches!(key, RowKey::Id(_))).collect();
    limit.max((ids.len() + unreadable) as u64)
}

/// Returns the result of a page's task.
fn page_of_task<T>(
    joined: Result<Result<Page<T>, ApiError>, tokio::task::JoinError>,
) -> Result<Page<T>, ApiError> {
    joined.unwrap_or_else(|error| Err(ApiError::internal(&error.to_string())))
}
