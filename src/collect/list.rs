//! One list from its start, or from where an earlier run stopped, to its end.
//!
//! A walk goes from the first row to the last. It is *complete* if it met as many different rows as the server counts, if
//! that count did not change meanwhile, and if every page began with the row that the one before ended with. A walk
//! that is not complete is followed by another, up to a bound. Rows are handed out the first time that any walk meets
//! them.

use std::collections::{HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::{
    Doubt, Known, ListStats, Page, Pages, RowKey,
    known::{Meeting, WalkId},
    seam::{Fit, Seam},
};
use crate::api::ApiError;

/// Rows that two neighbouring pages have in common.
const OVERLAP: u64 = 1;

/// Returns the number of full pages that bring this many rows.
pub fn pages_for(rows: u64) -> usize {
    let step = u64::from(crate::model::MAX_LIMIT).saturating_sub(OVERLAP).max(1);
    usize::try_from(rows.div_ceil(step)).unwrap_or(usize::MAX)
}
/// The distance, in rows, within which a page is looked for that joins two that share nothing; then twice as far, and so on.
const BACK: u64 = 25;
/// The pages that are fetched for that before the two count as not to be joined.
const BRIDGES: u32 = 12;
/// This many pages in a row without a row that is new to the walk end it, whatever the server's count promises.
const BARREN: u32 = 500;
/// The walks that may follow at once if one was not complete.
const WALKS_AGAIN: u32 = 2;

/// Some rows of a list, and where it stands after them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch<T> {
    /// The rows, in the list's order, none of which came before.
    pub rows: Vec<T>,
    /// The place where a later run continues.
    pub place: ListStart,
}

/// The place where a list is continued.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListStart {
    /// The offset of the next page.
    pub offset: u64,
    /// How many walks came before this one.
    pub walk: u32,
    /// The earlier knowledge about the list.
    pub tally: ListStats,
}

impl ListStart {
    /// Makes the start behind this many rows.
    pub fn behind(rows: u64) -> Self {
        Self { offset: rows, tally: ListStats { met: rows, ..ListStats::default() }, ..Self::default() }
    }
}

/// A page under way.
struct Flight<T> {
    offset: u64,
    task: JoinHandle<Result<Page<T>, ApiError>>,
}

impl<T> Drop for Flight<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The findings of one walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Walk {
    /// The server's count.
    total: Option<u64>,
    changes: Changes,
    /// Rows that the result did not have.
    new: u64,
    /// Pages in a row without a row that is new to the walk.
    barren: u32,
    /// True if the page with the highest offset was full, so that another may follow it.
    full: bool,
    /// True if rows of an answer were not read.
    unread: bool,
    /// True if an earlier run began it, since when anything may have changed.
    resumed: bool,
}

/// Signs that a list changed during a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Changes {
    /// The server's count changed.
    recounted: bool,
    /// A page did not continue the one before exactly.
    shifted: bool,
    /// A row was met that another list of the result had sent.
    crossed: bool,
}

/// The outcome of the latest walk through a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    /// True if it met all rows, as far as that can be known.
    pub(super) complete: bool,
    /// True if it met rows that another list of the result had sent.
    pub(super) crossed: bool,
    /// True if it met rows that the result did not have.
    pub(super) found: bool,
}

/// One list of a result.
pub struct List<P: Pages> {
    pages: P,
    /// Requests that are sent ahead; how many of them run at once is up to the client.
    ahead: usize,
    next: u64,
    flights: VecDeque<Flight<P::Row>>,
    seam: Seam,
    tally: ListStats,
    /// How many walks came before this one, and how many more may follow it at once.
    walk: u32,
    again: u32,
    seen: Walk,
    /// The count and the rows met of the walk before, if nothing changed during it.
    before: Option<(Option<u64>, u64)>,
    /// True if it began behind rows that nobody has seen.
    blind: bool,
    ended: bool,
}

impl<P: Pages> std::fmt::Debug for List<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("walk", &self.walk).field("tally", &self.tally).finish_non_exhaustive()
    }
}

