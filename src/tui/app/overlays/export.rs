//! The form of an export: which rows, into which file, with what else.

use std::path::Path;

use tui_input::Input;

use super::{Dialog, DialogView, Then, ViewLine};
use crate::{
    columns::Needs,
    export::ExistingJournal,
    model::{CustomerFilter, Row},
    output::Format,
    text,
    tui::{
        action::{Action, DialogKind},
        app::{
            App, ExportFailed, ExportOrder, Tone,
            footer::Wanted,
            layout::{centred, overlay_screen},
            text_field::{self, MAX_INPUT},
        },
        keys::Chord,
    },
};

/// The rows to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowChoice {
    /// All matching customers, on all pages.
    Matching,
    /// The rows of the page on screen.
    Shown,
    /// The marked rows.
    Marked,
}

/// One field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportField {
    Rows,
    File,
    Format,
    Details,
    Subscriptions,
    /// The choice about an unfinished export to that file; only if there is one.
    Unfinished,
    /// The button.
    Start,
}

/// The choices for an unfinished export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// Continue it.
    Resume,
    /// Continue it, and write the file even if the server counts other rows.
    Anyway,
    /// Discard it and start again.
    Restart,
}

impl Unfinished {
    const ALL: [Self; 3] = [Self::Resume, Self::Anyway, Self::Restart];

    fn label(self) -> &'static str {
        match self {
            Self::Resume => "resume it",
            Self::Anyway => "resume it, and write the file even if the row count differs",
            Self::Restart => "start again",
        }
    }
}

/// Columns of a label.
const LABEL: usize = 19;

/// The formats in the order in which they are offered.
const FORMATS: [(Format, &str); 4] = [
    (Format::Xlsx, "Excel workbook"),
    (Format::Csv, "CSV"),
    (Format::Json, "JSON"),
    (Format::Jsonl, "JSON Lines"),
];

/// The form of an export.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "two are fields of the form, three its progress")]
pub(crate) struct ExportForm {
    pub(crate) field: ExportField,
    pub(crate) rows: RowChoice,
    pub(crate) file: Input,
    /// True once the user has edited the file name: then it no longer follows the choices.
    named: bool,
    pub(crate) details: bool,
    pub(crate) subscriptions: bool,
    /// Set if there is an unfinished export to that file.
    pub(crate) unfinished: Option<Unfinished>,
    /// The reason why the export cannot start, in words.
    pub(crate) error: Option<String>,
    /// True if the user knows that the file exists.
    pub(crate) replace: bool,
    /// True from the request until the first news of it.
    pub(crate) requested: bool,
}

impl ExportForm {
    /// Returns the form as it opens: for the marked rows if there are any.
    pub(crate) fn new(app: &App) -> Self {
        let mut form = Self {
            field: ExportField::File,
            rows: match app.marks.len() {
                0 => RowChoice::Matching,
                _ => RowChoice::Marked,
            },
            file: Input::default(),
            named: false,
            // What is on the screen belongs into the file.
            details: app.columns.wanted().any(|column| column.needs() == Needs::Record),
            subscriptions: false,
            unfinished: None,
            error: None,
            replace: false,
            requested: false,
        };
        form.suggest_name(app, Format::Xlsx);
        form
    }

    /// Names the file after the chosen rows, unless the user has named it.
    fn suggest_name(&mut self, app: &App, format: Format) {
        if !self.named {
            self.file = Input::new(format!("{}.{format}", suggestion(self.rows, app)));
        }
    }

    /// Returns the format of the file name's extension.
    fn format(&self) -> Option<Format> {
        Format::of_file(Path::new(self.file.value().trim())).ok()
    }

    /// Returns the fields from top to bottom.
    fn fields(&self) -> Vec<ExportField> {
        use ExportField as F;
        let unfinished = self.unfinished.map(|_| F::Unfinished);
        let usual = [F::Rows, F::File, F::Format, F::Details, F::Subscriptions];
        usual.into_iter().chain(unfinished).chain([F::Start]).collect()
    }

