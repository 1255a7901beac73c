//! Draws the filter panel, the line that replaces it on narrow screens, and the prompt for a name in that line.

use ratatui::{layout::Rect, style::Style};

use super::{
    super::app::{
        App, FIELD_HEADINGS, FIELD_LABEL, FilterField, PANEL_LINES, Preset, Remote, arrow, sort_title,
        summary,
    },
    paint::Canvas,
};
use crate::{
    model::{CustomerFilter, EntityKind, NamePattern, Status, StatusFilter, format_date},
    text,
    tui::action::Action,
};

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect, focused: bool) {
    canvas.clear(area);
    let whole = canvas.frame(area, "Filter", "", focused);
    let inside = Rect { x: whole.x + 1, width: whole.width.saturating_sub(2), ..whole };
    // A low panel is scrolled to the field with the cursor.
    let top = app.filter.top(whole);
    let visible = |line: u16| line.checked_sub(top).filter(|line| *line < inside.height);
    for (line, heading) in FIELD_HEADINGS {
        if let Some(line) = visible(line) {
            canvas.put(inside.x, inside.y + line, inside.width, heading, canvas.theme.dim());
        }
    }
    for field in FilterField::ALL {
        let Some(line) = visible(field.line()) else { continue };
        let row = Rect { y: inside.y + line, height: 1, ..inside };
        match field {
            FilterField::Status(index) => draw_status(canvas, app, row, index),
            FilterField::AllStatuses => draw_all(canvas, app, row),
            FilterField::Preset(preset) => draw_preset(canvas, app, row, preset),
            field => draw_field(canvas, app, row, field),
        }
        if focused && app.filter.field == field && app.filter.editing.is_none() {
            canvas.restyle(Rect { width: row.width + 1, ..row }, canvas.theme.selected(true));
        }
    }
    // A query is edited in a prompt above the table, which has more room; so is what is said of it.
    let is_query = app.is_typing_query() && app.areas().filter.is_some();
    let error = if is_query { Vec::new() } else { app.filter.error_lines(whole) };
    let advice = app.filter.name_advice(&app.keys).filter(|_| error.is_empty() && !is_query);
    let advice = advice.map_or(Vec::new(), |advice| text::wrap(&advice, inside.width.into()));
    draw_below(canvas, &error, inside, canvas.theme.bad());
    draw_below(canvas, &advice, inside, canvas.theme.accent());
}

fn draw_status(canvas: &mut Canvas<'_>, app: &App, row: Rect, index: usize) {
    let status = Status::new(Status::LISTED[index]);
    let chosen = app.table.filter.status == StatusFilter::One(status.clone());
    let theme = canvas.theme;
    let action =
        [Action::StatusActive, Action::StatusPending, Action::StatusInactive, Action::Status1026][index];
    let mut x = row.x;
    x += canvas.put(x, row.y, 2, &text::pad_end(&app.keys.label(action), 2), theme.dim());
    x += canvas.put(x, row.y, 2, status.symbol(), theme.status(status.code())) + 1;
    let style = if chosen { theme.strong() } else { theme.plain() };
    canvas.put(x, row.y, 9, status.label(EntityKind::Account), style);
    mark(canvas, row, chosen);
    draw_count(canvas, app, row, &app.table.counts.all[index], chosen);
}

fn draw_preset(canvas: &mut Canvas<'_>, app: &App, row: Rect, preset: Preset) {
    let chosen = preset.is_chosen(&app.table.filter, app.now.today());
    let style = if chosen { canvas.theme.strong() } else { canvas.theme.plain() };
    canvas.put(row.x, row.y, row.width, preset.label(), style);
    mark(canvas, row, chosen);
}

/// Marks the selected line, since not every terminal has bold text.
fn mark(canvas: &mut Canvas<'_>, row: Rect, chosen: bool) {
    if chosen {
        canvas.put(row.x - 1, row.y, 1, "▌", canvas.theme.accent());
    }
}

fn draw_count(canvas: &mut Canvas<'_>, app: &App, row: Rect, count: &Remote<u64>, chosen: bool) {
    let theme = canvas.theme;
    let (words, style) = match count {
        Remote::Ready(count) => {
            (text::group_digits(*count), if chosen { theme.strong() } else { theme.plain() })
        }
        // An older count is better than none, and is dimmed.
        remote => match remote.value() {
            Some(count) => (text::group_digits(*count), theme.dim()),
            None if remote.error().is_some() => ("?".to_owned(), theme.warn()),
            None => (missing(app, std::slice::from_ref(remote)), theme.dim()),
        },
    };
    canvas.put_right(row, row.y, &words, style);
}

