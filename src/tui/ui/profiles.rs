//! The list of profiles, and the form of one.

use ratatui::{layout::Rect, style::Style};

use super::{
    super::app::{App, Check, Checks, Entry, Form, FormField, FormLine, Menu, entries, form_lines, wrapped},
    overlay::{more, open},
    paint::{Canvas, spinner},
};
use crate::{account::Step, text};

/// Columns of a label in the form and in a test.
const LABEL: u16 = 15;

pub(super) fn list(canvas: &mut Canvas<'_>, app: &App, menu: &Menu, area: Rect) {
    let inside = open(canvas, area, "Profiles", "");
    let theme = canvas.theme;
    let entries = entries(app);
    let below = below_the_list(app, menu, usize::from(inside.width));
    let rows = usize::from(inside.height).saturating_sub(below.len()).max(1);
    let top = (menu.selected + 1).saturating_sub(rows);
    for ((place, entry), y) in entries.iter().enumerate().skip(top).take(rows).zip(inside.y..inside.bottom())
    {
        draw_entry(canvas, entry, Rect { y, height: 1, ..inside });
        if place == menu.selected {
            canvas.restyle(Rect { y, height: 1, ..inside }, theme.selected(true));
        }
    }
    let shown = u16::try_from(entries.len().min(rows)).unwrap_or(u16::MAX);
    for ((line, style), y) in below.into_iter().zip(inside.y.saturating_add(shown)..inside.bottom()) {
        canvas.put(inside.x, y, inside.width, &line, style(canvas));
    }
    more(canvas, area, top > 0, top + rows < entries.len());
}

