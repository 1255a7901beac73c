//! The parts of the app that an action of the filter reaches.

use super::FilterPanel;
use crate::{
    model::CustomerFilter,
    tui::{
        app::{
            detail::Detail,
            layout::{Pane, ScreenState},
            message::{Now, Outbox},
            notices::Notices,
            table::CustomerTable,
        },
        keys::KeyMap,
    },
};

/// The filter panel and the parts that its actions reach: a new filter goes to the table, and the focus may move.
pub(crate) struct FilterContext<'a> {
    pub(crate) filter: &'a mut FilterPanel,
    pub(crate) table: &'a mut CustomerTable,
    pub(crate) detail: &'a mut Detail,
    pub(crate) screen: &'a mut ScreenState,
    pub(crate) notices: &'a mut Notices,
    pub(crate) out: &'a mut Outbox,
    pub(crate) keys: &'a KeyMap,
    pub(crate) now: Now,
    /// True if a dialog is open over everything.
    pub(crate) is_covered: bool,
}

impl FilterContext<'_> {
    /// Returns true if keys go to the filter.
    pub(super) fn has_keys(&self) -> bool {
        !self.is_covered && self.filter.has_keys(self.screen.focus)
    }

    /// Shows the first page of a filter, unless it is the current one.
    pub(crate) fn show(&mut self, filter: CustomerFilter) -> bool {
        if filter != self.table.filter {
            self.detail.leave_id(self.now, self.out);
            self.table.apply(filter, self.now, self.out);
        }
        true
    }

    /// Says in the footer for a while what was not done.
    pub(super) fn note(&mut self, text: impl Into<String>) -> bool {
        self.notices.note(text, self.now);
        true
    }

    /// Gives the keys back to the table.
    pub(super) fn leave_filter(&mut self) {
        if self.filter.open {
            self.filter.open = false;
        } else {
            self.screen.focus = Pane::Table;
        }
    }
}
