//! The table of customers: the window that is shown, the one that is wanted, and the selection.
//!
//! What is shown stays until what is wanted is here. A load that fails leaves both: what is shown, and what was wanted, for
//! a refresh to try again. Rows come from a source behind [`Effect::LoadRows`]; who pages and merges there is not known
//! here. The states are: nothing asked yet; a `target` with its request under way; a `failure` that keeps its target; or
//! neither, when the window shown is the one that was asked for. A target and a failure never exist together.

mod age;
mod cells;
mod changes;
mod column_sets;
mod columns;
mod counts;
mod marks;
mod pages;
mod previous;
mod target;
mod visible;

use std::{sync::Arc, time::Duration};

pub(crate) use age::{Age, oldest_beside};
pub(crate) use cells::{CellLook, CellText, RESELLER, cell, is_gone, words};
pub(crate) use column_sets::{ColumnSet, ColumnSets};
pub(crate) use columns::{MARKER, Placed, TableColumns, all_columns, arrow, heading, is_default, sort_title};
pub(crate) use counts::Counts;
pub(crate) use marks::Marks;
pub(crate) use pages::NoPage;
pub(crate) use target::{Bookmark, PageTurn, QueuedKeys, SelectionTarget};

use super::{
    message::{Effect, Now, Outbox, Ticket},
    timing::PATIENCE,
};
use crate::{
    api::{ApiError, ErrorKind},
    model::{Cursor, CustomerFilter, CustomerRow, Priority, Row, RowsRequest, SortBy, StatusCounts},
    source::Window,
};
use target::{PendingRequest, WantedWindow};

/// The number of rows from the end of the window at which the next one is prefetched.
const PREFETCH_AT: usize = 12;

/// Merged windows up to which the way back to the first one is kept for the next start.
const MAX_KEPT_STARTS: usize = 500;

/// The consequences of rows that arrived.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    /// True if the rows were awaited.
    pub(crate) awaited: bool,
    /// The news for the user, in words.
    pub(crate) news: Option<String>,
    /// Keys that waited for the rows.
    pub(crate) due: QueuedKeys,
}

/// The table's state.
pub(crate) struct CustomerTable {
    /// The current filter. The rows on screen may still belong to an older one.
    pub(crate) filter: CustomerFilter,
    window: Option<Window>,
    target: Option<WantedWindow>,
    failure: Option<(WantedWindow, Box<ApiError>)>,
    /// The time since when the user has been waiting for rows.
    pub(crate) waiting_since: Option<Duration>,
    /// The number of customers each listed status has under the filter's name and dates.
    pub(crate) counts: Counts,
    pending: Option<PendingRequest>,
    /// True from a refresh until its rows arrive: until then, every request goes past the caches.
    refreshing: bool,
    /// True if the rows have changed while a request for them was under way: they are read again after it.
    has_changed: bool,
    /// The position that was prefetched last. It is not prefetched again, even if that failed.
    looked_at: Option<Cursor>,
    /// The row that was selected when the program ended last, and the customer in it.
    resume: Option<(usize, Option<String>)>,
    /// The selected row.
    pub(crate) selected: usize,
    /// The first row on the screen.
    pub(crate) top: usize,
    /// The row that Esc goes back to, after the user has gone to another one by its customer ID.
    way_back: Option<usize>,
}

impl CustomerTable {
    /// Creates an empty table without any request.
    pub(crate) fn new(filter: CustomerFilter) -> Self {
        Self {
            filter,
            window: None,
            target: None,
            failure: None,
            waiting_since: None,
            counts: Counts::default(),
            pending: None,
            refreshing: false,
            has_changed: false,
            looked_at: None,
            resume: None,
            selected: 0,
            top: 0,
            way_back: None,
        }
    }

    /// Returns the window that is shown.
    pub(crate) fn shown(&self) -> Option<&Window> {
        self.window.as_ref()
    }

    /// Returns the selected row.
    pub(crate) fn row(&self) -> Option<&Arc<Row>> {
        self.shown()?.rows.get(self.selected)
    }

    /// Returns the selected customer, if the row could be read.
    pub(crate) fn customer(&self) -> Option<&CustomerRow> {
        self.row()?.customer()
    }

    /// Returns the window if it answers the question that was asked last, though perhaps not its freshest or wanted page.
    pub(crate) fn answer(&self) -> Option<&Window> {
        self.window.as_ref().filter(|window| window.request.filter.is_same_list(&self.filter))
    }

    /// Returns the filter of the rows that are shown, if another question has been asked since.
    pub(crate) fn previous_filter(&self) -> Option<&CustomerFilter> {
        let shown = &self.window.as_ref()?.request.filter;
        (!shown.is_same_list(&self.filter)).then_some(shown)
    }

