//! The columns that are worth their room now, of those that the user wants.

use super::{
    App, MARKER, Outcome, Placed, TableColumns,
    cells::RESELLER,
    detail::{Part, record_key},
    layout::REFERENCE_FROM,
    remote::Ticket,
};
use crate::{
    columns::{Column, Needs},
    model::{Customer, CustomerRow, StatusFilter, SubscriptionList},
    source::Fetched,
};

impl App {
    /// Places the columns into the inside of the table, with a blank before its border.
    pub(crate) fn placed_columns(&self, inside: u16) -> Vec<Placed> {
        let mut columns = self.columns.clone();
        for (column, wanted) in &mut columns.all {
            *wanted &= self.why_hidden(column).is_none();
        }
        let none_left = columns.all.iter().all(|(_, wanted)| !wanted);
        let columns: &TableColumns = if none_left { &self.columns } else { &columns };
        columns.place(inside.saturating_sub(MARKER + 1))
    }

    /// Returns why a column is not shown now even if it is wanted: it says nothing new, or the names need its room.
    pub(crate) fn why_hidden(&self, column: &Column) -> Option<&'static str> {
        match column.key {
            "status" if self.shows_one_status() => Some("with all statuses"),
            RESELLER if self.table.filter.resellers.len() < 2 => Some("with several resellers"),
            "reference" if self.size.0 < REFERENCE_FROM => Some("from 180 columns"),
            _ => None,
        }
    }

    /// Returns true if a column on the screen needs more than the rows of the list.
    pub(crate) fn loads_cells(&self) -> bool {
        let inside = self.areas().table_inside();
        inside.is_some_and(|inside| {
            self.placed_columns(inside.width).iter().any(|placed| placed.column.needs() != Needs::Row)
        })
    }

    /// Returns true if visible cells are loaded once the selection rests.
    pub(crate) fn awaits_cells(&self) -> bool {
        self.loads_cells() && !self.parts_of_cells().is_empty()
    }

    /// Returns the parts that the columns need of the visible rows, from the top.
    fn parts_of_cells(&self) -> Vec<Part> {
        let (Some(inside), Some(window)) = (self.areas().table_inside(), self.table.answer()) else {
            return Vec::new();
        };
        let placed = self.placed_columns(inside.width);
        let needs = |needs: Needs| placed.iter().any(|placed| placed.column.needs() == needs);
        let (records, subscriptions) = (needs(Needs::Record), needs(Needs::Subscriptions));
        let rows =
            (self.table.top..self.table.top + self.visible_rows()).filter_map(|index| window.customer(index));
        rows.flat_map(|row| {
            let record = records.then(|| Part::Record(record_key(row)));
            let subscriptions = subscriptions.then(|| Part::Subscriptions(row.customer_id.clone()));
            record.into_iter().chain(subscriptions)
        })
        .collect()
    }

    /// Loads what the visible cells need, once the selection rests.
    pub(super) fn load_cells(&mut self) {
        let wanted = if self.loads_cells() { self.parts_of_cells() } else { Vec::new() };
        if wanted.is_empty() {
            self.detail.records.load(&[], &mut self.out);
        } else if self.detail.rest_until.is_none_or(|until| until <= self.now.mono) {
            // Once it is over, a rest wakes nobody again.
            self.detail.rest_until = None;
            self.detail.records.load(&wanted, &mut self.out);
        }
    }

    /// Takes a record for the table's cells; returns true if it was awaited.
    pub(super) fn on_record_for_cells(
        &mut self,
        ticket: Ticket,
        outcome: &Outcome<Fetched<Customer>>,
    ) -> bool {
        let taken = self.detail.records.on_record(ticket, outcome);
        self.warn_of_cell(taken && outcome.is_err());
        taken
    }

    /// Takes subscriptions for the table's cells; returns true if they were awaited.
    pub(super) fn on_subscriptions_for_cells(
        &mut self,
        ticket: Ticket,
        outcome: &Outcome<Fetched<SubscriptionList>>,
    ) -> bool {
        let taken = self.detail.records.on_subscriptions(ticket, outcome);
        self.warn_of_cell(taken && outcome.is_err());
        taken
    }

    fn warn_of_cell(&mut self, failed: bool) {
        if failed {
            let refresh = self.keys.label(crate::tui::action::Action::Refresh);
            self.warn_now(format!("Some cells could not be loaded and show ?: [{refresh}] retries."));
        }
    }

    /// Returns whether every row on the screen has the status that is filtered by.
    fn shows_one_status(&self) -> bool {
        let filter = self.table.previous_filter().unwrap_or(&self.table.filter);
        let StatusFilter::One(status) = &filter.status else { return false };
        let is_other = |row: &CustomerRow| row.status != *status;
        let strange = self.table.shown().is_some_and(|window| {
            (0..window.len()).any(|index| window.customer(index).is_some_and(is_other))
        });
        !strange
    }
}

#[cfg(test)]
mod tests {
    use crate::tui::app::stage::{Portfolio, Stage};

    fn shown(stage: &Stage) -> Vec<&'static str> {
        let inside = stage.app.areas().table_inside().unwrap();
        let placed = stage.app.placed_columns(inside.width);
        let last = placed.last().unwrap();
        assert!(last.x + last.width < inside.width - 2, "a blank is left before the border");
        placed.iter().map(|placed| placed.column.key).collect()
    }

    #[test]
    fn one_status_needs_no_column_and_a_reference_waits_for_a_wide_screen() {
        for (width, height) in [(60, 20), (80, 24), (120, 30), (160, 45), (179, 45)] {
            let mut stage = Stage::ready(width, height);
            assert_eq!(shown(&stage), ["company", "customer-id", "created"], "{width}");
            stage.key("0");
            stage.answer();
            let all = ["company", "customer-id", "status", "created"];
            assert_eq!(shown(&stage), all, "{width}");
        }
        let mut stage = Stage::ready(180, 45);
        assert_eq!(shown(&stage).last(), Some(&"reference"));
        stage.key("0");
        stage.answer();
        assert_eq!(shown(&stage), ["company", "customer-id", "status", "created", "reference"]);
    }

    #[test]
    fn a_row_with_another_status_than_was_asked_for_brings_the_column_back() {
        let mut portfolio = Portfolio::default();
        portfolio.lists[0][3]["status"] = "1004".into();
        assert!(shown(&Stage::ready_with(120, 30, portfolio)).contains(&"status"));
    }

    #[test]
    fn a_column_that_is_the_only_wanted_one_stays() {
        let mut stage = Stage::ready(120, 30);
        for (column, wanted) in &mut stage.app.columns.all {
            *wanted = column.key == "status";
        }
        assert_eq!(shown(&stage), ["status"]);
    }
}
