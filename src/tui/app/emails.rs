//! The e-mail addresses of the marked customers, collected from their records and then copied.

use std::collections::{HashMap, VecDeque};

use super::message::{Effect, Outbox, Ticket};
use crate::{
    model::{Customer, Priority, RecordKey},
    text,
};

/// Records that are loaded at the same time.
const AT_ONCE: usize = 4;

/// The address of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum EmailAddress {
    Known(String),
    /// The record has none.
    Missing,
    /// The record could not be loaded.
    Failed,
}

impl EmailAddress {
    /// Returns the first address among the contacts of a customer.
    fn of(customer: &Customer) -> Self {
        let mut emails = customer.contacts.iter().filter_map(|contact| contact.email.as_deref());
        emails.next().map_or(Self::Missing, |email| Self::Known(text::clean(email).into_owned()))
    }
}

/// A collection of addresses under way.
#[derive(Debug, Default)]
pub(crate) struct Emails {
    /// The customers' IDs, in the order of marking.
    ids: Vec<String>,
    queue: VecDeque<String>,
    waiting: HashMap<Ticket, String>,
    found: HashMap<String, EmailAddress>,
}

impl Emails {
    /// Begins a collection for customers with these IDs. Records that are `known` are not loaded again.
    pub(crate) fn start<'a>(
        ids: Vec<String>,
        known: impl Iterator<Item = (String, &'a Customer)>,
        out: &mut Outbox,
    ) -> Self {
        let found: HashMap<String, EmailAddress> =
            known.map(|(id, customer)| (id, EmailAddress::of(customer))).collect();
        let queue = ids.iter().filter(|id| !found.contains_key(*id)).cloned().collect();
        let mut emails = Self { ids, queue, found, ..Self::default() };
        emails.load(out);
        emails
    }

    fn load(&mut self, out: &mut Outbox) {
        while self.waiting.len() < AT_ONCE
            && let Some(id) = self.queue.pop_front()
        {
            // By ID: a link may lead to another customer.
            let ticket =
                out.ask(|ticket| Effect::LoadRecord(ticket, RecordKey::Id(id.clone()), Priority::Visible));
            self.waiting.insert(ticket, id);
        }
    }

    /// Takes a record, or why it did not arrive; returns true if it was awaited.
    pub(crate) fn on_record(&mut self, ticket: Ticket, record: Option<&Customer>, out: &mut Outbox) -> bool {
        let Some(id) = self.waiting.remove(&ticket) else { return false };
        let address = match record {
            Some(record) if record.customer_id.as_deref() == Some(&*id) => EmailAddress::of(record),
            _ => EmailAddress::Failed,
        };
        self.found.insert(id, address);
        self.load(out);
        true
    }

    /// Returns the customers whose record has arrived or failed, and all of them.
    pub(crate) fn progress(&self) -> (usize, usize) {
        (self.found.len(), self.ids.len())
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.found.len() == self.ids.len()
    }

    /// Returns the known addresses, and what is to be said of them.
    pub(crate) fn result(&self) -> (Vec<&str>, String) {
        let count =
            |wanted: &EmailAddress| self.found.values().filter(|address| *address == wanted).count() as u64;
        let known = self.ids.iter().filter_map(|id| match self.found.get(id) {
            Some(EmailAddress::Known(email)) => Some(email.as_str()),
            _ => None,
        });
        let known: Vec<&str> = known.collect();
        let words = text::pluralize(known.len() as u64, "e-mail address", "e-mail addresses");
        let mut without = Vec::new();
        let missing = count(&EmailAddress::Missing);
        if missing > 0 {
            without.push(format!("{} without one", text::pluralize(missing, "customer", "customers")));
        }
        let failed = count(&EmailAddress::Failed);
        if failed > 0 {
            without.push(format!("{} could not be loaded", text::pluralize(failed, "record", "records")));
        }
        let words = if without.is_empty() { words } else { format!("{words} ({})", without.join(", ")) };
        (known, words)
    }

    /// Gives up the records that are on their way.
    pub(crate) fn stop(self, out: &mut Outbox) {
        for ticket in self.waiting.into_keys() {
            out.abort(Some(ticket));
        }
    }
}
