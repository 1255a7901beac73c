//! From the journal to the file: written beside it, and put in its place in one piece.

use std::{io, path::Path};

use serde_json::{Value, value::RawValue};

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
    /// Why the journal is still there, though it is of no use any more.
    pub journal_left: Option<JournalError>,
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
        let read = if reader.plan.has_records() { Read::whole } else { Read::row };
        let mut sink = Sink::new(format, columns, options, out)?;
        let mut without = 0;
        // A row of JSON is what was sent: it need not be read.
        if sink.takes_json() && !reader.plan.has_records() {
            while let Some(entry) = reader.next_entry::<Box<RawValue>>()? {
                entry.rows.iter().try_for_each(|row| sink.json(row.get()))?;
            }
        }
        while let Some(entry) = reader.next_entry::<Value>()? {
            for (index, raw) in entry.rows.into_iter().enumerate() {
                let read = read(index + 1, raw);
                without += u64::from(read.problem.is_some());
                sink.item(&read.item())?;
            }
        }
        reader.check_end()?;
        Ok::<_, WriteError>(Written { summary: sink.finish()?, without, journal_left: None })
    })?;
    // The file is there: that is what counts.
    Ok(Written { journal_left: journal.remove().err(), ..written })
}

/// One row of the journal: as sent, or with its record and its subscriptions.
#[derive(Debug)]
struct Read {
    row: Row,
    details: Option<Customer>,
    subscriptions: Option<SubscriptionList>,
    /// What of it is missing.
    problem: Option<String>,
}

impl Read {
    fn row(position: usize, raw: Value) -> Self {
        Self { row: Row::read(position, raw), details: None, subscriptions: None, problem: None }
    }

    fn whole(position: usize, mut raw: Value) -> Self {
        let mut part = |name: &str| raw.get_mut(name).map(Value::take).filter(|value| !value.is_null());
        let row = Row::read(position, part("customer").unwrap_or_default());
        let bytes = |value: Option<Value>| value.and_then(|value| serde_json::to_vec(&value).ok());
        let details = bytes(part("details")).and_then(|bytes| Customer::from_slice(&bytes).ok());
        let list = bytes(part("subscriptions"));
        let subscriptions = list.and_then(|bytes| SubscriptionList::from_slice(&bytes).ok());
        let problem = part("problem").and_then(|problem| problem.as_str().map(str::to_owned));
        Self { row, details, subscriptions, problem }
    }

    fn item(&self) -> Item<'_> {
        let mut item = Item::row(&self.row);
        if let Some(details) = &self.details {
            item = item.with_details(details);
        }
        if let Some(subscriptions) = &self.subscriptions {
            item = item.with_subscriptions(subscriptions);
        }
        if let Some(problem) = &self.problem {
            item = item.with_problem(problem);
        }
        item
    }
}
