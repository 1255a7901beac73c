//! What drawing and the event loop ask of the app: nothing here changes anything.

use std::time::Duration;

use super::{
    App, Overlay,
    banner::banner_lines,
    compare::Comparison,
    detail::Tab,
    filter::{Editing, FilterField, nothing_found, panel_width},
    layout::{Areas, Pane},
    records::CustomerPart,
    table::{self, Age, CellText, Placed},
    timing::{PATIENCE, SPIN},
};
use crate::{
    columns::{Column, Needs},
    model::{AsOf, CustomerFilter, CustomerRow, Row},
    tui::action::Scope,
};

impl App {
    /// Returns the columns and rows that the screen is laid out for.
    pub fn size(&self) -> (u16, u16) {
        self.screen.size
    }

    /// Returns true if customers are on the screen.
    pub fn has_rows(&self) -> bool {
        self.table.shown().is_some_and(|window| !window.is_empty())
    }

    /// Returns the time when [`super::Message::Wake`] is wanted next, as time since the program started; `None` while
    /// nothing moves. It follows from the state, so that no timer outlives its reason.
    pub fn next_wake(&self) -> Option<Duration> {
        let typing = self.filter.editing.as_ref().and_then(|editing| editing.apply_at);
        let rest = self.detail.rest_until.filter(|_| {
            self.areas().detail.is_some() && self.detail.subject.is_some() || !self.parts_needed().is_empty()
        });
        let notice = self.notices.shown().and_then(|notice| notice.until);
        let spinner = self.waiting_since().map(|since| {
            let visible = since + PATIENCE;
            if self.now.mono < visible { visible } else { self.now.mono + SPIN }
        });
        let testing = self.testing_since().map(|_| self.now.mono + SPIN);
        let age = self.table.age(self.now).and_then(Age::lasts).map(|lasts| self.now.mono + lasts);
        let differences = self.detail.differences_until().filter(|_| self.areas().detail.is_some());
        let midnight = self.shows_day().then(|| self.now.until_tomorrow()).flatten();
        let midnight = midnight.map(|left| self.now.mono + left);
        [typing, rest, notice, spinner, testing, age, differences, midnight].into_iter().flatten().min()
    }

    /// Returns true if what is on the screen depends on the day.
    fn shows_day(&self) -> bool {
        self.table.filter.portfolio.is_some()
            || self.areas().detail.is_some()
            || matches!(self.overlay, Some(Overlay::Today(_) | Overlay::Summary(_)))
    }

    /// Returns the time since when the user has been waiting for something that is on the screen.
    pub(crate) fn waiting_since(&self) -> Option<Duration> {
        let detail = self.detail.waiting_since.filter(|_| self.areas().detail.is_some());
        let comparison = self.comparison.as_ref().and_then(Comparison::waiting_since);
        self.table.waiting_since.into_iter().chain(detail).chain(comparison).min()
    }

    /// Returns the time since when the user has been waiting for a step of a profile's test.
    fn testing_since(&self) -> Option<Duration> {
        match &self.overlay {
            Some(Overlay::ProfileForm(form)) => form.checks.since,
            Some(Overlay::Profiles(menu)) => menu.test.as_ref().and_then(|(_, checks)| checks.since),
            _ => None,
        }
    }

    /// Returns the places of everything on the screen as if there were no strip above the rows.
    pub(super) fn areas_without_strip(&self) -> Areas {
        self.screen.areas(panel_width(&self.table))
    }

    /// Returns the number of rows of the table that fit on the screen.
    pub(crate) fn visible_rows(&self) -> usize {
        let banner = u16::try_from(banner_lines(self).len()).unwrap_or_default();
        self.areas().visible_rows(banner)
    }

    /// Returns the number of lines of the detail that fit on the screen.
    pub(crate) fn detail_height(&self) -> usize {
        self.areas().detail_text().map_or(0, |area| usize::from(area.height))
    }

