//! Reading whole customers, as they were sent.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension as _;
use serde_json::json;

use super::{
    Notes, PortfolioStore, StoredCustomer, StoredRecord, acquisitions, renewal_dates, restored, time,
    write::part,
};
use crate::{
    model::{
        AutoChanged, CopyFacts, CopyTotals, Customer, CustomerRenewal, DatedRenewal, HistoryExtent,
        OrderPage, ReturnableOrder, Returns, Row, SubscriptionList, Unreadable,
    },
    portfolio::StoreError,
};

impl PortfolioStore {
    /// Returns the extent of what is known of the changes that were observed.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn history_extent(&self) -> Result<HistoryExtent, StoreError> {
        if let Some(lost) = self.lost_history {
            return Ok(lost);
        }
        let known_since = restored::known_since(&self.cache, &self.history)?;
        Ok(known_since.map_or(HistoryExtent::Whole, HistoryExtent::Since))
    }

    /// Returns a number that is another one after another connection has changed the cache.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.cache.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Returns the resellers whose lists are stored: ID, and name if it is known.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn resellers(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut stored = self.cache.prepare_cached("SELECT id, name FROM reseller ORDER BY id")?;
        let rows = stored.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns a customer with everything that is stored of it.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn customer(&self, id: &str) -> Result<Option<StoredCustomer>, StoreError> {
        // One snapshot of the customer and its parts.
        let _tx = self.cache.unchecked_transaction()?;
        let mut notes = self.notes_of(std::iter::once(id))?;
        let Some(customer) = self.stored(id, &mut notes)? else { return Ok(None) };
        let mut times = self.cache.prepare_cached("SELECT orders_at FROM customer WHERE id = ?")?;
        let orders_at: Option<String> = times.query_row([id], |row| row.get(0))?;
        let orders = self.part(id, part::ORDERS, orders_at.as_deref(), OrderPage::from_slice)?;
        let is_damaged = customer.is_damaged || matches!(orders, Stored::Damaged);
        Ok(Some(StoredCustomer { orders: orders.value(), is_damaged, ..customer }))
    }

    /// Returns these customers without their orders, in this order; those that are not stored are left out. A record or
    /// subscriptions that cannot be read any more are left out too.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn customers(&self, ids: &[String]) -> Result<Vec<StoredCustomer>, StoreError> {
        // One snapshot of all of them.
        let _tx = self.cache.unchecked_transaction()?;
        let mut notes = self.notes_of(ids.iter().map(String::as_str))?;
        ids.iter().filter_map(|id| self.stored(id, &mut notes).transpose()).collect()
    }

    /// Returns the list entries and records of these customers, in this order; `None` for those that are not stored.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn records(&self, ids: &[String]) -> Result<Vec<Option<StoredRecord>>, StoreError> {
        // One snapshot of all of them.
        let _tx = self.cache.unchecked_transaction()?;
        ids.iter().map(|id| Ok(self.stored_record(id)?.map(|(record, _)| record))).collect()
    }

    /// Returns a customer without its orders.
    fn stored(&self, id: &str, notes: &mut Notes) -> Result<Option<StoredCustomer>, StoreError> {
        let Some((StoredRecord { row, record, is_damaged }, subscriptions_at)) = self.stored_record(id)?
        else {
            return Ok(None);
        };
        let at = subscriptions_at.as_deref();
        let subscriptions = self.part(id, part::SUBSCRIPTIONS, at, SubscriptionList::from_slice)?;
        let is_damaged = is_damaged || matches!(subscriptions, Stored::Damaged);
        Ok(Some(StoredCustomer {
            row,
            record,
            subscriptions: subscriptions.value(),
            orders: None,
            facts: self.facts(id)?,
            note: notes.remove(id),
            is_damaged,
        }))
    }

    /// Returns a customer's list entry and record, and the time at which its subscriptions were read.
    fn stored_record(&self, id: &str) -> Result<Option<(StoredRecord, Option<String>)>, StoreError> {
        let mut times =
            self.cache.prepare_cached("SELECT record_at, subscriptions_at FROM customer WHERE id = ?")?;
        let found = times.query_row([id], |row| Ok([row.get(0)?, row.get(1)?])).optional()?;
        let Some([record_at, subscriptions_at]): Option<[Option<String>; 2]> = found else { return Ok(None) };
        let row = match self.json(id, part::ROW)? {
            Stored::Value(json) => read_row(&json),
            Stored::Nothing | Stored::Damaged => None,
        };
        let record = self.part(id, part::RECORD, record_at.as_deref(), Customer::from_slice)?;
        let is_damaged = row.is_none() || matches!(record, Stored::Damaged);
        let row = row.map_or_else(|| self.row_of_columns(id), Ok)?;
        Ok(Some((StoredRecord { row, record: record.value(), is_damaged }, subscriptions_at)))
    }

    /// Makes a list entry of what is stored of a customer beside the one that was sent.
    fn row_of_columns(&self, id: &str) -> Result<Row, StoreError> {
        let mut stored = self.cache.prepare_cached(
            "SELECT name, reference, status, created, reseller_id FROM customer WHERE id = ?",
        )?;
        let row = stored.query_row([id], |row| {
            let text = |index: usize| row.get::<_, Option<String>>(index);
            Ok(json!({
                "customerId": id, "companyProfile": {"companyName": text(0)?}, "externalReferenceId": text(1)?,
                "status": text(2)?, "creationDate": text(3)?, "resellerId": text(4)?,
            }))
        })?;
        Ok(Row::read(0, row))
    }

    /// Returns what is derived of a customer's subscriptions and orders, and remembered about it.
    pub(super) fn facts(&self, id: &str) -> Result<CopyFacts, StoreError> {
        let mut stored = self.cache.prepare_cached(
            "SELECT customer.gone_at, changed_at, customer.subscriptions_at, customer.next_renewal, customer.seats,
                customer.consumables, lapsing, to_order, to_order_by, customer.to_renew, customer.to_renew_approximate,
                customer.renewal_change, customer.late_renewals, v_customers.\"3yc_short\", customer.late_since, all_renewed, customer.lapses,
                customer.record_at, customer.anniversary, customer.orders_at, orders_since, customer.scheduled,
                customer.renewal_failed, several_dates, v_customers.\"3yc_request\"
             FROM customer JOIN v_customers ON v_customers.customer_id = customer.id WHERE customer.id = ?",
        )?;
        let facts = stored.query_row([id], |row| {
            let text = |index: usize| row.get::<_, Option<String>>(index);
            let day = |index: usize| Ok::<_, rusqlite::Error>(time::day_from_text(text(index)?.as_deref()));
            let number = |index: usize| {
                Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(index)?.unwrap_or_default())
            };
            let only = DatedRenewal::only(day(3)?, day(16)?, [number(9)?, number(6)?, number(11)?]);
            let totals = CopyTotals {
                renewal: CustomerRenewal {
                    dates: renewal_dates::of_row(row, 23, only)?,
                    late_since: day(14)?,
                    late_count: number(12)?,
                    is_renewed: row.get::<_, Option<bool>>(15)?.unwrap_or_default(),
                },
                seats: number(4)?,
                consumables: number(5)?,
                lapsing_seats: number(6)?,
                to_renew: number(9)?,
                is_to_renew_approximate: row.get::<_, Option<bool>>(10)?.unwrap_or_default(),
                renewal_change: number(11)?,
                commitment_shortfall: row.get(13)?,
                scheduled: number(21)?,
            };
            let since = day(20)?;
            Ok(CopyFacts {
                gone_at: time::from_text(text(0)?.as_deref()),
                changed_at: time::from_text(text(1)?.as_deref()),
                has_record: text(17)?.is_some(),
                commitment_request: text(24)?,
                anniversary: day(18)?,
                totals: text(2)?.map(|_| totals),
                to_order: acquisitions::to_order(row.get(7)?, text(8)?.as_deref()),
                to_order_products: None,
                returns: text(19)?.map(|_| Returns { since, orders: Vec::new() }),
                renewal_failed: day(22)?,
                auto_changed: AutoChanged::Unknown,
                turned_off: None,
            })
        })?;
        let facts = CopyFacts {
            auto_changed: self.auto_changed(id, facts.totals.is_some())?,
            turned_off: self.turned_off(id)?,
            to_order_products: self.products_to_order(id)?,
            ..facts
        };
        let Some(returns) = facts.returns else { return Ok(facts) };
        let mut stored = self.cache.prepare_cached(
            "SELECT returnable_until, returnable FROM purchase WHERE customer_id = ? AND returnable_until IS NOT NULL",
        )?;
        let mut rows = stored.query([id])?;
        let mut orders = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(until) = time::day_from_text(row.get::<_, Option<String>>(0)?.as_deref()) {
                orders.push(ReturnableOrder { until, licences: row.get(1)? });
            }
        }
        Ok(CopyFacts { returns: Some(Returns { orders, ..returns }), ..facts })
    }

    /// Reads a part that was stored at a time; there is nothing if it never was.
    fn part<T>(
        &self,
        id: &str,
        part: &str,
        at: Option<&str>,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Stored<(T, DateTime<Utc>)>, StoreError> {
        let Some(at) = time::from_text(at) else { return Ok(Stored::Nothing) };
        let json = match self.json(id, part)? {
            Stored::Value(json) => json,
            Stored::Nothing | Stored::Damaged => return Ok(Stored::Damaged),
        };
        match read(&json) {
            Ok(value) => Ok(Stored::Value((value, at))),
            Err(error) => {
                tracing::warn!(%error, id, part, "a stored part cannot be read");
                Ok(Stored::Damaged)
            }
        }
    }

    /// Returns the JSON of a part.
    fn json(&self, id: &str, part: &str) -> Result<Stored<Vec<u8>>, StoreError> {
        match self.raw(id, part) {
            Ok(Some(json)) => Ok(Stored::Value(json)),
            Ok(None) => Ok(Stored::Nothing),
            Err(StoreError::Value(error)) => {
                tracing::warn!(error, id, part, "a stored part cannot be read");
                Ok(Stored::Damaged)
            }
            Err(error) => Err(error),
        }
    }
}

/// A part of a customer in the store.
enum Stored<T> {
    Value(T),
    /// It was not read yet.
    Nothing,
    /// It was stored, but cannot be read any more.
    Damaged,
}

impl<T> Stored<T> {
    fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Damaged => None,
        }
    }
}

/// Reads a stored list entry; `None` if it is none.
pub(super) fn read_row(json: &[u8]) -> Option<Row> {
    let row = Row::read(0, serde_json::from_slice(json).ok()?);
    row.customer().is_some().then_some(row)
}
