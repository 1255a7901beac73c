//! What opens over the main screen.

use ratatui::layout::Rect;
use tui_input::Input;

use super::{
    super::app::{
        App, Copyable, HelpLine, Overlay, Palette, box_text, columns_box, copy_box, entries, exchange_lines,
        export_box, go_to_box, help_box, help_lines, inspector_box, items, keep_box, palette_box,
        palette_top, problem_lines, problems_box, profile_list_box, profiles_box, wrapped,
    },
    export,
    paint::Canvas,
    profiles,
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, overlay: &Overlay, screen: Rect) {
    match overlay {
        Overlay::Help { input, top } => help(canvas, app, input, *top, help_box(screen)),
        Overlay::Palette(palette) => draw_palette(canvas, app, palette, screen),
        Overlay::GoTo { input, error } => go_to(canvas, input, error.as_deref(), go_to_box(screen)),
        Overlay::CopyMenu { selected } => copy_menu(canvas, app, *selected, copy_box(screen)),
        Overlay::Columns { selected } => columns(canvas, app, *selected, columns_box(screen)),
        Overlay::Inspector { index, top } => inspector(canvas, app, *index, *top, inspector_box(screen)),
        Overlay::Profiles(menu) => {
            let area = profile_list_box(screen, entries(app).len());
            profiles::list(canvas, app, menu, area);
        }
        Overlay::ProfileForm(form) => profiles::form(canvas, app, form, profiles_box(screen)),
        Overlay::Problems { top } => problems(canvas, app, *top, problems_box(screen)),
        Overlay::Export(wanted) => export::form(canvas, app, wanted, export_box(screen)),
        Overlay::Exporting => export::stop(canvas, app, keep_box(screen)),
        Overlay::KeepTokens => keep_tokens(canvas, keep_box(screen)),
        Overlay::Filter => {}
    }
}

pub(super) fn open(canvas: &mut Canvas<'_>, area: Rect, title: &str, right: &str) -> Rect {
    canvas.clear(area);
    canvas.frame(area, title, right, true);
    box_text(area)
}

fn help(canvas: &mut Canvas<'_>, app: &App, input: &Input, top: usize, area: Rect) {
    const KEYS: u16 = 16;
    let lines = help_lines(&app.keys, input.value());
    // Names are for those who configure: where it is narrow, what the keys do comes first.
    let names = area.width >= 78;
    let inside = open(canvas, area, "Keys", "");
    let theme = canvas.theme;
    let taken = canvas.put(inside.x, inside.y, inside.width, "Find: ", theme.dim());
    canvas.input(inside.x + taken, inside.y, inside.width.saturating_sub(taken), input);
    let height = usize::from(inside.height.saturating_sub(2));
    let top = top.min(lines.len().saturating_sub(height));
    if lines.is_empty() {
        canvas.put(inside.x, inside.y + 2, inside.width, "No matching key.", theme.dim());
    }
    for (line, y) in lines.iter().skip(top).take(height).zip(inside.y + 2..) {
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(title) => {
                canvas.put(inside.x, y, inside.width, title, theme.strong());
            }
            HelpLine::Key { keys, help, name } => {
                canvas.put(inside.x, y, KEYS - 1, keys, theme.accent());
                let room = inside.width.saturating_sub(KEYS);
                let taken = canvas.put(inside.x + KEYS, y, room, help, theme.plain());
                let wide = u16::try_from(text::width(name)).unwrap_or(u16::MAX);
                if names && room >= taken + wide + 2 {
                    canvas.put_right(inside, y, name, theme.dim());
                }
            }
        }
    }
    more(canvas, area, top > 0, top + height < lines.len());
}

/// Says at the edges of a box that there is more above or below.
pub(super) fn more(canvas: &mut Canvas<'_>, area: Rect, above: bool, below: bool) {
    if area.width < 2 || area.height < 4 {
        return;
    }
    if above {
        canvas.put(area.right() - 1, area.y + 1, 1, "↑", canvas.theme.accent());
    }
    if below {
        canvas.put(area.right() - 1, area.bottom() - 2, 1, "↓", canvas.theme.accent());
    }
}

fn draw_palette(canvas: &mut Canvas<'_>, app: &App, palette: &Palette, screen: Rect) {
    let found = items(palette.input.value(), app.recent());
    let area = palette_box(screen, found.len());
    let inside = open(canvas, area, "Commands", "");
    let theme = canvas.theme;
    let taken = canvas.put(inside.x, inside.y, 2, ": ", theme.accent());
    canvas.input(inside.x + taken, inside.y, inside.width.saturating_sub(taken), &palette.input);
    if let Some(error) = &palette.error {
        canvas.put(inside.x, inside.y + 1, inside.width, &text::clean(error), theme.bad());
    } else if let Some(hint) = &palette.hint {
        canvas.put(inside.x, inside.y + 1, inside.width, &text::clean(hint), theme.dim());
    } else if found.is_empty() {
        canvas.put(inside.x, inside.y + 2, inside.width, "Unknown command.", theme.dim());
    }
    let rows = usize::from(inside.height.saturating_sub(2));
    let top = palette_top(palette.selected, rows);
    for ((index, item), y) in found.iter().enumerate().skip(top).take(rows).zip(inside.y + 2..) {
        let keys = item.action.map(|action| app.keys.labels(action)).unwrap_or_default();
        let name = if item.action.is_some() { 18 } else { inside.width };
        let taken = canvas.put(inside.x, y, name, item.name, theme.accent());
        let from = if item.action.is_some() { 19 } else { taken + 2 };
        let room = inside.width.saturating_sub(from + 1);
        let keys_wide = u16::try_from(text::width(&keys)).unwrap_or(0);
        canvas.put(inside.x + from, y, room.saturating_sub(keys_wide), item.help, theme.plain());
        canvas.put_right(inside, y, &keys, theme.dim());
        if index == palette.selected {
            canvas.restyle(Rect { x: inside.x, y, width: inside.width, height: 1 }, theme.selected(true));
        }
    }
    more(canvas, area, top > 0, top + rows < found.len());
}

