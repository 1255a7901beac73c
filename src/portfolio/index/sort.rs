//! Putting the rows found in order.

use std::ops::Range;

use super::{
    PortfolioIndex, arena::CancelCheck, ranks::NameOrder, relevance::Relevance, rows::RowSet,
    search::words_of,
};
use crate::{
    model::AsOf,
    portfolio::query::{FieldNeeds, Query},
};

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortColumn {
    /// How well the words of the query match: exact ID or reference, beginning of the name, beginning of a word of the name,
    /// elsewhere in the name, other fields.
    Relevance,
    /// The company's name, folded.
    Name,
    /// The customer's ID.
    Id,
    /// The partner's own reference.
    Reference,
    /// The code of the status.
    Status,
    /// The reseller's ID.
    Reseller,
    /// The time when the account was created.
    Created,
    /// The time of the latest observed change.
    Changed,
    /// The time since which the customer is known to be gone.
    Gone,
    /// The market segment.
    Segment,
    /// The country code.
    Country,
    /// The region.
    Region,
    /// The city.
    City,
    /// The language.
    Language,
    /// The discount level for licences; digits as numbers, before other levels.
    LicenceLevel,
    /// The discount level for consumables, likewise.
    ConsumablesLevel,
    /// The status of the three-year commitment.
    CommitmentStatus,
    /// The last day of the three-year commitment.
    CommitmentEnd,
    /// The licences that the three-year commitment asks for at least.
    CommitmentLicences,
    /// The consumables that it asks for at least.
    CommitmentConsumables,
    /// The anniversary date.
    Anniversary,
    /// The name of the first contact.
    Contact,
    /// The e-mail address of the first contact that has one.
    Email,
    /// The next renewal date of an active subscription. Other dates that stand for it come later, in both directions.
    Renewal,
    /// Which date stands for the next renewal: of a subscription, of a late one, the anniversary.
    RenewalBasis,
    /// The days until the next renewal, of a late one below 0.
    DaysLeft,
    /// The last day on which automatic renewal can be changed.
    ChangeBy,
    /// The states of renewals, in their order: not due, early, locked, today, late, past, renewed. The state of a late renewal
    /// comes before that of another one.
    RenewalState,
    /// Automatic renewal: off, then some on and some off, then on. Missing if nothing is active.
    AutoRenewal,
    /// Licence seats.
    Seats,
    /// Units of consumables.
    Consumables,
    /// Licence seats that end at their renewal date.
    Lapsing,
    /// Licence seats that renew automatically.
    ToRenew,
    /// Licence seats that are added or dropped at renewals.
    RenewalChange,
    /// Ended subscriptions that can still be renewed.
    LateRenewals,
    /// The earliest day on which a subscription ends because it does not renew automatically.
    Lapses,
    /// The earliest renewal date of late renewals.
    LateSince,
    /// Licences that are missing for the minimum of the three-year commitment.
    CommitmentShortfall,
    /// Licences that nobody has ordered yet.
    ToOrder,
    /// The day by which the first of them are to be ordered.
    ToOrderBy,
    /// Licences that can still be returned.
    Returnable,
    /// The last day on which the first of them can be.
    ReturnableUntil,
    /// The text of the user's own note.
    Note,
    /// The day of its follow-up.
    FollowUp,
    /// Scheduled subscriptions.
    Scheduled,
    /// The day of the latest renewal order that failed.
    RenewalFailed,
    /// The day on which automatic renewal was last seen to change.
    AutoChanged,
}

impl SortColumn {
    /// All columns.
    pub const ALL: [Self; 47] = [
        Self::Relevance,
        Self::Name,
        Self::Id,
        Self::Reference,
        Self::Status,
        Self::Reseller,
        Self::Created,
        Self::Changed,
        Self::Gone,
        Self::Segment,
        Self::Country,
        Self::Region,
        Self::City,
        Self::Language,
        Self::LicenceLevel,
        Self::ConsumablesLevel,
        Self::CommitmentStatus,
        Self::CommitmentEnd,
        Self::CommitmentLicences,
        Self::CommitmentConsumables,
        Self::Anniversary,
        Self::Contact,
        Self::Email,
        Self::Renewal,
        Self::RenewalBasis,
        Self::DaysLeft,
        Self::ChangeBy,
        Self::RenewalState,
        Self::AutoRenewal,
        Self::Seats,
        Self::Consumables,
        Self::Lapsing,
        Self::ToRenew,
        Self::RenewalChange,
        Self::LateRenewals,
        Self::Lapses,
        Self::LateSince,
        Self::CommitmentShortfall,
        Self::ToOrder,
        Self::ToOrderBy,
        Self::Returnable,
        Self::ReturnableUntil,
        Self::Note,
        Self::FollowUp,
        Self::Scheduled,
        Self::RenewalFailed,
        Self::AutoChanged,
    ];