    /// Returns the age of the rows that are shown.
    pub(crate) fn age(&self, now: Now) -> Option<Age> {
        Some(Age::new(self.window.as_ref()?.origin.at, now.wall))
    }

    /// Returns the columns that the list can be sorted by.
    pub(crate) fn sortable(&self) -> &[SortBy] {
        self.window.as_ref().map_or(&SortBy::API, |window| &window.capabilities.sort)
    }

    /// Returns true if the rows on screen are not those that were requested last.
    pub(crate) fn is_stale(&self) -> bool {
        self.window.is_none() || self.target.is_some() || self.failure.is_some()
    }

    /// Returns true if another window is on its way.
    pub(crate) fn is_turning(&self) -> bool {
        self.target.is_some()
    }

    /// Returns why the rows that were requested last are not shown.
    pub(crate) fn error(&self) -> Option<&ApiError> {
        self.failure.as_ref().map(|(_, error)| &**error)
    }

    /// Returns true if the user stopped the last load.
    pub(crate) fn is_stopped(&self) -> bool {
        self.error().is_some_and(|error| error.kind == ErrorKind::Canceled)
    }

    /// Queues a press of a row key past the edge while a window is loading.
    pub(crate) fn queue_row(&mut self, down: bool) {
        let towards = if down { SelectionTarget::First } else { SelectionTarget::Last };
        if let Some(target) = &mut self.target
            && target.selection == towards
        {
            target.queued.rows += 1;
            target.queued.down = down;
        }
    }

    /// Requests the first rows of a filter.
    pub(crate) fn apply(&mut self, filter: CustomerFilter, now: Now, out: &mut Outbox) {
        self.filter = filter;
        self.way_back = None;
        self.counts.outdate(&self.filter, out);
        self.open(WantedWindow::new(Cursor::Start, SelectionTarget::First), now, out);
    }

    /// Requests the rows that were shown when the program ended.
    pub(crate) fn resume(
        &mut self,
        filter: CustomerFilter,
        at: Cursor,
        row: (usize, Option<String>),
        now: Now,
        out: &mut Outbox,
    ) {
        self.filter = filter;
        self.counts.outdate(&self.filter, out);
        self.resume = Some(row);
        self.open(WantedWindow::new(at, SelectionTarget::Resume), now, out);
    }

    /// Returns the position of the window, to be saved for the next start.
    pub(crate) fn kept_place(&self) -> Cursor {
        match self.current().map(|window| &window.at) {
            // The way back from very far down is not worth its room.
            Some(Cursor::Merged(starts)) if starts.0.len() > MAX_KEPT_STARTS => Cursor::default(),
            Some(at) => at.clone(),
            None => Cursor::default(),
        }
    }

    /// Returns the current place, if what is shown is what was asked for.
    pub(crate) fn bookmark(&self) -> Option<Bookmark> {
        let window = self.window.as_ref().filter(|_| !self.is_stale())?;
        Some(Bookmark {
            filter: window.request.filter.clone(),
            at: window.at.clone(),
            selected: self.selected,
            counts: self.counts.known(),
        })
    }

    /// Goes back to a place.
    pub(crate) fn go_back(&mut self, bookmark: Bookmark, now: Now, out: &mut Outbox) {
        self.filter = bookmark.filter;
        self.way_back = None;
        self.counts.outdate(&self.filter, out);
        self.counts.remember(bookmark.counts);
        self.open(WantedWindow::new(bookmark.at, SelectionTarget::At(bookmark.selected)), now, out);
    }

    /// Requests the current rows again, bypassing every cache.
    pub(crate) fn refresh(&mut self, now: Now, out: &mut Outbox) {
        self.counts.forget(out);
        let again = self.target.take().or_else(|| self.failure.take().map(|(target, _)| target));
        let target = again.unwrap_or_else(|| {
            let at = self.current().map_or_else(Cursor::default, |window| window.at.clone());
            WantedWindow::new(at, SelectionTarget::Keep)
        });
        self.give_up(out);
        self.refreshing = true;
        self.open(target, now, out);
    }

    /// Requests the rows on screen again, unless something else is on its way. Returns true if it did.
    pub(crate) fn reread(&mut self, now: Now, out: &mut Outbox) -> bool {
        self.has_changed = self.target.is_some() || self.pending.is_some();
        if self.has_changed {
            return false;
        }
        let at = self.current().map_or_else(Cursor::default, |window| window.at.clone());
        self.counts.forget(out);
        self.open(WantedWindow::new(at, SelectionTarget::Keep), now, out);
        true
    }

    /// Reads rows again that have changed while they were on their way.
    pub(crate) fn reread_changed(&mut self, now: Now, out: &mut Outbox) {
        // Live rows that have come meanwhile are not what has changed.
        if std::mem::take(&mut self.has_changed) && self.filter.portfolio.is_some() {
            self.reread(now, out);
        }
    }

