//! What is on the screen: rows, and where they come from.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};

use crate::{
    api::Exchange,
    model::{Counts, CustomerFilter, CustomerPage, CustomerRow, Row, Start, StatusFilter},
    state,
};

/// Merged pages up to which the way back to the first one is kept for the next start.
const MAX_KEPT_STARTS: usize = 500;

/// Which page of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// One status: the page from this item on.
    Offset(u64),
    /// All statuses: where each merged page starts, from the first to this one. That is what makes paging back exact.
    Merged(Vec<Start>),
}

impl Place {
    /// The first page.
    pub(super) fn first(filter: &CustomerFilter) -> Self {
        match filter.status {
            StatusFilter::One(_) => Self::Offset(0),
            StatusFilter::All => Self::Merged(vec![Start::default()]),
        }
    }

    /// The page that was kept for this filter; the first one where it is of another kind.
    pub(super) fn resumed(kept: state::Place, filter: &CustomerFilter) -> Self {
        match (kept, &filter.status) {
            (state::Place::Offset(offset), StatusFilter::One(_)) => {
                let size = u64::from(filter.page_size).max(1);
                Self::Offset(offset / size * size)
            }
            (state::Place::Merged(starts), StatusFilter::All) if !starts.is_empty() => Self::Merged(starts),
            _ => Self::first(filter),
        }
    }

    /// The page, to be kept.
    pub(super) fn kept(&self) -> state::Place {
        match self {
            Self::Offset(offset) => state::Place::Offset(*offset),
            // The way back from very far down is not worth its room.
            Self::Merged(starts) if starts.len() > MAX_KEPT_STARTS => state::Place::default(),
            Self::Merged(starts) => state::Place::Merged(starts.clone()),
        }
    }

    /// The page before, where there is one.
    pub(super) fn before(&self, page_size: u64) -> Option<Self> {
        match self {
            Self::Offset(0) => None,
            Self::Offset(offset) => Some(Self::Offset(offset.saturating_sub(page_size))),
            Self::Merged(starts) => match starts.as_slice() {
                [] | [_] => None,
                [before @ .., _] => Some(Self::Merged(before.to_vec())),
            },
        }
    }
}

/// A row of a page, without a copy of it.
#[derive(Debug, Clone)]
pub(crate) struct RowRef {
    page: Arc<CustomerPage>,
    index: usize,
}

impl RowRef {
    pub(super) fn new(page: Arc<CustomerPage>, index: usize) -> Self {
        Self { page, index }
    }

    /// The row.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.page.rows.get(self.index)
    }

    /// The customer, where the row is one.
    pub(crate) fn customer(&self) -> Option<&CustomerRow> {
        self.row()?.customer()
    }

    /// Whether both rows came in one answer.
    pub(super) fn is_of_same_answer(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.page, &other.page)
    }

    /// Whether this is the same row of the same answer.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.index == other.index && Arc::ptr_eq(&self.page, &other.page)
    }

    /// Whether this is the same customer with the same link, perhaps from a newer answer.
    pub(crate) fn is_about_the_same(&self, other: &Self) -> bool {
        match (self.customer(), other.customer()) {
            (Some(a), Some(b)) => a.customer_id == b.customer_id && a.link == b.link,
            _ => false,
        }
    }
}

/// A page on the screen.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) filter: CustomerFilter,
    pub(super) place: Place,
    /// How many rows come before the first one here.
    pub(crate) first: u64,
    pub(super) rows: Vec<RowRef>,
    /// How many rows match, as the server counts.
    pub(crate) total: u64,
    /// The same for each status, where the page tells it.
    pub(super) totals: [Option<u64>; 4],
    /// Where the next page is, where there is one.
    pub(super) next: Option<Place>,
    /// When the oldest part of it came.
    pub(crate) at: DateTime<FixedOffset>,
    /// How long the slowest part of it took.
    pub(crate) elapsed: Duration,
    /// The request of that part.
    pub(crate) exchange: Option<Exchange>,
    /// What in the answers is not as documented, in words.
    pub(crate) complaint: Option<String>,
}

impl Shown {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn row(&self, index: usize) -> Option<&Row> {
        self.rows.get(index)?.row()
    }
}

/// What in the answers is not as documented.
pub(super) fn complaint(rows: &[RowRef]) -> Option<String> {
    let unreadable: Vec<(usize, &'static str)> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| match row.row()? {
            Row::Unreadable { reason, .. } => Some((index + 1, *reason)),
            Row::Customer(_) => None,
        })
        .collect();
    let problem = match unreadable.as_slice() {
        [(position, "no customerId")] => Some(format!("row {position} has no customerId")),
        [(position, found)] => Some(format!("row {position} is {found}")),
        [] => rows.iter().find_map(|row| row.page.problems.first()).map(ToString::to_string).or_else(|| {
            let mut damaged =
                rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.row()?.damage().next()?)));
            let (index, problem) = damaged.next()?;
            Some(match damaged.count() {
                0 => format!("row {}: {} is damaged", index + 1, problem.field),
                more => format!("{} rows are damaged", more + 1),
            })
        }),
        several => Some(format!("{} rows are no customers", several.len())),
    }?;
    let (read, all) = (rows.len() - unreadable.len(), rows.len());
    Some(format!("The answer was not what the API documents ({problem}). {read} of {all} rows read."))
}

/// The total of one status, in its place.
pub(super) fn one_total(code: &str, total: u64) -> [Option<u64>; 4] {
    crate::model::Status::LISTED.map(|listed| (listed == code).then_some(total))
}

/// The totals of all statuses.
pub(super) fn all_totals(totals: Counts) -> [Option<u64>; 4] {
    totals.map(Some)
}