    /// Returns true if the column is about the latest orders, which not every copy has.
    pub fn is_of_orders(self) -> bool {
        matches!(self.needs(), FieldNeeds::Returns | FieldNeeds::RecentOrders)
    }

    /// Returns true if the column is about observed changes that are in the history.
    pub fn is_of_history(self) -> bool {
        self.needs() == FieldNeeds::History
    }

    /// Returns true for what is in the user's own notes.
    pub fn is_of_notes(self) -> bool {
        matches!(self, Self::Note | Self::FollowUp)
    }

    /// Returns true if the order of the values depends on the day.
    pub(super) fn is_dated(self) -> bool {
        matches!(self, Self::RenewalState | Self::Returnable | Self::ReturnableUntil | Self::RenewalFailed)
    }

    /// Returns the part of an entry that the column is in.
    fn needs(self) -> FieldNeeds {
        match self {
            Self::Relevance
            | Self::Name
            | Self::Id
            | Self::Reference
            | Self::Status
            | Self::Reseller
            | Self::Created
            | Self::Changed
            | Self::Gone
            | Self::Note
            | Self::FollowUp => FieldNeeds::Row,
            Self::Segment
            | Self::Country
            | Self::Region
            | Self::City
            | Self::Language
            | Self::LicenceLevel
            | Self::ConsumablesLevel
            | Self::CommitmentStatus
            | Self::CommitmentEnd
            | Self::CommitmentLicences
            | Self::CommitmentConsumables
            | Self::Anniversary
            | Self::Contact
            | Self::Email => FieldNeeds::Record,
            Self::Renewal
            | Self::DaysLeft
            | Self::ChangeBy
            | Self::RenewalState
            | Self::Lapses
            | Self::LateSince
            | Self::AutoRenewal
            | Self::Seats
            | Self::Consumables
            | Self::Lapsing
            | Self::ToRenew
            | Self::RenewalChange
            | Self::LateRenewals
            | Self::Scheduled => FieldNeeds::Subscriptions,
            Self::CommitmentShortfall | Self::RenewalBasis => FieldNeeds::Details,
            Self::ToOrder | Self::ToOrderBy => FieldNeeds::ToOrder,
            Self::Returnable | Self::ReturnableUntil => FieldNeeds::Returns,
            Self::RenewalFailed => FieldNeeds::RecentOrders,
            Self::AutoChanged => FieldNeeds::History,
        }
    }
}

/// A column to sort by, and the direction. Missing values come last in both directions. Rows that are equal in all keys are in
/// the order of their names, then of their IDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// The column.
    pub column: SortColumn,
    /// True for the greatest value first; for [`SortColumn::Relevance`], the worst match first.
    pub descending: bool,
}

impl SortKey {
    /// The column with its lowest value first.
    pub fn ascending(column: SortColumn) -> Self {
        Self { column, descending: false }
    }

    /// The column with its greatest value first.
    pub fn descending(column: SortColumn) -> Self {
        Self { column, descending: true }
    }
}

/// The rank of a missing value.
pub(super) const MISSING_RANK: u32 = u32::MAX;

/// The ranks of all rows by one key.
enum KeyRanks<'a> {
    Column(&'a [u32]),
    /// Those by renewal, of which these and greater ones are of other dates.
    Renewals(&'a [u32], u32),
    /// Those of a day.
    Dated(Vec<u32>),
    Words(Vec<u8>),
}

impl KeyRanks<'_> {
    fn of(&self, row: u32, descending: bool) -> u32 {
        let rank = match self {
            Self::Renewals(ranks, others) if descending && ranks[row as usize] < *others => {
                return others - 1 - ranks[row as usize];
            }
            Self::Column(ranks) | Self::Renewals(ranks, _) => ranks[row as usize],
            Self::Dated(ranks) => ranks[row as usize],
            Self::Words(ranks) => ranks[row as usize].into(),
        };
        if descending && rank != MISSING_RANK { MISSING_RANK - 1 - rank } else { rank }
    }
}

/// The number of keys that are compared at once.
const KEYS_AT_ONCE: usize = 3;

impl PortfolioIndex {
    /// Computes the ranks of a column now, so that the first sort by it is fast. For use in the background.
    pub fn prepare(&self, column: SortColumn) {
        self.ranks.names(self);
        if column != SortColumn::Relevance && !column.is_dated() {
            self.ranks.of(self, column);
        }
    }

