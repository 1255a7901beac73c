//! Observed changes: recorded in the cache's outbox, moved to the history, read from there.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params, params_from_iter};

use super::{PortfolioStore, connect, restored, time};
use crate::{
    model::ObservedChange,
    portfolio::{StoreError, change::FieldChange},
};

/// The changes that are wanted.
#[derive(Debug, Clone, Default)]
pub struct ChangeFilter {
    /// Only those observed at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Only those of this customer.
    pub customer_id: Option<String>,
}

/// Records changes of a customer in the outbox. Its row has to be stored already.
pub(super) fn add(
    tx: &Connection,
    customer_id: &str,
    found: &[FieldChange],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if found.is_empty() {
        return Ok(());
    }
    let at = time::to_text(now);
    for change in found {
        tx.prepare_cached(
            "INSERT INTO outbox (at, customer_id, reseller_id, company, subscription_id, field, before, after)
             SELECT ?2, id, reseller_id, name, ?3, ?4, ?5, ?6 FROM customer WHERE id = ?1",
        )?
        .execute(params![
            customer_id,
            at,
            change.subscription,
            change.field,
            change.before,
            change.after
        ])?;
    }
    tx.execute("UPDATE customer SET changed_at = ?2 WHERE id = ?1", params![customer_id, at])?;
    Ok(())
}

impl PortfolioStore {
    /// Moves recorded changes to the history. A kill in between repeats none: each has a number.
    ///
    /// # Errors
    /// Fails if the store cannot be read or written.
    pub fn flush_changes(&mut self) -> Result<usize, StoreError> {
        let is_empty: bool =
            self.cache.query_row("SELECT NOT EXISTS (SELECT 1 FROM outbox)", [], |row| row.get(0))?;
        if is_empty {
            return Ok(0);
        }
        self.check_history()?;
        self.make_durable()?;
        let mut outbox = self.cache.prepare_cached(
            "SELECT seq, at, customer_id, reseller_id, company, subscription_id, field, before, after FROM outbox ORDER BY seq",
        )?;
        let mut rows = outbox.query([])?;
        let tx = self.history.transaction()?;
        let (mut moved, mut last) = (0, None);
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            let text = |index: usize| row.get::<_, Option<String>>(index);
            tx.prepare_cached(
                "INSERT OR IGNORE INTO change
                    (portfolio, seq, at, customer_id, reseller_id, company, subscription_id, field, before, after)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                self.portfolio,
                seq,
                text(1)?,
                text(2)?,
                text(3)?,
                text(4)?,
                text(5)?,
                text(6)?,
                text(7)?,
                text(8)?
            ])?;
            (moved, last) = (moved + 1, Some(seq));
        }
        if let Some(last) = last {
            restored::remember(&tx, &self.portfolio, last)?;
        }
        tx.commit()?;
        drop(rows);
        drop(outbox);
        // They stay in the outbox until they are in the file that will be there: taken twice, they are in it once.
        self.check_history()?;
        if let Some(last) = last {
            self.cache.execute("DELETE FROM outbox WHERE seq <= ?", [last])?;
        }
        Ok(moved)
    }

    /// Writes all transactions of the cache through to the disk. A power failure could otherwise undo changes whose numbers
    /// are in the history already, and other changes would get these numbers again.
    fn make_durable(&self) -> Result<(), StoreError> {
        self.cache.pragma_update(None, "synchronous", "FULL")?;
        let written = self.cache.execute("UPDATE identity SET flushes = flushes + 1", []);
        self.cache.pragma_update(None, "synchronous", "NORMAL")?;
        written?;
        Ok(())
    }

    /// Returns stored changes, the oldest first.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn changes(&self, filter: &ChangeFilter) -> Result<Vec<ObservedChange>, StoreError> {
        let (mut conditions, mut values) = (vec!["1"], Vec::new());
        if let Some(since) = filter.since {
            conditions.push("at >= ?");
            values.push(time::to_text(since));
        }
        if let Some(id) = &filter.customer_id {
            conditions.push("customer_id = ?");
            values.push(id.clone());
        }
        let columns = "at, customer_id, reseller_id, company, subscription_id, field, before, after";
        let wanted = conditions.join(" AND ");
        // The outbox is read first: a change that another process moves meanwhile is then seen twice, not missed.
        let unmoved = format!("SELECT {columns}, seq FROM outbox WHERE {wanted} ORDER BY seq");
        let mut outbox = self.cache.prepare(&unmoved)?;
        let rows =
            outbox.query_map(params_from_iter(&values), |row| Ok((row.get::<_, i64>(8)?, change(row)?)))?;
        let unmoved: Vec<(i64, ObservedChange)> = rows.collect::<Result<_, _>>()?;
        let moved = format!("SELECT {columns} FROM change WHERE {wanted} ORDER BY at, portfolio, seq");
        let read_history = || -> Result<(Vec<ObservedChange>, Option<i64>), StoreError> {
            let tx = self.history.unchecked_transaction()?;
            let found = read(&tx, &moved, &values)?;
            let last = "SELECT MAX(seq) FROM change WHERE portfolio = ?";
            Ok((found, tx.query_row(last, [&self.portfolio], |row| row.get(0))?))
        };
        let (mut found, last) = read_history().map_err(|error| match (error, self.history.path()) {
            (StoreError::Damaged(None), Some(path)) => StoreError::Damaged(Some(path.into())),
            (error, _) => error,
        })?;
        let is_unmoved = |(seq, _): &(i64, ObservedChange)| last.is_none_or(|last| *seq > last);
        found.extend(unmoved.into_iter().filter(is_unmoved).map(|(_, change)| change));
        Ok(found)
    }
}

/// Deletes the contacts that changes show, from the file's free pages and its log too.
pub(super) fn delete_contacts(history: &Connection) -> Result<(), StoreError> {
    history.execute("DELETE FROM change WHERE field = 'contacts'", [])?;
    connect::truncate_log(history)
}

fn read(connection: &Connection, sql: &str, values: &[String]) -> Result<Vec<ObservedChange>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(params_from_iter(values), change)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn change(row: &rusqlite::Row<'_>) -> Result<ObservedChange, rusqlite::Error> {
    let at: String = row.get(0)?;
    Ok(ObservedChange {
        at: time::from_text(Some(&at)).unwrap_or_default(),
        customer_id: row.get(1)?,
        reseller_id: row.get(2)?,
        company: row.get(3)?,
        subscription_id: row.get(4)?,
        field: row.get(5)?,
        before: row.get(6)?,
        after: row.get(7)?,
    })
}
