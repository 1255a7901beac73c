//! What the table has requested, and places to return to.

use crate::{
    model::{Cursor, CustomerFilter, Priority, RowsRequest},
    tui::app::message::Ticket,
};

/// The row to select when a window arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelectionTarget {
    /// The customer that was selected, else the same row.
    Keep,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// This row.
    At(usize),
    /// The customer that was selected when the program ended last, else that row.
    Resume,
}

/// The outcome of turning the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageTurn {
    /// The page is on its way.
    Requested,
    /// There is no further page.
    AtEdge,
    /// The rows shown do not answer what was asked last, so that no page follows them.
    NothingToTurn,
}

/// A place to come back to.
#[derive(Debug, Clone)]
pub(crate) struct Bookmark {
    pub(crate) filter: CustomerFilter,
    pub(super) at: Cursor,
    pub(super) selected: usize,
    pub(super) counts: [Option<u64>; 4],
}

/// A window that is wanted.
#[derive(Debug, Clone)]
pub(super) struct WantedWindow {
    pub(super) at: Cursor,
    pub(super) selection: SelectionTarget,
    /// Keys pressed meanwhile, for when the window is here.
    pub(super) queued: QueuedKeys,
}

impl WantedWindow {
    pub(super) fn new(at: Cursor, selection: SelectionTarget) -> Self {
        Self { at, selection, queued: QueuedKeys::default() }
    }
}

/// Presses of keys that need a window which is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct QueuedKeys {
    /// The number of pages forward.
    pub(crate) pages: usize,
    /// The number of rows, in the direction of the page.
    pub(crate) rows: usize,
    /// True if that direction is down.
    pub(crate) down: bool,
}

/// A request for rows under way.
#[derive(Debug, Clone)]
pub(super) struct PendingRequest {
    pub(super) ticket: Ticket,
    pub(super) request: RowsRequest,
    pub(super) priority: Priority,
}
