//! The list: which page is wanted, which is shown, and the requests in between.

use std::{collections::HashMap, num::NonZeroUsize, sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};
use lru::LruCache;

use super::{
    message::{Effect, Now, Outbox, Outcome},
    remote::{Remote, Ticket},
};
use crate::{
    api::ApiError,
    model::{
        Cursors, CustomerFilter, CustomerPage, CustomerQuery, CustomerRow, Need, Row, Status, StatusFilter,
        merge,
    },
};

/// Pages kept for the session; at 50 rows a page this is a few megabytes.
const CACHED_PAGES: NonZeroUsize = NonZeroUsize::new(32).unwrap();

/// Rows from the end of the page at which the next page is fetched ahead.
const PREFETCH_AT: usize = 12;

/// Which page of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// One status: the page from this item on.
    Offset(u64),
    /// All statuses: the merged page with this number, from 0.
    Merged(usize),
}

impl Place {
    fn first(filter: &CustomerFilter) -> Self {
        match filter.status {
            StatusFilter::One(_) => Self::Offset(0),
            StatusFilter::All => Self::Merged(0),
        }
    }
}

/// Where the selection goes once a page is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Land {
    /// On the customer that was selected, else on the same row.
    Keep,
    /// On the first row.
    First,
    /// On the last row.
    Last,
}

/// A page that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    place: Place,
    land: Land,
}

/// What is on the screen: rows, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    pub(crate) filter: CustomerFilter,
    place: Place,
    /// How many rows come before the first one here.
    pub(crate) first: u64,
    rows: Vec<(Arc<CustomerPage>, usize)>,
    /// How many rows match, as the server counts.
    pub(crate) total: u64,
    more: bool,
    /// When the oldest part of it came.
    pub(crate) at: DateTime<FixedOffset>,
    /// How long the slowest part of it took.
    pub(crate) elapsed: Duration,
}

impl Shown {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn row(&self, index: usize) -> Option<&Row> {
        let (page, row) = self.rows.get(index)?;
        page.rows.get(*row)
    }

    /// The pages that the rows come from, each once.
    pub(crate) fn pages(&self) -> Vec<&Arc<CustomerPage>> {
        let mut pages: Vec<&Arc<CustomerPage>> = Vec::new();
        for (page, _) in &self.rows {
            if !pages.iter().any(|known| Arc::ptr_eq(known, page)) {
                pages.push(page);
            }
        }
        pages
    }

    /// What in the answers is not as documented, in words.
    pub(crate) fn complaint(&self) -> Option<String> {
        let unreadable: Vec<(usize, &'static str)> = self
            .rows
            .iter()
            .enumerate()
            .filter_map(|(index, (page, row))| match page.rows.get(*row)? {
                Row::Unreadable { reason, .. } => Some((index + 1, *reason)),
                Row::Customer(_) => None,
            })
            .collect();
        let problem = match unreadable.as_slice() {
            [(position, "no customerId")] => Some(format!("row {position} has no customerId")),
            [(position, found)] => Some(format!("row {position} is {found}")),
            [] => self.pages().iter().find_map(|page| page.problems.first()).map(ToString::to_string),
            several => Some(format!("{} rows are no customers", several.len())),
        }?;
        let (read, all) = (self.len() - unreadable.len(), self.len());
        Some(format!("The answer was not what the API documents ({problem}). {read} of {all} rows read."))
    }
}

struct Cached {
    page: Arc<CustomerPage>,
    at: DateTime<FixedOffset>,
    elapsed: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The page that the person waits for.
    Wanted,
    /// The page after it.
    Ahead,
}

#[derive(Debug, Clone, Copy)]
struct Flight {
    ticket: Ticket,
    purpose: Purpose,
}

/// The list's state.
pub(crate) struct Browse {
    /// What was asked for last; what is shown may still be older.
    pub(crate) filter: CustomerFilter,
    /// What is shown, and whether better is on its way.
    pub(crate) list: Remote<Shown>,
    /// Since when the person waits for the list.
    pub(crate) waiting_since: Option<Duration>,
    /// How many customers each listed status has under the filter's name and dates.
    pub(crate) counts: [Remote<u64>; 4],
    counted: Option<CustomerFilter>,
    target: Option<Target>,
    // Where each merged page that was reached starts: what makes paging back possible.
    trail: Vec<Cursors>,
    pages: LruCache<CustomerQuery, Cached>,
    flights: HashMap<CustomerQuery, Flight>,
    /// The selected row.
    pub(crate) selected: usize,
    /// The first row on the screen.
    pub(crate) top: usize,
}

impl Browse {
    pub(crate) fn new(filter: CustomerFilter) -> Self {
        Self {
            filter,
            list: Remote::Idle,
            waiting_since: None,
            counts: Default::default(),
            counted: None,
            target: None,
            trail: vec![Cursors::default()],
            pages: LruCache::new(CACHED_PAGES),
            flights: HashMap::new(),
            selected: 0,
            top: 0,
        }
    }

