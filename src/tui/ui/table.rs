//! Draws the customer table; only visible rows are formatted.

use std::fmt::Write;

use ratatui::{layout::Rect, style::Style};

use super::{
    super::app::{
        App, CellLook, MARKER, PATIENCE, Pane, Placed, ViewTabs, heading, list_waits, spinner, table_message,
    },
    paint::{Canvas, waited},
    strip,
};
use crate::{
    model::{CustomerRow, Row},
    text,
};

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let focused = app.has_focus(Pane::Table);
    let width = app.view_tabs_width(area.width);
    let tabs = app.view_tabs(width);
    let title = if tabs.is_some() { String::new() } else { title(app) };
    let framed = canvas.frame(area, &title, &app.table.shown_range(app.now), focused);
    if let Some(tabs) = tabs {
        draw_view_tabs(canvas, area, &tabs, width, focused);
    }
    let inside = app.areas().table_inside().unwrap_or(framed).intersection(framed);
    if inside.height == 0 || inside.width <= MARKER {
        return;
    }
    strip::draw(canvas, app);
    let columns = app.placed_columns(inside.width);
    draw_headings(canvas, app, inside, &columns);
    let visible = app.visible_rows();
    let shown = app.table.shown();
    if let Some(shown) = shown.filter(|shown| !shown.is_empty()) {
        for line in 0..visible {
            let index = app.table.top + line;
            let Some(row) = shown.row(index) else { break };
            let y = inside.y + 1 + u16::try_from(line).unwrap_or(u16::MAX);
            let place = Rect { y, height: 1, ..inside };
            draw_row(canvas, app, place, &columns, row, index);
        }
    }
    draw_message(canvas, app, inside);
}

/// Draws the views as tabs on the upper border.
fn draw_view_tabs(canvas: &mut Canvas<'_>, area: Rect, line: &ViewTabs, width: u16, focused: bool) {
    // A box that is too small has no border.
    if area.width < 2 || area.height < 2 || line.tabs.is_empty() {
        return;
    }
    let (theme, x) = (canvas.theme, area.x + 2);
    let end = line.tabs.last().map_or(0, |tab| tab.x + u16::try_from(text::width(&tab.words)).unwrap_or(0));
    let end = if line.after { width } else { end };
    let blanks = " ".repeat(usize::from(end) + 2);
    canvas.put(area.x + 1, area.y, end + 2, &blanks, theme.plain());
    if line.before {
        canvas.put(x, area.y, 1, "‹", theme.dim());
    }
    for tab in &line.tabs {
        let style = match (tab.is_current, focused) {
            (true, true) => theme.accent().patch(theme.strong()).underlined(),
            (true, false) => theme.strong().underlined(),
            _ => theme.dim(),
        };
        canvas.put(x + tab.x, area.y, width.saturating_sub(tab.x), &tab.words, style);
    }
    if line.after {
        canvas.put(x + width - 1, area.y, 1, "›", theme.dim());
    }
}

fn title(app: &App) -> String {
    let mut title = app
        .table
        .previous_rows_title(app.now)
        .unwrap_or_else(|| app.tab_name().unwrap_or_else(|| "Customers".to_owned()));
    match app.marks.len() {
        0 => {}
        count => {
            let _ = write!(title, " · {count} marked");
        }
    }
    let wait = app.table.waiting_since.map(|since| app.now.mono.saturating_sub(since));
    if let Some(wait) = wait.filter(|wait| *wait >= PATIENCE) {
        let _ = write!(title, " {} {}", spinner(wait), waited(wait));
        if let Some(reason) = list_waits(app) {
            let _ = write!(title, " · {reason}");
        }
    }
    title
}

fn draw_headings(canvas: &mut Canvas<'_>, app: &App, inside: Rect, columns: &[Placed]) {
    let filter = &app.table.filter;
    for placed in columns {
        let title = heading(placed.column);
        let sort = placed.column.sort();
        let sorted = filter.sort_by == sort;
        // Only headings that can be sorted by look clickable.
        let style = match app.table.sortable().contains(&sort) {
            true if sorted => canvas.theme.accent().patch(canvas.theme.strong()),
            true => canvas.theme.accent(),
            false => canvas.theme.dim(),
        };
        let mark = app.table.sort_mark(placed.column).unwrap_or_default();
        // Rather a shorter heading than one without its arrow.
        let room = usize::from(placed.width).saturating_sub(text::width(&mark));
        let words = format!("{}{mark}", text::truncate(title, room));
        canvas.put(inside.x + MARKER + placed.x, inside.y, placed.width, &words, style);
    }
}

fn draw_row(canvas: &mut Canvas<'_>, app: &App, place: Rect, columns: &[Placed], row: &Row, index: usize) {
    let theme = canvas.theme;
    let selected = index == app.table.selected;
    match row {
        Row::Customer(customer) => {
            let is_damaged = row.damage().next().is_some();
            if app.marks.contains(&customer.customer_id) {
                let style = if is_damaged { theme.warn() } else { theme.accent() };
                canvas.put(place.x + 1, place.y, 1, "✓", style);
            } else if is_damaged {
                canvas.put(place.x + 1, place.y, 1, "!", theme.warn());
            }
            for placed in columns {
                draw_cell(canvas, app, place, *placed, customer);
            }
        }
        Row::Unreadable { reason, .. } => {
            let words = format!("? unreadable row {} ({reason})", index + 1);
            canvas.put(place.x + MARKER, place.y, place.width - MARKER, &words, theme.warn());
        }
    }
    if app.is_gone(row) {
        canvas.restyle(place, theme.stale());
    }
    if app.ends_week(index) {
        canvas.restyle(place, Style::new().underlined());
    }
    // Outdated rows are dimmed only once the wait is noticeable.
    let waiting = app.table.waiting_since.is_some_and(|since| app.now.mono.saturating_sub(since) >= PATIENCE);
    let failed = app.table.error().is_some() || app.has_faulty_query();
    if waiting || failed {
        canvas.restyle(place, theme.stale());
    }
    if selected {
        let focused = app.screen.focus == Pane::Table;
        canvas.restyle(place, theme.selected(focused));
        let marker = if focused { theme.plain() } else { theme.accent() };
        canvas.put(place.x, place.y, 1, "▌", marker);
    }
}

fn draw_cell(canvas: &mut Canvas<'_>, app: &App, place: Rect, placed: Placed, row: &CustomerRow) {
    let theme = canvas.theme;
    let x = place.x + MARKER + placed.x;
    let cell = app.cell(placed.column, row);
    let style = match cell.look {
        CellLook::Plain => theme.plain(),
        CellLook::Dim => theme.dim(),
        CellLook::Warn => theme.warn(),
        CellLook::Status(code) => theme.status(code),
    };
    if cell.at_right {
        // Blanks included: each change of style between two cells costs bytes on the wire.
        let text = text::pad_start(&cell.text, usize::from(placed.width));
        canvas.put(x, place.y, placed.width, &text, style);
    } else {
        canvas.put(x, place.y, placed.width, &cell.text, style);
    }
}

/// Draws the message below the rows, or in place of them.
fn draw_message(canvas: &mut Canvas<'_>, app: &App, inside: Rect) {
    for line in table_message(app) {
        let width = (inside.right()).saturating_sub(line.x + 1);
        canvas.put(line.x, line.y, width, &line.text, canvas.theme.tone(line.tone));
    }
}
