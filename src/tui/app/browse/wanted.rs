//! What is wanted of the list: pages, places to come back to, requests under way.

use super::{super::remote::Ticket, shown::Place};
use crate::model::CustomerFilter;

/// Where the selection goes once a page is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Land {
    /// On the customer that was selected, else on the same row.
    Keep,
    /// On the first row.
    First,
    /// On the last row.
    Last,
    /// On this row.
    At(usize),
    /// On the customer that was selected at the last start, else on that row.
    Resume,
}

/// What became of the wish for another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    /// It is here, or on its way.
    Yes,
    /// There is none.
    Edge,
    /// What is shown is not what was asked for: there is nothing to go on from.
    Lost,
}

/// A place to come back to.
#[derive(Debug, Clone)]
pub(crate) struct Bookmark {
    pub(crate) filter: CustomerFilter,
    pub(super) place: Place,
    pub(super) selected: usize,
    pub(super) counts: [Option<u64>; 4],
}

/// A page that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) land: Land,
    /// Presses that came meanwhile, for when the page is here.
    pub(super) queued: Queued,
    /// Whether other pages were forgotten on the way to it, because the list had changed: once is enough, or a server that
    /// counts anew each time would be asked for ever.
    pub(super) mended: bool,
}

impl Target {
    pub(super) fn new(place: Place, land: Land) -> Self {
        Self { place, land, queued: Queued::default(), mended: false }
    }
}

/// Presses of a key that need the page that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Queued {
    /// Pages to go on.
    pub(crate) pages: usize,
    /// Rows to go on, in the direction of the page.
    pub(crate) rows: usize,
    /// Whether that direction is down.
    pub(crate) down: bool,
}

/// Whom a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The page that the person waits for.
    Wanted,
    /// The page after it.
    Ahead,
}

/// A request under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flight {
    pub(super) ticket: Ticket,
    pub(super) purpose: Purpose,
}