    /// What is on the screen.
    pub(crate) fn shown(&self) -> Option<&Shown> {
        self.list.value()
    }

    /// The selected row.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.shown()?.row(self.selected)
    }

    /// The selected customer; none where the row could not be read.
    pub(crate) fn customer(&self) -> Option<&CustomerRow> {
        self.row()?.customer()
    }

    /// Whether what is on the screen is not (yet) what was asked for.
    pub(crate) fn is_stale(&self) -> bool {
        !matches!(self.list, Remote::Ready(_))
    }

    /// Asks for the first page of a filter.
    pub(crate) fn apply(&mut self, filter: CustomerFilter, now: Now, out: &mut Outbox) {
        self.filter = filter;
        self.trail = vec![Cursors::default()];
        self.open(Target { place: Place::first(&self.filter), land: Land::First }, now, out);
    }

    /// Asks for the page that is wanted or shown once more, from the server.
    pub(crate) fn refresh(&mut self, now: Now, out: &mut Outbox) {
        self.pages.clear();
        self.counted = None;
        let place = match (&self.target, self.shown()) {
            (Some(target), _) => target.place,
            (None, Some(shown)) if shown.filter == self.filter => shown.place,
            _ => Place::first(&self.filter),
        };
        self.open(Target { place, land: Land::Keep }, now, out);
    }

    /// Asks for the page after the one that is wanted or shown; says whether there is one to ask for.
    pub(crate) fn next_page(&mut self, land: Land, now: Now, out: &mut Outbox) -> bool {
        let size = u64::from(self.filter.page_size);
        let Some(shown) = self.shown().filter(|shown| shown.filter == self.filter) else { return false };
        let place = match self.current_place() {
            Some(Place::Offset(offset)) if offset + size < shown.total => Place::Offset(offset + size),
            Some(Place::Merged(number)) if shown.place == Place::Merged(number) && shown.more => {
                Place::Merged(number + 1)
            }
            _ => return false,
        };
        self.open(Target { place, land }, now, out);
        true
    }

    /// Asks for the page before; says whether there is one.
    pub(crate) fn previous_page(&mut self, land: Land, now: Now, out: &mut Outbox) -> bool {
        let place = match self.current_place() {
            Some(Place::Offset(offset)) if offset > 0 => {
                Place::Offset(offset.saturating_sub(u64::from(self.filter.page_size)))
            }
            Some(Place::Merged(number)) if number > 0 => Place::Merged(number - 1),
            _ => return false,
        };
        self.open(Target { place, land }, now, out);
        true
    }

    /// The page that is wanted, else the one that is shown.
    fn current_place(&self) -> Option<Place> {
        let shown = || self.shown().filter(|shown| shown.filter == self.filter).map(|shown| shown.place);
        self.target.as_ref().map(|target| target.place).or_else(shown)
    }

    fn open(&mut self, target: Target, now: Now, out: &mut Outbox) {
        self.list.load(out.ticket());
        self.waiting_since = Some(now.mono);
        self.target = Some(target);
        self.step(now, out);
    }

    /// Whether another page is on its way.
    pub(crate) fn is_turning(&self) -> bool {
        self.target.is_some()
    }

    /// Gives up the load that is under way; what is shown stays. Says whether there was one.
    pub(crate) fn stop(&mut self, out: &mut Outbox) -> bool {
        if self.target.take().is_none() {
            return false;
        }
        self.keep_only(&[], out);
        self.waiting_since = None;
        match self.list.take_value() {
            Some(shown) => {
                self.filter = shown.filter.clone();
                self.list = Remote::Ready(shown);
            }
            None => self.list = Remote::Failed { error: Box::new(ApiError::canceled()), stale: None },
        }
        true
    }

