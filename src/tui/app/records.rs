//! The customers' records and subscriptions of this session: one cache for the detail pane and the table's columns.
//!
//! For columns, parts of the visible rows are loaded a few at a time, at the lowest priority. A part that failed is not
//! requested again before the next refresh.

use std::{collections::HashSet, num::NonZeroUsize, sync::Arc};

use lru::LruCache;

use crate::{
    model::{Customer, CustomerRow, Priority, RecordKey, SubscriptionList},
    source::Fetched,
    tui::app::message::{Effect, Outbox, Outcome, Ticket},
};

/// Records and lists of subscriptions that are kept: more than a page has rows.
const CACHED: NonZeroUsize = NonZeroUsize::new(128).unwrap();
/// Parts that are loaded for columns at the same time.
const AT_ONCE: usize = 4;

/// A part of a customer that a column needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum CustomerPart {
    Record(RecordKey),
    /// The subscriptions of the customer with this ID.
    Subscriptions(String),
}

/// A part as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cached<T> {
    /// It has not arrived yet.
    Awaited,
    /// It could not be loaded, or is another customer's.
    Failed,
    Here(T),
}

/// The cache, and the requests for columns.
#[derive(Debug)]
pub(crate) struct Records {
    customers: LruCache<RecordKey, Arc<Customer>>,
    subscriptions: LruCache<String, Arc<SubscriptionList>>,
    failed: HashSet<CustomerPart>,
    waiting: Vec<(Ticket, CustomerPart)>,
}

impl Records {
    pub(crate) fn new() -> Self {
        Self {
            customers: LruCache::new(CACHED),
            subscriptions: LruCache::new(CACHED),
            failed: HashSet::new(),
            waiting: Vec::new(),
        }
    }

    /// Forgets everything, and gives up what is on its way.
    pub(crate) fn clear(&mut self, out: &mut Outbox) {
        self.customers.clear();
        self.subscriptions.clear();
        self.failed.clear();
        for (ticket, _) in self.waiting.drain(..) {
            out.abort(Some(ticket));
        }
    }

    pub(crate) fn customer(&mut self, key: &RecordKey) -> Option<Arc<Customer>> {
        self.customers.get(key).cloned()
    }

    pub(crate) fn keep_customer(&mut self, key: RecordKey, customer: Arc<Customer>) {
        self.failed.remove(&CustomerPart::Record(key.clone()));
        self.customers.put(key, customer);
    }

    pub(crate) fn subscriptions(&mut self, id: &str) -> Option<Arc<SubscriptionList>> {
        self.subscriptions.get(id).cloned()
    }

    pub(crate) fn keep_subscriptions(&mut self, id: String, list: Arc<SubscriptionList>) {
        self.failed.remove(&CustomerPart::Subscriptions(id.clone()));
        self.subscriptions.put(id, list);
    }

    /// Returns the record of a row's customer, as far as it is known. A record of another customer counts as failed.
    pub(crate) fn record_of(&self, row: &CustomerRow) -> Cached<&Customer> {
        let key = record_key(row);
        match self.customers.peek(&key) {
            Some(customer) if customer.customer_id.as_deref().is_none_or(|id| id == row.customer_id) => {
                Cached::Here(customer)
            }
            Some(_) => Cached::Failed,
            None if self.failed.contains(&CustomerPart::Record(key)) => Cached::Failed,
            None => Cached::Awaited,
        }
    }

    /// Returns the subscriptions of a row's customer, as far as they are known.
    pub(crate) fn subscriptions_of(&self, row: &CustomerRow) -> Cached<&SubscriptionList> {
        match self.subscriptions.peek(&row.customer_id) {
            Some(list) => Cached::Here(list),
            None if self.failed.contains(&CustomerPart::Subscriptions(row.customer_id.clone())) => {
                Cached::Failed
            }
            None => Cached::Awaited,
        }
    }

    fn has(&self, part: &CustomerPart) -> bool {
        self.failed.contains(part)
            || match part {
                CustomerPart::Record(key) => self.customers.contains(key),
                CustomerPart::Subscriptions(id) => self.subscriptions.contains(id),
            }
    }

    /// Loads the parts that are missing of those that are wanted, a few at a time; gives up what is no longer wanted.
    pub(crate) fn load(&mut self, wanted: &[CustomerPart], out: &mut Outbox) {
        self.waiting.retain(|(ticket, part)| {
            let stays = wanted.contains(part);
            if !stays {
                out.abort(Some(*ticket));
            }
            stays
        });
        for part in wanted {
            if self.waiting.len() >= AT_ONCE {
                return;
            }
            if self.has(part) || self.waiting.iter().any(|(_, waiting)| waiting == part) {
                continue;
            }
            let ticket = out.ask(|ticket| match part.clone() {
                CustomerPart::Record(key) => Effect::LoadRecord(ticket, key, Priority::Prefetch),
                CustomerPart::Subscriptions(id) => Effect::LoadSubscriptions(ticket, id, Priority::Prefetch),
            });
            self.waiting.push((ticket, part.clone()));
        }
    }

    fn take(&mut self, ticket: Ticket) -> Option<CustomerPart> {
        let at = self.waiting.iter().position(|(waiting, _)| *waiting == ticket)?;
        Some(self.waiting.swap_remove(at).1)
    }

    /// Takes a record for a column; returns true if it was awaited.
    pub(crate) fn on_record(&mut self, ticket: Ticket, outcome: &Outcome<Fetched<Customer>>) -> bool {
        match (self.take(ticket), outcome) {
            (None, _) => return false,
            (Some(CustomerPart::Record(key)), Ok(fetched)) => {
                self.customers.put(key, Arc::new(fetched.value.clone()));
            }
            (Some(part), _) => _ = self.failed.insert(part),
        }
        true
    }

    /// Takes subscriptions for a column; returns true if they were awaited.
    pub(crate) fn on_subscriptions(
        &mut self,
        ticket: Ticket,
        outcome: &Outcome<Fetched<SubscriptionList>>,
    ) -> bool {
        match (self.take(ticket), outcome) {
            (None, _) => return false,
            (Some(CustomerPart::Subscriptions(id)), Ok(fetched)) => {
                self.subscriptions.put(id, Arc::new(fetched.value.clone()));
            }
            (Some(part), _) => _ = self.failed.insert(part),
        }
        true
    }
}

/// Returns how the record of a row's customer is requested: by the row's link, or by ID. It is also its key in the cache.
pub(crate) fn record_key(row: &CustomerRow) -> RecordKey {
    match &row.link {
        Some(link) => RecordKey::Link(link.clone()),
        None => RecordKey::Id(row.customer_id.clone()),
    }
}
