//! Reading the list entries of customers, as they were sent.

use chrono::{DateTime, Utc};

use super::{PortfolioStore, StoredCustomer, time, write::part};
use crate::{
    model::{CopyFacts, CopyTotals, Customer, Row, SubscriptionList, Unreadable},
    portfolio::StoreError,
};

impl PortfolioStore {
    /// Returns false if the history of changes is missing, damaged or of another account.
    pub fn has_history(&self) -> bool {
        !self.lost_history
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

    /// Returns these customers without their orders, in this order; those that are not stored are left out. A record or
    /// subscriptions that cannot be read any more are left out too, and will be read again.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn customers(&self, ids: &[String]) -> Result<Vec<StoredCustomer>, StoreError> {
        // One snapshot of all of them.
        let _tx = self.cache.unchecked_transaction()?;
        let mut times =
            self.cache.prepare_cached("SELECT record_at, subscriptions_at FROM customer WHERE id = ?")?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(json) = self.raw(id, part::ROW)? else { continue };
            let [record_at, subscriptions_at]: [Option<String>; 2] =
                times.query_row([id], |row| Ok([row.get(0)?, row.get(1)?]))?;
            let record = self.part(id, part::RECORD, record_at.as_deref(), Customer::from_slice)?;
            let subscriptions = self.part(
                id,
                part::SUBSCRIPTIONS,
                subscriptions_at.as_deref(),
                SubscriptionList::from_slice,
            )?;
            found.push(StoredCustomer {
                row: Row::read(0, serde_json::from_slice(&json)?),
                record,
                subscriptions,
                orders: None,
                facts: self.facts(id)?,
            });
        }
        Ok(found)
    }

    /// Returns what is derived of a customer's subscriptions, and remembered about it.
    pub(super) fn facts(&self, id: &str) -> Result<CopyFacts, StoreError> {
        let mut stored = self.cache.prepare_cached(
            "SELECT gone_at, changed_at, subscriptions_at, next_renewal, seats, consumables, lapsing FROM customer
             WHERE id = ?",
        )?;
        let facts = stored.query_row([id], |row| {
            let text = |index: usize| row.get::<_, Option<String>>(index);
            let number = |index: usize| {
                Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(index)?.unwrap_or_default())
            };
            let totals = CopyTotals {
                next_renewal: time::day_from_text(text(3)?.as_deref()),
                seats: number(4)?,
                consumables: number(5)?,
                lapsing_seats: number(6)?,
            };
            Ok(CopyFacts {
                gone_at: time::from_text(text(0)?.as_deref()),
                changed_at: time::from_text(text(1)?.as_deref()),
                totals: text(2)?.map(|_| totals),
            })
        })?;
        Ok(facts)
    }

    fn part<T>(
        &self,
        id: &str,
        part: &str,
        at: Option<&str>,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Option<(T, DateTime<Utc>)>, StoreError> {
        let Some(at) = time::from_text(at) else { return Ok(None) };
        let Some(json) = self.raw(id, part)? else { return Ok(None) };
        match read(&json) {
            Ok(value) => Ok(Some((value, at))),
            Err(error) => {
                tracing::warn!(%error, id, part, "a stored part cannot be read");
                Ok(None)
            }
        }
    }
}
