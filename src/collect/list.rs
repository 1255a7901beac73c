//! One list from its start, or from where somebody left it, to its end.

use std::collections::{HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::{
    Batch, Tally,
    stitch::{Joined, Seam},
};
use crate::{
    api::{Answer, ApiError, Client},
    model::{CustomerPage, CustomerQuery},
};

/// Rows that two neighbouring pages have in common.
const OVERLAP: u64 = 1;
/// How far back a page is looked for that joins two that share nothing, in rows; then twice as far, and so on.
const BACK: u64 = 25;
/// How often that is done before the two count as not to be joined.
const BRIDGES: u32 = 12;
/// How often a list that has moved is walked once more.
const WALKS: u32 = 3;

/// Where a list is gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListStart {
    /// The offset of the next page.
    pub offset: u64,
    /// The total that the pages before told.
    pub total: Option<u64>,
    /// Whether that total had moved.
    pub moved: bool,
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
    /// Rows that a walk has handed out, and how many walks there were.
    walk: u32,
    brought: u64,
    moved_in_walk: bool,
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
            brought: 0,
            moved_in_walk: false,
            ended: false,
        }
    }

    /// Goes on from a place: `seen` are the customers that came before it, in their order.
    #[must_use]
    pub fn from(mut self, start: &ListStart, seen: Vec<String>) -> Self {
        self.next = start.offset;
        self.tally.rows = seen.len() as u64;
        self.tally.total = start.total;
        self.tally.moved = start.moved;
        self.moved_in_walk = start.moved;
        self.brought = seen.len() as u64;
        let tail = seen[seen.len().saturating_sub(50)..].to_vec();
        let all: HashSet<String> = seen.into_iter().collect();
        self.seam = Seam::new(all, tail);
        self
    }

    /// What is known of the list so far.
    pub fn tally(&self) -> Tally {
        self.tally
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
        }
        let count = page.rows.len() as u64;
        let short = count < u64::from(self.query.limit());
        self.take(page, &mut rows);
        // A page that is shorter than asked for is followed by what it left out.
        if short && count > 0 && offset + count < self.tally.total.unwrap_or_default() {
            self.flights.clear();
            self.next = offset + count.saturating_sub(OVERLAP).max(1);
        }
        // What was sent ahead is of no use for a place: that is behind what was handed out.
        let place = self.flights.front().map_or(self.next, |flight| flight.offset);
        Ok(Some(self.batch(rows, place)))
    }

    fn batch(&self, rows: Vec<crate::model::Row>, offset: u64) -> Batch {
        Batch { rows, place: ListStart { offset, total: self.tally.total, moved: self.tally.moved } }
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
                Some(total) => self.next == 0 || self.next + OVERLAP < total,
            };
            if !known {
                return;
            }
            let (client, reseller_id) = (self.client.clone(), self.reseller_id.clone());
            let query = self.query.clone().at(self.next);
            let task = tokio::spawn(async move { client.customers(&reseller_id, &query).await });
            self.flights.push_back(Flight { offset: self.next, task });
            self.next += step;
        }
    }

    /// Takes a page: its total, and the rows that are new.
    fn take(&mut self, page: CustomerPage, rows: &mut Vec<crate::model::Row>) {
        self.tally.pages += 1;
        if let Some(total) = page.total_count {
            let moved = self.tally.total.is_some_and(|known| known != total);
            self.tally.moved |= moved;
            self.moved_in_walk |= moved;
            self.tally.total = Some(total);
        } else {
            // Without a count, the list ends with the first page that is not full.
            let full = page.rows.len() >= usize::from(self.query.limit());
            let known = page.known_total();
            self.tally.total = Some(if full { known + u64::from(self.query.limit()) } else { known });
        }
        let Joined { rows: new, repeated } = self.seam.join(page);
        // A second walk meets everybody again.
        self.tally.repeated += if self.walk == 0 { repeated } else { 0 };
        self.tally.rows += new.len() as u64;
        self.brought += new.len() as u64;
        rows.extend(new);
    }

    /// Fetches what may lie between what came before and a page that shares nothing with it.
    async fn bridge(
        &mut self,
        page: &CustomerPage,
        offset: u64,
        rows: &mut Vec<crate::model::Row>,
    ) -> Result<(), ApiError> {
        let mut back = BACK;
        let mut at = offset.saturating_sub(back);
        for _ in 0..BRIDGES {
            let query = self.query.clone().at(at);
            let between = self.client.customers(&self.reseller_id, &query).await?.value;
            self.tally.bridges += 1;
            let end = at + between.rows.len() as u64;
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
        self.tally.gap = true;
        Ok(())
    }

    /// At the end: where totals have moved, once more from the start, for those who joined where we had been already.
    async fn walk_again(&mut self) -> Result<Option<Batch>, ApiError> {
        let brought_something = self.walk == 0 || self.brought > 0;
        if !self.moved_in_walk || !brought_something || self.walk >= WALKS {
            self.ended = true;
            return Ok(None);
        }
        self.walk += 1;
        (self.brought, self.moved_in_walk) = (0, false);
        self.next = 0;
        self.seam.rewind();
        Box::pin(self.next()).await
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
