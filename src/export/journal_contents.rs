//! The contents of the journal of an export that is resumed.

use std::{collections::BTreeMap, io::Read};

use serde_json::Value;

use super::{JournalError, JournalReader, Plan};
use crate::{
    collect::{ListStart, ListStats, RowKey},
    model::Row,
};

/// The contents of the journal of an export that is resumed.
#[derive(Debug, Default)]
pub(super) struct JournalContents {
    /// The number of lists that were read to their end.
    pub(super) whole: usize,
    /// The statistics of those lists, each with the list's index in the plan.
    pub(super) ended: Vec<(usize, ListStats)>,
    /// The number of rows of all lists.
    pub(super) rows: u64,
    /// The keys of all rows in the order of the journal, by the list's index in the plan.
    pub(super) keys: BTreeMap<usize, Vec<RowKey>>,
    /// The place where the unfinished list continues.
    pub(super) place: ListStart,
}

impl JournalContents {
    /// Reads the rest of a journal, which must belong to this plan.
    ///
    /// # Errors
    /// Fails if it belongs to another plan, or is damaged.
    pub(super) fn read<R: Read>(
        reader: &mut JournalReader<'_, R>,
        plan: &Plan,
    ) -> Result<Self, JournalError> {
        if reader.plan != *plan {
            let what = difference(&reader.plan, plan);
            return Err(JournalError::Other { path: reader.path().to_owned(), what });
        }
        let mut held = Self::default();
        while let Some(entry) = reader.next_entry::<Value>()? {
            let next = entry.part.checked_add(1).ok_or_else(|| reader.unknown_format())?;
            // The rows after the last list were found when lists were read again.
            if entry.part > held.whole || (entry.part < held.whole && entry.place.is_some()) {
                return Err(reader.unknown_format());
            }
            let keys = held.keys.entry(entry.part).or_default();
            keys.extend(entry.rows.iter().map(|row| key(row, plan.has_records())));
            held.rows += entry.rows.len() as u64;
            if let Some(place) = entry.place {
                held.place = place;
            } else {
                held.whole = held.whole.max(next);
                held.ended.retain(|(part, _)| *part != entry.part);
                held.ended.extend(entry.ended.map(|stats| (entry.part, stats)));
                held.place = ListStart::default();
            }
        }
        Ok(held)
    }

    /// Returns the keys of the rows of one list, in their order.
    pub(super) fn rows_of(&self, part: usize) -> impl Iterator<Item = RowKey> {
        self.keys.get(&part).into_iter().flatten().cloned()
    }
}

/// Returns the key that identifies an exported row, with or without its record.
pub(super) fn key(row: &Value, with_records: bool) -> RowKey {
    let sent = if with_records { row.get("customer").unwrap_or(row) } else { row };
    RowKey::of(&Row::read(0, sent.clone()))
}

/// Names the first difference between two plans.
fn difference(one: &Plan, other: &Plan) -> &'static str {
    if one.picked != other.picked {
        "other rows"
    } else if one.api != other.api {
        "another API"
    } else if one.resellers != other.resellers {
        "other resellers"
    } else if one.statuses != other.statuses {
        "other statuses"
    } else if (&one.name, one.from, one.to) != (&other.name, other.from, other.to) {
        "another filter"
    } else if (&one.sort_by, &one.order) != (&other.sort_by, &other.order) {
        "another order"
    } else {
        "other details"
    }
}
