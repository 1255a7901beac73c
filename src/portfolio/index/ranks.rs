//! The rank of every row in every column, computed when a column is first sorted by.

use std::{cmp::Ordering, sync::OnceLock};

use super::{
    PortfolioIndex,
    columns::{CodeField, NumberField},
    entry_text::{ArenaField, first_value},
    row_number,
    sort::{MISSING_RANK, SortColumn},
    value_tests::as_number,
};
use crate::model::{AsOf, RenewalBasis};

/// The ranks that were computed so far. Rows with equal values have equal ranks.
#[derive(Debug)]
pub(super) struct Ranks {
    names: OnceLock<NameOrder>,
    columns: [OnceLock<Vec<u32>>; SortColumn::ALL.len()],
}

/// The order by name, then by ID, in which no two rows are equal. Rows without a name come last.
#[derive(Debug)]
pub(super) struct NameOrder {
    /// The rows in order.
    pub(super) rows: Vec<u32>,
    /// The place of each row.
    pub(super) places: Vec<u32>,
    /// The rank of each row by its name alone.
    name_ranks: Vec<u32>,
}

impl Default for Ranks {
    fn default() -> Self {
        Self { names: OnceLock::new(), columns: std::array::from_fn(|_| OnceLock::new()) }
    }
}

impl Ranks {
    /// Returns the order by name and ID.
    pub(super) fn names(&self, index: &PortfolioIndex) -> &NameOrder {
        self.names.get_or_init(|| {
            let name = |row: usize| index.text.field(row, ArenaField::Name);
            let by_id = |a: usize, b: usize| index.id(row_number(a)).cmp(index.id(row_number(b)));
            let sorted = TextOrder::new(index.len(), name, |a, b| by_id(a, b).then(a.cmp(&b)));
            let mut places = vec![0; sorted.rows.len()];
            for (place, row) in sorted.rows.iter().enumerate() {
                places[*row as usize] = row_number(place);
            }
            let name_ranks = sorted.ranks();
            NameOrder { rows: sorted.rows, places, name_ranks }
        })
    }

    /// Returns the rank of each row in a column.
    pub(super) fn of(&self, index: &PortfolioIndex, column: SortColumn) -> &[u32] {
        self.columns[column as usize].get_or_init(|| self.compute(index, column))
    }

    /// Drops the ranks of a column.
    pub(super) fn reset(&mut self, column: SortColumn) {
        self.columns[column as usize].take();
        if column == SortColumn::Name {
            self.names.take();
        }
    }

