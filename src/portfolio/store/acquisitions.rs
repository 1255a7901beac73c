//! Licences that are pending an order: which customers have some, and how much of that is known.
//!
//! They are stored for each reseller as a whole. A customer whose licences could not be read has one line without a number,
//! so that its number is unknown and not 0. Customers that no list of the reseller shows are kept too: they may join the copy
//! later, and the licences end whether or not it knows them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::{PortfolioStore, time, write::stored_time};
use crate::{
    model::{Acquisition, AcquisitionList, ToOrder},
    portfolio::StoreError,
    text,
};

/// The licences pending an order that are stored, and the extent of what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PendingLicences {
    /// The number of licences.
    pub licences: u64,
    /// The customers that have some.
    pub customers: u64,
    /// The customers among them for which the number is not known.
    pub uncounted: u64,
    /// The resellers of whose customers it is known which have some.
    pub resellers: u64,
    /// The time at which the oldest of them were read.
    pub oldest_at: Option<DateTime<Utc>>,
    /// The reasons why they are not known, or not as they are now, with the reseller's ID.
    pub doubts: Vec<(String, String)>,
}

impl PendingLicences {
    /// Returns the reasons why they are not known, or not as they are now, in words.
    pub fn complaints(&self) -> Vec<String> {
        let is_of_all =
            |why: &String| self.resellers == 0 && self.doubts.iter().all(|(_, other)| other == why);
        if let Some((_, why)) = self.doubts.first().filter(|(_, why)| is_of_all(why)) {
            return vec![format!("licences to order are not known: {why}.")];
        }
        let words = |(reseller, why): &(String, String)| {
            format!("reseller {}: the licences to order could not be read: {why}.", text::clean(reseller))
        };
        self.doubts.iter().map(words).collect()
    }
}

impl PortfolioStore {
    /// Stores the licences that customers of a reseller have pending an order, in place of all that were stored of it. `None`
    /// stands for licences that could not be read.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn put_acquisitions(
        &mut self,
        reseller: &str,
        found: &[(String, Option<AcquisitionList>)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tx = self.cache.transaction()?;
        let before = AllToOrder::read(&tx)?;
        // A customer that has moved here may have had licences under its former reseller.
        delete_of(&tx, reseller)?;
        tx.execute(
            "DELETE FROM acquisition WHERE customer_id IN (SELECT id FROM customer WHERE reseller_id = ?)",
            [reseller],
        )?;
        for (id, list) in found {
            tx.execute("DELETE FROM acquisition WHERE customer_id = ?", [id])?;
            match list {
                Some(list) => {
                    for (position, item) in list.items.iter().enumerate() {
                        put_line(&tx, (id, position), reseller, Some(item))?;
                    }
                }
                None => put_line(&tx, (id, 0), reseller, None)?,
            }
        }
        tx.execute(
            "UPDATE reseller SET acquisitions_at = ?2, acquisitions_doubt = NULL WHERE id = ?1",
            params![reseller, time::to_text(now)],
        )?;
        let is_news = before != AllToOrder::read(&tx)?;
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }

    /// Stores why the licences of a reseller's customers could not be read. What was stored of them stays, as old as it is.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn doubt_acquisitions(&mut self, reseller: &str, why: &str) -> Result<(), StoreError> {
        self.cache
            .execute("UPDATE reseller SET acquisitions_doubt = ?2 WHERE id = ?1", params![reseller, why])?;
        Ok(())
    }

    /// Returns the products of a customer's licences to order, with their numbers, in words: `8 Photo editing, 3 Acrobat Pro`. `None`
    /// if there are none.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn products_to_order(&self, id: &str) -> Result<Option<String>, StoreError> {
        let mut stored = self.cache.prepare_cached(
            "SELECT SUM(quantity), COALESCE(product, base_offer_id) AS name FROM acquisition
             WHERE customer_id = ? AND name IS NOT NULL GROUP BY name ORDER BY MIN(expires), MIN(position)",
        )?;
        let product = |row: &rusqlite::Row<'_>| {
            let (count, name): (Option<i64>, String) = (row.get(0)?, row.get(1)?);
            Ok(count.map_or_else(|| name.clone(), |count| format!("{count} {name}")))
        };
        let products: Vec<String> = stored.query_map([id], product)?.collect::<Result<_, _>>()?;
        Ok((!products.is_empty()).then(|| products.join(", ")))
    }

    /// Returns true if the licences of a reseller's customers were read.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn has_acquisitions(&self, reseller: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM reseller WHERE id = ? AND acquisitions_at IS NOT NULL)";
        Ok(self.cache.prepare_cached(sql)?.query_row([reseller], |row| row.get(0))?)
    }

    /// Stores why the licences of a reseller's customers cannot be read at all. What was stored of them is deleted, since
    /// nothing will ever correct it.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn forget_acquisitions(&mut self, reseller: &str, why: &str) -> Result<(), StoreError> {
        let tx = self.cache.transaction()?;
        let before = AllToOrder::read(&tx)?;
        delete_of(&tx, reseller)?;
        tx.execute(
            "UPDATE reseller SET acquisitions_at = NULL, acquisitions_doubt = ?2 WHERE id = ?1",
            params![reseller, why],
        )?;
        let is_news = before != AllToOrder::read(&tx)?;
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }
}

