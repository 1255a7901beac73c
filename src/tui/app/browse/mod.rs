//! The list: which page is wanted, which is shown, and the requests in between.
//!
//! What is shown stays until what is wanted is here whole. A load that fails leaves both: what is shown, and what was
//! wanted, for a refresh to try again.

mod counts;
mod drift;
mod pages;
mod shown;
mod wanted;

use std::{collections::HashMap, time::Duration};

pub(crate) use counts::StatusCounts;
pub(crate) use shown::{RowRef, Shown};
pub(crate) use wanted::{Bookmark, Land, Queued, Turned};

use super::{
    PATIENCE,
    message::{Effect, Now, Outbox, Outcome},
    remote::Ticket,
};
use crate::{
    api::{ApiError, Exchange},
    model::{CustomerFilter, CustomerPage, CustomerQuery, CustomerRow, Need, Row},
    state,
};
use drift::{Moved, Trail};
use pages::Pages;
use shown::Place;
use wanted::{Flight, Purpose, Target};

/// Rows from the end of the page at which the next page is fetched ahead.
const PREFETCH_AT: usize = 12;

/// The list's state.
pub(crate) struct Browse {
    /// What was asked for last; what is shown may still be older.
    pub(crate) filter: CustomerFilter,
    shown: Option<Shown>,
    target: Option<Target>,
    failure: Option<(Target, Box<ApiError>)>,
    /// Since when the person waits for the list.
    pub(crate) waiting_since: Option<Duration>,
    /// How many customers each listed status has under the filter's name and dates.
    pub(crate) counts: StatusCounts,
    pages: Pages,
    flights: HashMap<CustomerQuery, Flight>,
    /// The page that was looked at ahead last: once is enough, also where it did not come.
    looked_at: Option<Place>,
    /// Presses that waited for the page that has just come.
    due: Queued,
    /// Something to be told once about the page that has just come.
    news: Option<String>,
    /// The list that has changed since its other pages came; told with the next page.
    moved: Option<Moved>,
    trail: Trail,
    /// The row that was selected at the last start, and the customer in it.
    resume: Option<(usize, Option<String>)>,
    /// The selected row.
    pub(crate) selected: usize,
    /// The first row on the screen.
    pub(crate) top: usize,
}

impl Browse {
    pub(crate) fn new(filter: CustomerFilter) -> Self {
        Self {
            filter,
            shown: None,
            target: None,
            failure: None,
            waiting_since: None,
            counts: StatusCounts::default(),
            pages: Pages::new(),
            flights: HashMap::new(),
            looked_at: None,
            due: Queued::default(),
            news: None,
            moved: None,
            trail: Trail::default(),
            resume: None,
            selected: 0,
            top: 0,
        }
    }

