//! From the journal to the file: written beside it, and put in its place in one piece.

use std::{io, path::Path};

use serde_json::Value;

use super::{Journal, JournalError};
use crate::{
    files,
    model::{Customer, Row, SubscriptionList},
    output::{Columns, Format, Item, Options, OutputError, Sink, Summary},
};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The journal.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The file.
    #[error("{0}")]
    Output(#[from] OutputError),
    /// What the system says of the file or its folder.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The lines and what was left out.
    pub summary: Summary,
    /// Customers of whom a record or subscriptions could not be had, and would not come by trying again.
    pub without: u64,
}

/// Writes the file of a journal that is whole, and removes the journal. Blocks.
///
/// # Errors
/// Why not. A file that was there is then as it was, and the journal stays.
pub fn write(
    mut journal: Journal,
    file: &Path,
    format: Format,
    columns: &Columns,
    options: Options,
) -> Result<Written, WriteError> {
    let written = files::write_with(file, |out| {
        let mut reader = journal.read()?;
        let mut sink = Sink::new(format, columns, options, out)?;
        let mut without = 0;
        while let Some(entry) = reader.next_entry()? {
            for (index, raw) in entry.rows.into_iter().enumerate() {
                without += u64::from(item(&mut sink, index + 1, raw)?);
            }
        }
        Ok::<_, WriteError>(Written { summary: sink.finish()?, without })
    })?;
    journal.remove()?;
    Ok(written)
}

/// Writes one row of the journal: as sent, or with its record and its subscriptions. Says whether something of it is
/// missing.
fn item(sink: &mut Sink<'_>, position: usize, mut raw: Value) -> Result<bool, OutputError> {
    let with_records = raw.get("customer").is_some() && raw.get("customerId").is_none();
    if !with_records {
        let row = Row::read(position, raw);
        return sink.item(&Item::row(&row)).map(|()| false);
    }
    let part =
        |raw: &mut Value, name: &str| raw.get_mut(name).map(Value::take).filter(|value| !value.is_null());
    let row = Row::read(position, part(&mut raw, "customer").unwrap_or_default());
    let read = |value: Option<Value>| value.and_then(|value| serde_json::to_vec(&value).ok());
    let details = read(part(&mut raw, "details")).and_then(|bytes| Customer::from_slice(&bytes).ok());
    let subscriptions =
        read(part(&mut raw, "subscriptions")).and_then(|bytes| SubscriptionList::from_slice(&bytes).ok());
    let mut item = Item::row(&row);
    if let Some(details) = &details {
        item = item.with_details(details);
    }
    if let Some(subscriptions) = &subscriptions {
        item = item.with_subscriptions(subscriptions);
    }
    let problem = raw.get("problem").and_then(Value::as_str);
    if let Some(problem) = problem {
        item = item.with_problem(problem);
    }
    sink.item(&item).map(|()| problem.is_some())
}