fn delete_of(tx: &Connection, reseller: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM acquisition WHERE reseller_id = ?", [reseller])?;
    Ok(())
}

fn put_line(
    tx: &Connection,
    (id, position): (&str, usize),
    reseller: &str,
    item: Option<&Acquisition>,
) -> Result<(), StoreError> {
    let read = |field: fn(&Acquisition) -> &Option<String>| item.and_then(|item| field(item).clone());
    tx.prepare_cached(
        "INSERT INTO acquisition (customer_id, position, reseller_id, reference, product, base_offer_id, quantity, created,
            expires)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id,
        i64::try_from(position).unwrap_or(i64::MAX),
        reseller,
        read(|item| &item.reference_id),
        read(|item| &item.product_name),
        read(|item| &item.base_offer_id),
        item.and_then(|item| item.quantity),
        item.and_then(|item| item.creation_date.as_ref()).and_then(stored_time),
        item.and_then(|item| item.expiry_date.as_ref()).and_then(stored_time),
    ])?;
    Ok(())
}

/// Returns what is stored of these resellers, as a JSON list of their IDs (`None`: of all).
pub(super) fn pending(tx: &Connection, resellers: Option<&str>) -> Result<PendingLicences, StoreError> {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let mut pending = tx.query_row(
        "SELECT COALESCE(SUM(quantity), 0), COUNT(DISTINCT customer_id),
            COUNT(DISTINCT CASE WHEN quantity IS NULL THEN customer_id END)
         FROM acquisition WHERE ?1 IS NULL OR reseller_id IN (SELECT value FROM json_each(?1))",
        [resellers],
        |row| {
            Ok(PendingLicences {
                licences: count(row.get(0)?),
                customers: count(row.get(1)?),
                uncounted: count(row.get(2)?),
                ..PendingLicences::default()
            })
        },
    )?;
    let mut stored = tx.prepare(
        "SELECT id, acquisitions_at, acquisitions_doubt FROM reseller
         WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1)) ORDER BY id",
    )?;
    let mut rows = stored.query([resellers])?;
    while let Some(row) = rows.next()? {
        if let Some(at) = time::from_text(row.get::<_, Option<String>>(1)?.as_deref()) {
            pending.resellers += 1;
            pending.oldest_at = Some(pending.oldest_at.map_or(at, |oldest| oldest.min(at)));
        }
        if let Some(doubt) = row.get::<_, Option<String>>(2)? {
            pending.doubts.push((row.get(0)?, doubt));
        }
    }
    Ok(pending)
}

/// The licences to order of all customers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AllToOrder {
    /// Those of customers that have some; `None` if their number is not known.
    some: HashMap<String, Option<ToOrder>>,
    /// The resellers whose other customers have none.
    resellers: HashSet<String>,
}

impl AllToOrder {
    /// Reads them as `v_customers` has them.
    pub(super) fn read(tx: &Connection) -> Result<Self, StoreError> {
        let mut all = Self::default();
        let mut stored = tx.prepare(
            "SELECT customer_id, CASE WHEN COUNT(*) = COUNT(quantity) THEN SUM(quantity) END, MIN(DATE(expires))
             FROM acquisition GROUP BY customer_id",
        )?;
        let mut rows = stored.query([])?;
        while let Some(row) = rows.next()? {
            let day: Option<String> = row.get(2)?;
            all.some.insert(row.get(0)?, to_order(row.get(1)?, day.as_deref()));
        }
        let mut stored = tx.prepare("SELECT id FROM reseller WHERE acquisitions_at IS NOT NULL")?;
        let mut rows = stored.query([])?;
        while let Some(row) = rows.next()? {
            all.resellers.insert(row.get(0)?);
        }
        Ok(all)
    }

    /// Returns those of a customer, if they are known.
    pub(super) fn of(&self, id: &str, reseller: &str) -> Option<ToOrder> {
        match self.some.get(id) {
            Some(known) => *known,
            None => self.resellers.contains(reseller).then(ToOrder::default),
        }
    }
}

/// Returns the licences to order in the form of `v_customers`.
pub(super) fn to_order(licences: Option<i64>, order_by: Option<&str>) -> Option<ToOrder> {
    licences.map(|licences| ToOrder { licences, order_by: time::day_from_text(order_by) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_account_may_not_read_is_said_once() {
        let doubts = |ids: &[&str]| -> Vec<(String, String)> {
            ids.iter().map(|id| ((*id).to_owned(), "no permission".to_owned())).collect()
        };
        let none = PendingLicences { doubts: doubts(&["1", "2"]), ..PendingLicences::default() };
        assert_eq!(none.complaints(), ["licences to order are not known: no permission."]);
        let some = PendingLicences { doubts: doubts(&["1"]), resellers: 1, ..PendingLicences::default() };
        assert_eq!(
            some.complaints(),
            ["reseller 1: the licences to order could not be read: no permission."]
        );
        assert_eq!(PendingLicences::default().complaints(), Vec::<String>::new());
    }
}
