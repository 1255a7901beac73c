//! The mouse: click selects, double-click opens, the wheel scrolls what is under it.

use std::time::Duration;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::super::{
    App, Footer, Overlay,
    detail::tab_line,
    footer,
    layout::{Areas, Pane, hits, inside},
    messages::table_message,
    overlays::CommandPalette,
    table::MARKER,
};

/// Two clicks on one row within this time open it.
const DOUBLE: Duration = Duration::from_millis(400);

/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

impl App {
    pub(in crate::tui::app) fn on_mouse(&mut self, event: MouseEvent) -> bool {
        if self.areas().too_small {
            return false;
        }
        let (column, row) = (event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.on_click(column, row, event.modifiers.contains(KeyModifiers::CONTROL))
            }
            MouseEventKind::ScrollDown => self.on_wheel(column, row, true),
            MouseEventKind::ScrollUp => self.on_wheel(column, row, false),
            _ => false,
        }
    }

    fn on_click(&mut self, column: u16, row: u16, with_ctrl: bool) -> bool {
        let areas = self.areas();
        if self.notices.dismiss() && hits(areas.footer, column, row) {
            return true;
        }
        if let Some(footer) = areas.footer.filter(|footer| hits(Some(*footer), column, row)) {
            return self.click_hint(column - footer.x, footer.width);
        }
        if self.overlay.is_some() {
            return self.click_dialog(column, row);
        }
        if self.filter.open {
            return self.click_panel(&areas, column, row);
        }
        if self.filter.editing.is_some() && !hits(areas.filter, column, row) {
            self.filtering().leave_editing();
        }
        if hits(areas.filter_line, column, row) {
            self.filter.open = true;
            return true;
        }
        if let Some(panel) = areas.filter.filter(|panel| hits(Some(*panel), column, row)) {
            self.screen.focus = Pane::Filter;
            return self.filtering().click_field(panel, row);
        }
        if hits(areas.table, column, row) {
            self.screen.focus = Pane::Table;
            return self.click_table(&areas, column, row, with_ctrl);
        }
        if let Some(pane) = areas.detail.filter(|pane| hits(Some(*pane), column, row)) {
            self.screen.focus = Pane::Detail;
            let inside = inside(pane);
            if row == inside.y {
                let (tabs, width) = (self.detail.tabs(), inside.width.saturating_sub(2));
                let line = tab_line(tabs, self.detail.tab, width);
                if let Some(tab) = line.tab_at(tabs, column.saturating_sub(inside.x + 1), width) {
                    self.detail.switch(tab);
                }
                return true;
            }
            return self.click_detail(&areas, column, row);
        }
        false
    }

    /// Takes a click while the filter panel is open over the table: beside it, the panel closes.
    fn click_panel(&mut self, areas: &Areas, column: u16, row: u16) -> bool {
        let panel = areas.filter_overlay();
        if hits(Some(panel), column, row) {
            return self.filtering().click_field(panel, row);
        }
        self.filtering().leave_editing();
        self.filter.open = false;
        true
    }

    fn click_hint(&mut self, column: u16, width: u16) -> bool {
        let hints = match footer(self, width) {
            Footer::Hints(hints) | Footer::Search(_, hints) | Footer::Export(_, hints) => hints,
            Footer::Notice(_) => return false,
        };
        match hints.into_iter().find_map(|hint| hint.action_at(column)) {
            Some(action) => self.press(action),
            None => false,
        }
    }

    /// Presses the key that the detail's text names where it was clicked.
    fn click_detail(&mut self, areas: &Areas, column: u16, row: u16) -> bool {
        let place = areas.detail_text().filter(|place| hits(Some(*place), column, row));
        let Some(place) = place else { return true };
        let line = self.detail.lines.get(self.detail.top + usize::from(row - place.y));
        let text: String =
            line.into_iter().flat_map(|line| &line.spans).map(|(_, text)| text.as_str()).collect();
        let named = self.named_action(&text, usize::from(column - place.x));
        named.map(|action| self.press(action));
        true
    }

    fn click_table(&mut self, areas: &Areas, column: u16, row: u16, adds: bool) -> bool {
        let Some(inside) = areas.table_inside() else { return false };
        if let Some(border) = areas.table.filter(|border| row == border.y) {
            let width = self.view_tabs_width(border.width);
            if let Some(at) = column.checked_sub(border.x + 2)
                && self.click_view_tab(at, width)
            {
                return true;
            }
        }
        if let Some(strip) = areas.strip.filter(|strip| hits(Some(*strip), column, row)) {
            let week = self.week_at(usize::from(column - strip.x));
            return week.is_none_or(|week| self.show_week(week));
        }
        if row < inside.y && self.is_over_range(areas, column) {
            return self.open(Overlay::Palette(CommandPalette::with("page ")));
        }
        let named = table_message(self)
            .into_iter()
            .find(|line| line.y == row)
            .and_then(|line| self.named_action(&line.text, usize::from(column.checked_sub(line.x)?)));
        if let Some(action) = named {
            return self.press(action);
        }
        if row == inside.y {
            return self.click_heading(inside.width, column.saturating_sub(inside.x), adds);
        }
        let index = self.table.top + usize::from(row.saturating_sub(inside.y + 1));
        let len = self.table.shown().map_or(0, crate::source::Window::len);
        if row <= inside.y || index >= len || usize::from(row - inside.y - 1) >= self.visible_rows() {
            return true;
        }
        let twice = self
            .last_click
            .replace((self.now.mono, row))
            .is_some_and(|(at, last_row)| last_row == row && self.now.mono.saturating_sub(at) <= DOUBLE);
        if twice && index == self.table.selected {
            self.last_click = None;
            self.screen.focus = Pane::Detail;
            return true;
        }
        self.select_row(index)
    }

    /// Returns true if a column of the table's upper border is where the shown rows are counted.
    fn is_over_range(&self, areas: &Areas, column: u16) -> bool {
        let Some(area) = areas.table else { return false };
        let width = u16::try_from(crate::text::width(&self.table.shown_range(self.now))).unwrap_or(u16::MAX);
        let end = area.right().saturating_sub(2);
        width > 0 && column < end && end.saturating_sub(width) <= column
    }

    /// Sorts by a heading that was clicked, or reverses the order; says what can be sorted by if that heading cannot. With
    /// `adds`, the heading decides between equal values of those that the table is sorted by already.
    fn click_heading(&mut self, width: u16, column: u16, adds: bool) -> bool {
        let placed = self.placed_columns(width);
        let hit = placed.iter().find(|placed| {
            let start = placed.x + MARKER;
            start <= column && column < start + placed.width
        });
        let Some(sort_by) = hit.map(|placed| placed.column.sort()) else { return true };
        let filter = &self.table.filter;
        if adds && filter.portfolio.is_some() {
            return self.filtering().add_sort(sort_by);
        }
        let order = (filter.sort_by == sort_by).then(|| filter.order.reversed());
        self.filtering().sort(sort_by, order)
    }

    fn on_wheel(&mut self, column: u16, row: u16, down: bool) -> bool {
        let had_notice = self.notices.dismiss();
        self.scroll_under(column, row, down) || had_notice
    }

    fn scroll_under(&mut self, column: u16, row: u16, down: bool) -> bool {
        let by = isize::try_from(NOTCH).unwrap_or(1) * if down { 1 } else { -1 };
        let areas = self.areas();
        if self.overlay.is_some() {
            return self.scroll_dialog(by);
        }
        if self.filter.open {
            return hits(Some(areas.filter_overlay()), column, row) && self.filtering().scroll_panel(down);
        }
        if hits(areas.filter, column, row) {
            return self.filtering().scroll_panel(down);
        }
        if hits(areas.detail, column, row) {
            let height = self.detail_height();
            self.detail.scroll(by, height);
            return true;
        }
        if !hits(areas.table, column, row) {
            return false;
        }
        let len = self.table.shown().map_or(0, crate::source::Window::len);
        let selected = self.table.selected;
        if down && selected + 1 >= len || !down && selected == 0 {
            return self.pass_edge(down);
        }
        self.select_row(selected.saturating_add_signed(by))
    }
}