    /// Returns the number of all customers of the account's reseller, if it is known.
    pub(crate) fn count_of_all(&self) -> Option<u64> {
        let filter = &self.filter;
        let is_whole =
            filter.name.is_none() && filter.from.or(filter.to).is_none() && filter.resellers.is_empty();
        self.counts
            .known()
            .into_iter()
            .sum::<Option<u64>>()
            .filter(|_| is_whole && filter.portfolio.is_none())
    }

    /// Requests the next or the previous window.
    pub(crate) fn turn(
        &mut self,
        forward: bool,
        selection: SelectionTarget,
        now: Now,
        out: &mut Outbox,
    ) -> PageTurn {
        self.way_back = None;
        // A press back takes one forward back that still waits.
        if let Some(target) = self.target.as_mut().filter(|target| !forward && target.queued.pages > 0) {
            target.queued.pages -= 1;
            return PageTurn::Requested;
        }
        let Some(window) = self.current() else {
            let Some(target) = &mut self.target else { return PageTurn::NothingToTurn };
            target.queued.pages += usize::from(forward);
            return PageTurn::Requested;
        };
        let limit = u64::from(self.filter.page_size);
        let from = self.target.as_ref().map_or(&window.at, |target| &target.at);
        let place = match (forward, from) {
            (false, from) => from.previous(limit),
            // Several presses in a row go several pages forward.
            (true, Cursor::Row(row)) if window.capabilities.random_access => {
                let next = row.saturating_add(limit);
                (next < window.total).then_some(Cursor::Row(next))
            }
            // The end of a window that is on its way is known when it is here.
            (true, _) if self.target.is_some() => {
                if let Some(target) = &mut self.target {
                    target.queued.pages += 1;
                }
                return PageTurn::Requested;
            }
            (true, _) => window.next.clone(),
        };
        match place {
            Some(at) => {
                self.open(WantedWindow::new(at, selection), now, out);
                PageTurn::Requested
            }
            None if self.target.is_some() => PageTurn::Requested,
            None => PageTurn::AtEdge,
        }
    }

    /// Returns the window if it answers what was asked last.
    fn current(&self) -> Option<&Window> {
        self.window.as_ref().filter(|window| window.request.filter == self.filter)
    }

    fn open(&mut self, target: WantedWindow, now: Now, out: &mut Outbox) {
        self.waiting_since = Some(now.mono);
        self.failure = None;
        self.looked_at = None;
        self.target = Some(target);
        self.request(out);
    }

    /// Requests the target, or raises the priority of the request that prefetches it.
    fn request(&mut self, out: &mut Outbox) {
        let Some(target) = &self.target else { return };
        let refresh = self.refreshing;
        let request = RowsRequest { filter: self.filter.clone(), at: target.at.clone(), refresh };
        if let Some(pending) = self.pending.as_mut().filter(|pending| pending.request == request) {
            if std::mem::replace(&mut pending.priority, Priority::Visible) == Priority::Prefetch {
                out.send(Effect::Hurry(pending.ticket));
            }
            return;
        }
        self.send(request, Priority::Visible, out);
    }

    fn send(&mut self, request: RowsRequest, priority: Priority, out: &mut Outbox) {
        self.give_up(out);
        let ticket = out.ask(|ticket| Effect::LoadRows(ticket, request.clone(), priority));
        self.pending = Some(PendingRequest { ticket, request, priority });
    }

    /// Aborts the request under way.
    fn give_up(&mut self, out: &mut Outbox) {
        out.abort(self.pending.take().map(|pending| pending.ticket));
    }

    /// Returns true if the user waits for rows.
    pub(crate) fn is_loading(&self) -> bool {
        self.target.is_some()
    }

    /// Abandons the load that is running or has failed, and keeps the rows on screen. Returns true if there was one.
    pub(crate) fn stop(&mut self, out: &mut Outbox) -> bool {
        let stopped = self.target.take();
        if stopped.is_none() && (self.failure.is_none() || self.window.is_none()) {
            return false;
        }
        self.give_up(out);
        self.waiting_since = None;
        self.failure = None;
        match (&self.window, stopped) {
            (Some(window), _) => {
                self.filter = window.request.filter.clone();
                self.counts.outdate(&self.filter, out);
                self.counts.complete(&self.filter, &window.counts, out);
            }
            (None, Some(target)) => self.failure = Some((target, Box::new(ApiError::canceled()))),
            (None, None) => {}
        }
        true
    }

