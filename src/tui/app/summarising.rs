//! Opening the summary of a view, loading its figures, and showing the customers of one of its bars.

use std::sync::Arc;

use super::{
    App, Overlay,
    layout::Pane,
    message::{Effect, LoadResult, Ticket},
    overlays::{KeepCopyQuestion, Narrowing, SummaryCharts, WantedOfCopy, below_help},
};
use crate::{
    model::{CustomerFilter, StatusFilter, SummaryAnswer},
    portfolio::query,
    text,
};

impl App {
    /// Opens the summary of the view on screen, or of all customers over live lists; asks first if the user has not decided
    /// yet whether a copy is kept.
    pub(crate) fn open_summary(&mut self) -> bool {
        if self.has_to_ask_for_copy() {
            let question = KeepCopyQuestion::new(WantedOfCopy::Summary);
            return self.open(Overlay::KeepCopy(Box::new(question)));
        }
        let is_over_live = self.table.filter.portfolio.is_none();
        let filter = if is_over_live {
            let portfolio = Some(String::new());
            CustomerFilter { status: StatusFilter::All, portfolio, ..CustomerFilter::default() }
        } else {
            self.table.filter.clone()
        };
        let mut summary = SummaryCharts::new(filter, is_over_live);
        self.load_summary(&mut summary, false);
        self.open(Overlay::Summary(Box::new(summary)))
    }

    /// Asks for the figures of a summary; with `refresh`, the copy is to be brought up to date too.
    pub(crate) fn load_summary(&mut self, summary: &mut SummaryCharts, refresh: bool) {
        let filter = summary.filter().clone();
        summary.answer.ask(&mut self.out, |ticket| Effect::LoadSummary(ticket, filter, refresh));
    }

    /// Takes the figures of a summary; returns true if they were awaited.
    pub(super) fn on_summary(&mut self, ticket: Ticket, outcome: LoadResult<SummaryAnswer>) -> bool {
        let names = outcome.as_ref().ok().map(|answer| Arc::clone(&answer.coverage.reseller_names));
        let Some(Overlay::Summary(summary)) = self.dialog_below_help() else { return false };
        if !summary.take(ticket, outcome) {
            return false;
        }
        let is_outdated = summary.answer.is_outdated();
        if let Some(names) = names {
            self.session.take_names_of_copy(&names);
        }
        if is_outdated {
            self.reload_summary();
        }
        true
    }

    /// Reads the figures of the open summary again, because the copy has changed; those on their way come first.
    pub(super) fn reload_summary(&mut self) -> bool {
        let Some(Overlay::Summary(summary)) = below_help(&mut self.overlay) else { return false };
        let filter = summary.filter().clone();
        summary.answer.follow(&mut self.out, |ticket| Effect::LoadSummary(ticket, filter, false))
    }

    /// Shows the customers of a bar: those of the summary's query and filter that are in it.
    pub(crate) fn show_of_summary(&mut self, query: &str, filter: &CustomerFilter, narrowing: &Narrowing) {
        let narrowed = narrowing.of(filter.portfolio.as_deref().unwrap_or_default());
        self.screen.focus = Pane::Table;
        if let Err(error) = query::parse(&narrowing.of(query), self.now.today()) {
            self.warn_now(text::sentence(&error.to_string()));
        } else if self.table.filter.portfolio.is_some() {
            // The view keeps its columns and its order.
            self.filter.typed.name.clone_from(&narrowed);
            let filter = CustomerFilter { portfolio: Some(narrowed), ..self.table.filter.clone() };
            self.filtering().show(filter);
        } else if let Err(words) = self.find(&narrowed) {
            self.warn_now(words);
        }
    }
}
