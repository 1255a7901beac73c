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
    /// The extent of what is known of all that was observed.
    pub(super) extent: HistoryExtent,
}

impl AutoChanges {
    /// Returns the day of a customer, whose subscriptions may not have been read yet.
    pub(super) fn of(&self, id: &str, has_subscriptions: bool) -> AutoChanged {
        as_known(self.days.get(id).copied(), self.extent, has_subscriptions)
    }

    fn read(&mut self, connection: &Connection, table: &str) -> Result<(), rusqlite::Error> {
        // Each change is looked at here: grouping by customer would have SQLite read the table in the order of an index.
        let sql = format!("SELECT customer_id, at FROM {table} WHERE field = 'auto-renewal'");
        let mut changes = connection.prepare(&sql)?;
        let mut rows = changes.query([])?;
        while let Some(row) = rows.next()? {
            let Some(day) = day_of(row.get_ref(1)?.as_str_or_null()?) else { continue };
            let id = row.get_ref(0)?.as_str()?;
            match self.days.get_mut(id) {
                Some(latest) => *latest = day.max(*latest),
                None => drop(self.days.insert(id.to_owned(), day)),
            }
        }
        Ok(())
    }
}

impl PortfolioStore {
    /// Returns the latest changes of automatic renewal of all customers.
    ///
    /// # Errors
    /// Fails if the cache cannot be read.
    pub(super) fn auto_changes(&self) -> Result<AutoChanges, StoreError> {
        let mut found = AutoChanges { days: HashMap::new(), extent: self.history_extent().or_else(lost)? };
        // The outbox is read first: a change that another process moves meanwhile is then seen twice, not missed.
        found.read(&self.cache, "outbox")?;
        if let Err(error) = found.read(&self.history, "change") {
            found.extent = lost(error.into())?;
        }
        Ok(found)
    }

    /// Returns the latest change of automatic renewal of a customer, whose subscriptions may not have been read yet.
    ///
    /// # Errors
    /// Fails if the cache cannot be read.
    pub(super) fn auto_changed(&self, id: &str, has_subscriptions: bool) -> Result<AutoChanged, StoreError> {
        let in_outbox = latest(&self.cache, "outbox", id)?;
        let (in_history, extent) = match latest(&self.history, "change", id) {
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

fn latest(connection: &Connection, table: &str, id: &str) -> Result<Option<NaiveDate>, StoreError> {
    let sql = format!("SELECT MAX(at) FROM {table} WHERE customer_id = ? AND field = 'auto-renewal'");
    let at: Option<String> = connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?;
    Ok(day_of(at.as_deref()))
}

fn day_of(at: Option<&str>) -> Option<NaiveDate> {
    time::from_text(at).map(|at| at.date_naive())
}