    fn select_in(&mut self, window: &Window, selection: SelectionTarget) {
        let last = window.len().saturating_sub(1);
        self.selected = match selection {
            SelectionTarget::First => 0,
            SelectionTarget::Last => last,
            SelectionTarget::At(row) => row.min(last),
            SelectionTarget::Keep => {
                let id = self.customer().map(|row| row.customer_id.as_str());
                id.and_then(|id| window.position(id)).unwrap_or(self.selected.min(last))
            }
            SelectionTarget::Resume => {
                let (row, id) = self.resume.take().unwrap_or_default();
                id.and_then(|id| window.position(&id)).unwrap_or(row.min(last))
            }
        };
        if selection != SelectionTarget::Keep {
            self.top = 0;
        }
    }

    /// Takes rows, or why they did not arrive.
    pub(crate) fn on_rows(
        &mut self,
        ticket: Ticket,
        outcome: Result<Box<Window>, Box<ApiError>>,
        now: Now,
        out: &mut Outbox,
    ) -> Arrived {
        let Some(pending) = self.pending.take_if(|pending| pending.ticket == ticket) else {
            return Arrived::default();
        };
        let mut arrived = Arrived { awaited: true, ..Arrived::default() };
        // Rows fetched ahead are in the source's cache, or are asked for again when they are wanted.
        let target = if pending.priority == Priority::Visible { self.target.take() } else { None };
        let Some(target) = target else { return arrived };
        match outcome {
            Ok(mut window) => {
                let is_elsewhere =
                    target.at != window.at && target.at != Cursor::Start && window.news.is_some();
                let selection = if is_elsewhere { SelectionTarget::Last } else { target.selection };
                arrived.due = target.queued;
                // Rows that a held key passed while the wait was long were meant for what was on the screen then.
                if self.waiting_since.is_none_or(|since| now.mono.saturating_sub(since) >= PATIENCE) {
                    arrived.due.rows = 0;
                }
                arrived.news = window.news.take();
                if pending.request.refresh && selection == SelectionTarget::Keep && arrived.news.is_none() {
                    arrived.news = self.window.as_ref().and_then(|before| changes::in_words(before, &window));
                }
                self.waiting_since = None;
                self.refreshing = false;
                self.select_in(&window, selection);
                self.counts.complete(&self.filter, &window.counts, out);
                self.window = Some(*window);
            }
            Err(error) => {
                self.waiting_since = None;
                self.failure = Some((target, error));
            }
        }
        arrived
    }

    /// Takes counts; returns true if they were awaited.
    pub(crate) fn on_counts(&mut self, ticket: Ticket, counts: &StatusCounts<ApiError>) -> bool {
        self.counts.arrive(ticket, counts)
    }

    /// Fetches the next window ahead if the selection is near the end of this one and nothing else is wanted.
    pub(crate) fn look_ahead(&mut self, out: &mut Outbox) {
        if self.is_stale() || self.pending.is_some() {
            return;
        }
        let Some(window) = &self.window else { return };
        let Some(next) = window.next.clone() else { return };
        if self.selected + PREFETCH_AT < window.len() || self.looked_at.as_ref() == Some(&next) {
            return;
        }
        let request = RowsRequest { filter: self.filter.clone(), at: next.clone(), refresh: false };
        self.send(request, Priority::Prefetch, out);
        self.looked_at = Some(next);
    }

    /// Moves the selection. [`Self::scroll_to_selection`] brings it into view.
    pub(crate) fn select(&mut self, index: usize) {
        self.way_back = None;
        self.selected = index.min(self.shown().map_or(0, Window::len).saturating_sub(1));
    }

    /// Selects the customer with this ID if it is shown; returns true if it is. [`Self::go_back_to_row`] returns.
    pub(crate) fn select_customer(&mut self, id: &str) -> bool {
        let Some(index) = self.shown().and_then(|window| window.position(id)) else { return false };
        let from = self.selected;
        self.select(index);
        self.way_back = Some(from).filter(|from| *from != index);
        true
    }

    /// Returns to the row that was selected before a customer was gone to; returns false if there is none.
    pub(crate) fn go_back_to_row(&mut self) -> bool {
        let Some(row) = self.way_back.take() else { return false };
        self.select(row);
        true
    }

    /// Scrolls so that the selection is among the `visible` rows and no blank rows are shown at the end.
    pub(crate) fn scroll_to_selection(&mut self, visible: usize) {
        let visible = visible.max(1);
        let len = self.shown().map_or(0, Window::len);
        self.selected = self.selected.min(len.saturating_sub(1));
        self.top = self.top.min(self.selected).min(len.saturating_sub(visible));
        self.top = self.top.max((self.selected + 1).saturating_sub(visible));
    }

    /// Returns the ticket of the rows that the user waits for.
    pub(crate) fn awaited(&self) -> Option<Ticket> {
        self.pending
            .as_ref()
            .filter(|pending| pending.priority == Priority::Visible)
            .map(|pending| pending.ticket)
    }

    /// Returns true if the table waits for the answer with this ticket.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.pending.as_ref().is_some_and(|pending| pending.ticket == ticket) || self.counts.awaits(ticket)
    }
}
