//! The store: two SQLite files with everything that is known of a portfolio.
//!
//! `portfolio.sqlite` is a cache of what the API sent; it can be read again, so a damaged or outdated one is set aside.
//! `history.sqlite` holds observed changes and the user's own notes, which cannot be read again. One process writes (a lock), any number read (WAL).
//! A change is first stored in the cache's outbox, in the same transaction as the new value, and then moved to the history
//! under its number, so that a kill at any point loses none and repeats none.

mod acquisitions;
mod auto_changes;
mod body;
mod changes;
mod check;
mod connect;
mod contacts;
mod folder;
mod identity;
mod inspect;
mod notes;
mod orders;
mod read;
mod renewal_dates;
mod replaced;
mod restored;
mod rows;
mod schema;
mod shown_rows;
mod sql;
mod subscriptions;
#[cfg(test)]
mod tests;
mod time;
mod unread;
mod walk;
mod write;
mod write_orders;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, params};

pub use acquisitions::PendingLicences;
pub use changes::ChangeFilter;
pub use check::{FileCheck, FileReport};
pub use folder::{PortfolioRename, folder_of};
pub use identity::Identity;
pub use notes::{NoteFile, Notes};
pub use orders::StoredOrders;
pub use read::{Completeness, StoredCustomer, StoredRecord};
pub use replaced::CopyFile;
pub use shown_rows::ShownRows;
pub use sql::{SqlError, SqlTable, SqlValue};
pub use subscriptions::StoredSubscription;
pub use unread::UnreadValue;
pub use walk::DueCustomer;

use super::{SessionNotes, StoreError};
use crate::{model::HistoryExtent, text};
use connect::Durability;
use folder::WriterLock;
use inspect::Unusable;
use notes::HistoryTurn;
use replaced::OpenFiles;
use restored::Ages;

/// An open portfolio.
#[derive(Debug)]
pub struct PortfolioStore {
    cache: Connection,
    history: Connection,
    portfolio: String,
    keeps_contacts: bool,
    /// The reason why a reader has no history of this account, or one that lacks changes that the cache has seen.
    lost_history: Option<HistoryExtent>,
    /// The notes of a store in memory; those of one on disk are in its history.
    session_notes: Option<SessionNotes>,
    /// The number of times that this process has stored facts that searching and sorting use.
    news: u64,
    /// The files when they were opened.
    files: OpenFiles,
    /// Held until the store is closed.
    lock: Option<WriterLock>,
}

/// A state of the facts that searching and sorting use; see [`PortfolioStore::revision`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(u64, i64, i64);

/// An opened portfolio, and what has to be said about it.
#[derive(Debug)]
pub struct OpenedStore {
    /// The store.
    pub store: PortfolioStore,
    /// Notices for the user, such as a file that was set aside.
    pub notices: Vec<String>,
}

