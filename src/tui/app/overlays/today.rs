//! Today: the lists that an account manager works through, with their figures. Enter opens one as a view.

use super::{
    Dialog, DialogView, KeepCopyQuestion, Then, ViewLine, WantedOfCopy, below_help, extent_line, in_lines,
    move_cursor,
};
use crate::{
    model::{TodayAnswer, TodayFigures, format_date},
    portfolio::{TODAY, TodayList},
    state::SavedView,
    text,
    tui::{
        action::{Action, DialogKind},
        app::{
            App, Followed, Overlay, Tone,
            footer::Wanted,
            layout::menu_box,
            message::{Effect, LoadResult, Ticket},
        },
        keys::Chord,
    },
};

/// The widest box.
const WIDTH: u16 = 96;
/// The width from which the groups have a column of their own.
const WITH_GROUPS: usize = 70;
/// The columns of a group.
const GROUP: usize = 11;

/// The lists of the day.
#[derive(Debug, Clone, Default)]
pub(crate) struct TodayLists {
    pub(crate) answer: Followed<TodayAnswer>,
    selected: usize,
}

impl TodayLists {
    fn figures(&self) -> Vec<(&'static TodayList, &TodayFigures)> {
        let figures = self.answer.value().map(|answer| answer.figures.as_slice()).unwrap_or_default();
        TODAY.iter().filter_map(|list| Some((list, figures.iter().find(|of| of.key == list.key)?))).collect()
    }

    fn take(&self, app: &mut App) -> Then {
        let Some((list, _)) = self.figures().into_iter().nth(self.selected) else { return Then::Ignored };
        app.open_view(view_of(list));
        Then::Close
    }

    /// Returns the lines above the lists: the age and extent of the copy, or why there are no newer figures.
    fn head(&self, app: &App, width: usize) -> Vec<ViewLine> {
        let mut head = Vec::new();
        if let Some(answer) = self.answer.value() {
            head.push(extent_line(&answer.coverage, app.now, width));
        }
        if let Some(error) = self.answer.error() {
            let told = app.detail.labels.tell(error);
            head.extend(in_lines(vec![(Tone::Bad, told.what), (Tone::Plain, told.todo)], width));
        }
        head
    }

    /// Returns what has to be said below the lists.
    fn remarks(&self) -> Vec<String> {
        let figures = self.figures();
        // What the history lacks is said in words of its own.
        let of_copy = figures.iter().filter(|(list, _)| !list.tests_history());
        let unknown = of_copy.map(|(_, figures)| figures.unknown).max().unwrap_or_default();
        let unread = (unknown > 0).then(|| {
            let customers = text::pluralize(unknown, "customer", "customers");
            format!("{customers} may belong in a list too: not everything about them has been read yet.")
        });
        let complaint = self.answer.value().and_then(|answer| answer.complaint.clone());
        unread.into_iter().chain(complaint).collect()
    }
}

/// Returns a list as a view.
fn view_of(list: &TodayList) -> SavedView {
    let owned = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
    let usual = ["reseller-id", "customer-id", "status"];
    SavedView {
        name: list.title.to_owned(),
        query: list.query.to_owned(),
        columns: [owned(&["company"]), owned(list.columns), owned(&usual)].concat(),
        sort: owned(list.sort),
    }
}

/// Returns the figures of a list in words, shorter forms after it.
fn words(list: &TodayList, figures: &TodayFigures) -> Vec<String> {
    let customers = text::pluralize(figures.customers, "customer", "customers");
    if figures.customers == 0 {
        // Of a copy that is being read, nobody knows.
        let none = if figures.unknown > 0 { "none known" } else { "none" };
        return vec![none.to_owned(), "0".to_owned()];
    }
    let amount = list.unit().zip(figures.amount).map(|((one, several), amount)| {
        let about = if figures.is_approximate { "~" } else { "" };
        format!(" · {about}{}", text::pluralize(amount.max(0).unsigned_abs(), one, several))
    });
    let amount = amount.unwrap_or_default();
    let first = figures.first.map(|day| format!(" · from {}", format_date(day))).unwrap_or_default();
    vec![
        format!("{customers}{amount}{first}"),
        format!("{customers}{amount}"),
        customers,
        text::group_digits(figures.customers),
    ]
}

impl Dialog for TodayLists {
    fn kind(&self) -> DialogKind {
        DialogKind::Today
    }

