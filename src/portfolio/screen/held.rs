//! What the copy holds of customers, and fresh answers that are written back to it.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chrono::{DateTime, Local, NaiveDate, Utc};

use super::{copy::LocalData, errors::of_store};
use crate::{
    api::ApiError,
    model::{Customer, OrderPage, RecordKey, SubscriptionList, format_date},
    portfolio::{PortfolioStore, StoreError, StoredCustomer, StoredOrders},
    source::{CopyOrigin, Fetched, HeldCustomer, HeldParts, Origin},
};

/// Returns a value of the copy with its age.
fn held<T>((value, at): (T, DateTime<Utc>), keeps_contacts: bool) -> Fetched<T> {
    Fetched { value, origin: origin(at, Duration::ZERO, keeps_contacts) }
}

pub(super) fn origin(at: DateTime<Utc>, elapsed: Duration, keeps_contacts: bool) -> Origin {
    let copy = Some(CopyOrigin { keeps_contacts });
    Origin { at: at.with_timezone(&Local).fixed_offset(), elapsed, exchange: None, copy }
}

/// Returns a stored customer as a source has it.
pub(super) fn as_held(customer: StoredCustomer, keeps_contacts: bool) -> HeldCustomer {
    let parts = HeldParts {
        record: customer.record.map(|(record, at)| held((Arc::new(record), at), keeps_contacts)),
        subscriptions: customer.subscriptions.map(|(list, at)| held((Arc::new(list), at), keeps_contacts)),
        facts: customer.facts,
        note: customer.note,
    };
    HeldCustomer { row: Arc::new(customer.row), parts }
}

/// Returns the customer's ID that a key stands for, as far as it says.
pub(super) fn id_of(key: &RecordKey) -> Option<String> {
    match key {
        RecordKey::Id(id) => Some(id.clone()),
        RecordKey::Link(link) => link.uri.rsplit('/').next().map(str::to_owned),
    }
}

impl LocalData {
    /// Returns what is held of these customers, in this order; those that are not known are left out.
    pub(super) async fn customers(&self, ids: Vec<String>) -> Result<Vec<HeldCustomer>, ApiError> {
        let read = self.store.with(move |store| {
            let keeps_contacts = store.keeps_contacts();
            let customers = store.customers(&ids)?.into_iter();
            Ok(customers.map(|customer| as_held(customer, keeps_contacts)).collect())
        });
        read.await.map_err(|error| of_store(&error))
    }

    /// Writes a fresh record back, if the copy is written by this process.
    pub(super) async fn keep_record(&self, customer: &Customer) {
        let Some(id) = customer.customer_id.clone() else { return };
        let customer = customer.clone();
        self.write(move |store| store.put_record(&id, &customer, Utc::now())).await;
    }

    pub(super) async fn keep_subscriptions(&self, id: String, list: &SubscriptionList) {
        if list.doubt().is_some() {
            return;
        }
        let list = list.clone();
        self.write(move |store| store.put_subscriptions(&id, &list, Utc::now())).await;
    }

    /// Writes all orders since a day back.
    pub(super) async fn keep_orders(&self, id: String, since: NaiveDate, page: &OrderPage) {
        if page.doubt().is_some() {
            return;
        }
        let page = page.clone();
        self.write(move |store| store.put_orders_unless_more(&id, &page, since, Utc::now())).await;
    }

    /// Returns the stored orders since a day (`None`: of the current term), with the doubts that later ones, and perhaps
    /// earlier ones, are missing.
    pub(super) async fn held_orders(
        &self,
        id: String,
        since: Option<NaiveDate>,
    ) -> Option<Fetched<OrderPage>> {
        let read = self.store.with(move |store| {
            let found = store.orders_since(&id, since, Utc::now().date_naive())?;
            Ok(found.map(|found| (found, store.keeps_contacts())))
        });
        let (StoredOrders { mut page, read_at, starts_at }, keeps_contacts) = read.await.ok()??;
        let words = read_at.format("these are from the local copy, as read on %-d %b %Y, %H:%M UTC");
        page.doubts.push(words.to_string());
        if let Some(day) = starts_at {
            page.doubts.push(format!("those from before {} are not in it", format_date(day)));
        }
        Some(held((page, read_at), keeps_contacts))
    }

    /// Writes to the copy, and says so if something has changed. What cannot be written stays as old as it is, and is said
    /// to be.
    pub(super) async fn write(
        &self,
        work: impl FnOnce(&mut PortfolioStore) -> Result<(), StoreError> + Send + 'static,
    ) {
        if !self.is_writer || self.state.is_outdated() {
            return;
        }
        let written = self.store.with(move |store| {
            work(store)?;
            store.flush_changes()
        });
        match written.await {
            Ok(0) => {
                self.state.version.fetch_add(1, Ordering::AcqRel);
            }
            Ok(_) => {
                self.state.renew();
                (self.on_change)();
            }
            Err(error) => tracing::warn!(%error, "a fresh answer was not stored"),
        }
    }

    pub(super) async fn held_record(&self, id: String) -> Option<Fetched<Customer>> {
        self.one(id).await?.parts.record.map(owned)
    }

    pub(super) async fn held_subscriptions(&self, id: String) -> Option<Fetched<SubscriptionList>> {
        self.one(id).await?.parts.subscriptions.map(owned)
    }

    async fn one(&self, id: String) -> Option<HeldCustomer> {
        self.customers(vec![id]).await.ok()?.pop()
    }
}

fn owned<T: Clone>(part: Fetched<Arc<T>>) -> Fetched<T> {
    Fetched { value: Arc::unwrap_or_clone(part.value), origin: part.origin }
}