    fn label(field: ExportField) -> &'static str {
        match field {
            ExportField::Rows => "Rows",
            ExportField::File => "File",
            ExportField::Format => "Format",
            ExportField::Details => "Customer details",
            ExportField::Subscriptions => "Subscriptions",
            ExportField::Unfinished => "Unfinished export",
            ExportField::Start => "",
        }
    }

    /// Returns the choice in a field; none if it is typed, or the button.
    fn choice(&self, field: ExportField, app: &App) -> Option<String> {
        Some(match field {
            ExportField::File | ExportField::Start => return None,
            ExportField::Rows => row_words(self.rows, app),
            ExportField::Format => match self.format() {
                Some(format) => FORMATS
                    .iter()
                    .find(|(known, _)| *known == format)
                    .map(|(format, title)| format!("{title} (.{format})"))
                    .unwrap_or_default(),
                None => "unknown".to_owned(),
            },
            ExportField::Details => if self.details { "yes" } else { "no" }.to_owned(),
            ExportField::Subscriptions => {
                if self.subscriptions { "yes, one row each" } else { "no" }.to_owned()
            }
            ExportField::Unfinished => self.unfinished.map(Unfinished::label).unwrap_or_default().to_owned(),
        })
    }

    fn step(&mut self, forward: bool) {
        let fields = self.fields();
        self.field = next(&fields, self.field, forward);
    }

    /// Chooses the next or previous value of the field.
    fn choose(&mut self, app: &App, forward: bool) {
        match self.field {
            ExportField::File | ExportField::Start => return,
            ExportField::Rows => {
                let all = [RowChoice::Matching, RowChoice::Shown, RowChoice::Marked];
                let there = if app.marks.len() > 0 { &all[..] } else { &all[..2] };
                self.rows = next(there, self.rows, forward);
                self.suggest_name(app, self.format().unwrap_or(Format::Xlsx));
            }
            ExportField::Format => {
                let all = FORMATS.map(|(format, _)| format);
                let format = self.format().map_or(all[0], |format| next(&all, format, forward));
                self.file = Input::new(with_format(self.file.value(), format, &suggestion(self.rows, app)));
                self.renamed();
                return;
            }
            ExportField::Details => self.details = !self.details,
            ExportField::Subscriptions => self.subscriptions = !self.subscriptions,
            ExportField::Unfinished => {
                self.unfinished = self.unfinished.map(|one| next(&Unfinished::ALL, one, forward));
                return;
            }
        }
        (self.unfinished, self.error) = (None, None);
    }

    /// Forgets what was in the way of the last file name.
    fn renamed(&mut self) {
        (self.unfinished, self.error, self.replace) = (None, None, false);
    }

    /// Starts the export, or says what is wrong with the form.
    fn start(&mut self, app: &mut App) -> Then {
        if self.requested {
            return Then::Ignored;
        }
        match self.order(app) {
            Ok(order) => {
                (self.requested, self.error) = (true, None);
                app.request_export(order);
            }
            Err(words) => self.error = Some(words),
        }
        Then::Stay
    }

    /// Returns what the form asks for.
    ///
    /// # Errors
    /// Says what is wrong with it.
    fn order(&self, app: &App) -> Result<ExportOrder, String> {
        let file = self.file.value().trim().to_owned();
        if file.is_empty() {
            return Err("The file needs a name.".to_owned());
        }
        let format = Format::of_file(Path::new(&file)).map_err(|error| text::sentence(&error.to_string()))?;
        let picked = match self.rows {
            RowChoice::Matching => None,
            RowChoice::Shown => Some(shown_rows(app)),
            RowChoice::Marked => {
                Some(app.marks.rows().map(|row| Row::Customer(Box::new(row.clone()))).collect())
            }
        };
        if picked.as_ref().is_some_and(Vec::is_empty) {
            return Err("There are no rows to export.".to_owned());
        }
        Ok(ExportOrder {
            file,
            format,
            filter: filter(app).clone(),
            picked,
            details: self.details,
            subscriptions: self.subscriptions,
            begin: match self.unfinished {
                None => ExistingJournal::Fail,
                Some(Unfinished::Resume | Unfinished::Anyway) => ExistingJournal::Resume,
                Some(Unfinished::Restart) => ExistingJournal::Discard,
            },
            anyway: self.unfinished == Some(Unfinished::Anyway),
            replace: self.replace,
        })
    }

    /// Shows why the requested export did not start.
    pub(crate) fn on_failed(&mut self, failed: ExportFailed, file: &str) {
        self.requested = false;
        self.error = Some(match failed {
            ExportFailed::Exists => {
                self.replace = true;
                format!("{file} already exists. Export again to replace it.")
            }
            ExportFailed::Left => {
                (self.unfinished, self.field) = (Some(Unfinished::Resume), ExportField::Unfinished);
                format!("There is an unfinished export to {file}. Resume it?")
            }
            ExportFailed::Refused(words) | ExportFailed::Ended(words) => words,
        });
    }

    /// Returns the lines with the fields that they belong to.
    fn lines(&self, app: &App, width: usize) -> Vec<(Option<ExportField>, ViewLine)> {
        let mut lines = Vec::new();
        for field in self.fields() {
            let active = field == self.field;
            if field == ExportField::Start {
                lines.extend(self.advice(app, width));
                let words = match (self.requested, self.replace) {
                    (true, _) => "[ Starting… ]",
                    (_, true) => "[ Replace ]",
                    _ => "[ Export ]",
                };
                lines.push((Some(field), ViewLine::button(words, active)));
                break;
            }
            let tone = if active { Tone::Accent } else { Tone::Dim };
            let line = ViewLine::default().cell(tone, Self::label(field), LABEL);
            let line = match self.choice(field, app) {
                Some(choice) if active => line.put(Tone::Plain, format!("‹ {choice} ›")),
                Some(choice) => line.put(Tone::Plain, choice),
                None if active => line.input(&self.file, ""),
                None => line.put(Tone::Plain, text::clean(self.file.value())),
            };
            lines.push((Some(field), line));
            if field == ExportField::File && self.full_path(app) != text::clean(self.file.value()) {
                let indent = " ".repeat(LABEL);
                for piece in text::wrap(&self.full_path(app), width.saturating_sub(LABEL).max(8)) {
                    lines.push((Some(field), ViewLine::of(Tone::Dim, format!("{indent}{piece}"))));
                }
            }
        }
        lines
    }

    /// Returns the whole path of the file, clean. A name that begins with `~/` is whole: it is below the home folder.
    fn full_path(&self, app: &App) -> String {
        let typed = Path::new(self.file.value().trim());
        let path = if typed.starts_with("~") { typed.to_owned() } else { app.session.folder.join(typed) };
        text::clean(&path.to_string_lossy()).into_owned()
    }

    fn advice(&self, app: &App, width: usize) -> Vec<(Option<ExportField>, ViewLine)> {
        let (words, tone) = match (&self.error, self.field) {
            (Some(error), _) => (
                error.as_str(),
                if self.unfinished.is_some() || self.replace { Tone::Warn } else { Tone::Bad },
            ),
            (None, ExportField::File | ExportField::Format) => {
                ("The extension sets the format: .xlsx, .csv, .json or .jsonl.", Tone::Dim)
            }
            (None, ExportField::Details) if app.table.filter.portfolio.is_some() => {
                (DETAILS_OF_COPY, Tone::Dim)
            }
            (None, ExportField::Subscriptions) if app.table.filter.portfolio.is_some() => {
                ("From the local copy, without requests.", Tone::Dim)
            }
            (None, ExportField::Details) => (DETAILS_ADVICE, Tone::Dim),
            (None, ExportField::Subscriptions) => ("One request per customer (slow for many).", Tone::Dim),
            (None, _) => ("", Tone::Dim),
        };
        let mut words = text::wrap(&text::clean(words), width);
        // Always as high as the highest advice, so that the button does not move under the pointer.
        let highest = text::wrap(DETAILS_ADVICE, width).len();
        words.resize(words.len().max(highest), String::new());
        let words = words.into_iter().map(|line| ViewLine::of(tone, line));
        let blank = std::iter::once(ViewLine::blank());
        blank.clone().chain(words).chain(blank).map(|line| (None, line)).collect()
    }
}

