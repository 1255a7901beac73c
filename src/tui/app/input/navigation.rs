//! Navigation: rows, pages, panes, into the detail pane and back.

use super::super::{
    App,
    detail::{DetailSubject, Search},
    filter::FilterField,
    layout::Pane,
    message::{Effect, LoadResult, Ticket},
    table::{NoPage, PageTurn, SelectionTarget},
    timing::PATIENCE,
};
use crate::tui::action::Action;

impl App {
    pub(in crate::tui::app) fn screenful(&self) -> usize {
        if self.screen.focus == Pane::Detail { self.detail_height() } else { self.visible_rows() }.max(1)
    }

    /// Moves the selection by some rows; past the edge, to the next page if `onwards`.
    pub(in crate::tui::app) fn move_selection(&mut self, by: usize, down: bool, onwards: bool) -> bool {
        if self.in_filter() {
            if by > 1 {
                return self.jump(if down { usize::MAX } else { 0 });
            }
            self.filter.step(down);
            return true;
        }
        if self.screen.focus == Pane::Detail {
            let by = isize::try_from(by).unwrap_or(isize::MAX);
            self.detail.scroll(if down { by } else { -by }, self.detail_height());
            return true;
        }
        let len = self.table.shown().map_or(0, crate::source::Window::len);
        let selected = self.table.selected;
        if onwards && (down && selected + 1 >= len || !down && selected == 0) {
            return self.pass_edge(down);
        }
        self.select_row(if down { selected + by } else { selected.saturating_sub(by) })
    }

    pub(in crate::tui::app) fn jump(&mut self, index: usize) -> bool {
        match self.screen.focus {
            _ if self.in_filter() => {
                self.filter.field = if index == 0 { FilterField::ALL[0] } else { FilterField::PageSize };
            }
            Pane::Detail => self.detail.scroll_to(index, self.detail_height()),
            _ => return self.select_row(index),
        }
        true
    }

    /// Selects a row of the table; the detail follows it again.
    pub(crate) fn select_row(&mut self, index: usize) -> bool {
        self.detail.leave_id(self.now, &mut self.out);
        self.table.select(index);
        true
    }

    /// Goes past the last row or the first one. Of a held key, what comes while the page is on its way goes on in it; but
    /// not where the wait was long enough to be seen.
    pub(crate) fn pass_edge(&mut self, down: bool) -> bool {
        if self.table.is_turning() {
            self.table.queue_row(down);
            return false;
        }
        self.turn(down, if down { SelectionTarget::First } else { SelectionTarget::Last })
    }

    /// Goes to the next or previous page, counted from the page that is loading, if any.
    pub(crate) fn turn(&mut self, forward: bool, selection: SelectionTarget) -> bool {
        self.detail.leave_id(self.now, &mut self.out);
        match self.table.turn(forward, selection, self.now, &mut self.out) {
            PageTurn::Requested => true,
            PageTurn::AtEdge if forward => self.note("This is the last page."),
            PageTurn::AtEdge => self.note("This is the first page."),
            PageTurn::NothingToTurn => {
                let refresh = self.keys.label(Action::Refresh);
                self.warn_now(format!("Nothing was loaded: [{refresh}] retries, [Esc] goes back."))
            }
        }
    }

    pub(in crate::tui::app) fn enter(&mut self) -> bool {
        if self.in_filter() {
            return self.filtering().choose_field();
        }
        if self.screen.focus == Pane::Table && (self.table.row().is_some() || self.detail.subject.is_some()) {
            self.screen.focus = Pane::Detail;
        }
        true
    }

