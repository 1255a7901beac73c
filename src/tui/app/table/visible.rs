//! The columns that are worth their room now, of those that the user wants, and what they need beyond the list.

use super::{
    CustomerTable, MARKER, Placed, RESELLER, TableColumns,
    columns::{arrow, place},
};
use crate::{
    columns::{Column, Needs},
    model::{CustomerRow, SortBy, StatusFilter},
    text,
    tui::app::{
        layout::REFERENCE_FROM,
        records::{CustomerPart, record_key},
    },
};

impl CustomerTable {
    /// Places the wanted columns into the inside of the table, with a blank before its border. `screen` is the width of
    /// the whole screen.
    pub(crate) fn place_columns(&self, columns: &TableColumns, screen: u16, inside: u16) -> Vec<Placed> {
        let mut shown: Vec<&'static Column> =
            columns.wanted().filter(|column| self.why_hidden(column, screen).is_none()).collect();
        // An order that cannot be seen would seem to be none.
        let sorted = self.sorted_column(columns);
        if let Some(sorted) = sorted.filter(|sorted| !shown.contains(sorted)) {
            shown.insert(shown.len().min(1), sorted);
        }
        for (rank, rule) in self.filter.sort_rules().enumerate().skip(1) {
            let next = self.column_of(rule.by, columns).filter(|column| !shown.contains(column));
            if let Some(next) = next {
                shown.insert(shown.len().min(1 + rank), next);
            }
        }
        if shown.is_empty() {
            shown = columns.wanted().collect();
        }
        let width = inside.saturating_sub(MARKER + 1);
        let mark = |column: &Column| self.sort_mark(column).map_or(0, |mark| text::width(&mark));
        let placed = place(shown.clone(), width, mark);
        // The last ones are left out for want of room, but not that one.
        match sorted.and_then(|sorted| shown.iter().position(|column| *column == sorted)) {
            Some(at) if at > 1 && placed.iter().all(|placed| placed.column != shown[at]) => {
                let sorted = shown.remove(at);
                shown.insert(1, sorted);
                place(shown, width, mark)
            }
            _ => placed,
        }
    }

    /// Returns the column that a view is sorted by first, if there is such a column.
    pub(crate) fn sorted_column(&self, columns: &TableColumns) -> Option<&'static Column> {
        self.column_of(self.filter.sort_by, columns)
    }

    /// Returns the column by which a view can be sorted so.
    fn column_of(&self, by: SortBy, columns: &TableColumns) -> Option<&'static Column> {
        self.filter.portfolio.as_ref()?;
        let is_sorted = |column: &&'static Column| column.sort() == by;
        // Of several with one order, the user's, or the one that the copy knows alone.
        let mut all = columns.all.iter().map(|(column, _)| *column).filter(is_sorted);
        columns.wanted().find(is_sorted).or_else(|| {
            let first = all.clone().next();
            all.find(|column| column.copy_part().is_some()).or(first)
        })
    }

    /// Returns the mark behind the heading of a column that the rows are sorted by. The second and later columns decide
    /// between equal values: ` ▼2`.
    pub(crate) fn sort_mark(&self, column: &Column) -> Option<String> {
        let mut rules = self.filter.sort_rules().enumerate();
        let (rank, rule) = rules.find(|(_, rule)| rule.by == column.sort())?;
        let rank = if rank == 0 { String::new() } else { (rank + 1).to_string() };
        Some(format!(" {}{rank}", arrow(rule.order)))
    }

    /// Returns why a column is not shown now even if it is wanted: it says nothing new, or the names need its room.
    pub(crate) fn why_hidden(&self, column: &Column, screen: u16) -> Option<&'static str> {
        match column.key {
            "status" if self.shows_one_status() => Some("with all statuses"),
            RESELLER if self.filter.resellers.len() < 2 && self.filter.portfolio.is_none() => {
                Some("with several resellers")
            }
            _ if column.copy_part().is_some() && self.filter.portfolio.is_none() => Some("in views (v)"),
            "reference" if screen < REFERENCE_FROM => Some("from 180 columns"),
            _ => None,
        }
    }

    /// Returns true if every row that is shown has the status that is filtered by.
    fn shows_one_status(&self) -> bool {
        let filter = self.previous_filter().unwrap_or(&self.filter);
        let StatusFilter::One(status) = &filter.status else { return false };
        let is_other = |row: &CustomerRow| row.status != *status;
        !self
            .shown()
            .is_some_and(|window| (0..window.len()).any(|index| window.customer(index).is_some_and(is_other)))
    }

    /// Returns the parts that these columns need of the `visible` rows, from the top.
    pub(crate) fn parts_needed(&self, placed: &[Placed], visible: usize) -> Vec<CustomerPart> {
        let needs = |needs: Needs| placed.iter().any(|placed| placed.column.needs() == needs);
        let (records, subscriptions) = (needs(Needs::Record), needs(Needs::Subscriptions));
        let Some(window) = self.answer().filter(|_| records || subscriptions) else { return Vec::new() };
        let rows = (self.top..self.top + visible).filter_map(|index| window.customer(index));
        rows.flat_map(|row| {
            let record = records.then(|| CustomerPart::Record(record_key(row)));
            let subscriptions = subscriptions.then(|| CustomerPart::Subscriptions(row.customer_id.clone()));
            record.into_iter().chain(subscriptions)
        })
        .collect()
    }
}
