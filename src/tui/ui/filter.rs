//! The filter panel, and the line that stands for it where there is no room.

use ratatui::layout::Rect;

use super::{
    super::app::{App, FIELD_LINES, Field, Remote, summary, symbol},
    paint::{Canvas, grouped},
};
use crate::{
    model::{CustomerFilter, Kind, SortBy, SortOrder, Status, StatusFilter},
    text,
    tui::action::Action,
};

/// Columns of a field's label and the blanks behind it.
const LABEL: u16 = 8;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect, focused: bool) {
    canvas.clear(area);
    let inside = canvas.frame(area, "Filter", "", focused);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    if inside.height > 0 {
        canvas.put(inside.x, inside.y, inside.width, "Status", canvas.theme.dim());
    }
    for (line, field) in FIELD_LINES {
        if line >= inside.height {
            break;
        }
        let row = Rect { y: inside.y + line, height: 1, ..inside };
        match field {
            Field::Status(index) => draw_status(canvas, app, row, index),
            Field::AllStatuses => draw_all(canvas, app, row),
            field => draw_field(canvas, app, row, field),
        }
        if focused && app.filter.field == field && app.filter.editing.is_none() {
            let whole = Rect { x: row.x - 1, width: row.width + 2, ..row };
            canvas.restyle(whole, canvas.theme.selected(true));
        }
    }
    draw_explanation(canvas, app, inside);
}

fn draw_status(canvas: &mut Canvas<'_>, app: &App, row: Rect, index: usize) {
    let status = Status::new(Status::LISTED[index]);
    let chosen = app.browse.filter.status == StatusFilter::One(status.clone());
    let theme = canvas.theme;
    let action =
        [Action::StatusActive, Action::StatusPending, Action::StatusInactive, Action::Status1026][index];
    let mut x = row.x;
    x += canvas.put(x, row.y, 2, &text::pad_end(&app.keys.label(action), 2), theme.dim());
    x += canvas.put(x, row.y, 2, symbol(&status), theme.status(status.code())) + 1;
    let style = if chosen { theme.strong() } else { theme.plain() };
    canvas.put(x, row.y, 9, status.label(Kind::Account), style);
    draw_count(canvas, row, &app.browse.counts[index], chosen);
}

fn draw_count(canvas: &mut Canvas<'_>, row: Rect, count: &Remote<u64>, chosen: bool) {
    let theme = canvas.theme;
    let (words, style) = match count {
        Remote::Ready(count) => (grouped(*count), if chosen { theme.strong() } else { theme.plain() }),
        // An older count is better than none, and looks older.
        remote => match remote.value() {
            Some(count) => (grouped(*count), theme.dim()),
            None if remote.error().is_some() => ("?".to_owned(), theme.warn()),
            None => ("…".to_owned(), theme.dim()),
        },
    };
    canvas.put_right(row, row.y, &words, style);
}

fn draw_all(canvas: &mut Canvas<'_>, app: &App, row: Rect) {
    let chosen = app.browse.filter.status == StatusFilter::All;
    let theme = canvas.theme;
    let style = if chosen { theme.strong() } else { theme.plain() };
    canvas.put(row.x, row.y, 2, &text::pad_end(&app.keys.label(Action::StatusAll), 2), theme.dim());
    canvas.put(row.x + 4, row.y, 9, "All", style);
    let known: Option<u64> = app.browse.counts.iter().map(|count| count.value().copied()).sum();
    let words = known.map_or("…".to_owned(), grouped);
    canvas.put_right(row, row.y, &words, style);
}

fn draw_field(canvas: &mut Canvas<'_>, app: &App, row: Rect, field: Field) {
    let theme = canvas.theme;
    canvas.put(row.x, row.y, LABEL, field.label(), theme.dim());
    let value = Rect { x: row.x + LABEL, width: row.width.saturating_sub(LABEL), ..row };
    if let Some(editing) = app.filter.editing.as_ref().filter(|editing| editing.field == field) {
        canvas.restyle(Rect { x: value.x, width: value.width, ..row }, theme.accent());
        let typed = editing.input.value();
        let taken = canvas.input(value.x, value.y, value.width, &editing.input);
        // What will be sent is what is shown: the star that the name will get.
        if field == Field::Name && !typed.trim().is_empty() && !typed.contains(['*', '"']) {
            canvas.put(value.x + taken, value.y, value.width.saturating_sub(taken), "*", theme.dim());
        }
        let empty = Rect { x: value.x + taken, width: value.width.saturating_sub(taken), ..value };
        if typed.is_empty() {
            canvas.put(empty.x + 1, empty.y, empty.width.saturating_sub(1), placeholder(field), theme.dim());
        }
        return;
    }
    let words = value_of(app, field);
    let style = if words == "—" { theme.dim() } else { theme.plain() };
    canvas.put(value.x, value.y, value.width, &words, style);
}

