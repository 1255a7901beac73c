//! An export from the screen: what is asked for, and how far it is.

use std::time::Duration;

use chrono::NaiveDate;
use tui_input::Input;

use super::App;
use crate::{
    export::Begin,
    model::{CustomerFilter, Row},
    output::Format,
    text,
};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Everything that matches the filter, on all pages.
    Matching,
    /// The rows of the page on the screen.
    Shown,
    /// The marked rows.
    Marked,
}

/// One line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportField {
    What,
    File,
    Details,
    Subscriptions,
    /// What to do about an export to that file that did not end; only where there is one.
    Left,
}

/// What to do about an export that did not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// Go on from it.
    GoOn,
    /// Write what is in it, though the server counts otherwise.
    Anyway,
    /// Give it up.
    Anew,
}

impl Leftover {
    const ALL: [Self; 3] = [Self::GoOn, Self::Anyway, Self::Anew];

    fn label(self) -> &'static str {
        match self {
            Self::GoOn => "go on from it",
            Self::Anyway => "go on, and write what came in any case",
            Self::Anew => "begin anew",
        }
    }
}

/// The form of an export.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "two are lines of the form, two what the person knows")]
pub(crate) struct ExportForm {
    pub(crate) field: ExportField,
    pub(crate) what: What,
    pub(crate) file: Input,
    pub(crate) details: bool,
    pub(crate) subscriptions: bool,
    /// Set where an export to that file did not end.
    pub(crate) left: Option<Leftover>,
    /// What is in the way, in words.
    pub(crate) error: Option<String>,
    /// Whether the person knows that a file of that name is there.
    pub(crate) replace: bool,
    /// Whether it was asked for, and nothing was heard of it yet.
    pub(crate) asked: bool,
}

/// An export that is to be made.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of the person")]
pub struct ExportOrder {
    /// The file's name as the person typed it.
    pub file: String,
    /// What the file is to be, by its name.
    pub format: Format,
    /// What is looked for.
    pub filter: CustomerFilter,
    /// The rows, where they were picked rather than looked for.
    pub picked: Option<Vec<Row>>,
    /// Whether each customer's record is added.
    pub details: bool,
    /// Whether the subscriptions are added.
    pub subscriptions: bool,
    /// What to do about an export to that file that did not end.
    pub begin: Begin,
    /// Whether what came is written though the server counts otherwise.
    pub anyway: bool,
    /// Whether a file of that name is replaced.
    pub replace: bool,
}

/// Why an export did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportFailed {
    /// A file of that name is there.
    Exists,
    /// An export to that file did not end.
    Left,
    /// It cannot begin, in words.
    Refused(String),
    /// It ended early, in words.
    Ended(String),
}

/// An export under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exporting {
    /// The file's name.
    pub(crate) file: String,
    /// How far it is, in words.
    pub(crate) told: String,
    /// When it began.
    pub(crate) since: Duration,
    /// Whether the person wants it to stop.
    pub(crate) stopping: bool,
}

impl ExportForm {
    /// The form as it opens.
    fn new(app: &App) -> Self {
        let what = if app.marks.len() > 0 { What::Marked } else { What::Matching };
        Self {
            field: ExportField::File,
            what,
            file: Input::from(file_name(filter(app), app.now.today())),
            details: false,
            subscriptions: false,
            left: None,
            error: None,
            replace: false,
            asked: false,
        }
    }

    /// Its lines.
    pub(crate) fn fields(&self) -> impl Iterator<Item = ExportField> + use<> {
        let left = self.left.map(|_| ExportField::Left);
        let usual = [ExportField::What, ExportField::File, ExportField::Details, ExportField::Subscriptions];
        usual.into_iter().chain(left)
    }