/// Returns the sign for a missing number: `…` if it is loading, `—` if it was not requested.
fn missing(app: &App, counts: &[Remote<u64>]) -> String {
    let coming = app.table.is_turning() || counts.iter().any(Remote::is_loading);
    if coming { "…".to_owned() } else { "—".to_owned() }
}

fn draw_all(canvas: &mut Canvas<'_>, app: &App, row: Rect) {
    let chosen = app.table.filter.status == StatusFilter::All;
    let theme = canvas.theme;
    let style = if chosen { theme.strong() } else { theme.plain() };
    canvas.put(row.x, row.y, 2, &text::pad_end(&app.keys.label(Action::StatusAll), 2), theme.dim());
    canvas.put(row.x + 4, row.y, 9, "All", style);
    mark(canvas, row, chosen);
    // Only counts of the same age add up to a meaningful sum.
    let counts = &app.table.counts.all;
    let known: Option<u64> = counts.iter().map(|count| count.value().copied()).sum();
    let known = known.map(|known| known.saturating_add(app.table.counts.others));
    let new = counts.iter().filter(|count| matches!(count, Remote::Ready(_))).count();
    let (words, style) = match (known, new) {
        (Some(sum), 4) => (text::group_digits(sum), style),
        (Some(sum), 0) => (text::group_digits(sum), theme.dim()),
        _ => (missing(app, counts), theme.dim()),
    };
    canvas.put_right(row, row.y, &words, style);
}

fn draw_field(canvas: &mut Canvas<'_>, app: &App, row: Rect, field: FilterField) {
    let theme = canvas.theme;
    let finds = app.table.filter.portfolio.is_some() && field == FilterField::Name;
    canvas.put(row.x, row.y, FIELD_LABEL, if finds { "Find" } else { field.label() }, theme.dim());
    let value = Rect { x: row.x + FIELD_LABEL, width: row.width.saturating_sub(FIELD_LABEL), ..row };
    if let Some(editing) = app.filter.editing.as_ref().filter(|editing| editing.field == field) {
        canvas.restyle(Rect { x: value.x, width: value.width, ..row }, theme.accent());
        let typed = editing.input.value();
        let taken = canvas.input(value.x, value.y, value.width, &editing.input);
        // The field shows the star that will be added to the name.
        let sent = NamePattern::parse(typed).filter(|_| field == FilterField::Name && !finds);
        if sent.is_some_and(|name| name.sent().ends_with('*') && !typed.trim_end().ends_with('*')) {
            canvas.put(value.x + taken, value.y, value.width.saturating_sub(taken), "*", theme.dim());
        }
        let empty = Rect { x: value.x + taken, width: value.width.saturating_sub(taken), ..value };
        if typed.is_empty() {
            canvas.put(
                empty.x + 1,
                empty.y,
                empty.width.saturating_sub(1),
                if finds { "any words" } else { placeholder(field) },
                theme.dim(),
            );
        }
        return;
    }
    let mut words = value_of(app, field);
    if field == FilterField::Name && words.ends_with('*') && text::width(&words) > usize::from(value.width) {
        // The star stays visible if the text is cut.
        words = format!("{}*", text::truncate(words.trim_end_matches('*'), usize::from(value.width) - 1));
    }
    let style = if words == "—" { theme.dim() } else { theme.plain() };
    canvas.put(value.x, value.y, value.width, &words, style);
}

fn placeholder(field: FilterField) -> &'static str {
    match field {
        FilterField::Name => "acme *print*",
        FilterField::From | FilterField::To => "-30d, 2026",
        _ => "",
    }
}

fn value_of(app: &App, field: FilterField) -> String {
    let filter = &app.table.filter;
    let none = || "—".to_owned();
    match field {
        FilterField::Name if filter.portfolio.is_some() => {
            let query = filter.portfolio.as_deref().unwrap_or_default().trim();
            if query.is_empty() { none() } else { text::clean(query).into_owned() }
        }
        FilterField::Name => {
            filter.name.as_ref().map_or_else(none, |name| text::clean(name.sent()).into_owned())
        }
        FilterField::From => filter.from.map_or_else(none, format_date),
        FilterField::To => filter.to.map_or_else(none, format_date),
        FilterField::Sort => sort_words(filter),
        FilterField::PageSize => format!("{} rows", filter.page_size),
        _ => String::new(),
    }
}

