//! Reading the list entries of customers, as they were sent.

use super::{PortfolioStore, write::part};
use crate::{model::Row, portfolio::StoreError};

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

    /// Returns the list entries of these customers, in this order; those that are not stored are left out.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn rows(&self, ids: &[String]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(json) = self.raw(id, part::ROW)? {
                rows.push(Row::read(0, serde_json::from_slice(&json)?));
            }
        }
        Ok(rows)
    }
}
