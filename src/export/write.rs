//! Turns a complete journal into the file: written beside it, and moved into place as a whole.

use std::{io, path::Path};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Journal, JournalError};
use crate::{
    columns::{Columns, Item},
    files,
    model::{AsOf, CopyFacts, Customer, CustomerNote, Problem, Row, SubscriptionList},
    output::{Format, Options, OutputError, Sink, Summary},
};

/// The reason why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The journal could not be read.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The rows could not be formatted or written.
    #[error("{0}")]
    Output(#[from] OutputError),
    /// The system's error about the file or its folder.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// Returns true if the export can be resumed from its journal once the obstacle is removed.
    pub fn can_be_resumed(&self) -> bool {
        match self {
            Self::Journal(error) => error.can_be_resumed(),
            Self::Output(_) | Self::Io(_) => true,
        }
    }
}

/// The outcome of writing a file.
#[derive(Debug)]
pub struct Written {
    /// The number of lines, and what was left out of them.
    pub summary: Summary,
    /// The number of customers whose details or subscriptions could not be loaded, and would fail again.
    pub without: u64,
    /// Customers whose subscriptions may be incomplete.
    pub doubts: RowWarnings,
    /// Rows that were invalid as sent.
    pub damage: RowWarnings,
    /// The reason why the journal could not be removed, if so.
    pub journal_left: Option<JournalError>,
}

/// Warnings about single rows: their number, and the first few.
#[derive(Debug, Default)]
pub struct RowWarnings {
    /// The number of warnings.
    pub count: u64,
    /// The first warnings, which name their customers.
    pub first: Vec<String>,
}

impl RowWarnings {
    /// The most warnings that are kept.
    const MOST: usize = 10;

    fn note(&mut self, words: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < Self::MOST {
            self.first.push(words());
        }
    }
}

/// Writes the file of a complete journal, and removes the journal. Blocks.
///
/// # Errors
/// Fails if the file cannot be written. An existing file is then unchanged, and the journal stays.
pub fn write(
    mut journal: Journal,
    file: &Path,
    format: Format,
    columns: &Columns,
    options: Options,
) -> Result<Written, WriteError> {
    let path = journal.path().to_owned();
    let written = files::write_with(file, files::Access::Preserve, |out| {
        let mut reader = journal.read()?;
        let with_records = reader.plan.has_records();
        let mut file = RowWriter::new(Sink::new(format, columns, options, out)?);
        // JSON rows are written as sent, without being parsed.
        let as_sent = file.sink.takes_json() && !with_records;
        let unknown_format = |_| JournalError::UnknownFormat(path.clone());
        while let Some(entry) = reader.next_entry::<Box<RawValue>>()? {
            // Row by row, so that memory is reused at once.
            for (index, row) in entry.rows.iter().enumerate() {
                if as_sent && !Row::is_kept_with_damage(row.get()) {
                    file.sink.json(row.get())?;
                    continue;
                }
                let read = if with_records {
                    ExportRow::whole(index + 1, row)
                } else {
                    ExportRow::row(index + 1, row)
                };
                file.row(&read.map_err(unknown_format)?)?;
            }
        }
        // Damage since the rows were fetched must not reach the file either.
        reader.check_end()?;
        Ok::<_, WriteError>(file.finish()?)
    })?;
    // The file is complete, which is what counts.
    Ok(Written { journal_left: journal.remove().err(), ..written })
}

/// Writes a file of rows that are at hand; `next` returns some more of them, and none at the end. Blocks.
///
/// # Errors
/// Fails with the error of `next`, or if the file cannot be written. An existing file is then unchanged.
pub fn write_rows<E: From<OutputError> + From<io::Error>>(
    file: &Path,
    format: Format,
    columns: &Columns,
    options: Options,
    mut next: impl FnMut() -> Result<Option<Vec<ExportRow>>, E>,
) -> Result<Written, E> {
    files::write_with(file, files::Access::Preserve, |out| {
        let mut file = RowWriter::new(Sink::new(format, columns, options, out)?);
        while let Some(rows) = next()? {
            for row in &rows {
                file.row(row)?;
            }
        }
        Ok(file.finish()?)
    })
}

