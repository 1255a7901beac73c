//! The orders of customers: when they are to be read, and what is stored of them for the time without the API.

use chrono::{DateTime, Months, NaiveDate, Utc};
use rusqlite::{OptionalExtension as _, params};
use serde_json::Value;

use super::{
    PortfolioStore, time,
    walk::{AHEAD, FAR, NEAR, is_near, near_days},
    write::part,
};
use crate::{
    model::{OrderPage, Timestamp},
    portfolio::StoreError,
};

/// A customer's stored orders since a day.
#[derive(Debug, Clone)]
pub struct StoredOrders {
    /// The orders.
    pub page: OrderPage,
    /// The time at which they were read.
    pub read_at: DateTime<Utc>,
    /// The day from which orders are stored, if that is later than the wanted one.
    pub starts_at: Option<NaiveDate>,
}

/// What is known of a customer's stored orders.
struct OrdersSpan {
    /// The day from which they begin; `None` if all are stored.
    first: Option<NaiveDate>,
    read_at: DateTime<Utc>,
    anniversary: Option<NaiveDate>,
}

impl PortfolioStore {
    /// Stores all of a customer's orders since a day, unless earlier ones are stored too.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn put_orders_unless_more(
        &mut self,
        id: &str,
        orders: &OrderPage,
        since: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let has_more = |span: OrdersSpan| span.first.is_none_or(|first| first < since);
        if self.orders_span(id)?.is_some_and(has_more) {
            return Ok(());
        }
        self.put_orders(id, orders, Some(since), now)
    }

    /// Returns the customers of these resellers whose orders since a day are due at a time, or all of them that are not gone:
    /// those whose orders were never read first, then the oldest. Each has the day from which its stored orders begin.
    ///
    /// Orders are due as often as a record is, and once a change of the customer has been seen since, or in the same second.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn by_age_of_orders(
        &self,
        resellers: &[String],
        due: Option<(NaiveDate, DateTime<Utc>)>,
    ) -> Result<Vec<(String, Option<NaiveDate>)>, StoreError> {
        let mut found = self.cache.prepare_cached(&format!(
            "SELECT id, orders_since FROM customer
             WHERE gone_at IS NULL AND reseller_id IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL
                OR orders_at IS NULL OR orders_at > ?3 OR orders_since > ?2 OR orders_at <= changed_at
                OR orders_at < CASE WHEN {is_near} THEN ?6 ELSE ?7 END
                OR id IN (SELECT customer_id FROM unread WHERE part = '{orders}' AND again))
             ORDER BY orders_at IS NOT NULL, orders_at, id",
            is_near = is_near("?4", "?5"),
            orders = part::ORDERS,
        ))?;
        let (since, now) = due.map_or((None, DateTime::UNIX_EPOCH), |(since, now)| (Some(since), now));
        let (near_from, near_to) = near_days(now.date_naive());
        let values = params![
            serde_json::to_string(resellers)?,
            since.map(|day| day.to_string()),
            time::to_text(now + AHEAD),
            near_from,
            near_to,
            time::to_text(now - NEAR),
            time::to_text(now - FAR),
        ];
        let rows = found.query_map(values, |row| {
            Ok((row.get(0)?, time::day_from_text(row.get::<_, Option<String>>(1)?.as_deref())))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the customers of these resellers in whose orders something could not be read and may be readable now, each with
    /// the day from which its stored orders begin.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn with_unread_orders(
        &self,
        resellers: &[String],
    ) -> Result<Vec<(String, Option<NaiveDate>)>, StoreError> {
        let mut found = self.cache.prepare_cached(&format!(
            "SELECT id, orders_since FROM customer
             WHERE gone_at IS NULL AND reseller_id IN (SELECT value FROM json_each(?))
                AND id IN (SELECT customer_id FROM unread WHERE part = '{orders}' AND again)
             ORDER BY id",
            orders = part::ORDERS,
        ))?;
        let rows = found.query_map([serde_json::to_string(resellers)?], |row| {
            Ok((row.get(0)?, time::day_from_text(row.get::<_, Option<String>>(1)?.as_deref())))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns true if the orders of any customer of these resellers were read.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn has_orders(&self, resellers: &[String]) -> Result<bool, StoreError> {
        let mut found = self.cache.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM customer
             WHERE orders_at IS NOT NULL AND reseller_id IN (SELECT value FROM json_each(?)))",
        )?;
        Ok(found.query_row([serde_json::to_string(resellers)?], |row| row.get(0))?)
    }

    /// Returns a customer's stored orders since a day (`None`: of the term that `today` is in). Returns nothing if none were
    /// read, or if it is not known which term that is.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn orders_since(
        &self,
        id: &str,
        since: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Option<StoredOrders>, StoreError> {
        // One snapshot of the orders and their time.
        let _tx = self.cache.unchecked_transaction()?;
        let Some(span) = self.orders_span(id)? else { return Ok(None) };
        let Some(since) = since.or_else(|| term_start(span.anniversary?, today)) else { return Ok(None) };
        let Some(json) = self.raw(id, part::ORDERS)? else { return Ok(None) };
        let starts_at = span.first.filter(|first| *first > since);
        let is_as_stored = starts_at.is_some() || span.first == Some(since);
        let json = if is_as_stored { json } else { from_day(&json, since)? };
        let page = OrderPage::from_slice(&json).map_err(|error| StoreError::Value(error.to_string()))?;
        Ok(Some(StoredOrders { page, read_at: span.read_at, starts_at }))
    }

    /// Returns what is known of a customer's stored orders; `None` if none were read.
    fn orders_span(&self, id: &str) -> Result<Option<OrdersSpan>, StoreError> {
        let mut stored = self.cache.prepare_cached(
            "SELECT orders_since, orders_at, anniversary FROM customer WHERE id = ? AND orders_at IS NOT NULL",
        )?;
        let found: Option<[Option<String>; 3]> =
            stored.query_row([id], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).optional()?;
        Ok(found.map(|[first, at, anniversary]| OrdersSpan {
            first: time::day_from_text(first.as_deref()),
            read_at: time::from_text(at.as_deref()).unwrap_or_default(),
            anniversary: time::day_from_text(anniversary.as_deref()),
        }))
    }
}

/// Returns a list of orders without those from before a day. Orders that say no day stay.
fn from_day(json: &[u8], since: NaiveDate) -> Result<Vec<u8>, StoreError> {
    let mut list: Value = serde_json::from_slice(json)?;
    let is_of_time = |order: &Value| {
        let day = order["creationDate"].as_str().and_then(|text| Timestamp::new(text).at());
        day.is_none_or(|at| at.date_naive() >= since)
    };
    if let Some(items) = list["items"].as_array_mut() {
        items.retain(is_of_time);
        let count = items.len();
        list["totalCount"] = count.into();
        list["count"] = count.into();
    }
    Ok(serde_json::to_vec(&list)?)
}

/// Returns the first day of the term of a year that a day is in, from any anniversary.
fn term_start(anniversary: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    let years = today.years_since(anniversary).map(i64::from);
    // An anniversary to come: the term began a year before it, or a year earlier for each full year until then.
    let years =
        years.or_else(|| Some(-1 - i64::from(anniversary.pred_opt()?.years_since(today).unwrap_or(0))))?;
    let months = Months::new(u32::try_from(years.unsigned_abs()).ok()?.checked_mul(12)?);
    if years < 0 { anniversary.checked_sub_months(months) } else { anniversary.checked_add_months(months) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_begins_at_the_last_anniversary() {
        let cases = [
            ("2027-03-15", "2026-11-28", "2026-03-15"),
            ("2026-11-28", "2026-11-28", "2026-11-28"),
            ("2026-11-29", "2026-11-28", "2025-11-29"),
            ("2027-11-28", "2026-11-28", "2026-11-28"),
            ("2029-01-01", "2026-11-28", "2026-01-01"),
            ("2024-02-29", "2026-02-28", "2025-02-28"),
            ("2021-06-01", "2026-11-28", "2026-06-01"),
        ];
        for (anniversary, today, start) in cases {
            let found = term_start(anniversary.parse().unwrap(), today.parse().unwrap());
            assert_eq!(found, start.parse().ok(), "{anniversary} {today}");
        }
    }
}
