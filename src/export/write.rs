//! From the journal to the file: written beside it, and put in its place in one piece.

use std::{io, path::Path};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Journal, JournalError};
use crate::{
    columns::{Columns, Item},
    files,
    model::{Customer, Problem, Row, SubscriptionList},
    output::{Format, Options, OutputError, Sink, Summary},
};

/// The reason why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The journal.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The file.
    #[error("{0}")]
    Output(#[from] OutputError),
    /// The system's error about the file or its folder.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// Says whether the same export can go on from its journal, once what is in the way is gone.
    pub fn can_be_resumed(&self) -> bool {
        match self {
            Self::Journal(error) => error.can_be_resumed(),
            Self::Output(_) | Self::Io(_) => true,
        }
    }
}

/// The numbers of rows that were written.
#[derive(Debug)]
pub struct Written {
    /// The lines and what was left out.
    pub summary: Summary,
    /// Customers of whom a record or subscriptions could not be loaded, and would not come by trying again.
    pub without: u64,
    /// Customers of whom other subscriptions came than the server counts.
    pub doubts: Told,
    /// Rows that were not valid as they were sent.
    pub damage: Told,
    /// The reason why the journal is still there, though it is of no use any more.
    pub journal_left: Option<JournalError>,
}

/// Warnings about single rows, of which the first are kept.
#[derive(Debug, Default)]
pub struct Told {
    /// How many warnings.
    pub count: u64,
    /// The first ones, in words that name their customers.
    pub first: Vec<String>,
}

impl Told {
    /// Rows that are told of one by one.
    const MOST: usize = 10;

    fn note(&mut self, words: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < Self::MOST {
            self.first.push(words());
        }
    }
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
    let path = journal.path().to_owned();
    let written = files::write_with(file, files::Access::Preserve, |out| {
        let mut reader = journal.read()?;
        let with_records = reader.plan.has_records();
        let mut sink = Sink::new(format, columns, options, out)?;
        let (mut without, mut doubts, mut damage) = (0, Told::default(), Told::default());
        // A row of JSON is what was sent: it need not be read.
        let as_sent = sink.takes_json() && !with_records;
        let strange = |_| JournalError::UnknownFormat(path.clone());
        while let Some(entry) = reader.next_entry::<Box<RawValue>>()? {
            // One row after the other: what is freed at once is used again at once.
            for (index, row) in entry.rows.iter().enumerate() {
                if as_sent && !Row::is_kept_with_damage(row.get()) {
                    sink.json(row.get())?;
                    continue;
                }
                let read = if with_records { Read::whole(index + 1, row) } else { Read::row(index + 1, row) };
                let read = read.map_err(strange)?;
                without += u64::from(read.problem.is_some());
                let item = read.item();
                sink.item(&item)?;
                for doubt in item.doubts() {
                    doubts.note(|| format!("{}: {doubt}", item.name()));
                }
                if let Some(problem) = item.damage().next() {
                    damage.note(|| format!("{}: {problem}", item.name()));
                }
            }
        }
        // What was damaged since it was gathered must not be written either.
        reader.check_end()?;
        Ok::<_, WriteError>(Written { summary: sink.finish()?, without, doubts, damage, journal_left: None })
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
    /// The parts of it that are missing.
    problem: Option<String>,
}

/// A row with what belongs to it, as it stands in the journal.
#[derive(Deserialize)]
struct FetchedRow<'a> {
    #[serde(borrow)]
    customer: &'a RawValue,
    details: Option<&'a RawValue>,
    subscriptions: Option<&'a RawValue>,
    problem: Option<String>,
    #[serde(default)]
    damage: Damage,
}

/// Damage of the parts of a row.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Damage {
    details: Vec<Problem>,
    subscriptions: Vec<Problem>,
}

impl Read {
    fn row(position: usize, row: &RawValue) -> Result<Self, serde_json::Error> {
        let row = Row::read(position, serde_json::from_str(row.get())?);
        Ok(Self { row, details: None, subscriptions: None, problem: None })
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
        if let Some(problem) = &self.problem {
            item = item.with_problem(problem);
        }
        item
    }
}
