//! The customers' records and subscriptions of this session: one cache for the detail pane and the table's columns.
//!
//! For columns, parts of the visible rows are loaded a few at a time, at the lowest priority. A part that failed is not
//! requested again before the next refresh.

use std::{num::NonZeroUsize, sync::Arc};

use lru::LruCache;

use crate::{
    model::{Customer, CustomerRow, Priority, RecordKey, SubscriptionList},
    source::Fetched,
    tui::app::message::{Effect, LoadResult, Outbox, Ticket},
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
    /// The records; `None` for one that could not be loaded for a cell.
    customers: LruCache<RecordKey, Option<Arc<Customer>>>,
    /// The subscriptions by customer ID; `None` if they could not be loaded for a cell.
    subscriptions: LruCache<String, Option<Arc<SubscriptionList>>>,
    /// True once the user was informed about a part that failed.
    has_warned: bool,
    waiting: Vec<(Ticket, CustomerPart)>,
}

impl Records {
    pub(crate) fn new() -> Self {
        Self {
            customers: LruCache::new(CACHED),
            subscriptions: LruCache::new(CACHED),
            has_warned: false,
            waiting: Vec::new(),
        }
    }

    /// Forgets everything, and gives up what is on its way.
    pub(crate) fn clear(&mut self, out: &mut Outbox) {
        self.customers.clear();
        self.subscriptions.clear();
        self.has_warned = false;
        for (ticket, _) in self.waiting.drain(..) {
            out.abort(Some(ticket));
        }
    }

    pub(crate) fn customer(&mut self, key: &RecordKey) -> Option<Arc<Customer>> {
        self.customers.get(key).cloned().flatten()
    }

    pub(crate) fn keep_customer(&mut self, key: RecordKey, customer: Arc<Customer>) {
        self.customers.put(key, Some(customer));
    }

    pub(crate) fn subscriptions(&mut self, id: &str) -> Option<Arc<SubscriptionList>> {
        self.subscriptions.get(id).cloned().flatten()
    }

    pub(crate) fn keep_subscriptions(&mut self, id: String, list: Arc<SubscriptionList>) {
        self.subscriptions.put(id, Some(list));
    }

    /// Returns the record of a row's customer, as far as it is known. A record of another customer counts as failed.
    pub(crate) fn record_of(&self, row: &CustomerRow) -> Cached<&Customer> {
        match self.customers.peek(&record_key(row)) {
            Some(Some(customer))
                if customer.customer_id.as_deref().is_none_or(|id| id == row.customer_id) =>
            {
                Cached::Here(customer)
            }
            Some(_) => Cached::Failed,
            None => Cached::Awaited,
        }
    }

    /// Returns the subscriptions of a row's customer, as far as they are known.
    pub(crate) fn subscriptions_of(&self, row: &CustomerRow) -> Cached<&SubscriptionList> {
        match self.subscriptions.peek(&row.customer_id) {
            Some(Some(list)) => Cached::Here(list),
            Some(None) => Cached::Failed,
            None => Cached::Awaited,
        }
    }

    fn has(&self, part: &CustomerPart) -> bool {
        match part {
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

    /// Takes a record for a column.
    pub(crate) fn on_record(&mut self, ticket: Ticket, outcome: &LoadResult<Fetched<Customer>>) -> Taken {
        let key = self.waiting.iter().find_map(|(waiting, part)| match part {
            CustomerPart::Record(key) if *waiting == ticket => Some(key.clone()),
            _ => None,
        });
        let Some(key) = key else { return Taken::NotAwaited };
        let customer = outcome.as_ref().ok().map(|fetched| Arc::new(fetched.value.clone()));
        let has_failed = customer.is_none();
        self.customers.put(key, customer);
        self.finish(ticket, has_failed)
    }

    /// Takes subscriptions for a column.
    pub(crate) fn on_subscriptions(
        &mut self,
        ticket: Ticket,
        outcome: &LoadResult<Fetched<SubscriptionList>>,
    ) -> Taken {
        let id = self.waiting.iter().find_map(|(waiting, part)| match part {
            CustomerPart::Subscriptions(id) if *waiting == ticket => Some(id.clone()),
            _ => None,
        });
        let Some(id) = id else { return Taken::NotAwaited };
        let list = outcome.as_ref().ok().map(|fetched| Arc::new(fetched.value.clone()));
        let has_failed = list.is_none();
        self.subscriptions.put(id, list);
        self.finish(ticket, has_failed)
    }

    fn finish(&mut self, ticket: Ticket, has_failed: bool) -> Taken {
        self.waiting.retain(|(waiting, _)| *waiting != ticket);
        if has_failed && !std::mem::replace(&mut self.has_warned, true) {
            return Taken::FirstFailure;
        }
        Taken::Quietly
    }
}

/// The consequence of an answer for the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// No cell waits for it.
    NotAwaited,
    /// It was awaited, and nothing has to be said.
    Quietly,
    /// It is the first part since the last refresh that could not be loaded, which is reported once.
    FirstFailure,
}

/// Returns how the record of a row's customer is requested: by the row's link, or by ID. It is also its key in the cache.
pub(crate) fn record_key(row: &CustomerRow) -> RecordKey {
    match &row.link {
        Some(link) => RecordKey::Link(link.clone()),
        None => RecordKey::Id(row.customer_id.clone()),
    }
}
