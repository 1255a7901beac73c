//! Rows of a previous question, which stay on screen until those of the new one arrive: they are never taken for its answer.

use crate::{
    model::Kind,
    text,
    tui::{
        action::Action,
        app::{App, PATIENCE, Subject},
    },
};

impl App {
    /// Returns the title over rows of a previous question, if the new one has failed or takes long.
    pub(crate) fn previous_rows_title(&self) -> Option<String> {
        let previous = self.table.previous_filter()?;
        let is_long = |since| self.now.mono.saturating_sub(since) >= PATIENCE;
        if self.table.error().is_none() && !self.table.waiting_since.is_some_and(is_long) {
            return None;
        }
        if previous.chooses_the_same(&self.table.filter) {
            return Some("rows in the previous order".to_owned());
        }
        let mut words = vec![match &previous.status {
            crate::model::StatusFilter::All => "All".to_owned(),
            crate::model::StatusFilter::One(status) => status.label(Kind::Account).to_owned(),
        }];
        words.extend(previous.name.as_ref().map(|name| text::clean(name.sent()).into_owned()));
        words.extend(previous.from.map(|day| format!("from {day}")));
        words.extend(previous.to.map(|day| format!("to {day}")));
        Some(format!("rows of the previous filter ({})", words.join(", ")))
    }

    /// Returns true, with a notice, if what is selected belongs to a previous question: it cannot be copied or marked.
    pub(in crate::tui::app) fn refuses_previous_rows(&mut self) -> bool {
        if matches!(self.detail.subject, Some(Subject::Id(_))) {
            return false;
        }
        let Some(previous) = self.table.previous_filter() else { return false };
        let what = if previous.chooses_the_same(&self.table.filter) { "order" } else { "filter" };
        let back = self.keys.label(Action::Back);
        self.warn_now(format!("These rows are of the previous {what}: [{back}] goes back to it."));
        true
    }
}