/// Writes rows, and notes what has to be said of them.
struct RowWriter<'w> {
    sink: Sink<'w>,
    without: u64,
    doubts: RowWarnings,
    damage: RowWarnings,
}

impl<'w> RowWriter<'w> {
    fn new(sink: Sink<'w>) -> Self {
        Self { sink, without: 0, doubts: RowWarnings::default(), damage: RowWarnings::default() }
    }

    fn row(&mut self, row: &ExportRow) -> Result<(), OutputError> {
        self.without += u64::from(row.problem.is_some());
        let item = row.item();
        self.sink.item(&item)?;
        for doubt in item.doubts() {
            self.doubts.note(|| format!("{}: {doubt}", item.name()));
        }
        if let Some(problem) = item.damage().next() {
            self.damage.note(|| format!("{}: {problem}", item.name()));
        }
        Ok(())
    }

    fn finish(self) -> Result<Written, OutputError> {
        let Self { sink, without, doubts, damage } = self;
        Ok(Written { summary: sink.finish()?, without, doubts, damage, journal_left: None })
    }
}

/// A row of an export: as sent, or with its record and subscriptions.
#[derive(Debug)]
pub struct ExportRow {
    /// The list entry.
    pub row: Row,
    /// The record.
    pub details: Option<Customer>,
    /// The subscriptions.
    pub subscriptions: Option<SubscriptionList>,
    /// What a local copy knows of the customer, and the day on which that is looked at.
    pub copy: Option<(CopyFacts, AsOf)>,
    /// The user's own note on the customer.
    pub note: Option<CustomerNote>,
    /// The problem with parts that are missing.
    pub problem: Option<String>,
}

/// A row with its record and subscriptions, as the journal stores it.
#[derive(Deserialize)]
struct FetchedRow<'a> {
    #[serde(borrow)]
    customer: &'a RawValue,
    details: Option<&'a RawValue>,
    subscriptions: Option<&'a RawValue>,
    problem: Option<String>,
    #[serde(default)]
    damage: RowDamage,
}

/// The damage of the parts of a row.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RowDamage {
    details: Vec<Problem>,
    subscriptions: Vec<Problem>,
}

impl ExportRow {
    fn row(position: usize, row: &RawValue) -> Result<Self, serde_json::Error> {
        let row = Row::read(position, serde_json::from_str(row.get())?);
        Ok(Self { row, details: None, subscriptions: None, copy: None, note: None, problem: None })
    }

    fn whole(position: usize, row: &RawValue) -> Result<Self, serde_json::Error> {
        let whole: FetchedRow<'_> = serde_json::from_str(row.get())?;
        let mut details = whole.details.and_then(|sent| Customer::from_slice(sent.get().as_bytes()).ok());
        let list = whole.subscriptions;
        let mut subscriptions =
            list.and_then(|sent| SubscriptionList::from_slice(sent.get().as_bytes()).ok());
        if let Some(details) = &mut details {
            details.problems.extend(whole.damage.details);
        }
        if let Some(list) = &mut subscriptions {
            list.problems.extend(whole.damage.subscriptions);
        }
        let row = Self::row(position, whole.customer)?;
        Ok(Self { details, subscriptions, problem: whole.problem, ..row })
    }

    fn item(&self) -> Item<'_> {
        let mut item = Item::row(&self.row);
        if let Some(details) = &self.details {
            item = item.with_details(details);
        }
        if let Some(subscriptions) = &self.subscriptions {
            item = item.with_subscriptions(subscriptions);
        }
        if let Some((facts, as_of)) = &self.copy {
            item = item.with_copy(facts, self.note.as_ref(), *as_of);
        }
        if let Some(problem) = &self.problem {
            item = item.with_problem(problem);
        }
        item
    }
}