    /// One step back, from the innermost thing out.
    pub(in crate::tui::app) fn back(&mut self) -> bool {
        if self.filter.open {
            self.filter.open = false;
        } else if self.screen.focus == Pane::Detail && self.detail.search.needle().is_some() {
            self.detail.search = Search::default();
        } else if self.screen.focus == Pane::Table
            && let is_running = self.table.is_loading()
            && self.table.stop(&mut self.out)
        {
            self.filter.follow(&self.table.filter.clone(), self.now.today());
            let words = match (is_running, self.table.shown().is_some()) {
                (true, true) => "Stopped. The previous rows stay on screen.",
                (true, false) => "Stopped.",
                (false, _) => "Back to the previous filter.",
            };
            return self.note(words);
        } else if self.screen.focus == Pane::Detail
            && self.detail_is_awaited()
            && self.detail.stop(&mut self.out)
        {
            return self.note("Stopped.");
        } else if self.screen.zoom {
            self.screen.zoom = false;
        } else if matches!(self.detail.subject, Some(DetailSubject::Id(_))) {
            self.detail.leave_id(self.now, &mut self.out);
            self.screen.focus = Pane::Table;
        } else if self.screen.focus == Pane::Table
            && self.areas().detail.is_some()
            && self.detail_is_awaited()
            && self.detail.stop(&mut self.out)
        {
            return self.note("Stopped.");
        } else if self.screen.focus == Pane::Table && self.table.go_back_to_row() {
            self.detail.leave_id(self.now, &mut self.out);
        } else if let Some(DetailSubject::Own(row)) = &self.detail.subject {
            let row = row.clone();
            self.detail.show(Some(DetailSubject::Row(row)), self.now, &mut self.out);
        } else if self.screen.focus == Pane::Table && self.leave_week() {
            return true;
        } else if self.screen.focus == Pane::Table {
            return self.note(format!("{} quits.", self.keys.label(Action::Quit)));
        } else {
            let filled_the_screen = self.areas().table.is_none();
            self.screen.focus = Pane::Table;
            if filled_the_screen && self.table.go_back_to_row() {
                self.detail.leave_id(self.now, &mut self.out);
            }
        }
        true
    }

    /// Returns true if the wait for the detail is visible: before that, Esc means the step back.
    pub(in crate::tui::app) fn detail_is_awaited(&self) -> bool {
        let since = self.detail.waiting_since;
        since.is_some_and(|since| self.now.mono.saturating_sub(since) >= PATIENCE)
    }

    /// Goes to a customer by its ID: selects its row if it is on the page, or else opens its record. Esc returns. In a view
    /// of the local copy, a reference, an e-mail address, or the ID of a subscription or an order will do.
    pub(crate) fn go_to(&mut self, typed: &str) -> Result<(), String> {
        let typed = typed.trim();
        let is_in_view = self.table.filter.portfolio.is_some();
        let is_on_page = self.table.shown().is_some_and(|window| window.position(typed).is_some());
        if is_in_view && !is_on_page && !typed.is_empty() {
            if let Some((ticket, _)) = self.going_to.take() {
                self.out.abort(Some(ticket));
            }
            let ticket = self.out.ask(|ticket| Effect::FindCustomer(ticket, typed.to_owned()));
            self.going_to = Some((ticket, typed.to_owned()));
            return Ok(());
        }
        if typed.contains('@') {
            return self.find(&quoted(typed));
        }
        if !is_id(typed) {
            return Err("Enter letters and digits, for example 1006500792".to_owned());
        }
        self.go_to_id(typed);
        Ok(())
    }

    /// Takes the customers that a text names; returns true if they were awaited.
    pub(in crate::tui::app) fn on_found_customers(
        &mut self,
        ticket: Ticket,
        outcome: &LoadResult<Vec<String>>,
    ) -> bool {
        let Some((_, typed)) = self.going_to.take_if(|(awaited, _)| *awaited == ticket) else { return false };
        match outcome.as_ref().map(|ids| ids.as_slice()) {
            Ok([id]) => self.go_to_id(id),
            // A customer that is not in the copy may be there all the same.
            Ok([]) if is_id(&typed) && typed.chars().all(|c| c.is_ascii_digit()) => self.go_to_id(&typed),
            Ok(_) => {
                if let Err(words) = self.find(&quoted(&typed)) {
                    self.warn_now(words);
                }
            }
            Err(error) => {
                self.warn_now(error.user_message().summary);
            }
        }
        true
    }

    fn go_to_id(&mut self, id: &str) {
        if self.table.select_customer(id) {
            self.detail.leave_id(self.now, &mut self.out);
            // Where the detail pane is not beside the table, the row alone would not show the customer.
            self.screen.focus = Pane::Table;
            if self.areas().detail.is_none() {
                self.screen.focus = Pane::Detail;
            }
        } else {
            self.detail.open_id(id, self.now, &mut self.out);
            self.screen.focus = Pane::Detail;
        }
    }

    /// Goes to a page by its number, from 1; `u64::MAX` is the last one.
    ///
    /// # Errors
    /// Says why there is no such page, or how to get there.
    pub(super) fn go_to_page(&mut self, number: u64) -> Result<(), String> {
        self.detail.leave_id(self.now, &mut self.out);
        let turned = self.table.go_to_page(number, self.now, &mut self.out);
        turned.map(drop).map_err(NoPage::in_words)
    }
}

/// Returns true if a text can be a customer's ID.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Returns a query for exactly this text.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