impl PortfolioStore {
    /// Opens a portfolio for writing; creates it if there is none. Data of another account, of an older schema or in a
    /// damaged file are set aside, which a notice says. Contacts that are no longer to be kept are deleted.
    ///
    /// # Errors
    /// Fails if another process writes, if the files are of a newer version, or if they cannot be written.
    pub fn open(
        folder: &Path,
        identity: &Identity,
        keep_contacts: bool,
        now: DateTime<Utc>,
    ) -> Result<OpenedStore, StoreError> {
        let lock = WriterLock::take(folder)?;
        let mut notices: Vec<String> = folder::network_warning(folder).into_iter().collect();
        let (cache_path, history_path) = (folder.join(folder::CACHE), folder.join(folder::HISTORY));
        // Both are looked at before either is touched: those of a newer version stay as they are.
        let unusable_cache = inspect::cache(&cache_path, identity)?;
        // The history comes first: after a kill in between, the cache still shows that it is another account's.
        let unusable_history = inspect::history(&history_path, identity)?;
        if let Some(unusable) = unusable_history {
            let turn = HistoryTurn::wait(folder)?;
            let aside = text::display_path(&folder::set_aside(&history_path, now)?);
            drop(turn);
            notices.push(format!(
                "The history of changes {}; it was set aside as {aside}, with the notes in it, and a new one was begun.",
                unusable.words()
            ));
        }
        let is_begun = unusable_cache.is_none() && inspect::holds_something(&cache_path)?;
        let is_history_missing =
            is_begun && unusable_history.is_none() && !inspect::holds_something(&history_path)?;
        if is_history_missing {
            notices.push(HistoryExtent::BEGUN_AGAIN.to_owned());
        }
        let history = connect::history(&history_path, identity, is_begun.then_some(now))?;
        if let Some(unusable) = unusable_cache {
            notices.push(if keep_contacts || matches!(unusable, Unusable::OtherAccount(_)) {
                let aside = text::display_path(&folder::set_aside(&cache_path, now)?);
                format!(
                    "The portfolio on disk {}; it was set aside as {aside}, and everything is read again.",
                    unusable.words()
                )
            } else {
                folder::delete(&folder::files_of(folder, folder::CACHE)?)?;
                format!(
                    "The portfolio on disk {}; it was deleted, and everything is read again.",
                    unusable.words()
                )
            });
        }
        folder::create_private(&cache_path)?;
        let cache = connect::to_write(&cache_path, Durability::OfTheFile)?;
        let mut store = Self::with(cache, history, identity, keep_contacts, now)?;
        store.lock = Some(lock);
        store.files = OpenFiles::of(folder);
        // If the history was set aside or missing, that has been said.
        let is_said = unusable_history.is_some() || is_history_missing;
        notices.extend(store.reconcile(now)?.filter(|_| !is_said).map(str::to_owned));
        // Changes that a killed run left are moved first, so that contacts in them are deleted too.
        store.flush_changes()?;
        notices.extend(store.set_contacts(keep_contacts)?);
        if !keep_contacts {
            changes::delete_contacts(&store.history)?;
            notices.extend(delete_set_aside_contacts(folder)?);
        }
        Ok(OpenedStore { store, notices })
    }

    /// Opens a portfolio for reading only, whether or not another process writes to it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, and [`StoreError::Outdated`] if it is to be read again. Fails if it belongs to another account or cannot be read.
    pub fn open_to_read(folder: &Path, identity: Option<&Identity>) -> Result<Self, StoreError> {
        let cache_path = folder.join(folder::CACHE);
        if !folder::exists(&cache_path)? {
            return Err(StoreError::Missing);
        }
        let files = OpenFiles::of(folder);
        let cache = connect::to_read(&cache_path)?;
        let version = connect::version(&cache, &cache_path)?;
        if version > schema::CACHE_VERSION {
            return Err(StoreError::Newer { path: cache_path, found: version });
        }
        match version {
            0 => return Err(StoreError::Missing),
            ..schema::CACHE_VERSION => return Err(StoreError::Outdated(cache_path)),
            _ => {}
        }
        let (portfolio, stored, keeps_contacts) = read_identity(&cache)?.ok_or(StoreError::Missing)?;
        if identity.is_some_and(|identity| identity.difference(&stored).is_some()) {
            return Err(StoreError::Missing);
        }
        let history_path = folder.join(folder::HISTORY);
        // A writer may be about to set aside the history of another account.
        let mut lost_history = inspect::lost_history(&history_path, &stored)?;
        let history = match lost_history {
            None => connect::to_read(&history_path)?,
            Some(_) => connect::empty_history(&stored)?,
        };
        if restored::compare(&cache, &history, &portfolio)? == Ages::OlderHistory {
            lost_history = lost_history.or(Some(HistoryExtent::Older));
        }
        Ok(Self {
            cache,
            history,
            portfolio,
            keeps_contacts,
            lost_history,
            session_notes: None,
            news: 0,
            files,
            lock: None,
        })
    }

