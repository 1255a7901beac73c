//! The store: two SQLite files with everything that is known of a portfolio.
//!
//! `portfolio.sqlite` is a cache of what the API sent; it can be read again, so a damaged or outdated one is set aside.
//! `history.sqlite` holds observed changes, which cannot be read again. One process writes (a lock), any number read (WAL).
//! A change is first stored in the cache's outbox, in the same transaction as the new value, and then moved to the history
//! under its number, so that a kill at any point loses none and repeats none.

mod body;
mod changes;
mod check;
mod folder;
mod identity;
mod read;
mod schema;
mod time;
mod walk;
mod write;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

pub use changes::{ChangeFilter, StoredChange};
pub use check::{FileCheck, FileReport};
pub use folder::folder_of;
pub use identity::Identity;
pub use read::{Completeness, StoredCustomer};
pub use walk::{DueCustomer, OpenWalk};

use super::StoreError;
use folder::WriterLock;

/// The longest wait for another connection's lock.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// An open portfolio.
#[derive(Debug)]
pub struct PortfolioStore {
    cache: Connection,
    history: Connection,
    portfolio: String,
    keeps_contacts: bool,
    /// Held until the store is closed.
    lock: Option<WriterLock>,
}

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
    /// damaged file are set aside, which a notice says.
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
        let cache_path = folder.join(folder::CACHE);
        let history_path = folder.join(folder::HISTORY);
        let unusable = usable(&cache_path, identity, keep_contacts)?;
        if let Some(unusable) = unusable {
            let aside = folder::set_aside(&cache_path, now)?;
            notices.push(format!(
                "The portfolio on disk {}; it was set aside as {}, and everything is read again.",
                unusable.words(),
                crate::text::display_path(&aside)
            ));
            // The history is of the same account unless the identity differs.
            if matches!(unusable, Unusable::OtherAccount(_)) && history_path.exists() {
                let aside = folder::set_aside(&history_path, now)?;
                notices.push(format!("Its history is in {}.", crate::text::display_path(&aside)));
            }
        }
        folder::create_private(&cache_path)?;
        let cache = connect(&cache_path)?;
        let history = match open_history(&history_path) {
            Err(error) if error.is_damage() => {
                let aside = folder::set_aside(&history_path, now)?;
                notices.push(format!(
                    "The history of changes is damaged; it was set aside as {}, and a new one was begun.",
                    crate::text::display_path(&aside)
                ));
                open_history(&history_path)?
            }
            other => other?,
        };
        let mut store = Self::with(cache, history, identity, keep_contacts, now)?;
        store.lock = Some(lock);
        store.flush_changes()?;
        Ok(OpenedStore { store, notices })
    }

    /// Opens a portfolio for reading only, whether or not another process writes to it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none. Fails if it belongs to another account or cannot be read.
    pub fn open_to_read(folder: &Path, identity: Option<&Identity>) -> Result<Self, StoreError> {
        let cache_path = folder.join(folder::CACHE);
        if !cache_path.exists() {
            return Err(StoreError::Missing);
        }
        let cache = connect_to_read(&cache_path)?;
        let version = version(&cache, &cache_path)?;
        if version > schema::CACHE_VERSION {
            return Err(StoreError::Newer { path: cache_path, found: version });
        }
        if version < schema::CACHE_VERSION {
            return Err(StoreError::Missing);
        }
        let (portfolio, stored, keeps_contacts) = read_identity(&cache)?.ok_or(StoreError::Missing)?;
        if identity.is_some_and(|identity| identity.difference(&stored).is_some()) {
            return Err(StoreError::Missing);
        }
        let history_path = folder.join(folder::HISTORY);
        let history = if history_path.exists() { connect_to_read(&history_path)? } else { empty_history()? };
        Ok(Self { cache, history, portfolio, keeps_contacts, lock: None })
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
        Self::with(Connection::open_in_memory()?, empty_history()?, identity, keep_contacts, now)
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
        Ok(Self { cache, history, portfolio, keeps_contacts: contacts, lock: None })
    }

    /// Returns the process that is syncing the portfolio in a folder, if one is.
    pub fn writer_of(folder: &Path) -> Option<u32> {
        WriterLock::holder(folder)
    }

    /// Deletes every file of the portfolio in a folder, those set aside too; returns how many. Their contents are
    /// overwritten first where the file system allows it.
    ///
    /// # Errors
    /// Fails if another process is syncing, or if a file cannot be deleted.
    pub fn forget(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let lock = WriterLock::take(folder)?;
        let files = folder::all_files(folder)?;
        for path in &files {
            wipe(path).map_err(StoreError::io(path))?;
            std::fs::remove_file(path).map_err(StoreError::io(path))?;
        }
        drop(lock);
        // A file of somebody else's keeps the folder.
        let _ = std::fs::remove_dir(folder);
        Ok(files)
    }
}

