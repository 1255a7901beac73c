//! Moving: rows, pages, panes, into the detail and one step back.

use super::{
    App, PATIENCE, Pane, Subject, WidthClass,
    filter::Field,
    table::{PageTurn, SelectionTarget},
};
use crate::tui::action::Action;

impl App {
    pub(super) fn screenful(&self) -> usize {
        if self.focus == Pane::Detail { self.detail_height() } else { self.visible_rows() }.max(1)
    }

    /// Moves the selection by some rows; past the edge, to the next page if `onwards`.
    pub(super) fn move_selection(&mut self, by: usize, down: bool, onwards: bool) -> bool {
        if self.in_filter() {
            if by > 1 {
                return self.jump(if down { usize::MAX } else { 0 });
            }
            self.filter.step(down);
            return true;
        }
        if self.focus == Pane::Detail {
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

    pub(super) fn jump(&mut self, index: usize) -> bool {
        match self.focus {
            _ if self.in_filter() => {
                self.filter.field = if index == 0 { Field::ALL[0] } else { Field::PageSize };
            }
            Pane::Detail => self.detail.scroll_to(index, self.detail_height()),
            _ => return self.select_row(index),
        }
        true
    }

    /// Selects a row of the table; the detail follows it again.
    pub(crate) fn select_row(&mut self, index: usize) -> bool {
        self.row_before = None;
        self.leave_id();
        let visible = self.visible_rows();
        self.table.select(index, visible);
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

    /// Goes to another page; from the page that is on its way, where there is one.
    pub(crate) fn turn(&mut self, forward: bool, selection: SelectionTarget) -> bool {
        self.row_before = None;
        self.leave_id();
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

    pub(super) fn cycle(&mut self, forward: bool) -> bool {
        let panes: &[Pane] = match self.areas().class {
            WidthClass::Wide => &[Pane::Filter, Pane::Table, Pane::Detail],
            _ => &[Pane::Table, Pane::Detail],
        };
        let index = panes.iter().position(|pane| *pane == self.focus).unwrap_or_default();
        let count = panes.len();
        self.focus = panes[(index + if forward { 1 } else { count - 1 }) % count];
        true
    }

    pub(super) fn enter(&mut self) -> bool {
        if self.in_filter() {
            return self.choose_field();
        }
        if self.focus == Pane::Table && (self.table.row().is_some() || self.detail.subject.is_some()) {
            self.focus = Pane::Detail;
        }
        true
    }

    /// One step back, from the innermost thing out.
    pub(super) fn back(&mut self) -> bool {
        if self.filter.open {
            self.filter.open = false;
        } else if self.focus == Pane::Detail && self.detail.search.needle().is_some() {
            self.detail.search = super::search::Search::default();
        } else if self.focus == Pane::Table && self.table.stop(&mut self.out) {
            self.filter.follow(&self.table.filter.clone(), self.now.today());
            let words = if self.table.shown().is_some() { " The previous rows stay on screen." } else { "" };
            return self.note(format!("Stopped.{words}"));
        } else if self.focus == Pane::Detail && self.detail_is_awaited() && self.detail.stop(&mut self.out) {
            return self.note("Stopped.");
        } else if self.zoom {
            self.zoom = false;
        } else if matches!(self.detail.subject, Some(Subject::Id(_))) {
            self.leave_id();
            self.focus = Pane::Table;
        } else if self.focus == Pane::Table
            && self.areas().detail.is_some()
            && self.detail_is_awaited()
            && self.detail.stop(&mut self.out)
        {
            return self.note("Stopped.");
        } else if let Some(row) = self.row_before.filter(|_| self.focus == Pane::Table) {
            self.select_row(row);
        } else if let Some(Subject::Own(row)) = &self.detail.subject {
            let row = row.clone();
            self.detail.show(Some(Subject::Row(row)), self.now, &mut self.out);
        } else if self.focus == Pane::Table {
            return self.note(format!("{} quits.", self.keys.label(Action::Quit)));
        } else {
            self.focus = Pane::Table;
        }
        true
    }

    /// Returns true if the wait for the detail is visible: before that, Esc means the step back.
    pub(super) fn detail_is_awaited(&self) -> bool {
        let since = self.detail.waiting_since;
        since.is_some_and(|since| self.now.mono.saturating_sub(since) >= PATIENCE)
    }

    /// Goes back from a customer that was asked for by id to the selected row.
    pub(super) fn leave_id(&mut self) {
        if matches!(self.detail.subject, Some(Subject::Id(_))) {
            self.detail.show(None, self.now, &mut self.out);
        }
    }

    /// Goes to a customer by its ID: selects its row if it is on the page, or else opens its record. Esc returns.
    pub(crate) fn go_to(&mut self, id: &str) -> Result<(), String> {
        let id = id.trim();
        if id.is_empty() || id.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-' && c != '_') {
            return Err("Enter letters and digits, for example 1006500792".to_owned());
        }
        if let Some(index) = self.table.shown().and_then(|window| window.position(id)) {
            let from = self.table.selected;
            self.select_row(index);
            self.focus = Pane::Table;
            self.row_before = Some(from).filter(|from| *from != index);
        } else {
            self.detail.show(Some(Subject::Id(id.to_owned())), self.now, &mut self.out);
            self.detail.rest_until = None;
            self.focus = Pane::Detail;
        }
        Ok(())
    }
}