/// The advice about customer details in a view of the local copy.
const DETAILS_OF_COPY: &str =
    "Anniversary, segment, discounts, 3YC, address and first contact. From the local copy, without requests.";
/// The advice about customer details.
const DETAILS_ADVICE: &str = "Anniversary, segment, discounts, 3YC, address and first contact. One request per customer (slow for many).";

impl Dialog for ExportForm {
    fn kind(&self) -> DialogKind {
        DialogKind::Form
    }

    fn view(&self, app: &App) -> DialogView {
        let area = |lines: usize| {
            let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2);
            centred(overlay_screen(app.areas().screen), 78, height)
        };
        let width = DialogView::new(area(0), "").width();
        let lines = self.lines(app, width);
        let at = lines.iter().position(|(field, _)| *field == Some(self.field)).unwrap_or_default();
        let mut view = DialogView::new(area(lines.len()), "Export");
        view.body = lines.into_iter().map(|(_, line)| line).collect();
        view.keep_visible(at)
    }

    fn hints(&self, app: &App) -> Vec<Wanted> {
        let mut hints: Vec<Wanted> = vec![(&[Action::Enter], Action::Enter, "export")];
        if self.choice(self.field, app).is_some() {
            hints.push((&[Action::PreviousChoice, Action::NextChoice], Action::NextChoice, "choose"));
        }
        hints.push((&[Action::PreviousRow, Action::NextRow], Action::NextRow, "move"));
        hints.push((&[Action::Back], Action::Back, "close"));
        hints
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Back => return Then::Close,
            // A requested export is not changed before its answer.
            _ if self.requested => return Then::Ignored,
            Action::Enter => return self.start(app),
            Action::NextRow | Action::NextPane => self.step(true),
            Action::PreviousRow | Action::PreviousPane => self.step(false),
            Action::NextChoice | Action::PreviousChoice => self.choose(app, action == Action::NextChoice),
            _ => return Then::Ignored,
        }
        Then::Stay
    }

    fn writes(&self) -> bool {
        self.field == ExportField::File
    }

    fn write(&mut self, key: crossterm::event::KeyEvent, _: &mut App) -> Then {
        if self.requested {
            return Then::Ignored;
        }
        if text_field::edit(&mut self.file, key, MAX_INPUT) {
            self.named = true;
            self.renamed();
        }
        Then::Stay
    }

    fn paste(&mut self, pasted: &str, _: &mut App) -> Then {
        if !self.requested && self.writes() && text_field::paste(&mut self.file, pasted, MAX_INPUT) {
            self.named = true;
            self.renamed();
        }
        Then::Stay
    }

    fn click_at(&mut self, line: usize, column: usize, app: &mut App) -> Then {
        let width = self.view(app).width();
        let field = self.lines(app, width).get(line).and_then(|(field, _)| *field);
        match field {
            Some(_) if self.requested => {}
            Some(ExportField::Start) => return self.start(app),
            Some(field) => {
                // A click on ‹ beside the choice goes back.
                let is_back = self.field == field && column <= LABEL;
                self.field = field;
                self.choose(app, !(is_back && column >= LABEL.saturating_sub(1)));
            }
            None => {}
        }
        Then::Stay
    }
}

