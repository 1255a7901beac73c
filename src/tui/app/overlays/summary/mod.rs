//! The summary of a view in charts. Each bar opens the customers that it counts.

mod charts;
mod layout;
mod lines;

pub(crate) use charts::{Narrowing, days_in_words};

use super::{Dialog, DialogView, Then, ViewLine, extent_line, in_lines, largest_box};
use crate::{
    model::{CustomerFilter, SummaryAnswer},
    text,
    tui::{
        action::{Action, DialogKind},
        app::{
            App, Followed, Tone,
            footer::Wanted,
            message::{LoadResult, Ticket},
            session::with_panel,
        },
        keys::Chord,
    },
};
use charts::{Chart, ChartBar, charts};
use layout::{BarAt, ChartLayout, CursorStep};

/// The lines of the screen from which a blank one sets off what is said below the charts.
const ROOMY: u16 = 28;

/// The charts of a summary, as far as the user has moved in them.
#[derive(Debug, Clone)]
pub(crate) struct SummaryCharts {
    /// The customers that are added up.
    filter: CustomerFilter,
    /// True for all customers, over live lists; false for those of the view below.
    is_over_live: bool,
    /// The figures.
    pub(crate) answer: Followed<SummaryAnswer>,
    cursor: BarAt,
    top: usize,
}

impl SummaryCharts {
    /// Returns the charts of the customers that a filter of the local copy finds, which wait for their figures.
    pub(crate) fn new(filter: CustomerFilter, is_over_live: bool) -> Self {
        Self { filter, is_over_live, answer: Followed::default(), cursor: BarAt::default(), top: 0 }
    }

    /// Returns the customers that are added up.
    pub(crate) fn filter(&self) -> &CustomerFilter {
        &self.filter
    }

    /// Returns the query of the customers that are added up, with what the panel chooses.
    fn query(&self) -> String {
        with_panel(self.filter.portfolio.as_deref().unwrap_or_default(), &self.filter)
    }

    fn charts(&self, app: &App) -> Vec<Chart> {
        let name = |id: &str| app.session.reseller_name(id).into_owned();
        self.answer.value().map(|answer| charts(&answer.figures, name)).unwrap_or_default()
    }

    /// Takes the figures, or why there are none; returns true if they were awaited. The cursor stays on its bar, wherever
    /// that is now.
    pub(crate) fn take(&mut self, ticket: Ticket, outcome: LoadResult<SummaryAnswer>) -> bool {
        let bars = |answer: &Followed<SummaryAnswer>| {
            answer.value().map(|answer| charts(&answer.figures, str::to_owned)).unwrap_or_default()
        };
        let before = bars(&self.answer);
        if !self.answer.settle(ticket, outcome) {
            return false;
        }
        let bar = before.get(self.cursor.chart).and_then(|chart| chart.bars.get(self.cursor.bar));
        let now = bars(&self.answer);
        let is_it = |other: &ChartBar| bar.is_some_and(|bar| bar.narrowing == other.narrowing);
        let place = now.get(self.cursor.chart).and_then(|chart| chart.bars.iter().position(is_it));
        if let Some(bar) = place {
            self.cursor.bar = bar;
        } else {
            let first = now.iter().position(|chart| !chart.bars.is_empty());
            self.cursor = BarAt { chart: first.unwrap_or_default(), bar: 0 };
        }
        true
    }

