//! One list from its start, or from where somebody left it, to its end.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::{
    Doubt, RowKey, Tally,
    stitch::{Joined, Seam},
};
use crate::{
    api::{Answer, ApiError, Client},
    model::{CustomerPage, CustomerQuery, Row},
};

/// Rows that two neighbouring pages have in common.
const OVERLAP: u64 = 1;
/// How far back a page is looked for that joins two that share nothing, in rows; then twice as far, and so on.
const BACK: u64 = 25;
/// How often that is done before the two count as not to be joined.
const BRIDGES: u32 = 12;
/// So many pages in a row that bring nothing new end a list, whatever total it promises.
const BARREN: u32 = 500;
/// How often a list that has moved is walked once more. Who joined during the first walk is met in the second; who joins
/// later than that was not there when the list was asked for.
const WALKS: u32 = 1;

/// Some rows of a list, and where it stands after them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The rows, in the list's order, none of which came before.
    pub rows: Vec<Row>,
    /// Where to go on from, for somebody who comes back later.
    pub place: ListStart,
}

/// Where a list is gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListStart {
    /// The offset of the next page.
    pub offset: u64,
    /// How often the list was walked to its end.
    pub walk: u32,
    /// What was known of it.
    pub tally: Tally,
}

impl ListStart {
    /// The start of what is behind so many rows.
    pub fn behind(rows: u64) -> Self {
        Self { offset: rows, tally: Tally { met: rows, ..Tally::default() }, ..Self::default() }
    }
}

/// A page under way.
struct Flight {
    offset: u64,
    task: JoinHandle<Result<Answer<CustomerPage>, ApiError>>,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One list of a reseller: one status, one filter, one order.
pub struct List {
    client: Client,
    reseller_id: String,
    query: CustomerQuery,
    /// Requests that are sent ahead; how many of them run at once is the client's to say.
    ahead: usize,
    next: u64,
    flights: VecDeque<Flight>,
    seam: Seam,
    tally: Tally,
    /// How often the list was walked to its end.
    walk: u32,
    /// Whether the list changed during this walk.
    moved_in_walk: bool,
    /// Whether it began behind rows that nobody has seen.
    blind: bool,
    /// Pages in a row that brought nothing new.
    barren: u32,
    ended: bool,
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("query", &self.query).field("tally", &self.tally).finish_non_exhaustive()
    }
}

impl List {
    /// The list that `query` begins, with its page size; its offset does not matter. `ahead` requests are sent before
    /// their answers are needed.
    pub fn new(client: Client, reseller_id: &str, query: CustomerQuery, ahead: usize) -> Self {
        Self {
            client,
            reseller_id: reseller_id.to_owned(),
            query: query.at(0),
            ahead: ahead.max(1),
            next: 0,
            flights: VecDeque::new(),
            seam: Seam::default(),
            tally: Tally::default(),
            walk: 0,
            moved_in_walk: false,
            blind: false,
            barren: 0,
            ended: false,
        }
    }

    /// Goes on from a place: `seen` are the rows that came before it, in their order.
    #[must_use]
    pub fn from(mut self, start: &ListStart, seen: impl IntoIterator<Item = RowKey>) -> Self {
        self.tally = start.tally;
        self.walk = start.walk;
        self.moved_in_walk = start.tally.moved;
        self.next = start.offset;
        self.blind = start.offset > 0 && start.tally.rows == 0;
        self.seam = Seam::behind(seen);
        if self.walk > 0 {
            // Of a walk that was under way nobody knows which rows it had met: it begins anew.
            self.begin_walk();
        }
        self
    }

    /// What is known of the list so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Sends the first requests, for whoever takes the rows later.
    pub fn begin(&mut self) {
        self.send_ahead();
    }

    /// Whether all requests of this walk are sent.
    pub fn is_sent(&self) -> bool {
        self.tally.total.is_some_and(|total| self.next.saturating_add(OVERLAP) >= total)
    }

    /// The next rows; nothing at the end. An empty batch is no end.
    ///
    /// # Errors
    /// Why a page did not come. The list can be gone on with from the last place.
    pub async fn next(&mut self) -> Result<Option<Batch>, ApiError> {
        if self.ended {
            return Ok(None);
        }
        self.send_ahead();
        let Some(mut flight) = self.flights.pop_front() else {
            return self.walk_again().await;
        };
        let page = landed((&mut flight.task).await)?;
        let offset = flight.offset;
        drop(flight);
        let mut rows = Vec::new();
        if !self.seam.meets(&page) {
            self.bridge(&page, offset, &mut rows).await?;
            // Rows that lay between were not where they should be.
            self.moved(!rows.is_empty());
        }
        let count = page.rows.len() as u64;
        let short = count < u64::from(self.query.limit());
        self.take(page, &mut rows);
        // A page that is shorter than asked for is followed by what it left out.
        let end = offset.saturating_add(count);
        if short && count > 0 && end < self.tally.total.unwrap_or_default() {
            self.flights.clear();
            self.next = offset.saturating_add(count.saturating_sub(OVERLAP).max(1));
        }
        self.barren = if rows.is_empty() && self.walk == 0 { self.barren + 1 } else { 0 };
        if self.barren >= BARREN {
            // A server that promises more and never sends it.
            self.flights.clear();
            (self.ended, self.tally.doubt) = (true, Some(Doubt::Gap));
        }
        // What was sent ahead is of no use for a place: that is behind what was handed out.
        let place = self.flights.front().map_or(self.next, |flight| flight.offset);
        Ok(Some(self.batch(rows, place)))
    }