/// Overwrites the contents of a file with zeros, so that they are in no free block afterwards.
fn wipe(path: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    let mut file = crate::files::open(path, options.write(true), crate::files::SymlinkPolicy::Refuse)?;
    let mut left = file.metadata()?.len();
    let zeros = [0; 8 * 1024];
    while left > 0 {
        let piece = usize::try_from(left.min(zeros.len() as u64)).unwrap_or(zeros.len());
        file.write_all(&zeros[..piece])?;
        left -= piece as u64;
    }
    file.sync_all()
}

/// The reason why a cache cannot be used.
#[derive(Debug, Clone, Copy)]
enum Unusable {
    Damaged,
    OlderSchema,
    OtherAccount(&'static str),
    OtherContacts,
}

impl Unusable {
    fn words(self) -> String {
        match self {
            Self::Damaged => "is damaged".to_owned(),
            Self::OlderSchema => "has an older form".to_owned(),
            Self::OtherAccount(what) => format!("belongs to {what}"),
            Self::OtherContacts => "was kept with another setting for contacts".to_owned(),
        }
    }
}

/// Looks at a cache that may exist; returns the reason why it cannot be used, if there is one.
fn usable(path: &Path, identity: &Identity, keep_contacts: bool) -> Result<Option<Unusable>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let look = || -> Result<Option<Unusable>, StoreError> {
        let cache = connect(path)?;
        match version(&cache, path)? {
            0 => return Ok(None),
            found if found > schema::CACHE_VERSION => {
                return Err(StoreError::Newer { path: path.to_owned(), found });
            }
            found if found < schema::CACHE_VERSION => return Ok(Some(Unusable::OlderSchema)),
            _ => {}
        }
        let Some((_, stored, contacts)) = read_identity(&cache)? else { return Ok(Some(Unusable::Damaged)) };
        Ok(match identity.difference(&stored) {
            Some(what) => Some(Unusable::OtherAccount(what)),
            // Contacts that are no longer to be kept must not stay in old pages.
            None if contacts && !keep_contacts => Some(Unusable::OtherContacts),
            None if contacts != keep_contacts => Some(Unusable::OtherContacts),
            None => None,
        })
    };
    match look() {
        Err(error) if error.is_damage() => Ok(Some(Unusable::Damaged)),
        other => other,
    }
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

/// Reads the version of a database's schema; this is the first access to the file.
fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0));
    found.map_err(|error| {
        let error = StoreError::from(error);
        if error.is_damage() { StoreError::Damaged(path.to_owned()) } else { error }
    })
}

/// Opens a database for writing. Deleted content is overwritten, so that it is in no free page.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW,
    )?;
    connection.busy_timeout(LONGEST_WAIT)?;
    let _: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens a database for reading. On a read-only medium, where no shared memory can be created, it is taken as immutable.
fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(LONGEST_WAIT)?;
        connection.pragma_query_value::<i64, _>(None, "schema_version", |row| row.get(0))?;
        Ok(connection)
    };
    match open() {
        Ok(connection) => Ok(connection),
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly)
            ) =>
        {
            let mut url = url::Url::from_file_path(path).map_err(|()| StoreError::Io {
                path: path.to_owned(),
                source: std::io::ErrorKind::InvalidInput.into(),
            })?;
            url.set_query(Some("immutable=1"));
            Ok(Connection::open_with_flags(url.as_str(), flags | OpenFlags::SQLITE_OPEN_URI)?)
        }
        Err(error) => {
            let error = StoreError::from(error);
            Err(if error.is_damage() { StoreError::Damaged(path.to_owned()) } else { error })
        }
    }
}

fn open_history(path: &Path) -> Result<Connection, StoreError> {
    folder::create_private(path)?;
    let mut history = connect(path)?;
    let found = version(&history, path)?;
    if found > i64::try_from(schema::HISTORY.len()).unwrap_or(i64::MAX) {
        return Err(StoreError::Newer { path: path.to_owned(), found });
    }
    migrate(&mut history, found)?;
    Ok(history)
}

fn empty_history() -> Result<Connection, StoreError> {
    let mut history = Connection::open_in_memory()?;
    migrate(&mut history, 0)?;
    Ok(history)
}

/// Applies the migrations of the history after the first `applied`.
fn migrate(history: &mut Connection, applied: i64) -> Result<(), StoreError> {
    for (number, migration) in (1i64..).zip(schema::HISTORY).filter(|(number, _)| *number > applied) {
        let tx = history.transaction()?;
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}