fn placeholder(field: Field) -> &'static str {
    match field {
        Field::Name => "acme or *print*",
        Field::From | Field::To => "-30d, 2025-08",
        _ => "",
    }
}

fn value_of(app: &App, field: Field) -> String {
    let filter = &app.browse.filter;
    let none = || "—".to_owned();
    match field {
        Field::Name => filter.name.as_ref().map_or_else(none, |name| text::clean(name.sent()).into_owned()),
        Field::From => filter.from.map_or_else(none, |day| day.to_string()),
        Field::To => filter.to.map_or_else(none, |day| day.to_string()),
        Field::Sort => sort_words(filter),
        Field::PageSize => filter.page_size.to_string(),
        _ => String::new(),
    }
}

/// `Created ▼`.
pub(super) fn sort_words(filter: &CustomerFilter) -> String {
    let by = match filter.sort_by {
        SortBy::CreationDate => "Created",
        SortBy::CompanyName => "Company",
    };
    format!("{by} {}", arrow(filter.order))
}

/// The arrow of a sort direction.
pub(super) fn arrow(order: SortOrder) -> &'static str {
    match order {
        SortOrder::Ascending => "▲",
        SortOrder::Descending => "▼",
    }
}

/// Below the dates: why a value is refused, or what a relative date became.
fn draw_explanation(canvas: &mut Canvas<'_>, app: &App, inside: Rect) {
    const LINE: u16 = 10;
    const BELOW: u16 = 13;
    if LINE >= inside.height {
        return;
    }
    let theme = canvas.theme;
    let error = app.filter.editing.as_ref().and_then(|editing| editing.error.as_deref());
    if let Some(error) = error {
        // Two lines where there is room: below the panel's last field, else between the fields.
        let line = if BELOW + 2 < inside.height { BELOW + 1 } else { LINE };
        let words = text::clean(error);
        let (first, rest) = split(&words, usize::from(inside.width));
        canvas.put(inside.x, inside.y + line, inside.width, first, theme.bad());
        if line > LINE {
            canvas.put(inside.x, inside.y + line + 1, inside.width, rest, theme.bad());
        } else if !rest.is_empty() {
            canvas.put(inside.x, inside.y + line, inside.width, &words, theme.bad());
        }
        return;
    }
    let meanings = [Field::From, Field::To].map(|field| {
        let typed = if field == Field::From { &app.filter.typed.from } else { &app.filter.typed.to };
        app.filter.meaning(field, &app.browse.filter).map(|_| typed.clone())
    });
    let typed: Vec<String> = meanings.into_iter().flatten().collect();
    if !typed.is_empty() {
        let words = format!("typed {}", text::clean(&typed.join(", ")));
        canvas.put(
            inside.x + LABEL,
            inside.y + LINE,
            inside.width.saturating_sub(LABEL),
            &words,
            theme.dim(),
        );
    }
}

/// Breaks a text at the last blank that fits.
fn split(text: &str, width: usize) -> (&str, &str) {
    if text::width(text) <= width {
        return (text, "");
    }
    let fits = |(at, _): &(usize, &str)| text::width(&text[..*at]) <= width;
    match text.match_indices(' ').take_while(fits).last() {
        Some((at, _)) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    }
}

pub(super) fn draw_line(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let theme = canvas.theme;
    let mut x = area.x + 1;
    let limit = area.right().saturating_sub(1);
    let filter = &app.browse.filter;
    let mut parts = summary(filter);
    parts.push(sort_words(filter));
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            x += canvas.put(x, area.y, limit.saturating_sub(x), " · ", theme.dim());
        }
        let style = if index == 0 { theme.strong() } else { theme.plain() };
        x += canvas.put(x, area.y, limit.saturating_sub(x), part, style);
    }
    let hint = format!("{} filter", app.keys.label(Action::FilterPanel));
    let wide = u16::try_from(text::width(&hint)).unwrap_or(0);
    if x + wide + 2 < limit {
        canvas.put_right(Rect { width: area.width - 1, ..area }, area.y, &hint, theme.dim());
    }
}