    fn batch(&self, rows: Vec<Row>, offset: u64) -> Batch {
        Batch { rows, place: ListStart { offset, walk: self.walk, tally: self.tally } }
    }

    /// Remembers that the list changed, where it has.
    fn moved(&mut self, moved: bool) {
        self.tally.moved |= moved;
        self.moved_in_walk |= moved;
    }

    /// Sends requests up to the end of the list as it is known.
    fn send_ahead(&mut self) {
        let step = u64::from(self.query.limit()).saturating_sub(OVERLAP).max(1);
        while self.flights.len() < self.ahead {
            let known = match self.tally.total {
                // Until the first answer is here, nobody knows whether there is a second page.
                None if self.flights.is_empty() => true,
                None => false,
                // The last row of the list is the overlap of a page that need not be.
                Some(_) => self.next == 0 || !self.is_sent(),
            };
            if !known {
                return;
            }
            let (client, reseller_id) = (self.client.clone(), self.reseller_id.clone());
            let query = self.query.clone().at(self.next);
            let task = tokio::spawn(async move { client.customers(&reseller_id, &query).await });
            self.flights.push_back(Flight { offset: self.next, task });
            self.next = self.next.saturating_add(step);
        }
    }

    /// Takes a page: its total, and the rows that are new.
    fn take(&mut self, page: CustomerPage, rows: &mut Vec<Row>) {
        self.tally.pages += 1;
        if let Some(total) = page.total_count {
            self.moved(self.tally.total.is_some_and(|known| known != total));
            self.tally.total = Some(total);
        } else {
            // Without a count, the list ends with the first page that is not full.
            let full = page.rows.len() >= usize::from(self.query.limit());
            let known = page.known_total();
            self.tally.total = Some(if full { known + u64::from(self.query.limit()) } else { known });
        }
        let Joined { rows: new, repeated, doubled } = self.seam.join(page);
        self.tally.met += new.len() as u64 + repeated + doubled;
        // A second walk meets everybody again.
        self.moved(repeated > 0 && self.walk == 0);
        self.tally.rows += new.len() as u64;
        rows.extend(new);
    }

    /// Fetches what may lie between what came before and a page that shares nothing with it.
    async fn bridge(
        &mut self,
        page: &CustomerPage,
        offset: u64,
        rows: &mut Vec<Row>,
    ) -> Result<(), ApiError> {
        let mut back = BACK;
        let mut at = offset.saturating_sub(back);
        for _ in 0..BRIDGES {
            let query = self.query.clone().at(at);
            let between = self.client.customers(&self.reseller_id, &query).await?.value;
            let end = at.saturating_add(between.rows.len() as u64);
            let came = between.rows.len();
            if !self.seam.meets(&between) {
                if at == 0 {
                    break;
                }
                back *= 2;
                at = offset.saturating_sub(back);
                continue;
            }
            self.take(between, rows);
            if came == 0 || self.seam.meets(page) {
                return Ok(());
            }
            // On towards the page, with the same overlap.
            at = end.saturating_sub(OVERLAP).max(at + 1);
        }
        self.tally.doubt = Some(Doubt::Gap);
        self.moved(true);
        Ok(())
    }

    /// At the end: where the list has moved, once more from the start, for those who joined where we had been already.
    async fn walk_again(&mut self) -> Result<Option<Batch>, ApiError> {
        // What was passed over on purpose is not to be met in a second walk.
        if !self.moved_in_walk || self.walk >= WALKS || self.blind {
            self.ended = true;
            let total = self.tally.total.unwrap_or_default();
            // Who starts behind the end meets nothing, and passes over what there is.
            let met = if self.tally.rows == 0 { self.tally.met.min(total) } else { self.tally.met };
            if !self.moved_in_walk && total != met {
                self.tally.doubt.get_or_insert(Doubt::Count { total, met });
            }
            return Ok(None);
        }
        self.walk += 1;
        self.begin_walk();
        Box::pin(self.next()).await
    }

    fn begin_walk(&mut self) {
        self.moved_in_walk = false;
        // A gap in the walk before is of no matter if this one has none.
        (self.tally.met, self.tally.doubt) = (0, None);
        self.next = 0;
        self.seam.rewind();
    }
}

/// The answer of a task.
fn landed(
    landed: Result<Result<Answer<CustomerPage>, ApiError>, tokio::task::JoinError>,
) -> Result<CustomerPage, ApiError> {
    match landed {
        Ok(answer) => answer.map(|answer| answer.value),
        Err(error) => Err(ApiError::internal(&error.to_string())),
    }
}