/// Returns the sort column with its arrow, and how many others decide between equal values: `Created ▼ +1`.
pub(super) fn sort_words(filter: &CustomerFilter) -> String {
    let more = match filter.then_by.len() {
        0 => String::new(),
        more => format!(" +{more}"),
    };
    format!("{} {}{more}", sort_title(filter.sort_by), arrow(filter.order))
}

/// Draws an error or advice about a text: below the fields, or over the last lines of a low panel.
fn draw_below(canvas: &mut Canvas<'_>, lines: &[String], inside: Rect, style: Style) {
    const BELOW: u16 = PANEL_LINES + 1;
    let needed = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let from = BELOW.min(inside.height.saturating_sub(needed));
    for (line, y) in lines.iter().zip(inside.y + from..inside.bottom()) {
        canvas.put(inside.x, y, inside.width, &text::pad_end(line, usize::from(inside.width)), style);
    }
}

/// Draws the prompt for a name in the line that replaces the panel.
fn draw_prompt(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let theme = canvas.theme;
    let Some(editing) = &app.filter.editing else { return };
    let advice = app.filter.name_advice(&app.keys).unwrap_or_default();
    let wide = u16::try_from(text::width(&advice)).unwrap_or(u16::MAX);
    let finds = app.table.filter.portfolio.is_some();
    let label = if finds { "Find: " } else { "Name: " };
    let x = area.x + 1 + canvas.put(area.x + 1, area.y, area.width, label, theme.accent());
    // A column of space between the text, its star, and the advice.
    let room = area.right().saturating_sub(x + wide + 3);
    let taken = canvas.input(x, area.y, room, &editing.input);
    let typed = editing.input.value();
    if finds {
        // A query has no star of its own; why it is refused is said below it.
    } else if NamePattern::parse(typed)
        .is_some_and(|name| name.sent().ends_with('*') && !typed.trim_end().ends_with('*'))
    {
        canvas.put(x + taken, area.y, 1, "*", theme.dim());
    } else if typed.is_empty() {
        canvas.put(x + 1, area.y, room.saturating_sub(1), placeholder(FilterField::Name), theme.dim());
    }
    canvas.put_right(Rect { width: area.width - 1, ..area }, area.y, &advice, theme.accent());
}

/// Draws the prompt for a query over the upper border of the table, beside a panel that is too narrow for it.
pub(super) fn draw_query(canvas: &mut Canvas<'_>, app: &App, table: Rect) {
    /// The columns that a query has at least.
    const LEAST: u16 = 24;
    let whole = Rect { x: table.x + 1, width: table.width.saturating_sub(2), height: 1, ..table };
    // What the query has found so far stays beside it; with a mistake in it, that would be what another one has found.
    let range = u16::try_from(text::width(&app.table.shown_range(app.now))).unwrap_or(u16::MAX);
    let beside = whole.width.saturating_sub(range.saturating_add(2));
    let width = if app.has_faulty_query() || beside < LEAST { whole.width } else { beside };
    let prompt = Rect { width, ..whole };
    canvas.clear(prompt);
    draw_prompt(canvas, app, prompt);
    draw_query_error(canvas, app, whole, table);
}

/// Draws why a query is refused below its prompt, where it hides nothing that was typed.
pub(super) fn draw_query_error(canvas: &mut Canvas<'_>, app: &App, prompt: Rect, below: Rect) {
    let error = app.filter.editing.as_ref().and_then(|editing| editing.error.as_deref());
    let Some(error) = error.filter(|_| app.is_typing_query()) else { return };
    let lines = text::wrap(&text::clean(error), prompt.width.saturating_sub(2).into());
    for (line, y) in lines.iter().zip(prompt.bottom()..below.bottom()) {
        // What it covers may be bold or underlined.
        canvas.clear(Rect { y, height: 1, ..prompt });
        canvas.put(prompt.x + 1, y, prompt.width.saturating_sub(1), line, canvas.theme.bad());
    }
}

pub(super) fn draw_line(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    if app.is_prompting() {
        return draw_prompt(canvas, app, area);
    }
    let theme = canvas.theme;
    let mut x = area.x + 1;
    let limit = area.right().saturating_sub(1);
    let filter = &app.table.filter;
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
