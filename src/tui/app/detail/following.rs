//! How the pane follows the selection, the layout and the clock, after each message.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Detail, DetailSubject};
use crate::{
    model::Row,
    tui::app::message::{Now, Outbox},
};

impl Detail {
    /// Follows the selected row, unless a customer was opened by ID.
    pub(crate) fn follow(&mut self, selected: Option<&Arc<Row>>, now: Now, out: &mut Outbox) {
        if matches!(self.subject, Some(DetailSubject::Id(_))) {
            return;
        }
        match (selected, self.subject.as_ref().and_then(DetailSubject::shared_row)) {
            (None, None) => {}
            (Some(row), Some(shown)) if Arc::ptr_eq(row, shown) => {}
            (Some(row), Some(shown)) if is_same_entry(row, shown) => self.renew_row(row.clone()),
            (row, _) => {
                let subject = row.cloned().map(DetailSubject::Row);
                self.show(subject, now, out);
            }
        }
    }

    /// Brings the lines and the scrolling up to date for the place of the text, if the pane is on the screen.
    pub(crate) fn settle(&mut self, text: Option<Rect>, now: Now, out: &mut Outbox) {
        self.notice_wait(now);
        if let Some(area) = text {
            self.fit(area.width);
            let height = usize::from(area.height);
            self.scroll(0, height);
            self.load_more_orders(height, out);
        } else {
            self.scroll(0, 1);
        }
    }

    /// Opens the row's own record by its customer ID, wherever its link leads.
    ///
    /// # Errors
    /// Returns the reason if there is none: the record is shown already, or the row has no customer ID.
    pub(crate) fn open_own_record(&mut self, now: Now, out: &mut Outbox) -> Result<(), NoOwnRecord> {
        let Some(DetailSubject::Row(row)) = &self.subject else { return Err(NoOwnRecord::IsShown) };
        if row.customer().is_none() {
            return Err(NoOwnRecord::NoCustomerId);
        }
        let subject = DetailSubject::Own(row.clone());
        self.show(Some(subject), now, out);
        self.rest_until = None;
        Ok(())
    }

    /// Opens a customer by ID.
    pub(crate) fn open_id(&mut self, id: &str, now: Now, out: &mut Outbox) {
        self.show(Some(DetailSubject::Id(id.to_owned())), now, out);
        self.rest_until = None;
    }
}

/// The reason why a row's own record cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoOwnRecord {
    /// It is shown already.
    IsShown,
    /// The row has no customer ID.
    NoCustomerId,
}

/// Returns true if both rows are about the same customer with the same link, perhaps from different answers.
fn is_same_entry(a: &Row, b: &Row) -> bool {
    match (a.customer(), b.customer()) {
        (Some(a), Some(b)) => a.customer_id == b.customer_id && a.link == b.link,
        _ => false,
    }
}
