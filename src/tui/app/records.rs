//! The customers' records and subscriptions of this session: one cache for the detail pane and the table's columns.
//!
//! For columns, parts of the visible rows are loaded a few at a time, at the lowest priority. A part that failed is not
//! requested again before the next refresh. Rows of a local copy come with the parts that the copy holds: cells show them
//! without any request, and the detail pane until the current ones have arrived.

use std::{collections::HashMap, num::NonZeroUsize, sync::Arc};

use chrono::{DateTime, FixedOffset};
use lru::LruCache;

use crate::{
    model::{CopyFacts, Customer, CustomerRow, Priority, RecordKey, SubscriptionList},
    products::ProductNames,
    source::{Fetched, HeldParts, Origin},
    tui::app::{
        message::{Effect, LoadResult, Outbox, Ticket},
        notes::CustomerNotes,
    },
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

/// What has to be known of a part that comes from a local copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldPart {
    /// The time at which it was read.
    pub(crate) at: DateTime<FixedOffset>,
    pub(crate) keeps_contacts: bool,
}

impl HeldPart {
    /// Returns what has to be known of a value with this origin; `None` if it comes from the API.
    pub(crate) fn of(origin: &Origin) -> Option<Self> {
        origin.copy.map(|copy| Self { at: origin.at, keeps_contacts: copy.keeps_contacts })
    }
}

/// A cached part, and when it arrived.
#[derive(Debug)]
struct CachedPart<T> {
    /// `None` if it could not be loaded for a cell.
    value: Option<Arc<T>>,
    at: DateTime<FixedOffset>,
    /// Set if it comes from a local copy.
    held: Option<HeldPart>,
}

impl<T> CachedPart<T> {
    fn new(value: Arc<T>, origin: &Origin) -> Self {
        Self { value: Some(value), at: origin.at, held: HeldPart::of(origin) }
    }

    fn failed(at: DateTime<FixedOffset>) -> Self {
        Self { value: None, at, held: None }
    }

    fn known(&self) -> Option<(Arc<T>, Option<HeldPart>)> {
        Some((self.value.clone()?, self.held))
    }
}

/// Keeps a part that a copy holds, unless a newer one is here.
fn keep_newest<K: std::hash::Hash + Eq, T>(
    cache: &mut LruCache<K, CachedPart<T>>,
    key: K,
    held: &Fetched<Arc<T>>,
) {
    let is_newer = cache.peek(&key).is_none_or(|part| part.value.is_none() || part.at < held.origin.at);
    if is_newer {
        cache.put(key, CachedPart::new(Arc::clone(&held.value), &held.origin));
    }
}

/// The cache, and the requests for columns.
#[derive(Debug)]
pub(crate) struct Records {
    /// The records; `None` for one that could not be loaded for a cell.
    customers: LruCache<RecordKey, CachedPart<Customer>>,
    /// The subscriptions by customer ID; `None` if they could not be loaded for a cell.
    subscriptions: LruCache<String, CachedPart<SubscriptionList>>,
    /// True once the user was informed about a part that failed.
    has_warned: bool,
    waiting: Vec<(Ticket, CustomerPart)>,
    /// What the local copy knows of the customers on the screen, by their IDs.
    facts: HashMap<String, CopyFacts>,
    /// The user's own notes.
    pub(crate) notes: CustomerNotes,
    names: Arc<ProductNames>,
}

impl Records {
    pub(crate) fn new() -> Self {
        Self {
            customers: LruCache::new(CACHED),
            subscriptions: LruCache::new(CACHED),
            has_warned: false,
            waiting: Vec::new(),
            facts: HashMap::new(),
            notes: CustomerNotes::default(),
            names: Arc::default(),
        }
    }

    /// Returns the names of products.
    pub(crate) fn names(&self) -> &ProductNames {
        &self.names
    }