fn go_to(canvas: &mut Canvas<'_>, input: &Input, error: Option<&str>, area: Rect) {
    let inside = open(canvas, area, "Go to customer", "");
    let theme = canvas.theme;
    let taken = canvas.put(inside.x, inside.y, inside.width, "Customer ID: ", theme.dim());
    canvas.input(inside.x + taken, inside.y, inside.width.saturating_sub(taken), input);
    if let Some(error) = error {
        canvas.put(inside.x, inside.y + 2, inside.width, &text::clean(error), theme.bad());
    }
}

fn copy_menu(canvas: &mut Canvas<'_>, app: &App, selected: usize, area: Rect) {
    let inside = open(canvas, area, "Copy", "");
    let theme = canvas.theme;
    for ((index, choice), y) in Copyable::MENU.iter().enumerate().zip(inside.y..inside.bottom()) {
        let number = format!("{} ", index + 1);
        let mut x = inside.x;
        x += canvas.put(x, y, 3, &number, theme.accent());
        x += canvas.put(x, y, inside.right().saturating_sub(x), &choice.label(app), theme.plain()) + 2;
        let room = inside.right().saturating_sub(x);
        let sample = choice.sample(app).unwrap_or_else(|| "—".to_owned());
        let sample = text::truncate(&sample, usize::from(room));
        canvas.put_right(Rect { x, width: room, ..inside }, y, &sample, theme.dim());
        if index == selected {
            canvas.restyle(Rect { y, height: 1, ..inside }, theme.selected(true));
        }
    }
}

fn columns(canvas: &mut Canvas<'_>, app: &App, selected: usize, area: Rect) {
    let inside = open(canvas, area, "Columns", "");
    let theme = canvas.theme;
    for ((index, (column, wanted)), y) in app.columns.all.iter().enumerate().zip(inside.y..inside.bottom()) {
        let tick = if *wanted { "[x] " } else { "[ ] " };
        let taken = canvas.put(inside.x, y, 4, tick, theme.accent());
        canvas.put(inside.x + taken, y, inside.width.saturating_sub(taken), column.title(), theme.plain());
        if let Some(reason) = app.why_hidden(*column).filter(|_| *wanted) {
            canvas.put_right(inside, y, reason, theme.dim());
        } else if app.table.sortable().contains(&column.sort()) {
            canvas.put_right(inside, y, "sortable", theme.dim());
        }
        if index == selected {
            canvas.restyle(Rect { y, height: 1, ..inside }, theme.selected(true));
        }
    }
}

fn inspector(canvas: &mut Canvas<'_>, app: &App, index: usize, top: usize, area: Rect) {
    let count = app.exchanges.len();
    let right = if count == 0 { String::new() } else { format!("{} of the last {count}", index + 1) };
    let inside = open(canvas, area, "Request", &right);
    let theme = canvas.theme;
    let Some(exchange) = app.exchanges.get(index) else {
        canvas.put(inside.x, inside.y, inside.width, "No request was answered yet.", theme.dim());
        return;
    };
    let lines = exchange_lines(exchange, usize::from(inside.width));
    let height = usize::from(inside.height);
    let top = top.min(lines.len().saturating_sub(height));
    for ((label, value), y) in lines.iter().skip(top).take(height).zip(inside.y..) {
        let taken = canvas.put(inside.x, y, inside.width, label, theme.dim());
        canvas.put(inside.x + taken, y, inside.width.saturating_sub(taken), value, theme.plain());
    }
    more(canvas, area, top > 0, top + height < lines.len());
}

fn problems(canvas: &mut Canvas<'_>, app: &App, top: usize, area: Rect) {
    let count = app.known.problems.len();
    let right = if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") };
    let inside = open(canvas, area, "Configuration", &right);
    let theme = canvas.theme;
    let lines = problem_lines(&app.known.problems, usize::from(inside.width));
    let height = usize::from(inside.height);
    let top = top.min(lines.len().saturating_sub(height));
    for (line, y) in lines.iter().skip(top).take(height).zip(inside.y..) {
        canvas.put(inside.x, y, inside.width, line, theme.plain());
    }
    more(canvas, area, top > 0, top + height < lines.len());
}

fn keep_tokens(canvas: &mut Canvas<'_>, area: Rect) {
    let inside = open(canvas, area, "Access tokens", "");
    let theme = canvas.theme;
    let words = "No keyring runs here, so the access token would end with vipmp. Keep it in a file that only you can \
                 read, until it ends?";
    let lines = wrapped(words, usize::from(inside.width));
    let rows = inside.y..inside.bottom().saturating_sub(1);
    for (line, y) in lines.iter().zip(rows) {
        canvas.put(inside.x, y, inside.width, line, theme.plain());
    }
    let answers = "[y] yes   [n] no, in memory   [Esc] ask later";
    canvas.put(inside.x, inside.bottom().saturating_sub(1), inside.width, answers, theme.accent());
}
