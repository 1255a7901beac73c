//! The number of customers with each listed status, from the window or from a request.

use crate::{
    api::ApiError,
    model::{CustomerFilter, Status, StatusCounts},
    tui::app::message::{Effect, Outbox, Remote, Ticket},
};

/// The counts in the API's order of statuses.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) all: [Remote<u64>; 4],
    /// The customers with any other status, which only the local copy counts.
    pub(crate) others: u64,
    /// The resellers, names and dates that they are counted for.
    narrowing: Option<CustomerFilter>,
}

impl Counts {
    /// Forgets the counts if other names, dates or resellers are asked for: they would be taken for those of the new filter.
    /// New ones are requested with their rows.
    pub(super) fn outdate(&mut self, filter: &CustomerFilter, out: &mut Outbox) {
        let narrowing = narrowing(filter);
        if self.narrowing.as_ref() != Some(&narrowing) {
            self.narrowing = Some(narrowing);
            out.abort(self.awaited());
            self.all = Default::default();
            self.others = 0;
        }
    }

    /// Marks all counts as old.
    pub(super) fn forget(&mut self, out: &mut Outbox) {
        out.abort(self.awaited());
        for count in &mut self.all {
            count.outdate();
        }
    }

    /// Returns the counts that are here and up to date.
    pub(super) fn known(&self) -> [Option<u64>; 4] {
        self.all.each_ref().map(|count| match count {
            Remote::Ready(count) => Some(*count),
            _ => None,
        })
    }

    /// Puts back counts that were known a moment ago.
    pub(super) fn remember(&mut self, known: [Option<u64>; 4]) {
        for (count, known) in self.all.iter_mut().zip(known) {
            if let Some(known) = known {
                *count = Remote::Ready(known);
            }
        }
    }

    /// Uses the counts of a window, and requests the remaining ones.
    pub(super) fn complete(&mut self, filter: &CustomerFilter, told: &[(Status, u64)], out: &mut Outbox) {
        for (count, status) in self.all.iter_mut().zip(Status::listed()) {
            if let Some((_, total)) = told.iter().find(|(told, _)| *told == status) {
                *count = Remote::Ready(*total);
            }
        }
        let is_missing = |count: &Remote<u64>| count.is_wanted() || count.error().is_some();
        // A request under way counts all of them.
        if self.all.iter().any(is_missing) && self.awaited().is_none() {
            let ticket = out.ask(|ticket| Effect::LoadCounts(ticket, filter.clone()));
            for count in self.all.iter_mut().filter(|count| is_missing(count)) {
                count.load(ticket);
            }
        }
    }

    /// Returns the ticket of the request under way.
    fn awaited(&self) -> Option<Ticket> {
        self.all.iter().find_map(Remote::awaited)
    }

    /// Returns true if the answer with this ticket is awaited.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.awaited() == Some(ticket)
    }

    /// Takes the counts that arrived; returns true if they were awaited.
    pub(super) fn arrive(&mut self, ticket: Ticket, counts: &StatusCounts<ApiError>) -> bool {
        let mut awaited = false;
        for (count, status) in self.all.iter_mut().zip(Status::listed()) {
            let counted = counts.0.iter().find(|(told, _)| *told == status).map(|(_, count)| count.clone());
            let counted = counted.unwrap_or_else(|| Err(ApiError::internal("this status was not counted")));
            awaited |= count.settle(ticket, counted);
        }
        if awaited {
            let listed = Status::listed();
            let others = counts.0.iter().filter(|(status, _)| !listed.contains(status));
            self.others = others.filter_map(|(_, count)| count.as_ref().ok()).sum();
        }
        awaited
    }
}

/// Returns the part of a filter that counts depend on.
fn narrowing(filter: &CustomerFilter) -> CustomerFilter {
    CustomerFilter {
        resellers: filter.resellers.clone(),
        name: filter.name.clone(),
        from: filter.from,
        to: filter.to,
        portfolio: filter.portfolio.clone(),
        ..CustomerFilter::default()
    }
}
