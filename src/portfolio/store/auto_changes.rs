//! The latest observed changes of automatic renewal, from the history and the outbox.
//!
//! A history that cannot be read costs nothing else: the days are then not known.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::Connection;

use super::{PortfolioStore, time};
use crate::{
    model::{AutoChanged, HistoryExtent},
    portfolio::StoreError,
};

/// The latest changes of automatic renewal that were observed of each customer.
pub(super) struct AutoChanges {
    days: HashMap<String, NaiveDate>,
    /// The days on which it was last seen to be switched off.
    turned_off: HashMap<String, NaiveDate>,
    /// The extent of what is known of all that was observed.
    pub(super) extent: HistoryExtent,
}

impl AutoChanges {
    /// Returns the day of a customer, whose subscriptions may not have been read yet.
    pub(super) fn of(&self, id: &str, has_subscriptions: bool) -> AutoChanged {
        as_known(self.days.get(id).copied(), self.extent, has_subscriptions)
    }

    /// Returns the day on which automatic renewal of a customer was last seen to be switched off.
    pub(super) fn turned_off(&self, id: &str) -> Option<NaiveDate> {
        self.turned_off.get(id).copied()
    }

    fn read(&mut self, connection: &Connection, table: &str) -> Result<(), rusqlite::Error> {
        // Each change is looked at here: grouping by customer would have SQLite read the table in the order of an index.
        let sql = format!("SELECT customer_id, at, after FROM {table} WHERE field = 'auto-renewal'");
        let mut changes = connection.prepare(&sql)?;
        let mut rows = changes.query([])?;
        while let Some(row) = rows.next()? {
            let Some(day) = day_of(row.get_ref(1)?.as_str_or_null()?) else { continue };
            let id = row.get_ref(0)?.as_str()?;
            keep_latest(&mut self.days, id, day);
            if row.get_ref(2)?.as_str_or_null()? == Some(OFF) {
                keep_latest(&mut self.turned_off, id, day);
            }
        }
        Ok(())
    }
}

/// The value of automatic renewal that is off, in a change.
const OFF: &str = "off";

fn keep_latest(days: &mut HashMap<String, NaiveDate>, id: &str, day: NaiveDate) {
    match days.get_mut(id) {
        Some(latest) => *latest = day.max(*latest),
        None => drop(days.insert(id.to_owned(), day)),
    }
}

impl PortfolioStore {
    /// Returns the latest changes of automatic renewal of all customers.
    ///
    /// # Errors
    /// Fails if the cache cannot be read.
    pub(super) fn auto_changes(&self) -> Result<AutoChanges, StoreError> {
        let mut found = AutoChanges {
            days: HashMap::new(),
            turned_off: HashMap::new(),
            extent: self.history_extent().or_else(lost)?,
        };
        // The outbox is read first: a change that another process moves meanwhile is then seen twice, not missed.
        found.read(&self.cache, "outbox")?;
        if let Err(error) = found.read(&self.history, "change") {
            found.extent = lost(error.into())?;
        }
        Ok(found)
    }

    /// Returns the day on which automatic renewal of a customer was last seen to be switched off, as far as the history can be
    /// read.
    ///
    /// # Errors
    /// Fails if the cache cannot be read.
    pub(super) fn turned_off(&self, id: &str) -> Result<Option<NaiveDate>, StoreError> {
        let in_outbox = latest(&self.cache, "outbox", id, "AND after = 'off'")?;
        match latest(&self.history, "change", id, "AND after = 'off'") {
            Ok(in_history) => Ok(in_outbox.max(in_history)),
            Err(error) => lost(error).map(|_| in_outbox),
        }
    }

    /// Returns the latest change of automatic renewal of a customer, whose subscriptions may not have been read yet.
    ///
    /// # Errors
    /// Fails if the cache cannot be read.
    pub(super) fn auto_changed(&self, id: &str, has_subscriptions: bool) -> Result<AutoChanged, StoreError> {
        let in_outbox = latest(&self.cache, "outbox", id, "")?;
        let (in_history, extent) = match latest(&self.history, "change", id, "") {
            Ok(day) => (day, self.lost_history.unwrap_or_default()),
            Err(error) => (None, lost(error)?),
        };
        Ok(as_known(in_outbox.max(in_history), extent, has_subscriptions))
    }
}

/// Returns the extent of a history that cannot be read because it is damaged.
///
/// # Errors
/// Any other error.
fn lost(error: StoreError) -> Result<HistoryExtent, StoreError> {
    if error.is_damage() { Ok(HistoryExtent::Damaged) } else { Err(error) }
}

fn as_known(day: Option<NaiveDate>, extent: HistoryExtent, has_subscriptions: bool) -> AutoChanged {
    match day {
        Some(day) => AutoChanged::On(day),
        None if extent.is_lost() || !has_subscriptions => AutoChanged::Unknown,
        None => AutoChanged::Never,
    }
}

/// Returns the day of the latest change of a customer's automatic renewal for which another condition holds.
fn latest(
    connection: &Connection,
    table: &str,
    id: &str,
    condition: &str,
) -> Result<Option<NaiveDate>, StoreError> {
    let sql =
        format!("SELECT MAX(at) FROM {table} WHERE customer_id = ? AND field = 'auto-renewal' {condition}");
    let at: Option<String> = connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?;
    Ok(day_of(at.as_deref()))
}

fn day_of(at: Option<&str>) -> Option<NaiveDate> {
    time::from_text(at).map(|at| at.date_naive())
}
