//! The user's own notes in the history, which outlives the cache.
//!
//! Anybody may write one, whoever brings the copy up to date: SQLite keeps the writers of a file apart, and [`HistoryTurn`]
//! keeps them from a file that is about to be set aside or deleted.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::{PortfolioStore, connect, folder, identity::Identity, inspect, inspect::Unusable, time};
use crate::{
    files,
    model::{CustomerNote, HistoryExtent, NoteChange, NoteOutcome},
    portfolio::{NoteEntry, SessionNotes, StoreError},
};

/// The version of the history's schema since which it holds notes.
pub(super) const WITH_NOTES: i64 = 4;

/// All notes by the IDs of their customers.
pub type Notes = HashMap<String, CustomerNote>;

/// The time in which the history in a folder is neither set aside nor deleted by another process.
#[derive(Debug)]
pub(super) struct HistoryTurn {
    _lock: files::Lock,
}

impl HistoryTurn {
    /// Waits for it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if that takes too long.
    pub(super) fn wait(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(folder::HISTORY);
        let lock = files::lock_within(&path, connect::LONGEST_WAIT).map_err(StoreError::io(path))?;
        Ok(Self { _lock: lock.ok_or(StoreError::Locked)? })
    }
}

/// The notes in the history of an account on disk, whether or not anybody has opened the copy beside it.
#[derive(Debug, Clone)]
pub struct NoteFile {
    folder: PathBuf,
    identity: Identity,
}

impl NoteFile {
    /// The notes in the folder of a profile's portfolio.
    pub fn new(folder: PathBuf, identity: Identity) -> Self {
        Self { folder, identity }
    }

    /// Reads all notes.
    ///
    /// # Errors
    /// Fails if the history is another account's, is missing beside a copy, is damaged, or cannot be read.
    pub fn read(&self) -> Result<Notes, StoreError> {
        self.read_with(read_all)
    }

    /// Reads the note on a customer, with what is kept beside it.
    ///
    /// # Errors
    /// Fails as [`Self::read`] does.
    pub fn find(&self, customer_id: &str) -> Result<Option<NoteEntry>, StoreError> {
        self.read_with(|history| read_entry(history, customer_id))
    }

    /// Reads from the history; from none, nothing.
    fn read_with<T: Default>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let path = self.folder.join(folder::HISTORY);
        if !self.is_begun(&path)? {
            return if self.has_copy()? { Err(StoreError::HistoryMissing(path)) } else { Ok(T::default()) };
        }
        let history = connect::to_read(&path)?;
        read(&history).map_err(|error| in_file(error, &path))
    }

    /// Writes a note, so that it survives a power failure once this has returned.
    ///
    /// # Errors
    /// Fails if the history is another account's, is damaged, or cannot be written. Nothing is changed then.
    pub fn put(&self, change: &NoteChange, now: DateTime<Utc>) -> Result<NoteOutcome, StoreError> {
        let path = self.folder.join(folder::HISTORY);
        let _turn = HistoryTurn::wait(&self.folder)?;
        // A history that is missing beside a copy is begun again, and remembers what was lost.
        let is_lost = !self.is_begun(&path)? && self.has_copy()?;
        let mut history = connect::history(&path, &self.identity, is_lost.then_some(now))?;
        let in_file = |error| in_file(error, &path);
        if !is_lost {
            return put(&mut history, change, now).map_err(in_file);
        }
        // The note that was to be replaced is lost with the others.
        let change = NoteChange { replaces: None, ..change.clone() };
        Ok(match put(&mut history, &change, now).map_err(in_file)? {
            NoteOutcome::Kept => NoteOutcome::KeptInNewHistory,
            other => other,
        })
    }

    /// Returns true if there is a copy of the account's, so that there was a history too.
    fn has_copy(&self) -> Result<bool, StoreError> {
        let cache = self.folder.join(folder::CACHE);
        match inspect::cache(&cache, &self.identity)? {
            Some(Unusable::OtherAccount(_)) => Ok(false),
            _ => inspect::holds_something(&cache),
        }
    }

    /// Returns true if there is a history that can be used.
    fn is_begun(&self, path: &Path) -> Result<bool, StoreError> {
        match inspect::history(path, &self.identity)? {
            None => inspect::holds_something(path),
            Some(Unusable::OtherAccount(whose)) => {
                Err(StoreError::OtherAccount { path: path.to_owned(), whose })
            }
            Some(_) => Err(StoreError::Damaged(Some(path.to_owned()))),
        }
    }
}