impl<P: Pages> List<P> {
    /// Makes a list that sends `ahead` requests before their answers are needed.
    pub fn new(pages: P, ahead: usize) -> Self {
        Self {
            pages,
            ahead: ahead.max(1),
            next: 0,
            flights: VecDeque::new(),
            seam: Seam::default(),
            tally: ListStats::default(),
            walk: 0,
            again: WALKS_AGAIN,
            seen: Walk::default(),
            before: None,
            blind: false,
            ended: false,
        }
    }

    /// Continues from a place; `last` are the rows that came before it, in their order.
    #[must_use]
    pub fn from(mut self, start: &ListStart, last: impl IntoIterator<Item = RowKey>) -> Self {
        self.tally = start.tally;
        self.walk = start.walk;
        self.again = WALKS_AGAIN.saturating_sub(start.walk);
        self.next = start.offset;
        self.blind = start.offset > 0 && start.tally.rows == 0;
        self.seam = Seam::behind(last);
        self.seen = Walk {
            total: start.tally.total,
            changes: Changes { shifted: start.tally.moved, ..Changes::default() },
            full: start.tally.total.is_none_or(|total| self.next.saturating_add(OVERLAP) <= total),
            resumed: start.tally.rows > 0,
            ..Walk::default()
        };
        if self.walk > 0 {
            // Which rows an interrupted walk had met, nobody knows: it starts over.
            self.begin_walk();
        }
        self
    }

    /// Ends the list with what an earlier run found when it walked it to its end.
    pub(super) fn finish(&mut self, tally: ListStats) {
        (self.tally, self.walk, self.ended) = (tally, 1, true);
    }

    /// Returns what is known of the list so far.
    pub fn tally(&self) -> ListStats {
        self.tally
    }

    /// Sends the first requests, before anybody needs the rows.
    pub fn begin(&mut self) {
        if !self.ended {
            self.send_ahead();
        }
    }

    /// Returns whether all requests of this walk are sent, as far as the length of the list is known.
    pub fn is_sent(&self) -> bool {
        self.tally.total.is_some_and(|total| self.next.saturating_add(OVERLAP) >= total)
    }

    /// Returns whether the list was walked to its end.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Returns how the latest walk ended.
    pub(super) fn ended(&self) -> Ended {
        Ended { complete: self.is_complete(), crossed: self.seen.changes.crossed, found: self.seen.new > 0 }
    }

    /// Starts another walk, whatever the last one saw.
    pub(super) fn walk_again(&mut self) {
        (self.ended, self.again) = (false, 0);
        self.walk += 1;
        self.begin_walk();
    }