    fn view(&self, app: &App) -> DialogView {
        let lists = self.figures();
        let screen = app.areas().screen;
        let inner = usize::from(WIDTH.min(screen.width.saturating_sub(4))).saturating_sub(4).max(1);
        let foot: Vec<ViewLine> =
            in_lines(self.remarks().into_iter().map(|words| (Tone::Warn, words)).collect(), inner);
        let head = self.head(app, inner);
        let area = menu_box(screen, WIDTH, head.len() + lists.len().max(1) + foot.len());
        let mut view = DialogView::new(area, format!("Today · {}", format_date(app.now.today())));
        let width = view.width();
        (view.head, view.foot) = (head, foot);
        if lists.is_empty() {
            if self.answer.error().is_none() {
                view.body.push(ViewLine::of(Tone::Dim, "Reading the local copy …"));
            }
            return view;
        }
        let mut group = "";
        for (index, (list, figures)) in lists.iter().enumerate() {
            let mut line = ViewLine::default();
            let mut room = width;
            if width >= WITH_GROUPS {
                line = line.cell(Tone::Dim, if list.group == group { "" } else { list.group }, GROUP);
                room = room.saturating_sub(GROUP);
            }
            group = list.group;
            let forms = words(list, figures);
            let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
            let figures_room = room.saturating_sub(text::width(list.title) + 2);
            let shown = text::fit(figures_room, &forms).into_owned();
            let title = text::truncate(list.title, room.saturating_sub(text::width(&shown) + 2)).into_owned();
            let tone = if figures.customers == 0 { Tone::Dim } else { Tone::Plain };
            view.body.push(line.put(tone, title).right(tone, shown).select(index == self.selected));
        }
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Enter], Action::Enter, "open the list"),
            (&[Action::Refresh], Action::Refresh, "refresh"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Enter => self.take(app),
            Action::Refresh => {
                self.answer.ask(&mut app.out, |ticket| Effect::LoadToday(ticket, true));
                Then::Stay
            }
            Action::Back | Action::Quit | Action::Today => Then::Close,
            _ => {
                let count = self.figures().len();
                if move_cursor(&mut self.selected, count, action) { Then::Stay } else { Then::Ignored }
            }
        }
    }

    fn takes(&self, action: Action) -> bool {
        matches!(action, Action::Today | Action::Refresh)
    }

    /// Puts the cursor on a list; a second click there opens it.
    fn click(&mut self, line: usize, app: &mut App) -> Then {
        if self.selected == line {
            return self.take(app);
        }
        self.selected = line.min(self.figures().len().saturating_sub(1));
        Then::Stay
    }
}

impl App {
    /// Opens the lists of the day, and asks for their figures; asks first if the user has not decided yet whether a copy is kept.
    pub(crate) fn open_today(&mut self) -> bool {
        if self.has_to_ask_for_copy() {
            let question = KeepCopyQuestion::new(WantedOfCopy::Today);
            return self.open(Overlay::KeepCopy(Box::new(question)));
        }
        // Whoever comes back from a list goes on from there.
        let selected = TODAY.iter().position(|list| self.shows(list)).unwrap_or_default();
        let mut lists = TodayLists { selected, ..TodayLists::default() };
        lists.answer.ask(&mut self.out, |ticket| Effect::LoadToday(ticket, false));
        self.open(Overlay::Today(lists))
    }

    /// Returns true if the table shows a list that was opened from here.
    fn shows(&self, list: &TodayList) -> bool {
        self.opened_view.as_deref() == Some(list.title)
            && self.table.filter.portfolio.as_deref().is_some_and(|query| query.trim() == list.query)
    }

    /// Asks again for the figures of the open lists, because the copy has changed.
    pub(in crate::tui::app) fn reload_today(&mut self) -> bool {
        let Some(Overlay::Today(lists)) = below_help(&mut self.overlay) else { return false };
        lists.answer.follow(&mut self.out, |ticket| Effect::LoadToday(ticket, false))
    }

    /// Takes the figures of the lists; returns true if they were awaited.
    pub(in crate::tui::app) fn on_today(&mut self, ticket: Ticket, outcome: LoadResult<TodayAnswer>) -> bool {
        let Some(Overlay::Today(lists)) = self.dialog_below_help() else { return false };
        if !lists.answer.settle(ticket, outcome) {
            return false;
        }
        if lists.answer.is_outdated() {
            self.reload_today();
        }
        true
    }
}
