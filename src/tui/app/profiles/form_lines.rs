//! The lines of the form, from top to bottom: shared by drawing, scrolling and the mouse.

use super::{FormField, ProfileForm, step_line};
use crate::{
    account::TestStep,
    text,
    tui::app::{App, Tone, overlays::ViewLine},
};

/// Resellers that are listed at a time.
const LISTED: usize = 6;

/// Columns before a field's value, for its label.
pub(super) const LABEL: usize = 17;

/// One line of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FormLine {
    Field(FormField),
    /// The error of the field above.
    Wrong(String),
    /// A reseller that can be chosen, by its place among the fitting ones.
    Reseller(usize),
    /// That there are more of them.
    More(usize),
    Blank,
    Step(TestStep),
    /// A remark or a next step.
    Words {
        text: String,
        bad: bool,
    },
}

/// Returns the lines of the form, and the index of the one that must be visible.
pub(crate) fn form_lines(form: &ProfileForm, width: usize) -> (Vec<FormLine>, usize) {
    let mut lines = Vec::new();
    let mut focus = 0;
    let wrap = |text: &str| text::wrap(&crate::text::clean(text), width);
    for field in form.fields() {
        if field == FormField::Save {
            break;
        }
        if field == form.field {
            focus = lines.len();
        }
        lines.push(FormLine::Field(field));
        if let Some((_, why)) = form.wrong.as_ref().filter(|(wrong, _)| *wrong == field) {
            let why = crate::text::clean(why);
            let beside = text::wrap(&why, width.saturating_sub(LABEL));
            lines.extend(beside.into_iter().map(FormLine::Wrong));
            focus = if field == form.field { lines.len() - 1 } else { focus };
        }
        if field == FormField::Reseller && form.field == FormField::Reseller {
            let count = form.fitting().len();
            let top = form.picked.unwrap_or_default().saturating_sub(LISTED - 1);
            let end = count.min(top + LISTED);
            lines.extend((top..end).map(FormLine::Reseller));
            lines.extend((count > end).then(|| FormLine::More(count - end)));
            focus = form.picked.map_or(focus, |picked| focus + 1 + picked - top);
        }
    }
    if !form.checks.is_untouched() {
        lines.push(FormLine::Blank);
        lines.extend(TestStep::ALL.map(FormLine::Step));
    }
    let words = |text: &str, bad: bool| wrap(text).into_iter().map(move |text| FormLine::Words { text, bad });
    if let Some(told) = form.failed().map(crate::api::ApiError::user_message) {
        lines.extend(words(&told.summary, true));
        lines.extend(words(&told.hint, false));
    }
    if let Some(error) = &form.error {
        lines.push(FormLine::Blank);
        lines.extend(words(error, true));
    }
    if let Some(why) = &form.no_keyring {
        lines.push(FormLine::Blank);
        lines.extend(words(&format!("The secret cannot go to the keyring: {why}."), true));
        focus = lines.len();
        lines.extend(words("Keep it in a file that only you can read?", false));
    }
    lines.push(FormLine::Blank);
    if form.field == FormField::Save {
        focus = lines.len();
    }
    lines.push(FormLine::Field(FormField::Save));
    (lines, focus)
}

impl FormLine {
    /// Returns the line as it is drawn.
    pub(super) fn view(&self, form: &ProfileForm, app: &App) -> ViewLine {
        let indent = || " ".repeat(LABEL);
        match self {
            Self::Blank => ViewLine::blank(),
            Self::Field(FormField::Save) => {
                let words = if form.saving.is_some() { "[ Saving… ]" } else { "[ Save ]" };
                ViewLine::button(words, form.field == FormField::Save)
            }
            Self::Field(field) => field_line(form, *field),
            Self::Wrong(why) => ViewLine::of(Tone::Plain, indent()).put(Tone::Bad, why.clone()),
            Self::Reseller(place) => {
                let Some(row) = form.fitting().get(*place).copied() else { return ViewLine::blank() };
                let name = row.company_name.as_deref().unwrap_or("(no name)");
                let words = format!("{}  {}", text::clean(&row.reseller_id), text::clean(name));
                ViewLine::of(Tone::Plain, indent())
                    .put(Tone::Plain, words)
                    .select(form.picked == Some(*place))
            }
            Self::More(count) => {
                let words = format!("and {count} more: type part of a name");
                ViewLine::of(Tone::Plain, indent()).put(Tone::Dim, words)
            }
            Self::Step(step) => step_line(app, &form.checks, *step),
            Self::Words { text, bad } => {
                ViewLine::of(if *bad { Tone::Bad } else { Tone::Plain }, text.clone())
            }
        }
    }
}

fn field_line(form: &ProfileForm, field: FormField) -> ViewLine {
    let active = form.field == field;
    let line =
        ViewLine::default().cell(if active { Tone::Accent } else { Tone::Dim }, form.label(field), LABEL);
    if let Some(choice) = form.choice(field) {
        let words = if active { format!("‹ {choice} ›") } else { choice.to_owned() };
        return line.put(Tone::Plain, words);
    }
    let example = form.example(field);
    match form.input(field) {
        Some(input) if active => line.input(input, example),
        Some(input) if input.value().is_empty() => line.put(Tone::Dim, example),
        Some(input) => line.put(Tone::Plain, text::clean(input.value())),
        None if active => line.input(&form.secret.dots().into(), example),
        None if form.secret.is_empty() => line.put(Tone::Dim, example),
        None => line.put(Tone::Plain, form.secret.dots()),
    }
}