    /// Returns the rows of this range of the order; `None` if cancelled.
    pub(super) fn in_order(
        &self,
        found: &RowSet,
        query: &Query,
        sort: &[SortKey],
        range: Range<usize>,
        is_cancelled: CancelCheck<'_>,
    ) -> Option<Vec<u32>> {
        let mut keys = Vec::with_capacity(sort.len());
        for key in sort {
            let ranks = match key.column {
                SortColumn::Relevance => KeyRanks::Words(self.relevance(found, query, is_cancelled)),
                SortColumn::Renewal => {
                    let ranks = self.ranks.of(self, SortColumn::Renewal);
                    KeyRanks::Renewals(ranks, self.first_other_date(ranks))
                }
                column if column.is_dated() => KeyRanks::Dated(self.dated_ranks(column, query.as_of)),
                column => KeyRanks::Column(self.ranks.of(self, column)),
            };
            keys.push((ranks, key.descending));
            if is_cancelled() {
                return None;
            }
        }
        let rows = found.iter().map(super::row_number).collect();
        let mut rows = sorted(rows, &keys, self.ranks.names(self), range.end);
        rows.truncate(range.end);
        rows.drain(..range.start.min(rows.len()));
        (!is_cancelled()).then_some(rows)
    }

    /// Returns how well each row found matches the words of the query.
    fn relevance(&self, found: &RowSet, query: &Query, is_cancelled: CancelCheck<'_>) -> Vec<u8> {
        let words = words_of(query);
        if words.is_empty() {
            return vec![0; self.len()];
        }
        let relevance = Relevance::new(&words);
        self.text.map(found, is_cancelled, &|text| relevance.rank(text))
    }

    /// Counts the rows that have no value to be sorted by only because it was not fetched yet.
    pub(super) fn count_unsorted(&self, found: &RowSet, sort: &[SortKey], as_of: AsOf) -> usize {
        let mut sorted = found.clone();
        for key in sort {
            match key.column.needs() {
                FieldNeeds::Row if self.lacks_notes && key.column.is_of_notes() => {
                    sorted = RowSet::empty(self.len());
                }
                FieldNeeds::Row => {}
                FieldNeeds::Record => sorted.intersect(&self.columns.with_record),
                FieldNeeds::Subscriptions => sorted.intersect(&self.columns.with_subscriptions),
                FieldNeeds::Details => sorted.intersect(&self.columns.complete),
                FieldNeeds::ToOrder => sorted.intersect(&self.columns.with_to_order),
                FieldNeeds::Returns => sorted = self.columns.with_returns(&sorted, as_of),
                FieldNeeds::RecentOrders => sorted = self.columns.with_orders(&sorted, as_of),
                FieldNeeds::History => sorted.intersect(&self.columns.with_history),
            }
        }
        found.count() - sorted.count()
    }
}

/// Sorts rows by their keys, then by name and ID; only the first `wanted` are needed.
///
/// The ranks of a few keys and of the final order are packed into one number for each row, since comparing these is several
/// times as fast as looking ranks up. More keys are sorted in turns, the last ones first.
fn sorted(mut rows: Vec<u32>, keys: &[(KeyRanks<'_>, bool)], names: &NameOrder, wanted: usize) -> Vec<u32> {
    let turns: Vec<_> = if keys.is_empty() { vec![keys] } else { keys.rchunks(KEYS_AT_ONCE).collect() };
    for (turn, keys) in turns.iter().enumerate() {
        let pack = |(position, row): (usize, &u32)| {
            let ranks = keys.iter().fold(0, |packed, (ranks, descending)| {
                packed << 32 | u128::from(ranks.of(*row, *descending))
            });
            let tie = if turn == 0 { names.places[*row as usize] } else { super::row_number(position) };
            ranks << 32 | u128::from(tie)
        };
        let mut packed: Vec<u128> = rows.iter().enumerate().map(pack).collect();
        if turn + 1 == turns.len() && wanted < packed.len() / 4 {
            packed.select_nth_unstable(wanted);
            packed.truncate(wanted);
        }
        packed.sort_unstable();
        let tie_of = |packed: &u128| (packed & u128::from(u32::MAX)) as usize;
        rows = if turn == 0 {
            packed.iter().map(|packed| names.rows[tie_of(packed)]).collect()
        } else {
            packed.iter().map(|packed| rows[tie_of(packed)]).collect()
        };
    }
    rows
}