    /// Shows the wanted page if all parts of it are there, else asks for those that are not.
    fn step(&mut self, now: Now, out: &mut Outbox) {
        let Some(target) = self.target.clone() else { return };
        match self.assemble(&self.filter, target.place) {
            Ok((shown, end)) => {
                if let (Place::Merged(number), Some(end)) = (target.place, end) {
                    self.trail.truncate(number + 1);
                    self.trail.push(end);
                }
                self.keep_only(&[], out);
                self.target = None;
                self.waiting_since = None;
                self.land(&shown, target.land);
                self.list = Remote::Ready(shown);
                self.count(now, out);
            }
            Err(Need::Chunks(wanted)) => {
                self.keep_only(&wanted, out);
                for query in wanted {
                    self.request(query, Purpose::Wanted, out);
                }
            }
            // Filters are checked where they are edited; an unusable one leaves what is shown.
            Err(Need::Filter(_)) => {
                self.stop(out);
            }
        }
    }

    fn request(&mut self, query: CustomerQuery, purpose: Purpose, out: &mut Outbox) {
        if let Some(flight) = self.flights.get_mut(&query) {
            if purpose == Purpose::Wanted {
                flight.purpose = purpose;
            }
            return;
        }
        let ticket = out.ask(|ticket| Effect::FetchPage(ticket, query.clone()));
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

    /// Builds a page from the cache, or says what it lacks.
    fn assemble(&self, filter: &CustomerFilter, place: Place) -> Result<(Shown, Option<Cursors>), Need> {
        let lookup = |query: &CustomerQuery| self.pages.peek(query).map(|cached| Arc::clone(&cached.page));
        let (rows, first, total, more, end) = match (place, &filter.status) {
            (Place::Offset(offset), StatusFilter::One(status)) => {
                let query = filter.query(status.clone(), offset).map_err(Need::Filter)?;
                let Some(page) = lookup(&query) else { return Err(Need::Chunks(vec![query])) };
                let total = page.known_total();
                let rows: Vec<_> = (0..page.rows.len()).map(|row| (Arc::clone(&page), row)).collect();
                let more = offset + (rows.len() as u64) < total && !rows.is_empty();
                (rows, offset, total, more, None)
            }
            (Place::Merged(number), _) => {
                let start = self.trail.get(number).copied().unwrap_or_default();
                let merged = merge(filter, start, lookup)?;
                let (total, more) = (merged.total(), merged.has_more());
                (merged.rows, start.iter().sum(), total, more, Some(merged.end))
            }
            // A place belongs to its filter; a filter that changed since begins at its first page.
            (Place::Offset(_), StatusFilter::All) => return self.assemble(filter, Place::Merged(0)),
        };
        let mut at = None;
        let mut elapsed = Duration::ZERO;
        let mut shown = Shown {
            filter: filter.clone(),
            place,
            first,
            rows,
            total,
            more,
            at: DateTime::default(),
            elapsed: Duration::ZERO,
        };
        let used: Vec<&Cached> = if shown.rows.is_empty() {
            self.pages.iter().take(1).map(|(_, cached)| cached).collect()
        } else {
            shown.pages().iter().filter_map(|page| self.pages.peek(&page.query)).collect()
        };
        for cached in used {
            at = Some(at.map_or(cached.at, |at: DateTime<FixedOffset>| at.min(cached.at)));
            elapsed = elapsed.max(cached.elapsed);
        }
        (shown.at, shown.elapsed) = (at.unwrap_or_default(), elapsed);
        Ok((shown, end))
    }

    fn land(&mut self, shown: &Shown, land: Land) {
        let last = shown.len().saturating_sub(1);
        self.selected = match land {
            Land::First => 0,
            Land::Last => last,
            Land::Keep => {
                let id = self.customer().map(|row| row.customer_id.clone());
                let same = |index: &usize| {
                    shown.row(*index).and_then(Row::customer).map(|row| &row.customer_id) == id.as_ref()
                };
                (0..shown.len()).find(|index| id.is_some() && same(index)).unwrap_or(self.selected.min(last))
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
        outcome: &Outcome<CustomerPage>,
        now: Now,
        out: &mut Outbox,
    ) -> bool {
        if let Some(index) = self.counts.iter().position(|count| count.awaited() == Some(ticket)) {
            let counted = outcome.as_ref().map(|answer| answer.value.known_total());
            return self.counts[index].settle(ticket, counted.map_err(|error| (**error).clone()));
        }
        let Some(query) =
            self.flights.iter().find(|(_, flight)| flight.ticket == ticket).map(|(query, _)| query.clone())
        else {
            return false;
        };
        let Some(flight) = self.flights.remove(&query) else { return false };
        match outcome {
            Ok(answer) => {
                let cached = Cached {
                    page: Arc::new(answer.value.clone()),
                    at: now.wall,
                    elapsed: answer.exchange.elapsed,
                };
                self.pages.put(query, cached);
                self.step(now, out);
            }
            Err(error) if flight.purpose == Purpose::Wanted => {
                self.keep_only(&[], out);
                self.waiting_since = None;
                self.list = Remote::Failed { error: error.clone(), stale: self.list.take_value() };
            }
            // A page fetched ahead that did not come is asked for again when it is wanted.
            Err(_) => {}
        }
        true
    }

    /// Fetches the next page ahead once the selection nears the end of the one shown, and nothing else is wanted.
    pub(crate) fn look_ahead(&mut self, out: &mut Outbox) {
        let Remote::Ready(shown) = &self.list else { return };
        if !shown.more || self.target.is_some() || self.selected + PREFETCH_AT < shown.len() {
            return;
        }
        let place = match shown.place {
            Place::Offset(offset) => Place::Offset(offset + u64::from(self.filter.page_size)),
            Place::Merged(number) => Place::Merged(number + 1),
        };
        if let Err(Need::Chunks(queries)) = self.assemble(&self.filter, place)
            && self.flights.is_empty()
            && let Some(query) = queries.into_iter().next()
        {
            self.request(query, Purpose::Ahead, out);
        }
    }

    /// Brings the counts up to date: from the pages that are here where they tell it, else by small requests.
    fn count(&mut self, _now: Now, out: &mut Outbox) {
        let narrowing = CustomerFilter {
            name: self.filter.name.clone(),
            from: self.filter.from,
            to: self.filter.to,
            ..CustomerFilter::default()
        };
        let changed = self.counted.as_ref() != Some(&narrowing);
        if changed {
            for count in &mut self.counts {
                out.abort(count.awaited());
                *count = match count.take_value() {
                    Some(stale) => Remote::Loading { ticket: out.ticket(), stale: Some(stale) },
                    None => Remote::Idle,
                };
            }
            self.counted = Some(narrowing);
        }
        let told = self.told_counts();
        for (index, status) in Status::listed().into_iter().enumerate() {
            if let Some(total) = told[index] {
                out.abort(self.counts[index].awaited().filter(|_| !changed));
                self.counts[index] = Remote::Ready(total);
            } else if changed || matches!(self.counts[index], Remote::Idle | Remote::Failed { .. }) {
                let Ok(query) = self.filter.count_query(status) else { continue };
                let ticket = out.ask(|ticket| Effect::FetchPage(ticket, query));
                self.counts[index].load(ticket);
            }
        }
    }

    /// The counts that the shown page tells by itself.
    fn told_counts(&self) -> [Option<u64>; 4] {
        let Some(shown) = self.shown() else { return [None; 4] };
        match &shown.filter.status {
            StatusFilter::One(status) => {
                Status::LISTED.map(|code| (code == status.code()).then_some(shown.total))
            }
            StatusFilter::All => {
                let lookup =
                    |query: &CustomerQuery| self.pages.peek(query).map(|cached| Arc::clone(&cached.page));
                let Place::Merged(number) = shown.place else { return [None; 4] };
                let start = self.trail.get(number).copied().unwrap_or_default();
                merge(&shown.filter, start, lookup).map_or([None; 4], |merged| merged.totals.map(Some))
            }
        }
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

    /// The load that is under way, for its failure to be told.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.flights.values().any(|flight| flight.ticket == ticket)
            || self.counts.iter().any(|count| count.awaited() == Some(ticket))
    }
}