    /// Returns true if a pane has the keys: no dialog and no panel is open over it.
    pub(crate) fn has_focus(&self, pane: Pane) -> bool {
        self.screen.focus == pane && self.overlay.is_none() && !self.filter.open
    }

    /// Returns true if keys go to the filter.
    pub(crate) fn in_filter(&self) -> bool {
        self.overlay.is_none() && self.filter.has_keys(self.screen.focus)
    }

    /// Returns true if the name is edited in the prompt above the table.
    pub(crate) fn is_prompting(&self) -> bool {
        self.overlay.is_none() && self.filter.is_prompting()
    }

    /// Returns true while the query of a view is edited.
    pub(crate) fn is_typing_query(&self) -> bool {
        self.in_filter()
            && self.table.filter.portfolio.is_some()
            && self.filter.editing.as_ref().is_some_and(|editing| editing.field == FilterField::Name)
    }

    /// Returns true while what is typed is no query: the rows are those of the query before.
    pub(crate) fn has_faulty_query(&self) -> bool {
        let is_faulty = |editing: &Editing| editing.error.is_some() || editing.is_unfinished;
        self.is_typing_query() && self.filter.editing.as_ref().is_some_and(is_faulty)
    }

    /// Returns true if actions of this scope apply now.
    pub(crate) fn applies(&self, scope: Scope) -> bool {
        let has_detail = || self.areas().detail.is_some() && self.detail.subject.is_some();
        match scope {
            Scope::Main => true,
            Scope::Detail => has_detail(),
            Scope::Orders => has_detail() && self.detail.tab == Tab::Orders,
            Scope::Raw => has_detail() && self.screen.focus == Pane::Detail && self.detail.tab == Tab::Raw,
            Scope::Overlay(kind) => {
                self.overlay.as_ref().is_some_and(|overlay| overlay.dialog().kind() == kind)
            }
        }
    }

    /// Returns a cell of the table.
    pub(crate) fn cell<'a>(&'a self, column: &Column, row: &'a CustomerRow) -> CellText<'a> {
        table::cell(column, row, &self.detail.records, self.as_of(), |id| self.session.reseller_name(id))
    }

    /// Returns the day on which the local copy is looked at.
    pub(crate) fn as_of(&self) -> AsOf {
        let change_margin = self.session.configuration.portfolio.change_margin_days;
        AsOf { today: self.now.today(), change_margin }
    }

    /// Returns true if the local copy says that a row's customer is gone.
    pub(crate) fn is_gone(&self, row: &Row) -> bool {
        row.customer().is_some_and(|row| table::is_gone(row, &self.detail.records))
    }

    /// Places the columns into the inside of the table.
    pub(crate) fn placed_columns(&self, inside: u16) -> Vec<Placed> {
        self.table.place_columns(&self.columns, self.screen.size.0, inside)
    }

    /// Returns why a column is not shown now even if it is wanted.
    pub(crate) fn why_hidden(&self, column: &Column) -> Option<&'static str> {
        self.table.why_hidden(column, self.screen.size.0)
    }

    /// Returns the parts of customers that the visible cells need beyond the list.
    pub(super) fn parts_needed(&self) -> Vec<CustomerPart> {
        // Few screens show such columns, and this is asked after each message.
        let mut shown = self.columns.wanted().chain(self.table.sorted_column(&self.columns));
        if !shown.any(|column| column.needs() != Needs::Row) {
            return Vec::new();
        }
        let Some(inside) = self.areas().table_inside() else { return Vec::new() };
        self.table.parts_needed(&self.placed_columns(inside.width), self.visible_rows())
    }

    /// Returns the sentence about an empty result, an explanation if the name needs one, and the keys that help.
    pub(crate) fn nothing_found(&self, filter: &CustomerFilter) -> (String, Option<String>, Vec<String>) {
        nothing_found(filter, self.filter.editing.is_some(), &self.keys)
    }

    /// Returns the resellers in the table in a few words, if they are not the account's own.
    pub(crate) fn other_resellers(&self) -> Option<String> {
        self.session.other_resellers(&self.table.filter)
    }
}