    fn compute(&self, index: &PortfolioIndex, column: SortColumn) -> Vec<u32> {
        let columns = &index.columns;
        let text = |field: ArenaField| {
            let first = |row| first_value(index.text.field(row, field));
            TextOrder::new(index.len(), first, |a, b| a.cmp(&b)).ranks()
        };
        let number = |field| {
            let column = columns.number(field);
            rank_by(index.len(), |row| column.get(row))
        };
        match column {
            SortColumn::Relevance => vec![0; index.len()],
            // Those of a day are not kept: see `dated_ranks`.
            SortColumn::RenewalState
            | SortColumn::Returnable
            | SortColumn::ReturnableUntil
            | SortColumn::RenewalFailed => vec![MISSING_RANK; index.len()],
            SortColumn::Name => self.names(index).name_ranks.clone(),
            SortColumn::Id => text(ArenaField::Id),
            SortColumn::Reference => text(ArenaField::Reference),
            SortColumn::Contact => text(ArenaField::Contacts),
            SortColumn::Email => text(ArenaField::Emails),
            SortColumn::Status => rank_codes(index, CodeField::Status),
            SortColumn::Reseller => rank_codes(index, CodeField::Reseller),
            SortColumn::Segment => rank_codes(index, CodeField::Segment),
            SortColumn::Country => rank_codes(index, CodeField::Country),
            SortColumn::Region => rank_codes(index, CodeField::Region),
            SortColumn::City => rank_codes(index, CodeField::City),
            SortColumn::Language => rank_codes(index, CodeField::Language),
            SortColumn::LicenceLevel => rank_codes(index, CodeField::LicenceLevel),
            SortColumn::ConsumablesLevel => rank_codes(index, CodeField::ConsumablesLevel),
            SortColumn::CommitmentStatus => rank_codes(index, CodeField::CommitmentStatus),
            SortColumn::Created => rank_by(index.len(), |row| columns.created.get(row)),
            SortColumn::Changed => rank_by(index.len(), |row| columns.changed.get(row)),
            SortColumn::Gone => rank_by(index.len(), |row| columns.gone_at.get(&row)),
            SortColumn::CommitmentEnd => number(NumberField::CommitmentEnd),
            SortColumn::CommitmentLicences => number(NumberField::CommitmentLicences),
            SortColumn::CommitmentConsumables => number(NumberField::CommitmentConsumables),
            SortColumn::Anniversary => number(NumberField::Anniversary),
            // Dates that stand for a renewal come after those of renewals.
            SortColumn::Renewal => rank_by(index.len(), |row| {
                let (day, basis) = columns.next_renewal(row)?;
                Some((basis != RenewalBasis::Subscription, day))
            }),
            // A day is the same number of days before each renewal.
            SortColumn::ChangeBy => number(NumberField::Renewal),
            SortColumn::DaysLeft => rank_by(index.len(), |row| columns.renewal_date(row)),
            SortColumn::Lapses => number(NumberField::Lapses),
            SortColumn::LateSince => rank_by(index.len(), |row| columns.late_since.get(&row)),
            SortColumn::RenewalBasis => {
                rank_by(index.len(), |row| columns.next_renewal(row).map(|(_, basis)| basis))
            }
            SortColumn::Seats => number(NumberField::Seats),
            SortColumn::Consumables => number(NumberField::Consumables),
            SortColumn::Lapsing => number(NumberField::Lapsing),
            SortColumn::ToRenew => number(NumberField::ToRenew),
            SortColumn::RenewalChange => number(NumberField::RenewalChange),
            SortColumn::LateRenewals => number(NumberField::LateRenewals),
            SortColumn::CommitmentShortfall => number(NumberField::CommitmentShortfall),
            SortColumn::ToOrder => number(NumberField::ToOrder),
            SortColumn::ToOrderBy => number(NumberField::ToOrderBy),
            SortColumn::Note => text(ArenaField::Note),
            SortColumn::FollowUp => rank_by(index.len(), |row| columns.follow_up(row)),
            SortColumn::Scheduled => number(NumberField::Scheduled),
            SortColumn::AutoChanged => rank_by(index.len(), |row| columns.auto_changed.get(&row)),
            SortColumn::AutoRenewal => (0..index.len())
                .map(|row| match (columns.renewing.contains(row), columns.not_renewing.contains(row)) {
                    (false, true) => 0,
                    (true, true) => 1,
                    (true, false) => 2,
                    (false, false) => MISSING_RANK,
                })
                .collect(),
        }
    }
}

impl PortfolioIndex {
    /// Returns the first of these ranks by [`SortColumn::Renewal`] that is of another date than that of a renewal.
    pub(super) fn first_other_date(&self, ranks: &[u32]) -> u32 {
        let renewals = self.columns.number(NumberField::Renewal);
        let of_renewals = ranks.iter().enumerate().filter(|(row, _)| renewals.get(*row).is_some());
        of_renewals.map(|(_, rank)| rank + 1).max().unwrap_or_default()
    }

    /// Returns the rank of each row in a column whose order depends on the day.
    pub(super) fn dated_ranks(&self, column: SortColumn, as_of: AsOf) -> Vec<u32> {
        let columns = &self.columns;
        let returns = |row| columns.returns_on(row, as_of);
        match column {
            SortColumn::RenewalState => rank_by(self.len(), |row| columns.renewal_states(row, as_of).next()),
            SortColumn::Returnable => rank_by(self.len(), |row| returns(row).map(|found| found.licences)),
            SortColumn::RenewalFailed => rank_by(self.len(), |row| columns.renewal_failed_on(row, as_of)),
            _ => rank_by(self.len(), |row| returns(row)?.until),
        }
    }
}

/// Returns the rank of each row by a value.
fn rank_by<T: Ord>(rows: usize, value: impl Fn(usize) -> Option<T>) -> Vec<u32> {
    let mut values: Vec<(T, u32)> =
        (0..rows).filter_map(|row| value(row).map(|value| (value, row_number(row)))).collect();
    values.sort_unstable();
    let mut ranks = vec![MISSING_RANK; rows];
    let mut rank = 0;
    for (at, (value, row)) in values.iter().enumerate() {
        rank += u32::from(at > 0 && values[at - 1].0 != *value);
        ranks[*row as usize] = rank;
    }
    ranks
}