    /// What is on the screen.
    pub(crate) fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }

    /// The selected row.
    pub(crate) fn row(&self) -> Option<&RowRef> {
        self.shown()?.rows.get(self.selected)
    }

    /// The selected customer; none where the row could not be read.
    pub(crate) fn customer(&self) -> Option<&CustomerRow> {
        self.row()?.customer()
    }

    /// Whether what is on the screen is not (yet) what was asked for.
    pub(crate) fn is_stale(&self) -> bool {
        self.shown.is_none() || self.target.is_some() || self.failure.is_some()
    }

    /// Whether another page is on its way.
    pub(crate) fn is_turning(&self) -> bool {
        self.target.is_some()
    }

    /// Why what was asked for is not on the screen.
    pub(crate) fn error(&self) -> Option<&ApiError> {
        self.failure.as_ref().map(|(_, error)| &**error)
    }

    /// The request that what is shown came by.
    pub(crate) fn request(&self) -> Option<&Exchange> {
        self.shown()?.exchange.as_ref()
    }

    /// A row key past the edge while a page is on its way.
    pub(crate) fn queue_row(&mut self, down: bool) {
        if let Some(target) = &mut self.target
            && target.land == if down { Land::First } else { Land::Last }
        {
            target.queued.rows += 1;
            target.queued.down = down;
        }
    }

    /// Presses that waited for the page that has just come.
    pub(crate) fn take_due(&mut self) -> Queued {
        std::mem::take(&mut self.due)
    }

    /// What there is to be told once.
    pub(crate) fn take_news(&mut self) -> Option<String> {
        self.news.take()
    }

    /// Asks for the first page of a filter.
    pub(crate) fn apply(&mut self, filter: CustomerFilter, now: Now, out: &mut Outbox) {
        self.filter = filter;
        self.counts.outdate(&self.filter, out);
        self.forget_changes();
        let place = Place::first(&self.filter);
        self.open(Target::new(place, Land::First), now, out);
    }

    /// Asks for the page on which the last start ended.
    pub(crate) fn resume(
        &mut self,
        filter: CustomerFilter,
        place: state::Place,
        row: (usize, Option<String>),
        now: Now,
        out: &mut Outbox,
    ) {
        self.filter = filter;
        self.counts.outdate(&self.filter, out);
        self.resume = Some(row);
        let place = Place::resumed(place, &self.filter);
        self.open(Target::new(place, Land::Resume), now, out);
    }

    /// Where the list is now, to be kept for the next start.
    pub(crate) fn kept_place(&self) -> state::Place {
        let here = self.shown.as_ref().filter(|shown| shown.filter == self.filter);
        here.map(|shown| shown.place.kept()).unwrap_or_default()
    }

    /// Where the list is now, where it is what was asked for.
    pub(crate) fn bookmark(&self) -> Option<Bookmark> {
        let shown = self.shown.as_ref().filter(|_| !self.is_stale())?;
        let counts = self.counts.known();
        Some(Bookmark {
            filter: shown.filter.clone(),
            place: shown.place.clone(),
            selected: self.selected,
            counts,
        })
    }

    /// Goes back to a place.
    pub(crate) fn go_back(&mut self, bookmark: Bookmark, now: Now, out: &mut Outbox) {
        self.filter = bookmark.filter;
        self.counts.outdate(&self.filter, out);
        self.counts.remember(bookmark.counts);
        self.forget_changes();
        self.open(Target::new(bookmark.place, Land::At(bookmark.selected)), now, out);
    }

    /// Asks for the page that is wanted or shown once more, from the server.
    pub(crate) fn refresh(&mut self, now: Now, out: &mut Outbox) {
        self.pages.clear();
        self.forget_changes();
        self.counts.forget(out);
        let again = self.target.take().or_else(|| self.failure.take().map(|(target, _)| target));
        let target = again.unwrap_or_else(|| {
            let here = self.shown.as_ref().filter(|shown| shown.filter == self.filter);
            let place = here.map_or_else(|| Place::first(&self.filter), |shown| shown.place.clone());
            Target::new(place, Land::Keep)
        });
        self.keep_only(&[], out);
        self.open(target, now, out);
    }

    /// Asks for the page after the one that is wanted or shown, or for the one before.
    pub(crate) fn turn(&mut self, forward: bool, land: Land, now: Now, out: &mut Outbox) -> Turned {
        let size = u64::from(self.filter.page_size);
        let Some(shown) = self.shown.as_ref().filter(|shown| shown.filter == self.filter) else {
            let Some(target) = &mut self.target else { return Turned::Lost };
            target.queued.pages += usize::from(forward);
            return Turned::Yes;
        };
        let from = self.target.as_ref().map_or(&shown.place, |target| &target.place);
        let place = match (forward, from) {
            (false, from) => from.before(size),
            // Several presses in a row go several pages on.
            (true, Place::Offset(offset)) => {
                (offset + size < shown.total).then_some(Place::Offset(offset + size))
            }
            // Where a merged page ends is known once it is here.
            (true, Place::Merged(_)) if self.target.is_some() => {
                if let Some(target) = &mut self.target {
                    target.queued.pages += 1;
                }
                return Turned::Yes;
            }
            (true, Place::Merged(_)) => shown.next.clone(),
        };
        match place {
            Some(place) => {
                self.open(Target::new(place, land), now, out);
                Turned::Yes
            }
            None if self.target.is_some() => Turned::Yes,
            None => Turned::Edge,
        }
    }

    fn open(&mut self, target: Target, now: Now, out: &mut Outbox) {
        self.waiting_since = Some(now.mono);
        self.failure = None;
        self.looked_at = None;
        self.target = Some(target);
        self.step(now, out);
    }

    /// Gives up the load that is under way, or the one that failed; what is shown stays. Says whether there was one.
    pub(crate) fn stop(&mut self, out: &mut Outbox) -> bool {
        let stopped = self.target.take();
        if stopped.is_none() && (self.failure.is_none() || self.shown.is_none()) {
            return false;
        }
        self.keep_only(&[], out);
        self.waiting_since = None;
        self.failure = None;
        match (&self.shown, stopped) {
            (Some(shown), _) => {
                self.filter = shown.filter.clone();
                self.counts.outdate(&self.filter, out);
                self.counts.complete(&self.filter, shown.totals, out);
            }
            (None, Some(target)) => self.failure = Some((target, Box::new(ApiError::canceled()))),
            (None, None) => {}
        }
        true
    }

    /// Shows the wanted page if all parts of it are there, else asks for those that are not.
    fn step(&mut self, now: Now, out: &mut Outbox) {
        let Some(target) = &mut self.target else { return };
        match self.pages.assemble(&self.filter, &target.place) {
            Ok(mut shown) => {
                let size = u64::from(self.filter.page_size);
                if let (Place::Offset(1..), 0, 1..) = (&shown.place, shown.len(), shown.total) {
                    // The portfolio has become shorter meanwhile: what is left ends before this page.
                    target.place = Place::Offset((shown.total - 1) / size * size);
                    target.land = Land::Last;
                    if target.place != shown.place {
                        self.news = Some("The list has become shorter: this is its last page.".to_owned());
                        self.moved = None;
                        return self.step(now, out);
                    }
                }
                let (land, mut queued) = (target.land, target.queued);
                // Rows that a held key passed while the wait was long were meant for what was on the screen then.
                if self.waiting_since.is_none_or(|since| now.mono.saturating_sub(since) >= PATIENCE) {
                    queued.rows = 0;
                }
                self.due = queued;
                self.target = None;
                self.waiting_since = None;
                self.keep_only(&[], out);
                self.trail.sift(&mut shown);
                if let Some(moved) = self.moved.take() {
                    self.news.get_or_insert(moved.told());
                }
                self.land(&shown, land);
                self.counts.complete(&self.filter, shown.totals, out);
                self.shown = Some(shown);
            }
            Err(Need::Chunks(wanted)) => {
                self.keep_only(&wanted, out);
                for query in wanted {
                    self.ask(query, Purpose::Wanted, out);
                }
            }
            // Filters are checked where they are edited; an unusable one leaves what is shown.
            Err(Need::Filter(_)) => {
                self.stop(out);
            }
        }
    }

    fn ask(&mut self, query: CustomerQuery, purpose: Purpose, out: &mut Outbox) {
        if let Some(flight) = self.flights.get_mut(&query) {
            if purpose == Purpose::Wanted && flight.purpose == Purpose::Ahead {
                flight.purpose = purpose;
                out.send(Effect::Hurry(flight.ticket));
            }
            return;
        }
        let ticket = out.ask(|ticket| match purpose {
            Purpose::Wanted => Effect::FetchPage(ticket, query.clone()),
            Purpose::Ahead => Effect::FetchPageAhead(ticket, query.clone()),
        });
        self.flights.insert(query, Flight { ticket, purpose });
    }

    /// Aborts every page request but these.
    fn keep_only(&mut self, wanted: &[CustomerQuery], out: &mut Outbox) {
        self.flights.retain(|query, flight| {
            let keep = wanted.contains(query);
            if !keep {
                out.abort(Some(flight.ticket));
            }
            keep
        });
    }

    fn land(&mut self, shown: &Shown, land: Land) {
        let last = shown.len().saturating_sub(1);
        self.selected = match land {
            Land::First => 0,
            Land::Last => last,
            Land::At(row) => row.min(last),
            Land::Keep => {
                let id = self.customer().map(|row| row.customer_id.as_str());
                id.and_then(|id| place_of(shown, id)).unwrap_or(self.selected.min(last))
            }
            Land::Resume => {
                let (row, id) = self.resume.take().unwrap_or_default();
                id.and_then(|id| place_of(shown, &id)).unwrap_or(row.min(last))
            }
        };
        if land != Land::Keep {
            self.top = 0;
        }
    }

    /// Takes the answer of a page request; says whether anybody waited for it.
    pub(crate) fn on_page(
        &mut self,
        ticket: Ticket,
        outcome: Outcome<CustomerPage>,
        now: Now,
        out: &mut Outbox,
    ) -> bool {
        if self.counts.awaits(ticket) {
            self.counts.settle(ticket, outcome);
            return true;
        }
        let asked = self.flights.iter().find(|(_, flight)| flight.ticket == ticket);
        let Some(query) = asked.map(|(query, _)| query.clone()) else { return false };
        let Some(flight) = self.flights.remove(&query) else { return false };
        match outcome {
            Ok(answer) => {
                if let Some(moved) = self.pages.put(*answer, now.wall) {
                    self.mend(moved);
                }
                self.step(now, out);
            }
            Err(error) if flight.purpose == Purpose::Wanted => {
                self.keep_only(&[], out);
                self.waiting_since = None;
                self.failure = self.target.take().map(|target| (target, error));
            }
            // A page fetched ahead that did not come is asked for again when it is wanted.
            Err(_) => {}
        }
        true
    }

    /// What follows is another list, or the list anew.
    fn forget_changes(&mut self) {
        self.trail.clear();
        self.moved = None;
    }

    /// Forgets what no longer fits to a list that has changed.
    fn mend(&mut self, moved: Moved) {
        let mended = self.target.as_mut().map(|target| std::mem::replace(&mut target.mended, true));
        if !mended.unwrap_or_default() {
            self.pages.forget_others(&moved.query);
        }
        self.moved.get_or_insert(moved);
    }

    /// Fetches the next page ahead once the selection nears the end of the one shown, and nothing else is wanted.
    pub(crate) fn look_ahead(&mut self, out: &mut Outbox) {
        if self.is_stale() || !self.flights.is_empty() {
            return;
        }
        let Some(shown) = &self.shown else { return };
        let Some(next) = shown.next.clone() else { return };
        if self.selected + PREFETCH_AT < shown.len() || self.looked_at.as_ref() == Some(&next) {
            return;
        }
        if let Err(Need::Chunks(queries)) = self.pages.assemble(&self.filter, &next)
            && let Some(query) = queries.into_iter().next()
        {
            self.ask(query, Purpose::Ahead, out);
        }
        self.looked_at = Some(next);
    }

    /// Moves the selection, and scrolls so that it stays among the `visible` rows.
    pub(crate) fn select(&mut self, index: usize, visible: usize) {
        self.selected = index.min(self.shown().map_or(0, Shown::len).saturating_sub(1));
        self.scroll_to_selection(visible);
    }

    /// Scrolls so that the selection is among the `visible` rows and no blank rows are shown at the end.
    pub(crate) fn scroll_to_selection(&mut self, visible: usize) {
        let visible = visible.max(1);
        let len = self.shown().map_or(0, Shown::len);
        self.selected = self.selected.min(len.saturating_sub(1));
        self.top = self.top.min(self.selected).min(len.saturating_sub(visible));
        self.top = self.top.max((self.selected + 1).saturating_sub(visible));
    }

    /// How many pages the session keeps.
    #[cfg(test)]
    pub(crate) fn cached_pages(&self) -> usize {
        self.pages.len()
    }

    /// The requests of the page that the person waits for.
    pub(crate) fn awaited(&self) -> Vec<Ticket> {
        let wanted = self.flights.values().filter(|flight| flight.purpose == Purpose::Wanted);
        wanted.map(|flight| flight.ticket).collect()
    }

    /// Whether the list waits for the answer with this ticket.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.flights.values().any(|flight| flight.ticket == ticket) || self.counts.awaits(ticket)
    }
}

/// The row of a customer.
fn place_of(shown: &Shown, id: &str) -> Option<usize> {
    let is_it =
        |index: &usize| shown.row(*index).and_then(Row::customer).is_some_and(|row| row.customer_id == id);
    (0..shown.len()).find(is_it)
}