    /// Returns the bar with the cursor.
    fn bar<'c>(&self, charts: &'c [Chart]) -> Option<&'c ChartBar> {
        charts.get(self.cursor.chart)?.bars.get(self.cursor.bar)
    }

    fn step(&mut self, step: CursorStep, app: &App) -> Then {
        let charts = self.charts(app);
        let layout = self.layout(&charts, app);
        let next = layout.step(self.cursor, step);
        if next == self.cursor {
            return Then::Ignored;
        }
        self.move_to(next, app);
        Then::Stay
    }

    fn move_to(&mut self, bar: BarAt, app: &App) {
        self.cursor = bar;
        // What is visible stays where it is, as far as the cursor lets it.
        self.top = self.view(app).top;
    }

    fn layout(&self, charts: &[Chart], app: &App) -> ChartLayout {
        let width = DialogView::new(largest_box(app), "").width();
        ChartLayout::of(charts, Some(self.cursor), width)
    }

    /// Opens the customers of the bar with the cursor.
    fn open(&self, app: &mut App) -> Then {
        let charts = self.charts(app);
        let Some(bar) = self.bar(&charts) else { return Then::Ignored };
        app.show_of_summary(&self.query(), &self.filter, &bar.narrowing);
        Then::Close
    }

    /// Returns the lines above the charts: why there are no figures, or what has to be said of them.
    fn notes(&self, app: &App, width: usize) -> Vec<ViewLine> {
        let mut notes: Vec<(Tone, String)> = Vec::new();
        if let Some(error) = self.answer.error() {
            let told = app.detail.labels.tell(error);
            notes.push((Tone::Bad, told.what));
            notes.push((Tone::Plain, told.todo));
        }
        let Some(answer) = self.answer.value() else {
            if notes.is_empty() {
                notes.push((Tone::Dim, "Counting …".to_owned()));
            }
            return in_lines(notes, width);
        };
        let figures = &answer.figures;
        notes.extend(answer.complaint.clone().map(|complaint| (Tone::Warn, complaint)));
        let unread = figures.customers - figures.with_record.min(figures.with_subscriptions);
        if unread > 0 {
            let customers = text::pluralize(unread, "customer", "customers");
            let words = format!("The details of {customers} have not been read yet and are not counted.");
            notes.push((Tone::Warn, words));
        }
        if figures.gone > 0 {
            let words = match figures.gone {
                1 => "1 customer that is gone is not counted.".to_owned(),
                gone => format!("{} customers that are gone are not counted.", text::group_digits(gone)),
            };
            notes.push((Tone::Dim, words));
        }
        let mut lines = in_lines(notes, width);
        if !lines.is_empty() {
            lines.push(ViewLine::blank());
        }
        lines
    }

    /// Returns the lines that stay at the top: the age and extent of the copy, and the query.
    fn head(&self, app: &App, width: usize) -> Vec<ViewLine> {
        let mut head = Vec::new();
        if let Some(answer) = self.answer.value() {
            head.push(extent_line(&answer.coverage, app.now, width));
        }
        let query = self.query();
        if !query.is_empty() {
            let query = text::clean(&query);
            let label = "Query  ";
            let query = text::truncate(&query, width.saturating_sub(label.len())).into_owned();
            head.push(ViewLine::of(Tone::Label, label).put(Tone::Plain, query));
        }
        head
    }

    /// Returns the lines below the charts: what the bar with the cursor counts, and what it opens.
    fn foot(&self, app: &App, charts: &[Chart], width: usize) -> Vec<ViewLine> {
        let Some(bar) = self.bar(charts) else { return Vec::new() };
        let enter = app.keys.label(Action::Enter);
        let customers = text::pluralize(bar.finds, "customer", "customers");
        let long = format!("{enter} shows {customers}{}", bar.found);
        let query = bar.narrowing.of(&self.query());
        let whole = text::clean(&format!("{long}: {query}")).into_owned();
        let opens = text::fit(width, &[&whole, &long]);
        let says: Vec<&str> = bar.says.iter().map(String::as_str).collect();
        let says = text::fit(width, &says).into_owned();
        let mut foot = vec![ViewLine::of(Tone::Strong, says), ViewLine::of(Tone::Dim, opens)];
        if app.screen.size.1 >= ROOMY {
            foot.insert(0, ViewLine::blank());
        }
        foot
    }
}

impl Dialog for SummaryCharts {
    fn kind(&self) -> DialogKind {
        DialogKind::Summary
    }

    fn view(&self, app: &App) -> DialogView {
        let of = if self.is_over_live { None } else { app.view_name() };
        let of = of.unwrap_or_else(|| "All customers".to_owned());
        let mut view = DialogView::new(largest_box(app), format!("Summary · {of}"));
        let width = view.width();
        let charts = self.charts(app);
        let layout = self.layout(&charts, app);
        view.head = self.head(app, width);
        view.foot = self.foot(app, &charts, width);
        view.body = self.notes(app, width);
        let notes = view.body.len();
        if let Some(answer) = self.answer.value() {
            view.right = text::pluralize(answer.figures.customers, "customer", "customers");
        }
        let place = layout.line_of(self.cursor).zip(layout.start_of(self.cursor));
        view.body.extend(layout.lines);
        if let Some((line, start)) = place {
            let height = usize::from(view.rows().height).max(1);
            // The notes are above the first chart.
            let start = if start == 0 { 0 } else { notes + start };
            let least = (notes + line + 1).saturating_sub(height);
            view.top = self.top.min(start.max(least)).max(least);
        }
        view
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Enter], Action::Enter, "show customers"),
            (&[Action::NextPane], Action::NextPane, "next chart"),
            (&[Action::SummaryLeft, Action::SummaryRight], Action::SummaryRight, "across"),
            (&[Action::Refresh], Action::Refresh, "refresh"),
            (&[Action::Help], Action::Help, "help"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        let step = match action {
            Action::Enter => return self.open(app),
            Action::Refresh => {
                app.load_summary(self, true);
                return Then::Stay;
            }
            // The next steps that errors name.
            Action::Inspector | Action::Profiles => {
                app.perform(action);
                return Then::Close;
            }
            Action::Back | Action::Quit | Action::Summary => return Then::Close,
            Action::SummaryLeft => CursorStep::Left,
            Action::SummaryRight => CursorStep::Right,
            Action::NextPane => CursorStep::NextChart,
            Action::PreviousPane => CursorStep::PreviousChart,
            Action::FirstRow => CursorStep::First,
            Action::LastRow => CursorStep::Last,
            _ => match super::lines_of(action) {
                Some(by) => CursorStep::Lines(by),
                None => return Then::Ignored,
            },
        };
        self.step(step, app)
    }

    fn takes(&self, action: Action) -> bool {
        matches!(action, Action::Summary | Action::Refresh | Action::Inspector | Action::Profiles)
    }

    /// Puts the cursor on a bar, and opens it if it is there already; presses the key that a note names.
    fn click_at(&mut self, line: usize, column: usize, app: &mut App) -> Then {
        let charts = self.charts(app);
        let layout = self.layout(&charts, app);
        let notes = self.view(app).body.len() - layout.lines.len();
        if line < notes {
            return self.press_named(line, column, app);
        }
        match layout.bar_at(line - notes, column) {
            Some(bar) if bar == self.cursor => self.open(app),
            Some(bar) => {
                self.move_to(bar, app);
                Then::Stay
            }
            None => Then::Stay,
        }
    }
}