/// Returns the rank of each row by its code's text.
fn rank_codes(index: &PortfolioIndex, field: CodeField) -> Vec<u32> {
    let column = index.columns.code(field);
    // Numbers and texts have no order among each other; here, numbers come before texts.
    let key = |code: usize| {
        let text = column.dictionary.folded(row_number(code));
        (!text.is_empty()).then(|| as_number(text).map_or((true, (0, text)), |number| (false, number)))
    };
    let ranks = rank_by(column.dictionary.len(), key);
    (0..index.len()).map(|row| ranks[column.codes.get(row) as usize]).collect()
}

/// Rows in the order of a text, with empty texts last.
pub(super) struct TextOrder {
    /// The rows in order.
    pub(super) rows: Vec<u32>,
    /// For each place in the order, true if its text equals the one before.
    repeats: Vec<bool>,
    /// The number of rows whose text is not empty.
    with_text: usize,
}

/// The bytes of a text that are compared at once.
const KEY_BYTES: usize = 16;

impl TextOrder {
    /// Sorts rows by a text, and those with equal texts by `tie`.
    ///
    /// A few bytes at a time are compared as a number next to the row; only rows that are equal so far are compared by their
    /// next bytes. Reading the texts themselves for every comparison would take several times as long.
    pub(super) fn new<'a>(
        rows: usize,
        text: impl Fn(usize) -> &'a str,
        tie: impl Fn(usize, usize) -> Ordering,
    ) -> Self {
        // No text has a byte 0xff, so missing ones come last.
        let first_key = |text: &str| if text.is_empty() { u128::MAX } else { bytes_from(text, 0) };
        let mut keys: Vec<(u128, u32)> =
            (0..rows).map(|row| (first_key(text(row)), row_number(row))).collect();
        let mut repeats = vec![false; rows];
        // The ranges that are equal up to a position of the text. Not a recursion, since texts may be long.
        let mut unsorted = vec![(0..rows, 0)];
        while let Some((range, position)) = unsorted.pop() {
            let mut start = range.start;
            keys[range.clone()].sort_unstable();
            for run in keys[range].chunk_by_mut(|a, b| a.0 == b.0) {
                let (end, key) = (start + run.len(), run[0].0);
                // No text has a zero byte, so one in the key means that the texts end here.
                let is_whole = key == u128::MAX || key.trailing_zeros() >= 8;
                if run.len() > 1 && is_whole {
                    run.sort_unstable_by(|a, b| tie(a.1 as usize, b.1 as usize));
                    repeats[start + 1..end].fill(true);
                } else if run.len() > 1 {
                    let next = position + KEY_BYTES;
                    for (key, row) in run {
                        *key = bytes_from(text(*row as usize), next);
                    }
                    unsorted.push((start..end, next));
                }
                start = end;
            }
        }
        let with_text = keys.partition_point(|(key, _)| *key != u128::MAX);
        Self { rows: keys.into_iter().map(|(_, row)| row).collect(), repeats, with_text }
    }

    /// Returns the rank of each row.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut ranks = vec![MISSING_RANK; self.rows.len()];
        let mut rank = 0;
        for (place, row) in self.rows.iter().enumerate().take(self.with_text) {
            rank += u32::from(place > 0 && !self.repeats[place]);
            ranks[*row as usize] = rank;
        }
        ranks
    }
}

/// Returns the bytes from this position as a number, with zeros behind the end of the text.
fn bytes_from(text: &str, position: usize) -> u128 {
    let mut bytes = [0; KEY_BYTES];
    let rest = text.as_bytes().get(position..).unwrap_or_default();
    bytes.iter_mut().zip(rest).for_each(|(byte, own)| *byte = *own);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_sorted() {
        let same = "sixteen bytes...";
        let (two, three, longer) = (same.repeat(2), same.repeat(3), format!("{same}a"));
        let texts = ["b", "", same, "sixteen bytes", &three, &longer, same, &two, "a", "", &three];
        let mut expected: Vec<usize> = (0..texts.len()).collect();
        expected.sort_by_key(|row| (texts[*row].is_empty(), texts[*row], *row));
        let sorted = TextOrder::new(texts.len(), |row| texts[row], |a, b| a.cmp(&b));
        assert_eq!(sorted.rows.iter().map(|row| *row as usize).collect::<Vec<_>>(), expected);
        let missing = MISSING_RANK;
        assert_eq!(sorted.ranks(), [1, missing, 3, 2, 6, 4, 3, 5, 0, missing, 6]);
    }
}