    /// What stands before a line.
    pub(crate) fn label(field: ExportField) -> &'static str {
        match field {
            ExportField::What => "Rows",
            ExportField::File => "File",
            ExportField::Details => "Records",
            ExportField::Subscriptions => "Products",
            ExportField::Left => "Left over",
        }
    }

    /// What is chosen in a line; nothing where it is typed.
    pub(crate) fn choice(&self, field: ExportField, app: &App) -> Option<String> {
        let yes = |on: bool, what: &str| if on { what.to_owned() } else { "no".to_owned() };
        match field {
            ExportField::File => None,
            ExportField::What => Some(what_words(self.what, app)),
            ExportField::Details => Some(yes(self.details, "with each customer's record")),
            ExportField::Subscriptions => Some(yes(self.subscriptions, "one row for each subscription")),
            ExportField::Left => Some(self.left.map(Leftover::label).unwrap_or_default().to_owned()),
        }
    }

    /// Moves to another line.
    pub(crate) fn step(&mut self, forward: bool) {
        let fields: Vec<ExportField> = self.fields().collect();
        let at = fields.iter().position(|field| *field == self.field).unwrap_or_default();
        let count = fields.len();
        self.field = fields[(at + if forward { 1 } else { count - 1 }) % count];
    }

    /// Chooses what is next in the line, or before.
    pub(crate) fn choose(&mut self, marks: bool, forward: bool) {
        match self.field {
            ExportField::File => return,
            ExportField::What => {
                let all = [What::Matching, What::Shown, What::Marked];
                let there = if marks { &all[..] } else { &all[..2] };
                self.what = next(there, self.what, forward);
            }
            ExportField::Details => self.details = !self.details,
            ExportField::Subscriptions => self.subscriptions = !self.subscriptions,
            ExportField::Left => {
                self.left = self.left.map(|left| next(&Leftover::ALL, left, forward));
                return;
            }
        }
        (self.left, self.error) = (None, None);
    }

    /// Draws the conclusions from another name: what was in the way of the last one need not be any more.
    pub(crate) fn renamed(&mut self) {
        (self.left, self.error, self.replace) = (None, None, false);
    }
}

impl App {
    /// Opens the form; while an export runs, the question whether it is to stop.
    pub(super) fn open_export(&mut self) -> bool {
        self.overlay = Some(match &self.exporting {
            Some(_) => super::Overlay::Exporting,
            None => super::Overlay::Export(Box::new(ExportForm::new(self))),
        });
        true
    }

    /// What the form asks for, or what is wrong with it.
    pub(super) fn export_order(&self, form: &ExportForm) -> Result<ExportOrder, String> {
        let file = form.file.value().trim().to_owned();
        if file.is_empty() {
            return Err("The file needs a name.".to_owned());
        }
        let format = Format::of_file(std::path::Path::new(&file)).map_err(|error| error.to_string())?;
        let picked = match form.what {
            What::Matching => None,
            What::Shown => Some(shown_rows(self)),
            What::Marked => Some(self.marks.rows().map(|row| Row::Customer(Box::new(row.clone()))).collect()),
        };
        if picked.as_ref().is_some_and(Vec::is_empty) {
            return Err("There are no rows to export.".to_owned());
        }
        Ok(ExportOrder {
            file,
            format,
            filter: filter(self).clone(),
            picked,
            details: form.details,
            subscriptions: form.subscriptions,
            begin: match form.left {
                None => Begin::New,
                Some(Leftover::GoOn | Leftover::Anyway) => Begin::Resume,
                Some(Leftover::Anew) => Begin::Anew,
            },
            anyway: form.left == Some(Leftover::Anyway),
            replace: form.replace,
        })
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

fn what_words(what: What, app: &App) -> String {
    let count = |count: u64| text::grouped(count);
    match what {
        What::Matching => {
            let total = app.table.answer().map(|shown| format!(" · {}", count(shown.total)));
            format!("all that match{}", total.unwrap_or_default())
        }
        What::Shown => {
            format!("this page · {}", count(app.table.answer().map_or(0, |shown| shown.len() as u64)))
        }
        What::Marked => format!("the marked ones · {}", count(app.marks.len() as u64)),
    }
}

/// `customers-active-2026-11-25.csv`.
fn file_name(filter: &CustomerFilter, today: NaiveDate) -> String {
    let plain: String = filter.status.word().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("customers-{plain}-{today}.csv")
}

/// The one after, or before, around the end.
fn next<T: Copy + PartialEq>(all: &[T], one: T, forward: bool) -> T {
    let at = all.iter().position(|other| *other == one).unwrap_or_default();
    all[(at + if forward { 1 } else { all.len() - 1 }) % all.len()]
}