    /// Returns a value that differs from an earlier one if facts that searching and sorting use have changed since. Of a copy that
    /// another process writes to, any change counts.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn revision(&self) -> Result<Revision, StoreError> {
        Ok(Revision(self.news, self.data_version()?, self.notes_version()?))
    }

    /// Takes note of stored facts, if they are new.
    fn note_facts(&mut self, are_new: bool) {
        self.news += u64::from(are_new);
    }

    /// Creates a portfolio in memory, for the demo and for sessions that keep nothing.
    ///
    /// # Errors
    /// Fails if memory is short.
    pub fn in_memory(
        identity: &Identity,
        keep_contacts: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let history = connect::empty_history(identity)?;
        let store = Self::with(Connection::open_in_memory()?, history, identity, keep_contacts, now)?;
        Ok(store.with_notes(SessionNotes::default()))
    }

    /// Takes the notes from memory.
    #[must_use]
    pub fn with_notes(self, notes: SessionNotes) -> Self {
        Self { session_notes: Some(notes), ..self }
    }

    fn with(
        cache: Connection,
        history: Connection,
        identity: &Identity,
        keep_contacts: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let tx = cache.unchecked_transaction()?;
        if tx.pragma_query_value::<i64, _>(None, "user_version", |row| row.get(0))? == 0 {
            tx.execute_batch(schema::CACHE)?;
            tx.pragma_update(None, "user_version", schema::CACHE_VERSION)?;
            let portfolio = uuid::Uuid::new_v4().to_string();
            tx.execute(
                "INSERT INTO identity (one, portfolio, client, api, contacts, created_at) VALUES (1, ?, ?, ?, ?, ?)",
                params![portfolio, identity.client, identity.api, keep_contacts, time::to_text(now)],
            )?;
        }
        tx.commit()?;
        let (portfolio, _, contacts) = read_identity(&cache)?.ok_or(StoreError::Missing)?;
        Ok(Self {
            cache,
            history,
            portfolio,
            keeps_contacts: contacts,
            lost_history: None,
            session_notes: None,
            news: 0,
            files: OpenFiles::default(),
            lock: None,
        })
    }

    /// Gives up the turn to write, so that the portfolio can be opened again while this is still read.
    pub fn stop_writing(&mut self) {
        self.lock = None;
    }

    /// Returns the process that is syncing the portfolio in a folder, if one is.
    pub fn writer_of(folder: &Path) -> Option<u32> {
        WriterLock::holder(folder)
    }

    /// Prepares giving the portfolio of a profile to its new name. No other process can begin to sync it until that is done.
    ///
    /// # Errors
    /// Fails if another process is syncing, or if there is something under the new name.
    pub fn prepare_rename(data: &Path, from: &str, to: &str) -> Result<PortfolioRename, StoreError> {
        PortfolioRename::new(folder_of(data, from), folder_of(data, to))
    }

    /// Deletes every file of the portfolio in a folder, with the notes in it, those set aside too; returns how many. Their contents are
    /// overwritten first where the file system allows it.
    ///
    /// # Errors
    /// Fails if another process is syncing, or if a file cannot be deleted.
    pub fn forget(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let lock = WriterLock::take(folder)?;
        let turn = HistoryTurn::wait(folder)?;
        let mut files = folder::all_files(folder)?;
        folder::delete(&files)?;
        drop((turn, lock));
        // That one is empty, and may have been made just now.
        files.retain(|path| folder::name_of(path) != folder::HISTORY_LOCK);
        // A file of somebody else's keeps the folder.
        let _ = std::fs::remove_dir(folder);
        Ok(files)
    }
}

/// Deletes the contacts in files that were set aside: whole caches, and what histories show of contacts. A history that
/// cannot be opened is deleted, which a notice says.
fn delete_set_aside_contacts(folder: &Path) -> Result<Vec<String>, StoreError> {
    // What SQLite keeps beside a database holds as much of it.
    folder::delete(&folder::set_aside_parts(folder, folder::CACHE)?)?;
    let mut notices = Vec::new();
    for path in folder::set_aside_files(folder, folder::HISTORY)? {
        let cleaned = connect::to_write(&path, Durability::OfEachChange)
            .and_then(|history| changes::delete_contacts(&history));
        match cleaned {
            Ok(()) => {}
            Err(StoreError::Damaged(_) | StoreError::Database(_)) => {
                folder::delete(&folder::files_of(folder, &folder::name_of(&path))?)?;
                notices.push(format!(
                    "{} could not be opened to delete the contacts in it, so the whole file was deleted.",
                    text::display_path(&path)
                ));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(notices)
}

type StoredIdentity = (String, Identity, bool);

fn read_identity(cache: &Connection) -> Result<Option<StoredIdentity>, StoreError> {
    let found = cache
        .query_row("SELECT portfolio, client, api, contacts FROM identity", [], |row| {
            Ok((row.get(0)?, Identity { client: row.get(1)?, api: row.get(2)? }, row.get(3)?))
        })
        .optional()?;
    Ok(found)
}
