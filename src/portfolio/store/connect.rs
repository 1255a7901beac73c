//! Connections to the two files, and the migrations of the history.

use std::{path::Path, time::Duration};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

use super::{folder, identity::Identity, schema, time};
use crate::{files, portfolio::StoreError};

/// The longest wait for another connection's lock.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The transactions that survive a power failure. A kill of the process undoes none in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// All but the latest, which is much faster. The file stays sound.
    OfTheFile,
    /// All of them.
    OfEachChange,
}

/// Opens a database for writing. Deleted content is overwritten, so that it is in no free page.
pub(super) fn to_write(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    // SQLite would refuse a link in any part of the path, but only one in place of the file is suspicious.
    let folder = std::fs::canonicalize(files::parent(path)).map_err(StoreError::io(path))?;
    let real = folder.join(path.file_name().unwrap_or_default());
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let open = || -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open_with_flags(real, flags)?;
        connection.busy_timeout(LONGEST_WAIT)?;
        let _: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        let synchronous = match durability {
            Durability::OfTheFile => "NORMAL",
            Durability::OfEachChange => "FULL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| in_file(error, path))
}

/// Opens a database for reading. On a read-only medium, where no shared memory can be created, it is taken as immutable,
/// unless a log beside it holds what is not in it yet.
pub(super) fn to_read(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(LONGEST_WAIT)?;
        connection.pragma_query_value::<i64, _>(None, "schema_version", |row| row.get(0))?;
        Ok(connection)
    };
    match open() {
        Err(error)
            if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
                && !folder::has_log(path) =>
        {
            let absolute = std::path::absolute(path).map_err(StoreError::io(path))?;
            let mut url = url::Url::from_file_path(absolute)
                .map_err(|()| StoreError::io(path)(std::io::ErrorKind::InvalidInput.into()))?;
            url.set_query(Some("immutable=1"));
            Connection::open_with_flags(url.as_str(), flags | OpenFlags::SQLITE_OPEN_URI)
        }
        opened => opened,
    }
    .map_err(|error| in_file(error, path))
}

/// Moves what was written into the database file, and empties the log beside it. Readers can keep it from being truncated; then
/// the next checkpoint overwrites it.
pub(super) fn truncate_log(database: &Connection) -> Result<(), StoreError> {
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Creates the error of a file that SQLite cannot open or read.
fn in_file(error: rusqlite::Error, path: &Path) -> StoreError {
    match StoreError::from(error) {
        StoreError::Damaged(_) => StoreError::Damaged(Some(path.to_owned())),
        StoreError::Database(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
            StoreError::io(path)(obstacle(path))
        }
        error => error,
    }
}

/// Returns the system's reason why a file cannot be opened, which SQLite does not say. The file is not opened for that.
fn obstacle(path: &Path) -> std::io::Error {
    #[cfg(unix)]
    {
        use rustix::fs::Access;
        if let Err(error) = rustix::fs::access(path, Access::READ_OK | Access::WRITE_OK) {
            return error.into();
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    std::io::Error::other("SQLite cannot open it or create the files beside it")
}

/// Reads the version of a database's schema; this is the first access to the file.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0));
    found.map_err(|error| in_file(error, path))
}

/// Returns true if a database holds no tables.
pub(super) fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let tables: i64 = connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables == 0)
}

/// Opens the history of an account for writing; creates it if there is none. A new one remembers the time since which changes
/// are known, if earlier ones were lost: both in one transaction, so that no kill in between hides the loss.
pub(super) fn history(
    path: &Path,
    identity: &Identity,
    lost_until: Option<DateTime<Utc>>,
) -> Result<Connection, StoreError> {
    folder::create_private(path)?;
    let mut history = to_write(path, Durability::OfEachChange)?;
    let newest = i64::try_from(schema::HISTORY.len()).unwrap_or(i64::MAX);
    if version(&history, path)? < newest {
        migrate(&mut history, identity, lost_until)?;
    }
    Ok(history)
}

/// Creates a history in memory.
pub(super) fn empty_history(identity: &Identity) -> Result<Connection, StoreError> {
    let mut history = Connection::open_in_memory()?;
    migrate(&mut history, identity, None)?;
    Ok(history)
}

/// Applies the migrations of the history that it lacks, all or none. Another process may be about to do the same.
fn migrate(
    history: &mut Connection,
    identity: &Identity,
    lost_until: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let tx = history.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let applied: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (number, migration) in (1i64..).zip(schema::HISTORY).filter(|(number, _)| *number > applied) {
        tx.execute_batch(migration)?;
        if number == 1 {
            tx.execute(
                "INSERT INTO account (one, client, api) VALUES (1, ?, ?)",
                params![identity.client, identity.api],
            )?;
        }
        tx.pragma_update(None, "user_version", number)?;
    }
    if let Some(at) = lost_until.filter(|_| applied == 0) {
        tx.execute("UPDATE account SET known_since = ?", [time::to_text(at)])?;
    }
    tx.commit()?;
    Ok(())
}
