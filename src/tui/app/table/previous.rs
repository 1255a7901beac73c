//! Rows of a previous question, which stay on screen until those of the new one arrive: they are never taken for its answer.

use super::CustomerTable;
use crate::{
    model::{CustomerFilter, EntityKind, StatusFilter},
    text,
    tui::app::{message::Now, timing::PATIENCE},
};

impl CustomerTable {
    /// Returns the title over rows of a previous question, if the new one has failed or takes long.
    pub(crate) fn previous_rows_title(&self, now: Now) -> Option<String> {
        let previous = self.previous_filter()?;
        let is_long = |since| now.mono.saturating_sub(since) >= PATIENCE;
        if self.error().is_none() && !self.waiting_since.is_some_and(is_long) {
            return None;
        }
        if previous.chooses_the_same(&self.filter) {
            return Some("rows in the previous order".to_owned());
        }
        let mut words = vec![match &previous.status {
            StatusFilter::All => "All".to_owned(),
            StatusFilter::One(status) => status.label(EntityKind::Account).to_owned(),
        }];
        match &previous.name {
            Some(name) => words.push(text::clean(name.sent()).into_owned()),
            None if self.filter.name.is_some() => words.push("any name".to_owned()),
            None => {}
        }
        words.extend(previous.from.map(|day| format!("from {day}")));
        words.extend(previous.to.map(|day| format!("to {day}")));
        let has_dates = |filter: &CustomerFilter| filter.from.is_some() || filter.to.is_some();
        if has_dates(&self.filter) && !has_dates(previous) {
            words.push("any date".to_owned());
        }
        Some(format!("rows of the previous filter ({})", words.join(", ")))
    }

    /// Returns what the rows are of, if they belong to a previous question: `filter`, or `order`.
    pub(crate) fn previous_question(&self) -> Option<&'static str> {
        let previous = self.previous_filter()?;
        Some(if previous.chooses_the_same(&self.filter) { "order" } else { "filter" })
    }
}
