//! The facets of a view: the values of some fields among the customers that it shows, with their counts.

use super::{Dialog, DialogView, Then, ViewLine, move_cursor};
use crate::{
    model::FacetCounts,
    portfolio::query::{Field, label_of},
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Remote, Tone, footer::Wanted, layout::menu_box},
        keys::Chord,
    },
};

/// The values of a field that are listed before the others are asked for.
const FIRST: usize = 12;

/// The list of facets.
#[derive(Debug, Clone)]
pub(crate) struct FacetList {
    pub(crate) counts: Remote<Vec<FacetCounts>>,
    selected: usize,
    /// The fields of which all values are listed.
    whole: Vec<&'static str>,
}

/// A line of the list.
struct FacetLine<'a> {
    field: &'static str,
    kind: FacetLineKind<'a>,
    /// True for the first line of its field.
    is_first: bool,
}

/// What a line of the list shows.
#[derive(Clone, Copy)]
enum FacetLineKind<'a> {
    /// A value, and the customers that have it.
    Value(&'a str, u64),
    /// So many more values.
    More(usize),
}

impl FacetList {
    /// Returns the list that waits for these counts.
    pub(crate) fn new(counts: Remote<Vec<FacetCounts>>) -> Self {
        Self { counts, selected: 0, whole: Vec::new() }
    }

    fn lines(&self) -> Vec<FacetLine<'_>> {
        let mut lines = Vec::new();
        for facet in self.counts.value().into_iter().flatten() {
            let field = facet.field;
            // A line about a single one would be no shorter than that one.
            let is_whole = self.whole.contains(&field) || facet.values.len() <= FIRST + 1;
            let shown = if is_whole { facet.values.len() } else { FIRST };
            for (index, (value, count)) in facet.values.iter().enumerate().take(shown) {
                let kind = FacetLineKind::Value(value, *count);
                lines.push(FacetLine { field, kind, is_first: index == 0 });
            }
            if !is_whole {
                let kind = FacetLineKind::More(facet.values.len() - shown);
                lines.push(FacetLine { field, kind, is_first: false });
            }
        }
        lines
    }

    /// Shows only the customers with the selected value, or lists the other values of its field.
    fn take(&mut self, app: &mut App) -> Then {
        let Some(line) = self.lines().into_iter().nth(self.selected) else { return Then::Ignored };
        let field = line.field;
        match line.kind {
            FacetLineKind::Value(value, _) => {
                let value = value.to_owned();
                app.refine(field, Some(&value));
                Then::Close
            }
            FacetLineKind::More(_) => {
                self.whole.push(field);
                Then::Stay
            }
        }
    }

    fn clear(&self, app: &mut App) -> Then {
        let Some(field) = self.lines().get(self.selected).map(|line| line.field) else {
            return Then::Ignored;
        };
        app.refine(field, None);
        Then::Close
    }
}

/// Returns how many customers are not counted because their details have not been read, in words.
fn unread(app: &App) -> Option<String> {
    let coverage = app.table.shown()?.coverage.as_ref()?;
    let unread = coverage.customers.saturating_sub(coverage.detailed);
    let customers = text::pluralize(unread, "customer", "customers");
    (unread > 0).then(|| format!("The details of {customers} have not been read yet and are not counted."))
}

impl Dialog for FacetList {
    fn kind(&self) -> DialogKind {
        DialogKind::Facets
    }

    fn view(&self, app: &App) -> DialogView {
        /// Columns of a field's name.
        const FIELD: usize = 14;
        let lines = self.lines();
        let unread = unread(app);
        let room = lines.len().max(1) + if unread.is_some() { 2 } else { 0 };
        let area = menu_box(app.areas().screen, 60, room);
        let mut view = DialogView::new(area, "Facets");
        let width = view.width();
        if lines.is_empty() {
            let (tone, words) = match &self.counts {
                Remote::Failed { error, .. } => (Tone::Bad, error.user_message().summary),
                Remote::Ready(_) => (
                    Tone::Dim,
                    unread.unwrap_or_else(|| "No customer of this view has any of the fields.".to_owned()),
                ),
                _ => (Tone::Dim, "Counting …".to_owned()),
            };
            view.body = text::wrap(&text::clean(&words), width)
                .into_iter()
                .map(|line| ViewLine::of(tone, line))
                .collect();
            return view;
        }
        let drawn = |(index, line): (usize, &FacetLine<'_>)| {
            let field_name = if line.is_first { line.field } else { "" };
            let (value, count) = match line.kind {
                FacetLineKind::Value(value, count) => (value, text::group_digits(count)),
                FacetLineKind::More(more) => {
                    return ViewLine::default()
                        .cell(Tone::Dim, "", FIELD)
                        .put(Tone::Dim, format!("and {} more", text::group_digits(more as u64)))
                        .select(index == self.selected);
                }
            };
            let room = width.saturating_sub(FIELD + text::width(&count) + 2);
            let words = match Field::from_name(line.field).unwrap_or(Field::Name) {
                Field::Reseller => app.session.reseller_name(value).into_owned(),
                field => label_of(field, value).to_owned(),
            };
            ViewLine::default()
                .cell(Tone::Dim, field_name, FIELD)
                .put(Tone::Plain, text::truncate(&text::clean(&words), room))
                .right(Tone::Dim, count)
                .select(index == self.selected)
        };
        view.body = lines.iter().enumerate().map(drawn).collect();
        if let Some(words) = unread {
            let told = text::wrap(&words, width).into_iter();
            view.body.extend(told.map(|line| ViewLine::of(Tone::Warn, line)));
        }
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Enter], Action::Enter, "show only these"),
            (&[Action::ClearFilters], Action::ClearFilters, "any value"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Enter => self.take(app),
            Action::ClearFilters => self.clear(app),
            Action::Back | Action::Quit | Action::Facets => Then::Close,
            _ => {
                let count = self.lines().len();
                if move_cursor(&mut self.selected, count, action) { Then::Stay } else { Then::Ignored }
            }
        }
    }

    fn takes(&self, action: Action) -> bool {
        matches!(action, Action::Facets | Action::ClearFilters)
    }

    /// Puts the cursor on a line; a second click there takes it.
    fn click(&mut self, line: usize, app: &mut App) -> Then {
        if self.selected == line {
            return self.take(app);
        }
        self.selected = line.min(self.lines().len().saturating_sub(1));
        Then::Stay
    }
}
