//! The comparison of marked customers: their records and subscriptions, and the requests for what is not here yet.
//!
//! What is known is shown at once, the copy's values with their age; the current ones take their place as they arrive. An
//! answer belongs to a comparison by its ticket, so that those of one that was closed change nothing.

mod customer;
mod facts;
mod notes;
mod products;

pub(crate) use customer::ComparedCustomer;
pub(crate) use facts::{ComparedRow, Fact, Verdict, compared_rows};
pub(crate) use notes::{ComparisonNote, comparison_notes};

use std::time::Duration;

use super::{
    message::{Effect, LoadResult, Now, Outbox, Ticket},
    records::Records,
};
use crate::{
    model::{Customer, CustomerRow, Priority, SubscriptionList},
    source::{Fetched, HeldCustomer},
};

/// The fewest customers that can be compared.
pub(crate) const FEWEST: usize = 2;
/// The most customers that can be compared.
pub(crate) const MOST: usize = 4;

/// The customers that are compared, in the order of marking.
#[derive(Debug)]
pub(crate) struct Comparison {
    customers: Vec<ComparedCustomer>,
    /// True if it was opened over a view of the local copy.
    of_copy: bool,
    /// The request for what the copy holds of customers that are not on the screen.
    held: Option<Ticket>,
    /// The time since when the user has been waiting for a part.
    since: Duration,
}

impl Comparison {
    /// Starts a comparison of these customers: recalls what is known, and requests the rest. `of_copy` is true over a view
    /// of the local copy.
    pub(crate) fn start(
        rows: &[CustomerRow],
        of_copy: bool,
        records: &mut Records,
        now: Now,
        out: &mut Outbox,
    ) -> Self {
        let customers = rows.iter().map(|row| ComparedCustomer::recall(row, records)).collect();
        let mut comparison = Self { customers, of_copy, held: None, since: now.mono };
        comparison.load(out);
        comparison
    }

    /// Requests every part again that is here or has failed.
    pub(crate) fn refresh(&mut self, now: Now, out: &mut Outbox) {
        self.abort(out);
        for customer in &mut self.customers {
            customer.record.outdate();
            customer.subscriptions.outdate();
        }
        self.since = now.mono;
        self.load(out);
    }

    fn load(&mut self, out: &mut Outbox) {
        let unknown = self.customers.iter().filter(|customer| customer.facts.is_none());
        let unknown: Vec<String> = unknown.map(|customer| customer.row.customer_id.clone()).collect();
        if self.of_copy && !unknown.is_empty() {
            self.held = Some(out.ask(|ticket| Effect::LoadHeld(ticket, unknown)));
        }
        for customer in &mut self.customers {
            if customer.record.is_wanted() {
                let key = customer.record_key();
                customer.record.load(out.ask(|ticket| Effect::LoadRecord(ticket, key, Priority::Visible)));
            }
            if customer.subscriptions.is_wanted() {
                let id = customer.row.customer_id.clone();
                customer
                    .subscriptions
                    .load(out.ask(|ticket| Effect::LoadSubscriptions(ticket, id, Priority::Visible)));
            }
        }
    }

    /// Gives up what is on its way, because the comparison is closed.
    pub(crate) fn stop(mut self, out: &mut Outbox) {
        self.abort(out);
    }

    fn abort(&mut self, out: &mut Outbox) {
        for ticket in self.awaited() {
            out.abort(Some(ticket));
        }
        self.held = None;
    }

    pub(crate) fn customers(&self) -> &[ComparedCustomer] {
        &self.customers
    }

    /// Returns the tickets of the requests under way.
    pub(crate) fn awaited(&self) -> Vec<Ticket> {
        let parts =
            |customer: &ComparedCustomer| [customer.record.awaited(), customer.subscriptions.awaited()];
        self.customers.iter().flat_map(parts).chain([self.held]).flatten().collect()
    }

    /// Returns true if the answer with this ticket is awaited.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.awaited().contains(&ticket)
    }

    /// Returns true if what the local copy knows is on its way.
    pub(crate) fn awaits_copy(&self) -> bool {
        self.held.is_some()
    }

    /// Returns the time since when the user has been waiting for a part.
    pub(crate) fn waiting_since(&self) -> Option<Duration> {
        (!self.awaited().is_empty()).then_some(self.since)
    }

    /// Takes a record that is awaited, and keeps it for the rest of the screen.
    pub(crate) fn on_record(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Fetched<Customer>>,
        records: &mut Records,
    ) {
        let awaits = |customer: &&mut ComparedCustomer| customer.record.awaited() == Some(ticket);
        if let Some(customer) = self.customers.iter_mut().find(awaits) {
            customer.take_record(ticket, outcome, records);
        }
    }

    /// Takes subscriptions that are awaited, and keeps them for the rest of the screen.
    pub(crate) fn on_subscriptions(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Fetched<SubscriptionList>>,
        records: &mut Records,
    ) {
        let awaits = |customer: &&mut ComparedCustomer| customer.subscriptions.awaited() == Some(ticket);
        if let Some(customer) = self.customers.iter_mut().find(awaits) {
            customer.take_subscriptions(ticket, outcome, records);
        }
    }

    /// Takes what the local copy holds; returns true if it was awaited. Without it, the current parts are on their way all the
    /// same.
    pub(crate) fn on_held(&mut self, ticket: Ticket, outcome: LoadResult<Vec<HeldCustomer>>) -> bool {
        if self.held.take_if(|awaited| *awaited == ticket).is_none() {
            return false;
        }
        for held in outcome.into_iter().flat_map(|held| *held) {
            let id = held.row.customer().map(|row| row.customer_id.clone());
            let mut customers = self.customers.iter_mut();
            if let Some(customer) = customers.find(|customer| Some(&customer.row.customer_id) == id.as_ref())
            {
                customer.take_held(held.parts);
            }
        }
        true
    }
}
