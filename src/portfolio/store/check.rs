//! Facts about the files of a portfolio, and checking that they are intact.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    PortfolioStore, body, connect, connect::Durability, folder, folder::WriterLock, notes::HistoryTurn,
    rows::read_row, schema, time, walk::FAR, write::part,
};
use crate::{
    model::{Customer, OrderPage, SubscriptionList},
    portfolio::StoreError,
};

/// A file of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
}

/// The result of checking a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCheck {
    /// The file.
    pub path: PathBuf,
    /// True if it does not exist, although the other file of the portfolio does.
    pub is_missing: bool,
    /// What is wrong with the file, such as the first problems that SQLite reports; empty if it is intact.
    pub problems: Vec<String>,
    /// The first stored values that cannot be read although the file is intact, each in words.
    pub values: Vec<String>,
}

impl FileCheck {
    /// Returns true if nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.problems.is_empty() && self.values.is_empty()
    }

    /// Returns true if it holds customers, which can be read again; observed changes cannot.
    pub fn is_of_customers(&self) -> bool {
        is_cache(&self.path)
    }

    /// Returns true if the file is there, but damaged.
    pub fn is_damaged(&self) -> bool {
        !self.is_missing && !self.problems.is_empty()
    }
}

impl PortfolioStore {
    /// Returns the files of the portfolio in a folder.
    ///
    /// # Errors
    /// Fails if the folder cannot be read.
    pub fn files(folder: &Path) -> Result<Vec<FileReport>, StoreError> {
        let report = |path: PathBuf| {
            let size = std::fs::metadata(&path).map(|data| data.len()).map_err(StoreError::io(&path))?;
            Ok(FileReport { path, size })
        };
        folder::all_files(folder)?.into_iter().map(report).collect()
    }

    /// Checks both files from the first page to the last. If only one of them is there, the other is missing.
    ///
    /// # Errors
    /// Fails if a file cannot be opened for another reason than damage.
    pub fn check(folder: &Path) -> Result<Vec<FileCheck>, StoreError> {
        let mut findings = Vec::new();
        for name in [folder::CACHE, folder::HISTORY] {
            findings.push(check_file(folder.join(name))?);
        }
        if findings.iter().all(|finding| finding.is_missing) {
            findings.clear();
        }
        Ok(findings)
    }

    /// Checks both files, and sets aside those that are damaged, so that the next sync begins new ones. Returns the damaged
    /// files, each with its new path.
    ///
    /// # Errors
    /// Fails if another process writes, or if a file cannot be renamed.
    pub fn set_aside_damaged(
        folder: &Path,
        now: DateTime<Utc>,
    ) -> Result<Vec<(FileCheck, PathBuf)>, StoreError> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let _lock = WriterLock::take(folder)?;
        let set_aside = |check: FileCheck| -> Result<(FileCheck, PathBuf), StoreError> {
            let aside = folder::set_aside(&check.path, now)?;
            Ok((check, aside))
        };
        let damaged = |name| -> Result<Option<FileCheck>, StoreError> {
            Ok(Some(check_file(folder.join(name))?).filter(FileCheck::is_damaged))
        };
        let cache = damaged(folder::CACHE)?.map(set_aside).transpose()?;
        // Checking a large file takes long: notes wait for the history's alone.
        let _turn = HistoryTurn::wait(folder)?;
        let history = damaged(folder::HISTORY)?.map(set_aside).transpose()?;
        Ok(cache.into_iter().chain(history).collect())
    }

    /// Drops the stored values that cannot be read, so that the next sync reads them again; returns how many. What is known
    /// from them is kept, so that changes are seen, but counts as old.
    ///
    /// # Errors
    /// Fails if another process writes, or if the file cannot be written.
    pub fn drop_unreadable(folder: &Path, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let _lock = WriterLock::take(folder)?;
        let path = folder.join(folder::CACHE);
        let unreadable = unreadable_values(&path)?;
        let mut cache = connect::to_write(&path, Durability::OfTheFile)?;
        let tx = cache.transaction()?;
        for value in &unreadable {
            tx.execute(
                "DELETE FROM raw WHERE customer_id = ? AND part = ?",
                [&value.customer_id, &value.part],
            )?;
            let column = match value.part.as_str() {
                part::RECORD => "record_at",
                part::SUBSCRIPTIONS => "subscriptions_at",
                // Lists are read by every sync, and orders whenever they are asked for.
                _ => continue,
            };
            let old = time::to_text(now - FAR - TimeDelta::seconds(1));
            tx.execute(
                &format!("UPDATE customer SET {column} = MIN({column}, ?2) WHERE id = ?1"),
                [&value.customer_id, &old],
            )?;
        }
        tx.commit()?;
        Ok(unreadable.len() as u64)
    }
}