/// Names the file in an error about damage.
fn in_file(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Damaged(None) => StoreError::Damaged(Some(path.to_owned())),
        error => error,
    }
}

/// Reads all notes of a history.
fn read_all(history: &Connection) -> Result<Notes, StoreError> {
    if !holds_notes(history)? {
        return Ok(Notes::new());
    }
    let mut all = history.prepare_cached("SELECT customer_id, note, follow_up, written_at FROM note")?;
    let rows = all.query_map([], |row| Ok((row.get(0)?, note(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads the note on a customer, with what is kept beside it.
fn read_entry(history: &Connection, customer_id: &str) -> Result<Option<NoteEntry>, StoreError> {
    if !holds_notes(history)? {
        return Ok(None);
    }
    let sql = "SELECT customer_id, note, follow_up, written_at, company, reseller_id FROM note WHERE customer_id = ?";
    let entry = history.query_row(sql, [customer_id], |row| {
        Ok(NoteEntry { note: note(row)?, company: row.get(4)?, reseller_id: row.get(5)? })
    });
    Ok(entry.optional()?)
}

/// Returns true if a history has a place for notes. One of an older form has none.
pub(super) fn holds_notes(history: &Connection) -> Result<bool, StoreError> {
    Ok(history.pragma_query_value::<i64, _>(None, "user_version", |row| row.get(0))? >= WITH_NOTES)
}

/// Reads the note in the columns after the first.
fn note(row: &rusqlite::Row<'_>) -> Result<CustomerNote, rusqlite::Error> {
    let text = |index: usize| row.get::<_, Option<String>>(index);
    Ok(CustomerNote {
        text: row.get(1)?,
        follow_up: time::day_from_text(text(2)?.as_deref()),
        written_at: time::from_text(text(3)?.as_deref()).unwrap_or_default(),
    })
}

/// Writes a note to a history, unless somebody has changed it meanwhile.
fn put(history: &mut Connection, change: &NoteChange, now: DateTime<Utc>) -> Result<NoteOutcome, StoreError> {
    let tx = history.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored = tx
        .prepare_cached("SELECT customer_id, note, follow_up, written_at FROM note WHERE customer_id = ?")?
        .query_row([&change.customer_id], note)
        .optional()?;
    if change.is_said_by(stored.as_ref()) {
        return Ok(NoteOutcome::Kept);
    }
    if stored != change.replaces {
        return Ok(NoteOutcome::Conflict(stored));
    }
    if change.is_deletion() {
        tx.execute("DELETE FROM note WHERE customer_id = ?", [&change.customer_id])?;
    } else {
        tx.execute(
            "INSERT OR REPLACE INTO note (customer_id, reseller_id, company, note, follow_up, written_at)
             VALUES (?, ?, ?, ?, ?, ?)",
            params![
                change.customer_id,
                change.reseller_id,
                change.company,
                change.text,
                change.follow_up.map(|day| day.to_string()),
                time::to_text(now),
            ],
        )?;
    }
    tx.commit()?;
    // What the note was before is to be in no log either.
    if let Err(error) = connect::truncate_log(history) {
        tracing::warn!(%error, "the log of the history was not emptied");
    }
    Ok(NoteOutcome::Kept)
}

impl PortfolioStore {
    /// Returns all notes; `None` if the history cannot be read, so that nobody's are known.
    ///
    /// # Errors
    /// Fails if the history cannot be read for another reason than damage.
    pub fn notes(&self) -> Result<Option<Notes>, StoreError> {
        use HistoryExtent::{Damaged, Missing, OtherAccount};
        if let Some(notes) = &self.session_notes {
            return Ok(Some(notes.read()));
        }
        if matches!(self.lost_history, Some(Missing | Damaged | OtherAccount)) {
            return Ok(None);
        }
        match read_all(&self.history) {
            Ok(notes) => Ok(Some(notes)),
            Err(error) if error.is_damage() => {
                tracing::warn!(%error, "the notes cannot be read");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the notes of some customers, as far as they can be read.
    pub(super) fn notes_of<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<Notes, StoreError> {
        if self.session_notes.is_some() {
            let all = self.notes()?.unwrap_or_default();
            return Ok(ids.filter_map(|id| Some((id.to_owned(), all.get(id)?.clone()))).collect());
        }
        let read = || -> Result<Notes, StoreError> {
            if !holds_notes(&self.history)? {
                return Ok(Notes::new());
            }
            let mut one = self.history.prepare_cached(
                "SELECT customer_id, note, follow_up, written_at FROM note WHERE customer_id = ?",
            )?;
            let mut found = Notes::new();
            for id in ids {
                found.extend(one.query_row([id], note).optional()?.map(|note| (id.to_owned(), note)));
            }
            Ok(found)
        };
        match read() {
            Err(error) if error.is_damage() => Ok(Notes::new()),
            found => found,
        }
    }

    /// Returns a number that is another one after another connection has written to the history, or after a note in memory has
    /// changed.
    ///
    /// # Errors
    /// Fails if the history cannot be read.
    pub fn notes_version(&self) -> Result<i64, StoreError> {
        match &self.session_notes {
            Some(notes) => Ok(notes.version()),
            None => Ok(self.history.pragma_query_value(None, "data_version", |row| row.get(0))?),
        }
    }

    /// Counts the notes in the histories in a folder, those that were set aside too. Histories that cannot be read are left out;
    /// whether there are any is the second value.
    ///
    /// # Errors
    /// Fails if the folder cannot be read.
    pub fn count_notes(folder: &Path) -> Result<(u64, bool), StoreError> {
        let mut paths = folder::set_aside_files(folder, folder::HISTORY)?;
        paths.push(folder.join(folder::HISTORY));
        let (mut notes, mut lacks_some) = (0, false);
        for path in paths {
            match count_in(&path) {
                Ok(count) => notes += count,
                Err(error) => {
                    tracing::warn!(%error, "the notes in a file cannot be counted");
                    lacks_some = true;
                }
            }
        }
        Ok((notes, lacks_some))
    }
}

fn count_in(path: &Path) -> Result<u64, StoreError> {
    if !inspect::holds_something(path)? {
        return Ok(0);
    }
    let history = connect::to_read(path)?;
    if !holds_notes(&history)? {
        return Ok(0);
    }
    let count: i64 = history.query_row("SELECT COUNT(*) FROM note", [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Lets statements of the user's own read notes in memory under the name of the view.
pub(super) fn show_in_sql(cache: &Connection, notes: &SessionNotes) -> Result<(), StoreError> {
    cache.execute_batch(
        "CREATE TEMP TABLE session_note (
            customer_id TEXT, company TEXT, reseller_id TEXT, note TEXT, follow_up TEXT, written_at TEXT
         ) STRICT;
         CREATE TEMP VIEW v_notes AS SELECT * FROM session_note ORDER BY follow_up IS NULL, follow_up, customer_id;",
    )?;
    for (id, entry) in notes.entries() {
        let note = entry.note;
        cache.execute(
            "INSERT INTO session_note VALUES (?, ?, ?, ?, ?, ?)",
            params![
                id,
                entry.company,
                entry.reseller_id,
                note.text,
                note.follow_up.map(|day| day.to_string()),
                time::to_text(note.written_at)
            ],
        )?;
    }
    Ok(())
}
