//! The columns that are worth their room now, of those that the user wants.

use super::{App, Column, Columns, MARKER, Placed, layout::REFERENCE_FROM};
use crate::model::{CustomerRow, StatusFilter};

impl App {
    /// Places the columns into the inside of the table, with a blank before its border.
    pub(crate) fn placed_columns(&self, inside: u16) -> Vec<Placed> {
        let mut columns = self.columns.clone();
        for (column, wanted) in &mut columns.all {
            *wanted &= self.why_hidden(*column).is_none();
        }
        let none_left = columns.all.iter().all(|(_, wanted)| !wanted);
        let columns: &Columns = if none_left { &self.columns } else { &columns };
        columns.place(inside.saturating_sub(MARKER + 1))
    }

    /// Returns why a column is not shown now even if it is wanted: it says nothing new, or the names need its room.
    pub(crate) fn why_hidden(&self, column: Column) -> Option<&'static str> {
        match column {
            Column::Status if self.shows_one_status() => Some("with all statuses"),
            Column::Reseller if self.table.filter.resellers.len() < 2 => Some("with several resellers"),
            Column::Reference if self.size.0 < REFERENCE_FROM => Some("from 180 columns"),
            _ => None,
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
    use crate::tui::app::{
        Column,
        stage::{Portfolio, Stage},
    };

    fn shown(stage: &Stage) -> Vec<Column> {
        let inside = stage.app.areas().table_inside().unwrap();
        let placed = stage.app.placed_columns(inside.width);
        let last = placed.last().unwrap();
        assert!(last.x + last.width < inside.width - 2, "a blank is left before the border");
        placed.iter().map(|placed| placed.column).collect()
    }

    #[test]
    fn one_status_needs_no_column_and_a_reference_waits_for_a_wide_screen() {
        for (width, height) in [(60, 20), (80, 24), (120, 30), (160, 45), (179, 45)] {
            let mut stage = Stage::ready(width, height);
            assert_eq!(shown(&stage), [Column::Company, Column::CustomerId, Column::Created], "{width}");
            stage.key("0");
            stage.answer();
            let all = [Column::Company, Column::CustomerId, Column::Status, Column::Created];
            assert_eq!(shown(&stage), all, "{width}");
        }
        let mut stage = Stage::ready(180, 45);
        assert_eq!(shown(&stage).last(), Some(&Column::Reference));
        stage.key("0");
        stage.answer();
        let all = Column::ALL.into_iter().filter(|column| *column != Column::Reseller);
        assert_eq!(shown(&stage), all.collect::<Vec<_>>());
    }

    #[test]
    fn a_row_with_another_status_than_was_asked_for_brings_the_column_back() {
        let mut portfolio = Portfolio::default();
        portfolio.lists[0][3]["status"] = "1004".into();
        assert!(shown(&Stage::ready_with(120, 30, portfolio)).contains(&Column::Status));
    }

    #[test]
    fn a_column_that_is_the_only_wanted_one_stays() {
        let mut stage = Stage::ready(120, 30);
        for (column, wanted) in &mut stage.app.columns.all {
            *wanted = *column == Column::Status;
        }
        assert_eq!(shown(&stage), [Column::Status]);
    }
}
