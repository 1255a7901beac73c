//! Errors of the store.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::text;

/// An error of the store, which says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No portfolio is kept there yet.
    #[error("no portfolio is kept here yet: run `vipmp sync` first")]
    Missing,
    /// The copy was written by an older version of the program.
    #[error("{} was written by an older version of vipmp: run `vipmp sync`, which reads everything again; your notes and the history of changes stay", text::display_path(.0))]
    Outdated(PathBuf),
    /// The files belong to a newer version of the program.
    #[error("{} was written by a newer version of vipmp (schema {found}): update vipmp, or name another folder with VIPMP_DATA_DIR", text::display_path(.path))]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its schema.
        found: i64,
    },
    /// Another process writes to the portfolio.
    #[error("another vipmp{} keeps this portfolio up to date: quit it first, or let it finish if it is a sync", process(*.0))]
    Busy(Option<u32>),
    /// A portfolio is to be renamed, but something has the new name already.
    #[error("{} exists already, and may hold a copy of other customers: choose another name, or rename or delete that folder", text::display_path(.0))]
    Taken(PathBuf),
    /// The history of a copy is missing, with the notes in it.
    #[error("{} is missing, with the notes in it: the next note or `vipmp sync` begins a new history", text::display_path(.0))]
    HistoryMissing(PathBuf),
    /// The history was deleted or replaced while it was open.
    #[error("{} was deleted or replaced by another program while vipmp was using it, and the notes in it may be lost: the changes that were observed are kept in the copy, and `vipmp sync` moves them to the new history", text::display_path(.0))]
    HistoryReplaced(PathBuf),
    /// A file is damaged; its path, if it is known which one.
    #[error("{} is damaged: `vipmp portfolio check` sets it aside, and `vipmp sync` {}", file(.0.as_deref()), remedy(.0.as_deref()))]
    Damaged(Option<PathBuf>),
    /// A file is another account's.
    #[error("{} belongs to {whose}: `vipmp sync`, or opening a view, sets it aside and begins a new one", text::display_path(.path))]
    OtherAccount {
        /// The file.
        path: PathBuf,
        /// Whose it is, in words.
        whose: &'static str,
    },
    /// Another process writes to a file at this moment.
    #[error("another vipmp is writing to the portfolio at this moment: try again")]
    Locked,
    /// The disk is full.
    #[error("the disk is full: free some space and run the command again; what was stored before is intact")]
    Full,
    /// A file cannot be opened, created or renamed.
    #[error("{}: {source}", text::display_path(.path))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The database reports another error.
    #[error("the portfolio cannot be read or written: {0}")]
    Database(rusqlite::Error),
    /// A stored value cannot be read.
    #[error(
        "a stored value cannot be read ({0}): `vipmp portfolio check` drops it, and `vipmp sync` reads it again"
    )]
    Value(String),
}

fn file(path: Option<&Path>) -> String {
    path.map_or_else(|| "a file of the portfolio".to_owned(), text::display_path)
}

/// Returns what a sync does without a damaged file, as a predicate.
fn remedy(path: Option<&Path>) -> &'static str {
    if path.and_then(Path::file_name).is_some_and(|name| name == "history.sqlite") {
        "begins a new history, without the changes and notes in it"
    } else {
        "reads everything again"
    }
}

fn process(id: Option<u32>) -> String {
    id.map(|id| format!(" (process {id})")).unwrap_or_default()
}

impl StoreError {
    /// Creates the error of a file operation.
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { path, source },
        }
    }

    /// Returns true if the file lacks a table, so that another program has written it.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self, Self::Database(error) if error.to_string().contains("no such table"))
    }

    /// Returns true if the file is no database or is damaged.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Locked,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged(None)
            }
            _ => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Value(error.to_string())
    }
}
