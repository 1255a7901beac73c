//! Looking at files that exist before they are used. Nothing is written to them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};

use super::{connect, folder, identity::Identity, read_identity, schema};
use crate::{model::HistoryExtent, portfolio::StoreError};

/// The reason why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    Damaged,
    OlderSchema,
    OtherAccount(&'static str),
}

impl Unusable {
    /// Returns the reason as the predicate of a sentence.
    pub(super) fn words(self) -> String {
        match self {
            Self::Damaged => "is damaged".to_owned(),
            Self::OlderSchema => "has an older form".to_owned(),
            Self::OtherAccount(what) => format!("belongs to {what}"),
        }
    }
}

/// Looks at a cache that may exist; returns the reason why it cannot be used, if there is one.
///
/// # Errors
/// Fails if it is of a newer version or cannot be read.
pub(super) fn cache(path: &Path, identity: &Identity) -> Result<Option<Unusable>, StoreError> {
    inspect(path, schema::CACHE_VERSION, |cache, version| {
        if version < schema::CACHE_VERSION {
            return Ok(Some(Unusable::OlderSchema));
        }
        let Some((_, stored, _)) = read_identity(cache)? else { return Ok(Some(Unusable::Damaged)) };
        Ok(identity.difference(&stored).map(Unusable::OtherAccount))
    })
}

/// Returns true if a file that can be used holds something, and is not one that is still to be begun.
///
/// # Errors
/// Fails if it cannot be read.
pub(super) fn holds_something(path: &Path) -> Result<bool, StoreError> {
    Ok(folder::exists(path)? && !connect::is_empty(&connect::to_read(path)?)?)
}

/// Looks at a history that may exist; returns the reason why it cannot be used, if there is one.
///
/// # Errors
/// Fails if it is of a newer version or cannot be read.
pub(super) fn history(path: &Path, identity: &Identity) -> Result<Option<Unusable>, StoreError> {
    let newest = i64::try_from(schema::HISTORY.len()).unwrap_or(i64::MAX);
    inspect(path, newest, |history, _| {
        let stored = history
            .query_row("SELECT client, api FROM account", [], |row| {
                Ok(Identity { client: row.get(0)?, api: row.get(1)? })
            })
            .optional()?;
        let Some(stored) = stored else { return Ok(Some(Unusable::Damaged)) };
        Ok(identity.difference(&stored).map(Unusable::OtherAccount))
    })
}

/// Returns the reason why there is no history of an account that can be read, if there is none.
///
/// # Errors
/// Fails if it is of a newer version or cannot be read.
pub(super) fn lost_history(path: &Path, identity: &Identity) -> Result<Option<HistoryExtent>, StoreError> {
    Ok(match history(path, identity)? {
        Some(Unusable::OtherAccount(_)) => Some(HistoryExtent::OtherAccount),
        Some(_) => Some(HistoryExtent::Damaged),
        None => (!holds_something(path)?).then_some(HistoryExtent::Missing),
    })
}

/// Hands a file in which something was stored to `judge`, with the version of its schema.
fn inspect(
    path: &Path,
    newest: i64,
    judge: impl FnOnce(&Connection, i64) -> Result<Option<Unusable>, StoreError>,
) -> Result<Option<Unusable>, StoreError> {
    if !folder::exists(path)? {
        return Ok(None);
    }
    let judged = connect::to_read(path).and_then(|file| match connect::version(&file, path)? {
        0 if connect::is_empty(&file)? => Ok(None),
        0 => Ok(Some(Unusable::Damaged)),
        found if found > newest => Err(StoreError::Newer { path: path.to_owned(), found }),
        version => judge(&file, version),
    });
    match judged {
        Err(error) if error.is_damage() || error.is_foreign() => Ok(Some(Unusable::Damaged)),
        other => other,
    }
}