/// A line with its looks.
type Told = (String, fn(&Canvas<'_>) -> Style);

fn below_the_list(app: &App, menu: &Menu, width: usize) -> Vec<Told> {
    let mut lines: Vec<Told> = Vec::new();
    let plain: fn(&Canvas<'_>) -> Style = |canvas| canvas.theme.plain();
    let bad: fn(&Canvas<'_>) -> Style = |canvas| canvas.theme.bad();
    let warn: fn(&Canvas<'_>) -> Style = |canvas| canvas.theme.warn();
    let say = |lines: &mut Vec<Told>, words: &str, style: fn(&Canvas<'_>) -> Style| {
        lines.extend(wrapped(&text::clean(words), width).into_iter().map(|line| (line, style)));
    };
    if app.known.profiles.is_empty() && !menu.removing {
        say(&mut lines, "", plain);
        say(&mut lines, "No profile of your own yet: [a] adds one, step by step.", plain);
    }
    if let Some((name, checks)) = &menu.test {
        say(&mut lines, "", plain);
        say(&mut lines, &format!("Test of {name}"), |canvas| canvas.theme.strong());
        // As they are: their columns are part of them.
        lines.extend(Step::ALL.map(|step| step_words(app, checks, step)));
        if let Some(error) = checks.error() {
            // The keys that help are those of the main screen: here, one tests again or edits.
            let told = error.tell();
            say(&mut lines, &told.what, bad);
            say(&mut lines, &told.todo, plain);
        }
    }
    if menu.removing {
        let name = &menu.name;
        say(&mut lines, "", plain);
        say(
            &mut lines,
            &format!("Remove {name} with its secret and its token?  [y] yes   any other key keeps it"),
            warn,
        );
    }
    if let Some(error) = &menu.error {
        say(&mut lines, "", plain);
        say(&mut lines, error, bad);
    }
    lines
}

fn draw_entry(canvas: &mut Canvas<'_>, entry: &Entry, line: Rect) {
    let theme = canvas.theme;
    // Names give room to what tells profiles apart where it is narrow.
    let (name, sign_in) = if line.width >= 80 { (22, 30) } else { (16, 0) };
    let mut x = line.x;
    let put = |canvas: &mut Canvas<'_>, x: u16, width: u16, words: &str, style: Style| {
        canvas.put(x, line.y, width.min(line.right().saturating_sub(x)), words, style);
    };
    put(canvas, x, 1, if entry.current { "●" } else { " " }, theme.good());
    x += 2;
    put(canvas, x, name, &text::clean(&entry.name), theme.strong());
    x += name + 1;
    put(canvas, x, 10, entry.environment.badge(), theme.environment(entry.environment));
    x += 12;
    put(canvas, x, 11, &text::clean(&entry.reseller_id), theme.plain());
    x += 12;
    if sign_in > 0 {
        put(canvas, x, sign_in, &entry.sign_in, theme.dim());
        x += sign_in + 1;
    }
    let right = if entry.default { "start" } else { &entry.last_used };
    let room = line.right().saturating_sub(x);
    let right = text::truncate(right, usize::from(room));
    canvas.put_right(line, line.y, &right, if entry.default { theme.accent() } else { theme.dim() });
}

/// A step of a test, and its looks.
fn step_words(app: &App, checks: &Checks, step: Step) -> Told {
    let title = text::pad_end(step.title(), usize::from(LABEL) - 2);
    match checks.state(step) {
        Check::Open => (format!("  {title}"), |canvas| canvas.theme.dim()),
        Check::Running(_) => {
            let waited = checks.since.map(|since| app.now.mono.saturating_sub(since)).unwrap_or_default();
            (format!("{} {title}", spinner(waited)), |canvas| canvas.theme.plain())
        }
        Check::Good(found) => (format!("✓ {title}{}", text::clean(found)), |canvas| canvas.theme.good()),
        Check::Bad(_) => (format!("✕ {title}"), |canvas| canvas.theme.bad()),
    }
}

pub(super) fn form(canvas: &mut Canvas<'_>, app: &App, form: &Form, area: Rect) {
    let title = match &form.former {
        Some((name, _)) => format!("Profile {name}"),
        None => "New profile".to_owned(),
    };
    let inside = open(canvas, area, &title, "");
    let theme = canvas.theme;
    let (lines, _) = form_lines(form, inside.width.into());
    let height = usize::from(inside.height);
    for (line, y) in lines.iter().skip(form.top).take(height).zip(inside.y..) {
        match line {
            FormLine::Blank => {}
            FormLine::Field(FormField::Save) => draw_save(canvas, form, Rect { y, height: 1, ..inside }),
            FormLine::Field(field) => draw_field(canvas, form, *field, Rect { y, height: 1, ..inside }),
            FormLine::Wrong(why) => {
                canvas.put(inside.x + LABEL, y, inside.width.saturating_sub(LABEL), why, theme.bad());
            }
            FormLine::Reseller(place) => {
                let listed = form.fitting();
                let Some(row) = listed.get(*place) else { continue };
                let name = row.company_name.as_deref().unwrap_or("(no name)");
                let words = format!("{}  {}", text::clean(&row.reseller_id), text::clean(name));
                let line =
                    Rect { x: inside.x + LABEL, y, width: inside.width.saturating_sub(LABEL), height: 1 };
                canvas.put(line.x, y, line.width, &words, theme.plain());
                if form.picked == Some(*place) {
                    canvas.restyle(line, theme.selected(true));
                }
            }
            FormLine::More(count) => {
                let words = format!("and {count} more: type part of a name");
                canvas.put(inside.x + LABEL, y, inside.width.saturating_sub(LABEL), &words, theme.dim());
            }
            FormLine::Step(step) => {
                let (words, style) = step_words(app, &form.checks, *step);
                let style = style(canvas);
                canvas.put(inside.x, y, inside.width, &words, style);
            }
            FormLine::Words { text, bad } => {
                let style = if *bad { theme.bad() } else { theme.plain() };
                canvas.put(inside.x, y, inside.width, text, style);
            }
        }
    }
    more(canvas, area, form.top > 0, form.top + height < lines.len());
}

fn draw_save(canvas: &mut Canvas<'_>, form: &Form, line: Rect) {
    let theme = canvas.theme;
    let words = if form.saving.is_some() { " Saving … " } else { " Save " };
    let wide = canvas.put(line.x, line.y, line.width, words, theme.strong());
    if form.field == FormField::Save {
        canvas.restyle(Rect { width: wide, ..line }, theme.selected(true));
    }
}

fn draw_field(canvas: &mut Canvas<'_>, form: &Form, field: FormField, line: Rect) {
    let theme = canvas.theme;
    let active = form.field == field;
    let style = if active { theme.accent() } else { theme.dim() };
    canvas.put(line.x, line.y, LABEL - 1, form.label(field), style);
    let (x, room) = (line.x + LABEL, line.width.saturating_sub(LABEL));
    if let Some(choice) = form.choice(field) {
        let words = if active { format!("‹ {choice} ›") } else { choice.to_owned() };
        canvas.put(x, line.y, room, &words, theme.plain());
        return;
    }
    let empty = match form.input(field) {
        Some(input) => input.value().is_empty(),
        None => form.secret.is_empty(),
    };
    if empty {
        canvas.put(x, line.y, room, form.example(field), theme.dim());
    }
    match form.input(field) {
        Some(input) if active && empty => canvas.cursor_at(x, line.y, input.cursor()),
        Some(input) if active => {
            canvas.input(x, line.y, room, input);
        }
        Some(input) => {
            canvas.put(x, line.y, room, &text::clean(input.value()), theme.plain());
        }
        None => {
            let dots = form.secret.dots();
            let wide = canvas.put(x, line.y, room, &dots, theme.plain());
            if active {
                canvas.cursor_at(x + wide.min(room.saturating_sub(1)), line.y, 0);
            }
        }
    }
}
