//! Files of different ages, as after a backup of one of them was restored: the numbers of changes show it.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _};

use super::{PortfolioStore, time};
use crate::portfolio::StoreError;

/// The age of the cache and the history, compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ages {
    Same,
    /// The history holds changes that the cache has not seen.
    OlderCache,
    /// The history lacks changes that the cache has handed over.
    OlderHistory,
}

/// The version of the history's schema since which it remembers from when on changes are known.
const WITH_BEGINNING: i64 = 3;

/// The version of the history's schema since which it remembers the numbers that were handed over.
const WITH_MARKS: i64 = 2;

/// Compares the ages of a cache and a history.
pub(super) fn compare(cache: &Connection, history: &Connection, portfolio: &str) -> Result<Ages, StoreError> {
    // The cache is read first: a writer may hand over changes in between.
    let (assigned, handed_over) = numbers(cache)?;
    if version(history)? < WITH_MARKS {
        return Ok(Ages::Same);
    }
    let taken: Option<i64> = history
        .query_row("SELECT seq FROM taken WHERE portfolio = ?", [portfolio], |row| row.get(0))
        .optional()?;
    let taken = taken.unwrap_or_default();
    Ok(if taken > assigned {
        Ages::OlderCache
    } else if taken < handed_over {
        Ages::OlderHistory
    } else {
        Ages::Same
    })
}

fn version(history: &Connection) -> Result<i64, StoreError> {
    Ok(history.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Returns the time since which the changes of a cache are known; `None` if none were lost since it was begun.
pub(super) fn known_since(
    cache: &Connection,
    history: &Connection,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    if version(history)? < WITH_BEGINNING {
        return Ok(None);
    }
    let known: Option<String> = history.query_row("SELECT known_since FROM account", [], |row| row.get(0))?;
    let begun: String = cache.query_row("SELECT created_at FROM identity", [], |row| row.get(0))?;
    let begun = time::from_text(Some(&begun));
    // A cache that was begun later has seen nothing of what was lost.
    Ok(time::from_text(known.as_deref()).filter(|known| begun.is_none_or(|begun| begun <= *known)))
}

/// Returns the number of the latest change of a cache, and that of the latest one that it has handed over to the history.
fn numbers(cache: &Connection) -> Result<(i64, i64), StoreError> {
    Ok(cache.query_row(
        "SELECT last, COALESCE((SELECT MIN(seq) - 1 FROM outbox), last)
         FROM (SELECT COALESCE(MAX(seq), 0) AS last FROM sqlite_sequence WHERE name = 'outbox')",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Remembers in a history that it has taken over the changes of a portfolio up to a number.
pub(super) fn remember(history: &Connection, portfolio: &str, seq: i64) -> Result<(), StoreError> {
    history.prepare_cached(
        "INSERT INTO taken (portfolio, seq) VALUES (?1, ?2) ON CONFLICT (portfolio) DO UPDATE SET seq = MAX(seq, ?2)",
    )?
    .execute((portfolio, seq))?;
    Ok(())
}

impl PortfolioStore {
    /// Makes files of different ages fit together again; returns what has to be said, if they are.
    pub(super) fn reconcile(&mut self, now: DateTime<Utc>) -> Result<Option<&'static str>, StoreError> {
        let (assigned, handed_over) = numbers(&self.cache)?;
        match compare(&self.cache, &self.history, &self.portfolio)? {
            Ages::Same => Ok(None),
            Ages::OlderCache => {
                // Under its own name, its next changes would have numbers that are taken. Those that it has not handed over have
                // been, before it was replaced by this older one.
                let portfolio = uuid::Uuid::new_v4().to_string();
                remember(&self.history, &portfolio, assigned)?;
                let tx = self.cache.transaction()?;
                tx.execute("DELETE FROM outbox", [])?;
                tx.execute("UPDATE identity SET portfolio = ?", [&portfolio])?;
                tx.commit()?;
                self.portfolio = portfolio;
                Ok(Some(
                    "The portfolio on disk is older than the history of changes, as after a backup was restored: what has \
                     changed since then may be recorded a second time.",
                ))
            }
            Ages::OlderHistory => {
                let tx = self.history.transaction()?;
                tx.execute("UPDATE account SET known_since = ?", [time::to_text(now)])?;
                remember(&tx, &self.portfolio, handed_over)?;
                tx.commit()?;
                Ok(Some(
                    "The history of changes is older than the portfolio on disk, as after a backup was restored: the changes \
                     and notes in between are missing.",
                ))
            }
        }
    }
}