/// Checks a file from the first page to the last.
fn check_file(path: PathBuf) -> Result<FileCheck, StoreError> {
    if !folder::exists(&path)? {
        let lost = if is_cache(&path) { "the customers" } else { "the history of changes and the notes" };
        let problems = vec![format!("the file with {lost} is missing")];
        return Ok(FileCheck { path, is_missing: true, problems, values: Vec::new() });
    }
    let found = problems(&path).and_then(|problems| {
        let values = if problems.is_empty() { unreadable_values(&path)? } else { Vec::new() };
        let values = values.iter().take(MOST).map(UnreadableValue::words).collect();
        Ok((problems, values))
    });
    let (problems, values) = match found {
        Err(error) if error.is_damage() => (vec!["the file is damaged".to_owned()], Vec::new()),
        other => other?,
    };
    Ok(FileCheck { path, is_missing: false, problems, values })
}

/// The most problems of a file that are listed.
const MOST: usize = 10;

/// A stored value that cannot be read.
struct UnreadableValue {
    customer_id: String,
    part: String,
    why: String,
}

impl UnreadableValue {
    fn words(&self) -> String {
        let part = match self.part.as_str() {
            part::ROW => "list entry",
            other => other,
        };
        format!("customer {}: the stored {part} cannot be read ({})", self.customer_id, self.why)
    }
}

fn is_cache(path: &Path) -> bool {
    path.file_name() == Some(folder::CACHE.as_ref())
}

/// Returns the stored values of a cache that cannot be read; none for a history, or for a cache of another form.
fn unreadable_values(path: &Path) -> Result<Vec<UnreadableValue>, StoreError> {
    if !is_cache(path) {
        return Ok(Vec::new());
    }
    let connection = connect::to_read(path)?;
    if connect::version(&connection, path)? != schema::CACHE_VERSION {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut all = connection.prepare("SELECT customer_id, part, body FROM raw")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let (part, body): (String, Vec<u8>) = (row.get(1)?, row.get(2)?);
        let why = match body::unpack(&body) {
            Ok(json) => obstacle(&part, &json),
            Err(StoreError::Value(why)) => Some(why),
            Err(error) => return Err(error),
        };
        if let Some(why) = why {
            found.push(UnreadableValue { customer_id: row.get(0)?, part, why });
        }
    }
    Ok(found)
}

/// Returns the reason why the JSON of a part cannot be read, if it cannot.
fn obstacle(part: &str, json: &[u8]) -> Option<String> {
    let read = match part {
        part::ROW => return read_row(json).is_none().then(|| "it is no list entry".to_owned()),
        part::RECORD => Customer::from_slice(json).map(drop),
        part::SUBSCRIPTIONS => SubscriptionList::from_slice(json).map(drop),
        part::ORDERS => OrderPage::from_slice(json).map(drop),
        _ => Ok(()),
    };
    read.err().map(|error| error.to_string())
}

fn problems(path: &Path) -> Result<Vec<String>, StoreError> {
    let connection = connect::to_read(path)?;
    let mut check = connection.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let rows = check.query_map([], |row| row.get::<_, String>(0))?;
    let lines: Result<Vec<String>, rusqlite::Error> = rows.collect();
    let mut problems: Vec<String> = lines?.into_iter().filter(|line| line != "ok").collect();
    // To SQLite, a file without a byte is a sound database.
    if problems.is_empty() && connect::is_empty(&connection)? {
        problems.push("the file is empty".to_owned());
    }
    Ok(problems)
}
