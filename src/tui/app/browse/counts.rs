//! How many customers each listed status has: from the page where it tells, else by small requests.

use super::super::{
    message::{Effect, Outbox, Outcome},
    remote::{Remote, Ticket},
};
use crate::model::{CustomerFilter, CustomerPage, Status};

/// The counts in the API's order of statuses.
#[derive(Default)]
pub(crate) struct StatusCounts {
    pub(crate) all: [Remote<u64>; 4],
    /// Which names and dates they are counted for.
    narrowing: Option<CustomerFilter>,
}

impl StatusCounts {
    /// Looks older as soon as other names or dates are asked for, and is asked for anew when their page is here.
    pub(super) fn outdate(&mut self, filter: &CustomerFilter, out: &mut Outbox) {
        let narrowing = narrowing(filter);
        if self.narrowing.as_ref() != Some(&narrowing) {
            self.narrowing = Some(narrowing);
            self.forget(out);
        }
    }

    /// Declares all of them old.
    pub(super) fn forget(&mut self, out: &mut Outbox) {
        for count in &mut self.all {
            out.abort(count.awaited());
            count.outdate();
        }
    }

    /// The counts that are here and up to date.
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

    /// Takes what a page tells by itself, and asks for the rest of what is not here.
    pub(super) fn complete(&mut self, filter: &CustomerFilter, told: [Option<u64>; 4], out: &mut Outbox) {
        for ((count, told), status) in self.all.iter_mut().zip(told).zip(Status::listed()) {
            if let Some(total) = told {
                out.abort(count.awaited());
                *count = Remote::Ready(total);
            } else if matches!(count, Remote::Idle | Remote::Stale(_) | Remote::Failed { .. }) {
                let Ok(query) = filter.count_query(status) else { continue };
                let ticket = out.ask(|ticket| Effect::FetchPageAhead(ticket, query));
                count.load(ticket);
            }
        }
    }

    /// Whether the answer with this ticket is one of the counts.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.all.iter().any(|count| count.awaited() == Some(ticket))
    }

    /// Takes the answer of a count.
    pub(super) fn settle(&mut self, ticket: Ticket, outcome: Outcome<CustomerPage>) {
        let counted = outcome.map(|answer| answer.value.known_total()).map_err(|error| *error);
        if let Some(count) = self.all.iter_mut().find(|count| count.awaited() == Some(ticket)) {
            count.settle(ticket, counted);
        }
    }
}

/// What of a filter the counts depend on.
fn narrowing(filter: &CustomerFilter) -> CustomerFilter {
    CustomerFilter {
        name: filter.name.clone(),
        from: filter.from,
        to: filter.to,
        ..CustomerFilter::default()
    }
}