    /// Names products by these from now on. Returns true if it did not before.
    pub(crate) fn name_products(&mut self, names: &Arc<ProductNames>) -> bool {
        let is_other = !Arc::ptr_eq(&self.names, names);
        self.names = Arc::clone(names);
        is_other
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

    /// Forgets the parts that arrived before a time: rows that are newer than the cells beside them would lend them their
    /// age.
    pub(crate) fn forget_before(&mut self, time: DateTime<FixedOffset>) {
        let old: Vec<RecordKey> =
            self.customers.iter().filter(|(_, part)| part.at < time).map(|(key, _)| key.clone()).collect();
        for key in old {
            self.customers.pop(&key);
        }
        let old: Vec<String> =
            self.subscriptions.iter().filter(|(_, part)| part.at < time).map(|(id, _)| id.clone()).collect();
        for id in old {
            self.subscriptions.pop(&id);
        }
    }

    /// Takes everything that is cached for held: it cannot be asked for again now.
    pub(crate) fn hold_all(&mut self) {
        for (_, part) in &mut self.customers {
            part.held.get_or_insert(HeldPart { at: part.at, keeps_contacts: true });
        }
        for (_, part) in &mut self.subscriptions {
            part.held.get_or_insert(HeldPart { at: part.at, keeps_contacts: true });
        }
    }

    /// Forgets the parts that come from a local copy.
    pub(crate) fn forget_held(&mut self) {
        self.facts.clear();
        let held = |(key, part): (&RecordKey, &CachedPart<Customer>)| part.held.map(|_| key.clone());
        for key in self.customers.iter().filter_map(held).collect::<Vec<_>>() {
            self.customers.pop(&key);
        }
        let held = |(id, part): (&String, &CachedPart<SubscriptionList>)| part.held.map(|_| id.clone());
        for id in self.subscriptions.iter().filter_map(held).collect::<Vec<_>>() {
            self.subscriptions.pop(&id);
        }
    }

    /// Takes what the local copy knows of the customers on the screen, in place of those before.
    pub(crate) fn keep_facts(&mut self, facts: HashMap<String, CopyFacts>) {
        self.facts = facts;
    }

    /// Returns what the local copy knows of a customer on the screen.
    pub(crate) fn facts_of(&self, customer_id: &str) -> Option<&CopyFacts> {
        self.facts.get(customer_id)
    }

    /// Keeps the parts that a local copy holds of a row's customer, unless newer ones are here.
    pub(crate) fn keep_held(&mut self, row: &CustomerRow, parts: &HeldParts) {
        if let Some(record) = &parts.record {
            let key = record_key(row);
            // Another row may have the same link, of another page too.
            let is_other = |part: &CachedPart<Customer>| {
                let kept = part.value.as_ref().and_then(|customer| customer.customer_id.as_deref());
                part.held.is_some() && kept != Some(&row.customer_id)
            };
            if self.customers.peek(&key).is_some_and(is_other) {
                self.customers.pop(&key);
            }
            keep_newest(&mut self.customers, key, record);
        }
        if let Some(list) = &parts.subscriptions {
            keep_newest(&mut self.subscriptions, row.customer_id.clone(), list);
        }
    }

    /// Returns a record, and what has to be known of it if it comes from a local copy.
    pub(crate) fn customer(&mut self, key: &RecordKey) -> Option<(Arc<Customer>, Option<HeldPart>)> {
        self.customers.get(key)?.known()
    }

    pub(crate) fn keep_customer(&mut self, key: RecordKey, customer: Arc<Customer>, origin: &Origin) {
        self.customers.put(key, CachedPart::new(customer, origin));
    }

    /// Returns subscriptions, and what has to be known of them if they come from a local copy.
    pub(crate) fn subscriptions(&mut self, id: &str) -> Option<(Arc<SubscriptionList>, Option<HeldPart>)> {
        self.subscriptions.get(id)?.known()
    }

    pub(crate) fn keep_subscriptions(&mut self, id: String, list: Arc<SubscriptionList>, origin: &Origin) {
        self.subscriptions.put(id, CachedPart::new(list, origin));
    }

    /// Returns true if the record of a row's customer comes from a local copy.
    pub(crate) fn is_held(&self, row: &CustomerRow) -> bool {
        self.customers.peek(&record_key(row)).is_some_and(|part| part.held.is_some())
    }

    /// Returns true if the record of a row's customer comes from a local copy that keeps no contacts.
    pub(crate) fn lacks_contacts(&self, row: &CustomerRow) -> bool {
        let part = self.customers.peek(&record_key(row));
        part.and_then(|part| part.held).is_some_and(|held| !held.keeps_contacts)
    }

    /// Returns the record of a row's customer, as far as it is known. A record of another customer counts as failed.
    pub(crate) fn record_of(&self, row: &CustomerRow) -> Cached<&Customer> {
        match self.customers.peek(&record_key(row)).map(|part| &part.value) {
            Some(Some(customer)) if customer.customer_id.as_deref() == Some(&*row.customer_id) => {
                Cached::Here(customer)
            }
            Some(_) => Cached::Failed,
            None => Cached::Awaited,
        }
    }

    /// Returns the subscriptions of a row's customer, as far as they are known.
    pub(crate) fn subscriptions_of(&self, row: &CustomerRow) -> Cached<&SubscriptionList> {
        match self.subscriptions.peek(&row.customer_id).map(|part| &part.value) {
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
    pub(crate) fn on_record(
        &mut self,
        ticket: Ticket,
        outcome: &LoadResult<Fetched<Customer>>,
        now: DateTime<FixedOffset>,
    ) -> Taken {
        let key = self.waiting.iter().find_map(|(waiting, part)| match part {
            CustomerPart::Record(key) if *waiting == ticket => Some(key.clone()),
            _ => None,
        });
        let Some(key) = key else { return Taken::NotAwaited };
        self.customers.put(key, taken(outcome, now));
        self.finish(ticket, outcome.is_err())
    }

    /// Takes subscriptions for a column.
    pub(crate) fn on_subscriptions(
        &mut self,
        ticket: Ticket,
        outcome: &LoadResult<Fetched<SubscriptionList>>,
        now: DateTime<FixedOffset>,
    ) -> Taken {
        let id = self.waiting.iter().find_map(|(waiting, part)| match part {
            CustomerPart::Subscriptions(id) if *waiting == ticket => Some(id.clone()),
            _ => None,
        });
        let Some(id) = id else { return Taken::NotAwaited };
        self.subscriptions.put(id, taken(outcome, now));
        self.finish(ticket, outcome.is_err())
    }

    fn finish(&mut self, ticket: Ticket, has_failed: bool) -> Taken {
        self.waiting.retain(|(waiting, _)| *waiting != ticket);
        if has_failed && !std::mem::replace(&mut self.has_warned, true) {
            return Taken::FirstFailure;
        }
        Taken::Quietly
    }
}

/// Returns an answer as a cached part.
fn taken<T: Clone>(outcome: &LoadResult<Fetched<T>>, now: DateTime<FixedOffset>) -> CachedPart<T> {
    match outcome {
        Ok(fetched) => CachedPart::new(Arc::new(fetched.value.clone()), &fetched.origin),
        Err(_) => CachedPart::failed(now),
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
