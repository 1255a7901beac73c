//! One customer of a comparison: the parts that have arrived, and where they come from.

use std::sync::Arc;

use crate::{
    model::{CopyFacts, Customer, CustomerRow, RecordKey, SubscriptionList},
    source::{Fetched, HeldParts},
    tui::app::{
        detail::recalled,
        message::{LoadResult, Remote, Ticket},
        records::{Cached, HeldPart, Records, record_key},
    },
};

/// A customer that is compared.
#[derive(Debug)]
pub(crate) struct ComparedCustomer {
    /// The list entry that was marked.
    pub(crate) row: CustomerRow,
    pub(crate) record: Remote<Arc<Customer>>,
    pub(crate) subscriptions: Remote<Arc<SubscriptionList>>,
    /// The facts that the local copy adds; `None` if they are not known.
    pub(crate) facts: Option<CopyFacts>,
    /// Set while the record comes from a local copy.
    held_record: Option<HeldPart>,
    /// Set while the subscriptions come from a local copy.
    held_subscriptions: Option<HeldPart>,
}

impl ComparedCustomer {
    /// Returns the customer of a list entry with the parts that are known.
    pub(super) fn recall(row: &CustomerRow, records: &mut Records) -> Self {
        let (record, held_record) = recalled(records.customer(&record_key(row)));
        let (subscriptions, held_subscriptions) = recalled(records.subscriptions(&row.customer_id));
        let facts = records.facts_of(&row.customer_id).cloned();
        Self { row: row.clone(), record, subscriptions, facts, held_record, held_subscriptions }
    }

    /// Returns how the record is requested: by the list entry's link, or by ID.
    pub(super) fn record_key(&self) -> RecordKey {
        record_key(&self.row)
    }

    /// Returns the record as far as it is known. The record of another customer counts as failed.
    pub(super) fn known_record(&self) -> Cached<&Customer> {
        match self.record.value() {
            Some(record) if record.customer_id.as_deref() == Some(&*self.row.customer_id) => {
                Cached::Here(record)
            }
            Some(_) => Cached::Failed,
            None if self.record.error().is_some() => Cached::Failed,
            None => Cached::Awaited,
        }
    }

    /// Returns the record if it is here and the customer's own.
    pub(super) fn own_record(&self) -> Option<&Customer> {
        match self.known_record() {
            Cached::Here(record) => Some(record),
            Cached::Failed | Cached::Awaited => None,
        }
    }

    /// Returns the company's name, as the record or else the list entry has it.
    pub(super) fn company(&self) -> Option<&str> {
        let of_record = self.own_record().and_then(|record| record.company_name.as_deref());
        of_record.or(self.row.company_name.as_deref())
    }

    /// Returns the company's name, or the customer's ID if there is none.
    pub(crate) fn name(&self) -> &str {
        self.company().filter(|name| !name.trim().is_empty()).unwrap_or(&self.row.customer_id)
    }

    /// Returns the subscriptions as far as they are known.
    pub(super) fn known_subscriptions(&self) -> Cached<&SubscriptionList> {
        match self.subscriptions.value() {
            Some(list) => Cached::Here(list),
            None if self.subscriptions.error().is_some() => Cached::Failed,
            None => Cached::Awaited,
        }
    }

    /// Returns true if the record comes from a local copy that keeps no contacts.
    pub(super) fn lacks_contacts(&self) -> bool {
        self.held_record.is_some_and(|held| !held.keeps_contacts)
    }

    /// Returns true if a part is on its way.
    pub(crate) fn is_loading(&self) -> bool {
        self.record.is_loading() || self.subscriptions.is_loading()
    }

    /// Returns true if a part is neither here nor on its way.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.known_record(), Cached::Failed) || matches!(self.known_subscriptions(), Cached::Failed)
    }

    /// Returns the oldest part that comes from a local copy.
    pub(crate) fn oldest_held(&self) -> Option<HeldPart> {
        self.held_record.into_iter().chain(self.held_subscriptions).min_by_key(|held| held.at)
    }

    pub(super) fn take_record(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Fetched<Customer>>,
        records: &mut Records,
    ) {
        if let Ok(fetched) = &outcome {
            self.held_record = HeldPart::of(&fetched.origin);
            records.keep_customer(self.record_key(), Arc::new(fetched.value.clone()), &fetched.origin);
        }
        let outcome = outcome.map(|fetched| Arc::new(fetched.value)).map_err(|error| *error);
        self.record.settle(ticket, outcome);
    }

    pub(super) fn take_subscriptions(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Fetched<SubscriptionList>>,
        records: &mut Records,
    ) {
        if let Ok(fetched) = &outcome {
            self.held_subscriptions = HeldPart::of(&fetched.origin);
            let id = self.row.customer_id.clone();
            records.keep_subscriptions(id, Arc::new(fetched.value.clone()), &fetched.origin);
        }
        let outcome = outcome.map(|fetched| Arc::new(fetched.value)).map_err(|error| *error);
        self.subscriptions.settle(ticket, outcome);
    }

    /// Takes what a local copy holds, for as long as the current parts are not here.
    pub(super) fn take_held(&mut self, parts: HeldParts) {
        self.facts = Some(parts.facts);
        if let Some(held) = parts.record
            && self.record.lend(held.value)
        {
            self.held_record = HeldPart::of(&held.origin);
        }
        if let Some(held) = parts.subscriptions
            && self.subscriptions.lend(held.value)
        {
            self.held_subscriptions = HeldPart::of(&held.origin);
        }
    }
}
