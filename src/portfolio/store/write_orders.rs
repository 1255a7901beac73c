//! Writing the orders that were read.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, params};

use super::{
    PortfolioStore, body, time,
    unread::{self, UnreadPlace},
    write::{listed_fields, part, put_raw, read_again, stored_time},
};
use crate::{
    model::{Order, OrderPage},
    portfolio::StoreError,
};

impl PortfolioStore {
    /// Stores a customer's orders since a day (`None`: all of them) in place of those stored before, without prices. A
    /// customer that is not in the portfolio is left out.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn put_orders(
        &mut self,
        id: &str,
        orders: &OrderPage,
        since: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let keeps_contacts = self.keeps_contacts;
        let tx = self.cache.transaction()?;
        if listed_fields(&tx, id)?.is_none() {
            return Ok(());
        }
        let restored =
            unread::restore(&tx, (id, part::ORDERS), &orders.raw, &orders.problems, keeps_contacts)?;
        let (orders, places) = match restored {
            Some((json, places)) => (Cow::Owned(read_again(&json, OrderPage::from_slice)?), places),
            None => (Cow::Borrowed(orders), Vec::new()),
        };
        // An earlier list in place of one that could not be read is of the time that it was read for.
        let is_earlier_list = places.iter().any(UnreadPlace::is_whole_list);
        unread::replace(&tx, id, part::ORDERS, &places)?;
        let before = order_facts_of(&tx, id)?;
        tx.execute("DELETE FROM purchase WHERE customer_id = ?", [id])?;
        for (position, order) in orders.items.iter().enumerate() {
            put_order(&tx, id, position, order, now)?;
        }
        tx.execute(
            "UPDATE customer SET orders_at = ?2, renewal_failed = ?5,
                orders_since = CASE WHEN ?4 AND orders_at IS NOT NULL THEN orders_since ELSE ?3 END
             WHERE id = ?1",
            params![
                id,
                time::to_text(now),
                since.map(|day| day.to_string()),
                is_earlier_list,
                orders.failed_renewal().map(|day| day.to_string()),
            ],
        )?;
        let mut raw = orders.raw.clone();
        body::remove_prices(&mut raw);
        put_raw(&tx, id, part::ORDERS, raw, keeps_contacts)?;
        let is_news = before != order_facts_of(&tx, id)?;
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }
}

/// The facts of a customer's stored orders: if there are any, since when and which renewal failed, and the reference and what can
/// be returned of each.
type OrderFacts =
    ((bool, Option<String>, Option<String>), Vec<(Option<String>, Option<i64>, Option<String>)>);

fn order_facts_of(tx: &Connection, id: &str) -> Result<OrderFacts, StoreError> {
    let mut span = tx.prepare_cached(
        "SELECT orders_at IS NOT NULL, orders_since, renewal_failed FROM customer WHERE id = ?",
    )?;
    let span = span.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut stored = tx.prepare_cached(
        "SELECT reference, returnable, returnable_until FROM purchase WHERE customer_id = ? ORDER BY position",
    )?;
    let orders = stored.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok((span, orders.collect::<Result<_, _>>()?))
}

/// Stores an order, and what can be returned of it unless the last day for that is over.
fn put_order(
    tx: &Connection,
    id: &str,
    position: usize,
    order: &Order,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let returnable = order.returnable().filter(|returnable| returnable.until >= now.date_naive());
    tx.prepare_cached(
        "INSERT INTO purchase (customer_id, position, id, reference, kind, status, created, returnable, returnable_until)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id,
        i64::try_from(position).unwrap_or(i64::MAX),
        order.order_id,
        order.external_reference_id,
        order.order_type,
        order.status.code(),
        order.creation_date.as_ref().and_then(stored_time),
        returnable.and_then(|returnable| returnable.licences),
        returnable.map(|returnable| returnable.until.to_string()),
    ])?;
    Ok(())
}
