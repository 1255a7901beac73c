//! Walks through the lists of a reseller, and the customers whose records are due.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{PortfolioStore, body, rows::read_row, time, unread, write::part};
use crate::{
    collect::ListStats,
    model::{Link, Row},
    portfolio::StoreError,
    text,
};

/// The age after which a record is read again if a renewal, an anniversary or the end of a commitment is near. Less than a day:
/// one that runs at the same time each day read it some time after it had begun the day before.
pub(super) const NEAR: TimeDelta = TimeDelta::hours(20);
/// The age after which any record is read again: a week, likewise.
pub(super) const FAR: TimeDelta = TimeDelta::hours(7 * 24 - 4);

/// The time to come from which a stored time is of a clock that was ahead. A run itself stores times after its beginning.
pub(super) const AHEAD: TimeDelta = TimeDelta::days(1);

/// A customer whose record or subscriptions are due.
#[derive(Debug, Clone)]
pub struct DueCustomer {
    /// The customer's ID.
    pub id: String,
    /// The link of the list entry.
    pub link: Option<Link>,
    /// True if the record is due.
    pub record: bool,
    /// True if the subscriptions are due.
    pub subscriptions: bool,
}

impl PortfolioStore {
    /// Begins a walk through the lists of a reseller. One that an earlier run has not ended begins again: what it has seen may
    /// be gone by now.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn begin_walk(
        &mut self,
        reseller: &str,
        name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tx = self.cache.transaction()?;
        let before = name_of(&tx, reseller)?;
        tx.execute(
            "INSERT INTO reseller (id, name, walk, walk_started_at) VALUES (?1, ?2, 1, ?3)
             ON CONFLICT (id) DO UPDATE SET name = COALESCE(excluded.name, name), walk = walk + 1, walk_started_at = ?3",
            params![reseller, name, time::to_text(now)],
        )?;
        let is_news = before != name_of(&tx, reseller)?;
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }

    /// Stores rows of a reseller's lists in one transaction.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn add_rows(&mut self, reseller: &str, rows: &[Row], now: DateTime<Utc>) -> Result<(), StoreError> {
        let keeps_contacts = self.keeps_contacts;
        let tx = self.cache.transaction()?;
        let (walk, is_known): (i64, bool) = tx.query_row(
            "SELECT walk, verified_at IS NOT NULL FROM reseller WHERE id = ?",
            [reseller],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let listing = super::write::Listing { walk, is_known };
        let mut is_news = false;
        for customer in rows.iter().filter_map(Row::customer) {
            is_news |= super::write::put_row(&tx, reseller, customer, listing, keeps_contacts, now)?;
        }
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }

    /// Ends a walk. Returns the customers that it did not find, if it is verified: they may be gone. A walk that is doubtful,
    /// whose rows the server did not count, or in which `nameless` rows have no readable ID, says nothing about them.
    ///
    /// # Errors
    /// Fails if the store cannot be read or written.
    pub fn end_walk(
        &mut self,
        reseller: &str,
        stats: ListStats,
        nameless: u64,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        // Who is in a row without an ID is unknown, so nobody can be said to be missing.
        let nameless = (nameless > 0).then(|| {
            text::pluralize(nameless, "row has no readable customer ID", "rows have no readable customer ID")
        });
        let doubt = stats.incomplete.map(|doubt| doubt.to_string()).or(nameless);
        let is_verified = doubt.is_none() && stats.total.is_some();
        let total = stats.total.and_then(|total| i64::try_from(total).ok());
        self.cache.execute(
            "UPDATE reseller SET walk_started_at = NULL, listed_at = ?2, total = ?3, doubt = ?4,
                verified_at = CASE WHEN ?5 THEN ?2 ELSE verified_at END
             WHERE id = ?1",
            params![reseller, time::to_text(now), total, doubt, is_verified],
        )?;
        if is_verified { self.unseen(reseller, now) } else { Ok(Vec::new()) }
    }

    /// Stores why a walk could not be ended. A reseller of whom nothing was ever read is forgotten if `is_unknown`.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn fail_walk(&mut self, reseller: &str, why: &str, is_unknown: bool) -> Result<(), StoreError> {
        let tx = self.cache.transaction()?;
        tx.execute("UPDATE reseller SET doubt = ?2 WHERE id = ?1", [reseller, why])?;
        if is_unknown {
            tx.execute(
                "DELETE FROM reseller WHERE id = ?1 AND listed_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM customer WHERE reseller_id = ?1)",
                [reseller],
            )?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Returns the customers of a reseller that its latest walk, a verified one, did not find: those not known to be gone,
    /// and those known to be gone for whose record nobody has asked for a week. They may be back in no list.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn unseen(&self, reseller: &str, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut found = self.cache.prepare_cached(
            "SELECT customer.id FROM customer JOIN reseller ON reseller.id = customer.reseller_id
             WHERE reseller.id = ?1 AND customer.walk < reseller.walk
               AND (gone_at IS NULL OR COALESCE(failed_at, gone_at) < ?2)
               AND reseller.walk_started_at IS NULL AND reseller.total IS NOT NULL AND reseller.doubt IS NULL
             ORDER BY customer.id",
        )?;
        let ids = found.query_map([reseller, &time::to_text(now - FAR)], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Begins a run of syncing; returns its number. A run that a kill ended is closed, at an unknown time.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn begin_run(&mut self, now: DateTime<Utc>) -> Result<i64, StoreError> {
        self.cache.execute("UPDATE sync_run SET outcome = 'interrupted' WHERE outcome IS NULL", [])?;
        unread::read_again(&self.cache)?;
        // Whoever could not be read the last time is tried again, after all others.
        self.cache.execute(
            "UPDATE customer SET failed_at = NULL WHERE failed_at IS NOT NULL AND gone_at IS NULL",
            [],
        )?;
        self.cache.execute("INSERT INTO sync_run (started_at) VALUES (?)", [time::to_text(now)])?;
        Ok(self.cache.last_insert_rowid())
    }

    /// Ends a run of syncing.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn end_run(
        &mut self,
        run: i64,
        outcome: &str,
        requests: u64,
        changes: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let [requests, changes] = [requests, changes].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        self.cache.execute(
            "UPDATE sync_run SET ended_at = ?2, outcome = ?3, requests = ?4, changes = ?5 WHERE id = ?1",
            params![run, time::to_text(now), outcome, requests, changes],
        )?;
        Ok(())
    }

    /// Returns the number of customers that [`PortfolioStore::due`] would return in all.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn count_due(
        &self,
        resellers: &[String],
        now: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        Ok(self
            .due_rows((resellers, now, since), usize::MAX, "COUNT(*)", |row| row.get::<_, i64>(0))?
            .first()
            .map_or(0, |count| u64::try_from(*count).unwrap_or_default()))
    }

    /// Returns customers of these resellers whose record or subscriptions are due at `now`, the most urgent first, except
    /// those that failed since `since`.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn due(
        &self,
        resellers: &[String],
        now: DateTime<Utc>,
        since: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DueCustomer>, StoreError> {
        let columns = "dated.id, record_at IS NULL OR record_at < limit_at,
            subscriptions_at IS NULL OR subscriptions_at < limit_at, body";
        let rows = self.due_rows((resellers, now, since), limit, columns, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<Vec<u8>>>(3)?))
        })?;
        let mut found = Vec::with_capacity(rows.len());
        for (id, record, subscriptions, body) in rows {
            // Without a list entry that can be read, the record is found by the customer's ID.
            let link = body.and_then(|body| link_of(&body));
            found.push(DueCustomer { id, link, record, subscriptions });
        }
        Ok(found)
    }

    fn due_rows<T>(
        &self,
        (resellers, now, since): (&[String], DateTime<Utc>, DateTime<Utc>),
        limit: usize,
        columns: &str,
        read: impl FnMut(&rusqlite::Row<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<Vec<T>, StoreError> {
        let (near_from, near_to) = near_days(now.date_naive());
        let sql = format!(
            "WITH dated AS (
                SELECT id, failed_at, gone_at, failure,
                    -- A time to come is of a clock that was ahead.
                    CASE WHEN record_at <= ?8
                        AND id NOT IN (SELECT customer_id FROM unread WHERE part = '{record}' AND again)
                        THEN record_at END AS record_at,
                    CASE WHEN subscriptions_at <= ?8
                        AND id NOT IN (SELECT customer_id FROM unread WHERE part = '{subscriptions}' AND again)
                        THEN subscriptions_at END AS subscriptions_at,
                    CASE WHEN {is_near} THEN ?3 ELSE ?4 END AS limit_at
                FROM customer WHERE reseller_id IN (SELECT value FROM json_each(?7)))
             SELECT {columns}
             FROM dated LEFT JOIN raw ON raw.customer_id = dated.id AND raw.part = '{row}'
             WHERE gone_at IS NULL AND (failed_at IS NULL OR failed_at < ?5)
               AND (record_at IS NULL OR record_at < limit_at OR subscriptions_at IS NULL OR subscriptions_at < limit_at)
             ORDER BY failure IS NOT NULL, record_at IS NOT NULL, record_at, dated.id LIMIT ?6",
            is_near = is_near("?1", "?2"),
            record = part::RECORD,
            subscriptions = part::SUBSCRIPTIONS,
            row = part::ROW,
        );
        let mut due = self.cache.prepare_cached(&sql)?;
        let rows = due.query_map(
            params![
                near_from,
                near_to,
                time::to_text(now - NEAR),
                time::to_text(now - FAR),
                time::to_text(since),
                i64::try_from(limit).unwrap_or(i64::MAX),
                serde_json::to_string(resellers)?,
                time::to_text(now + AHEAD),
            ],
            read,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Returns the stored name of a reseller.
fn name_of(tx: &Connection, reseller: &str) -> Result<Option<String>, StoreError> {
    let name =
        tx.query_row("SELECT name FROM reseller WHERE id = ?", [reseller], |row| row.get(0)).optional()?;
    Ok(name.flatten())
}

/// Returns the first and the last day of the time in which a date is near: from the 31st day before to the 15th after it.
pub(super) fn near_days(today: NaiveDate) -> (String, String) {
    ((today - TimeDelta::days(15)).to_string(), (today + TimeDelta::days(31)).to_string())
}

/// Returns the SQL condition that a date of a customer is between these days, or that a request for a 3YC is open, which lapses
/// after 7 days, or the minimum of one is to be reached. The renewal date of what was renewed early counts
/// too: the order can be returned, and everything renews again.
pub(super) fn is_near(from: &str, to: &str) -> String {
    format!(
        "(next_renewal BETWEEN {from} AND {to} OR anniversary BETWEEN {from} AND {to}
            OR commitment_end BETWEEN {from} AND {to}
            OR commitment_status = 'ACCEPTED' OR commitment_request = 'REQUESTED' OR commitment_renewal = 'REQUESTED'
            OR EXISTS (SELECT 1 FROM subscription WHERE customer_id = customer.id AND renewal_date BETWEEN {from} AND {to}))"
    )
}

/// Returns the link of a stored list entry.
fn link_of(body: &[u8]) -> Option<Link> {
    let row = read_row(&body::unpack(body).ok()?)?;
    row.customer().and_then(|customer| customer.link.clone())
}
