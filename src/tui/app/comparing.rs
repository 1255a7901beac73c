//! Opening and closing the comparison of marked customers, and what it reaches of the app.

use super::{
    App, Overlay,
    compare::{ComparedRow, Comparison, FEWEST, MOST, compared_rows},
    message::{LoadResult, Ticket},
    overlays::CompareTable,
};
use crate::{source::HeldCustomer, tui::action::Action};

impl App {
    /// Returns true if as many customers are marked as can be compared.
    pub(crate) fn can_compare(&self) -> bool {
        (FEWEST..=MOST).contains(&self.marks.len())
    }

    /// Opens the comparison of the marked customers, or says what to mark.
    pub(crate) fn open_comparison(&mut self) -> bool {
        let mark = self.keys.label(Action::Mark);
        match self.marks.len() {
            0 => return self.note(format!("No customer is marked: {mark} marks two to four.")),
            1 => return self.note(format!("One customer is marked: {mark} marks another.")),
            FEWEST..=MOST => {}
            count => {
                let list = self.keys.label(Action::ShowMarked);
                return self
                    .warn_now(format!("Four at most can be compared: {list} lists the {count} marked."));
            }
        }
        let of_copy = self.table.filter.portfolio.is_some();
        let rows = self.marks.as_slice();
        let records = &mut self.detail.records;
        if let Some(before) = self.comparison.take() {
            before.stop(&mut self.out);
        }
        self.comparison = Some(Comparison::start(rows, of_copy, records, self.now, &mut self.out));
        self.open(Overlay::Compare(CompareTable::default()))
    }

    /// Loads every part of the comparison again.
    pub(crate) fn refresh_comparison(&mut self) {
        if let Some(comparison) = &mut self.comparison {
            comparison.refresh(self.now, &mut self.out);
        }
    }

    /// Returns the rows of the comparison.
    pub(crate) fn compared_rows(&self, comparison: &Comparison) -> Vec<ComparedRow> {
        let name_of = |id: &str| {
            let name = self.session.reseller_name(id);
            (name != id).then(|| name.into_owned())
        };
        compared_rows(comparison, self.now.today(), self.detail.records.names(), name_of)
    }

    /// Takes what the local copy holds of compared customers; returns true if it was awaited.
    pub(super) fn on_held(&mut self, ticket: Ticket, outcome: LoadResult<Vec<HeldCustomer>>) -> bool {
        self.comparison.as_mut().is_some_and(|comparison| comparison.on_held(ticket, outcome))
    }

    /// Gives up the requests of a comparison whose dialog is closed, whichever way that happened.
    pub(super) fn settle_comparison(&mut self) {
        let is_open = matches!(self.dialog_below_help(), Some(Overlay::Compare(_)));
        match (is_open, self.comparison.is_some()) {
            (false, true) => {
                if let Some(comparison) = self.comparison.take() {
                    comparison.stop(&mut self.out);
                }
            }
            // The account that it was of has been left.
            (true, false) => self.overlay = None,
            _ => {}
        }
    }
}