/// Returns the filter that was asked for last; the rows of another one are not its answer.
fn filter(app: &App) -> &CustomerFilter {
    app.table.answer().map_or(&app.table.filter, |window| &window.request.filter)
}

fn shown_rows(app: &App) -> Vec<Row> {
    let Some(shown) = app.table.answer() else { return Vec::new() };
    (0..shown.len()).filter_map(|index| shown.row(index).cloned()).collect()
}

fn row_words(rows: RowChoice, app: &App) -> String {
    let count = |count: u64| text::group_digits(count);
    match rows {
        RowChoice::Matching => {
            let total = app.table.answer().map(|shown| format!(" · {}", count(shown.total)));
            format!("all matching{}", total.unwrap_or_default())
        }
        RowChoice::Shown => {
            format!("this page · {}", count(app.table.answer().map_or(0, |shown| shown.len() as u64)))
        }
        RowChoice::Marked => format!("marked · {}", count(app.marks.len() as u64)),
    }
}

/// The most columns of a view's name in the name of a file.
const LONGEST_NAME: usize = 40;

/// Returns the file name for some rows without its extension: `customers-active-2026-11-23`, `customers-marked-5-…`.
fn suggestion(rows: RowChoice, app: &App) -> String {
    let stem = match rows {
        RowChoice::Marked => format!("customers-marked-{}", app.marks.len()),
        RowChoice::Matching | RowChoice::Shown => {
            // A view is named after itself.
            let words = app.view_name().unwrap_or_else(|| filter(app).status.word());
            let words = words.to_lowercase();
            let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            let plain = words.collect::<Vec<_>>().join("-");
            let page = if rows == RowChoice::Shown { "-page" } else { "" };
            format!("customers-{}{page}", text::truncate(&plain, LONGEST_NAME).trim_end_matches('…'))
        }
    };
    format!("{stem}-{}", app.now.today())
}

/// Returns a typed file name with the extension of a format, in place of another format's. Anything else that looks like
/// an extension is part of the name. A folder alone gets the suggested name.
fn with_format(typed: &str, format: Format, suggested: &str) -> String {
    let typed = typed.trim();
    if typed.is_empty() || typed.ends_with(std::path::is_separator) {
        return format!("{typed}{suggested}.{format}");
    }
    let stem = typed.rsplit_once('.').filter(|_| Format::of_file(Path::new(typed)).is_ok());
    format!("{}.{format}", stem.map_or(typed, |(stem, _)| stem))
}

/// Returns the value after or before one, around the end.
fn next<T: Copy + PartialEq>(all: &[T], one: T, forward: bool) -> T {
    let at = all.iter().position(|other| *other == one).unwrap_or_default();
    all[(at + if forward { 1 } else { all.len() - 1 }) % all.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_replaces_the_extension_of_another_one_alone() {
        let of = |typed| with_format(typed, Format::Csv, "customers-active");
        for (typed, expected) in [
            ("a.xlsx", "a.csv"),
            ("a.NDJSON", "a.csv"),
            ("All.2026", "All.2026.csv"),
            ("v1.2/list", "v1.2/list.csv"),
            ("~/exports/Q4.xlsx ", "~/exports/Q4.csv"),
            ("exports/", "exports/customers-active.csv"),
            ("", "customers-active.csv"),
            (".csv", ".csv.csv"),
        ] {
            assert_eq!(of(typed), expected, "{typed}");
        }
    }
}
