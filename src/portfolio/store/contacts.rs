//! A changed setting for contacts: they are deleted in place, or records are read again to have them.

use rusqlite::{Connection, params};
use serde_json::Value;

use super::{PortfolioStore, body, connect};
use crate::portfolio::StoreError;

/// The rows that are handled at once.
const STEP: i64 = 256;

impl PortfolioStore {
    /// Makes the copy one with or without contacts; returns what has to be said if it was not.
    ///
    /// Customers stay, those that are gone too. Contacts are deleted from every table; if they are to be kept, each record is
    /// read again by the next sync, since a copy without them does not know who has none.
    ///
    /// # Errors
    /// Fails if the store cannot be read or written.
    pub(super) fn set_contacts(&mut self, keep: bool) -> Result<Option<String>, StoreError> {
        if keep == self.keeps_contacts {
            return Ok(None);
        }
        let tx = self.cache.transaction()?;
        if keep {
            tx.execute("UPDATE customer SET record_at = NULL", [])?;
        } else {
            delete(&tx)?;
        }
        tx.execute("UPDATE identity SET contacts = ?", [keep])?;
        tx.commit()?;
        if !keep {
            connect::truncate_log(&self.cache)?;
        }
        self.keeps_contacts = keep;
        let next = if keep { "every record is read again" } else { "they were deleted from it" };
        let was = if keep { "without" } else { "with" };
        Ok(Some(format!("The portfolio on disk was kept {was} contacts; {next}.")))
    }
}

/// Deletes contacts, also from the stored JSON and from what is said of values that could not be read.
fn delete(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("DELETE FROM contact", [])?;
    tx.execute("DELETE FROM unread WHERE place LIKE '/companyProfile/contacts%'", [])?;
    let mut last = (String::new(), String::new());
    loop {
        let mut read = tx.prepare_cached(
            "SELECT customer_id, part, body FROM raw WHERE (customer_id, part) > (?, ?)
             ORDER BY customer_id, part LIMIT ?",
        )?;
        let rows =
            read.query_map(params![last.0, last.1, STEP], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<(String, String, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        let Some((id, part, _)) = rows.last() else { return Ok(()) };
        last = (id.clone(), part.clone());
        for (id, part, packed) in rows {
            let sent: Value = serde_json::from_slice(&body::unpack(&packed)?)?;
            let mut kept = sent.clone();
            body::remove_contacts(&mut kept);
            if kept != sent {
                tx.prepare_cached("UPDATE raw SET body = ?3 WHERE customer_id = ?1 AND part = ?2")?
                    .execute(params![id, part, body::pack(&kept)?])?;
            }
        }
    }
}