    /// Notes why the list may not be complete after all.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.tally.doubt.get_or_insert(doubt);
    }

    /// Compares the first page, fetched now, with what the latest walk has met; returns whether they agree.
    ///
    /// # Errors
    /// Fails if the page does not arrive.
    pub(super) async fn agrees(&self, part: usize, known: &Known) -> Result<bool, ApiError> {
        let page = self.pages.fetch(0).await?;
        let counts = page.total.is_none() || self.tally.total.is_none() || page.total == self.tally.total;
        Ok(counts && page.rows.iter().all(|row| known.is_of(part, &P::key(row))))
    }

    /// Returns the next rows; nothing at the end. An empty batch is no end. `part` is the list's place in the result.
    ///
    /// # Errors
    /// Fails if a page does not arrive; the list can be continued from the last place.
    pub async fn next(&mut self, part: usize, known: &mut Known) -> Result<Option<Batch<P::Row>>, ApiError> {
        loop {
            if self.ended {
                return Ok(None);
            }
            self.send_ahead();
            let Some(mut flight) = self.flights.pop_front() else {
                self.end_walk();
                continue;
            };
            let page = landed((&mut flight.task).await)?;
            let offset = flight.offset;
            drop(flight);
            let mut rows = Vec::new();
            self.join(page, offset, part, known, &mut rows).await?;
            if self.seen.barren >= BARREN {
                self.flights.clear();
                (self.ended, self.tally.doubt) = (true, Some(Doubt::Endless));
            }
            // What was sent ahead does not count for the place: that is behind what was handed out.
            let offset = self.flights.front().map_or(self.next, |flight| flight.offset);
            return Ok(Some(Batch { rows, place: ListStart { offset, walk: self.walk, tally: self.tally } }));
        }
    }

    /// Joins a page to what came before it, with whatever lies between.
    async fn join(
        &mut self,
        page: Page<P::Row>,
        offset: u64,
        part: usize,
        known: &mut Known,
        rows: &mut Vec<P::Row>,
    ) -> Result<(), ApiError> {
        let keys: Vec<RowKey> = page.rows.iter().map(P::key).collect();
        match self.seam.fit(&keys) {
            Fit::Exact => {}
            Fit::Shifted => self.seen.changes.shifted = true,
            Fit::Apart => {
                let met = self.tally.met;
                let joined = self.bridge(&keys, offset, part, known, rows).await?;
                // A row that is unreadable in one of two pages joins nothing, and nothing has moved.
                self.seen.changes.shifted |= !joined || self.tally.met > met;
            }
        }
        let limit = u64::from(self.pages.limit());
        let count = length(&keys, limit);
        let met = self.tally.met;
        self.take(page, keys, part, known, rows);
        self.seen.barren = if self.tally.met == met { self.seen.barren + 1 } else { 0 };
        let end = offset.saturating_add(count);
        // Without a count, only a page that brings nothing shows that the one before was the last.
        self.seen.full = self.tally.met > met && (count >= limit || self.tally.total.is_none());
        let is_short = count < limit && self.tally.total.is_none_or(|total| end < total);
        if count == 0 {
            // Behind an empty page there is nothing, whatever the count promises.
            self.flights.clear();
            self.next = self.next.max(self.tally.total.unwrap_or_default());
        } else if is_short || count > limit {
            // What is behind a page of another length than asked for is asked for from its end on.
            self.flights.clear();
            self.next = end.saturating_sub(OVERLAP).max(offset + 1);
        }
        self.tally.moved |= self.seen.changes.shifted;
        Ok(())
    }

    /// Sends requests up to the end of the list as it is known, and one more behind a full page at that end.
    fn send_ahead(&mut self) {
        let step = u64::from(self.pages.limit()).saturating_sub(OVERLAP).max(1);
        while self.flights.len() < self.ahead {
            let wanted = match self.tally.total {
                // The first page of a walk; until it is here, nobody knows whether there is a second.
                _ if self.next == 0 => true,
                // The last row of the list is the overlap of a page that is needed only if the count is too low.
                Some(_) if !self.is_sent() => true,
                _ => self.flights.is_empty() && (self.seen.full || self.is_untouched()),
            };
            if !wanted || (self.tally.total.is_none() && !self.flights.is_empty()) {
                return;
            }
            let (pages, offset) = (self.pages.clone(), self.next);
            let task = tokio::spawn(async move { pages.fetch(offset).await });
            self.flights.push_back(Flight { offset, task });
            self.next = self.next.saturating_add(step);
        }
    }

    /// Returns whether nothing of the list was asked for yet, in this run or an earlier one.
    fn is_untouched(&self) -> bool {
        self.tally.pages == 0
    }

    /// Takes a page: its count, and the rows that the result does not have.
    fn take(
        &mut self,
        page: Page<P::Row>,
        keys: Vec<RowKey>,
        part: usize,
        known: &mut Known,
        rows: &mut Vec<P::Row>,
    ) {
        self.tally.pages += 1;
        self.seen.unread |= !page.is_whole;
        if let Some(total) = page.total {
            self.seen.changes.recounted |= self.seen.total.is_some_and(|known| known != total);
            self.tally.moved |= self.tally.total.is_some_and(|known| known != total);
            (self.seen.total, self.tally.total) = (Some(total), Some(total));
        }
        let shared = self.seam.shared(&keys);
        let at = WalkId { part, walk: self.walk };
        for (place, (row, key)) in page.rows.into_iter().zip(keys).enumerate() {
            // A row without an id that both pages have was met on the one before.
            let meeting = match &key {
                RowKey::Unreadable(_) if place < shared => Meeting::Repeated,
                key => known.meet(at, key),
            };
            self.tally.met += u64::from(meeting != Meeting::Repeated);
            self.seen.changes.crossed |= meeting == Meeting::Elsewhere;
            if meeting == Meeting::New {
                self.seen.new += 1;
                self.tally.moved |= self.walk > 0;
                self.tally.rows += 1;
                rows.push(row);
            }
            if place >= shared || meeting != Meeting::Repeated {
                self.seam.push(key);
            }
        }
    }

    /// Fetches what may lie between what came before and a page that shares nothing with it; returns whether they were
    /// joined.
    async fn bridge(
        &mut self,
        page: &[RowKey],
        offset: u64,
        part: usize,
        known: &mut Known,
        rows: &mut Vec<P::Row>,
    ) -> Result<bool, ApiError> {
        let mut back = BACK;
        let mut at = offset.saturating_sub(back);
        for _ in 0..BRIDGES {
            let between = self.pages.fetch(at).await?;
            let keys: Vec<RowKey> = between.rows.iter().map(P::key).collect();
            let came = keys.len() as u64;
            if self.seam.fit(&keys) == Fit::Apart {
                if at == 0 {
                    break;
                }
                back *= 2;
                at = offset.saturating_sub(back);
                continue;
            }
            self.take(between, keys, part, known, rows);
            if came == 0 || self.seam.fit(page) != Fit::Apart {
                return Ok(came > 0);
            }
            // On towards the page, with the same overlap.
            at = at.saturating_add(came).saturating_sub(OVERLAP).max(at + 1);
        }
        Ok(false)
    }

    /// Returns whether the walk met all rows: as many as the server counts, all the time. A walk in which rows shifted has to
    /// confirm an earlier one.
    fn is_complete(&self) -> bool {
        let steady = !self.seen.changes.shifted || (self.walk > 0 && self.seen.new == 0);
        let counted = match self.tally.total {
            Some(total) => self.due(total) == self.tally.met,
            None => !self.seen.changes.shifted,
        };
        steady && counted && !self.seen.changes.recounted && !self.seen.resumed && !self.seen.unread
    }

    /// Returns how many rows are to be met by this count; those that a start behind the end passed over do not exist.
    fn due(&self, total: u64) -> u64 {
        if self.blind && self.tally.rows == 0 { total.max(self.tally.met) } else { total }
    }

    /// Ends a walk: with it the list, or with another walk to come.
    fn end_walk(&mut self) {
        let outcome = (self.tally.total, self.tally.met);
        let changed = self.seen.changes.recounted || self.seen.changes.shifted;
        if self.is_complete() {
            (self.ended, self.tally.doubt) = (true, None);
            return;
        }
        // What was passed over on purpose is not to be met in a second walk, and a server that gives the same wrong
        // count twice will give it again.
        let is_final = self.again == 0 || (!changed && self.before == Some(outcome));
        if !self.blind && !is_final {
            self.before = (!changed).then_some(outcome);
            self.again -= 1;
            self.walk += 1;
            self.begin_walk();
            return;
        }
        self.ended = true;
        self.tally.doubt = Some(match self.tally.total {
            _ if self.seen.unread => Doubt::Unread,
            _ if self.blind => Doubt::FromOffset,
            Some(total) if !self.seen.changes.recounted && total != self.tally.met => {
                Doubt::Count { total, met: self.tally.met }
            }
            _ => Doubt::Moving,
        });
    }

    fn begin_walk(&mut self) {
        self.flights.clear();
        (self.tally.met, self.tally.doubt) = (0, None);
        (self.next, self.seen, self.seam) = (0, Walk::default(), Seam::default());
    }
}

/// Returns how many rows of the list a page stands for: a row that comes twice in a page that is too long is one.
fn length(keys: &[RowKey], limit: u64) -> u64 {
    let count = keys.len() as u64;
    if count <= limit {
        return count;
    }
    let unreadable = keys.iter().filter(|key| matches!(key, RowKey::Unreadable(_))).count();
    let ids: HashSet<&RowKey> = keys.iter().filter(|key| matches!(key, RowKey::Id(_))).collect();
    limit.max((ids.len() + unreadable) as u64)
}

/// Returns the answer of a task.
fn landed<T>(landed: Result<Result<Page<T>, ApiError>, tokio::task::JoinError>) -> Result<Page<T>, ApiError> {
    landed.unwrap_or_else(|error| Err(ApiError::internal(&error.to_string())))
}
