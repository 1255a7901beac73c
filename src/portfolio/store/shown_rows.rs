//! The customers in the rows that were shown last: at the next start they are there before an index has been read.

use std::fmt::Write as _;

use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::PortfolioStore;
use crate::portfolio::StoreError;

/// The pages that are remembered.
const PAGES: i64 = 24;

/// Some rows of a list, as it was when they were shown last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownRows {
    /// The IDs of the customers, in their order.
    pub ids: Vec<String>,
    /// The number of customers in the whole list.
    pub total: u64,
}

impl PortfolioStore {
    /// Remembers the customers in some rows. Of `rows`, which says which ones of which list they are, a digest is stored: nobody
    /// finds in the file what was searched for. A store in memory remembers nothing, since nothing outlives it.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn keep_shown_rows(&mut self, rows: &str, shown: &ShownRows) -> Result<(), StoreError> {
        if self.lock.is_none() {
            return Ok(());
        }
        let ids = serde_json::to_string(&shown.ids)?;
        let tx = self.cache.transaction()?;
        // As the latest of all.
        tx.execute(
            "INSERT OR REPLACE INTO shown_rows (page, ids, total) VALUES (?, ?, ?)",
            params![digest(rows), ids, i64::try_from(shown.total).unwrap_or(i64::MAX)],
        )?;
        tx.execute("DELETE FROM shown_rows WHERE seq <= (SELECT MAX(seq) FROM shown_rows) - ?", [PAGES])?;
        tx.commit()?;
        Ok(())
    }

    /// Returns the customers in some rows, if they are remembered.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn shown_rows(&self, rows: &str) -> Result<Option<ShownRows>, StoreError> {
        let found: Option<(String, i64)> = self
            .cache
            .prepare_cached("SELECT ids, total FROM shown_rows WHERE page = ?")?
            .query_row([digest(rows)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((ids, total)) = found else { return Ok(None) };
        Ok(Some(ShownRows {
            ids: serde_json::from_str(&ids)?,
            total: u64::try_from(total).unwrap_or_default(),
        }))
    }
}

fn digest(rows: &str) -> String {
    Sha256::digest(rows.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
