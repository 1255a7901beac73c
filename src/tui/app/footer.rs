//! The last line: what just happened, what the keys do in what is open, or the keys that matter here. Hints are placed so
//! that the mouse can find them.

use super::{App, ExportField, FormField, Notice, Overlay, Pane, Warned, detail::Tab};
use crate::{text, tui::action::Action};

/// What the last line says.
#[derive(Debug, Clone)]
pub(crate) enum Footer<'a> {
    /// A search is being typed; how often it is found so far, once there is something to find.
    Search(Option<usize>),
    /// Something that happened.
    Notice(&'a Notice),
    /// What the keys do in what is open.
    Words(String),
    /// How far an export is, and the keys that matter then.
    Export(String, String),
    /// The keys that matter here.
    Hints(Vec<Hint>),
}

/// The footer in `width` columns.
pub(crate) fn footer(app: &App, width: u16) -> Footer<'_> {
    if app.detail.search.typing && app.overlay.is_none() {
        return Footer::Search(app.detail.search.needle().map(|_| app.detail.search.matches.len()));
    }
    if let Some(notice) = &app.notice {
        return Footer::Notice(notice);
    }
    if app.filter.editing.is_some() && app.in_filter() {
        return Footer::Words("Enter apply   Esc cancel   Tab next field".to_owned());
    }
    let copy = app.keys.label(Action::CopyId);
    let words = match &app.overlay {
        None => {
            let Some(line) = app.export_line() else { return Footer::Hints(hints(app, width)) };
            let (stop, help) = (app.keys.label(Action::Export), app.keys.label(Action::Help));
            return Footer::Export(line, format!("{stop} stop   {help} help"));
        }
        Some(Overlay::Help { .. }) => "type to narrow   ↑↓ scroll   Esc close",
        Some(Overlay::Palette(_)) => "↑↓ choose   Tab complete   Enter run   Esc close",
        Some(Overlay::GoTo { .. }) => "Enter go   Esc close",
        Some(Overlay::CopyMenu { .. }) => "↑↓ choose   Enter or its number copies   Esc close",
        Some(Overlay::Columns { .. }) => "Space show or hide   J K move   0 default   Esc close",
        Some(Overlay::Inspector { .. }) => {
            return Footer::Words(format!("← earlier   → later   ↑↓ scroll   {copy} curl   Esc close"));
        }
        Some(Overlay::Profiles(menu)) if menu.removing => {
            "y remove it with its secret and token   any other key keeps it"
        }
        Some(Overlay::Profiles(_)) => {
            "Enter switch   a add   e edit   t test   d delete   s start with it   Esc close"
        }
        Some(Overlay::ProfileForm(form)) if form.no_keyring.is_some() => {
            "y keep it in a file   n another place"
        }
        Some(Overlay::ProfileForm(form)) if form.warned == Some(Warned::Leaving) => {
            "Esc once more discards what is typed   any other key stays"
        }
        Some(Overlay::ProfileForm(form)) if form.choice(form.field).is_some() => {
            "←→ choose   Enter next   ↑↓ move   Esc back"
        }
        Some(Overlay::ProfileForm(form)) if form.field == FormField::Save => {
            "Enter save   ↑ back   Esc leave"
        }
        Some(Overlay::ProfileForm(_)) => "Enter next   ↑↓ move   Esc leave",
        Some(Overlay::Problems { .. }) => {
            let edit = app.keys.label(Action::EditConfig);
            return Footer::Words(format!("{edit} open the file in your editor   ↑↓ scroll   Esc close"));
        }
        Some(Overlay::Export(form)) if form.field == ExportField::File => {
            "Enter export   ↑↓ move   Esc close"
        }
        Some(Overlay::Export(_)) => "Enter export   ←→ choose   ↑↓ move   Esc close",
        Some(Overlay::Exporting) => "s stop   Esc let it go on",
        Some(Overlay::KeepTokens) => "y in a file   n in memory   Esc ask later",
        Some(Overlay::Filter) => "↑↓ move   Enter edit or choose   Esc close",
    };
    Footer::Words(words.to_owned())
}

/// One hint and its place on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) x: u16,
    pub(crate) key: String,
    pub(crate) words: &'static str,
    /// What a click on it does.
    pub(crate) action: Action,
}

impl Hint {
    pub(crate) fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(self.words)
    }
}

/// The keys that a hint shows, what a click on it does, and its words.
type Wanted = (&'static [Action], Action, &'static str);

/// The hints for the focused pane, as many as fit into `width` columns. Help is always among them.
fn hints(app: &App, width: u16) -> Vec<Hint> {
    use Action as A;
    let wanted: Vec<Wanted> = match app.focus {
        Pane::Table => vec![
            (&[A::PreviousRow, A::NextRow], A::NextRow, "move"),
            (&[A::NextPage, A::PreviousPage], A::NextPage, "page"),
            (&[A::EditName], A::EditName, "name"),
            (&[A::StatusActive, A::Status1026, A::StatusAll], A::FilterPanel, "status"),
            (&[A::NextSort, A::ReverseSort], A::NextSort, "sort"),
            (&[A::Enter], A::Enter, "detail"),
            (&[A::CopyId], A::CopyId, "copy id"),
            (&[A::Profiles], A::Profiles, "profiles"),
            (&[A::Export], A::Export, "export"),
            (&[A::Refresh], A::Refresh, "refresh"),
        ],
        Pane::Filter => vec![
            (&[A::PreviousRow, A::NextRow], A::NextRow, "move"),
            (&[A::Enter], A::Enter, "edit or choose"),
            (&[A::ClearFilters], A::ClearFilters, "clear"),
            (&[A::Back], A::Back, "back"),
            (&[A::NextPane], A::NextPane, "next pane"),
        ],
        Pane::Detail => {
            let mut wanted: Vec<Wanted> = vec![
                (&[A::PreviousTab, A::NextTab], A::NextTab, "tabs"),
                (&[A::PreviousRow, A::NextRow], A::NextRow, "scroll"),
                (&[A::Back], A::Back, "back"),
                (&[A::Zoom], A::Zoom, "zoom"),
                (&[A::CopyMenu], A::CopyMenu, "copy"),
            ];
            match app.detail.tab {
                Tab::Raw => wanted.insert(2, (&[A::SearchRaw, A::NextMatch], A::SearchRaw, "search")),
                Tab::Orders => wanted.insert(
                    2,
                    (
                        &[A::OrderTerm],
                        A::OrderTerm,
                        if app.detail.all_orders { "current term" } else { "all time" },
                    ),
                ),
                _ if app.detail.led_elsewhere().is_some() => {
                    wanted.insert(0, (&[A::OwnRecord], A::OwnRecord, "own record"));
                }
                _ => {}
            }
            wanted
        }
    };
    let always: [Wanted; 2] = [(&[A::Palette], A::Palette, "commands"), (&[A::Help], A::Help, "help")];
    let label = |actions: &[Action]| {
        let keys: Vec<String> =
            actions.iter().map(|action| app.keys.label(*action)).filter(|key| !key.is_empty()).collect();
        // `1-4 0` and `↑↓` read better than all of the keys apart.
        match keys.as_slice() {
            [from, to, rest] => format!("{from}-{to} {rest}"),
            [a, b] if text::width(a) == 1 && text::width(b) == 1 && !a.is_ascii() => format!("{a}{b}"),
            keys => keys.join(" "),
        }
    };
    let mut placed = Vec::new();
    let room_for_always: usize =
        always.iter().map(|(actions, _, words)| text::width(&label(actions)) + 1 + words.len() + 3).sum();
    let mut x = 1;
    let mut place = |(actions, action, words): Wanted, limit: usize| {
        let hint = Hint { x: u16::try_from(x).unwrap_or(u16::MAX), key: label(actions), words, action };
        if hint.key.is_empty() || x + hint.width() > limit {
            return;
        }
        x += hint.width() + 3;
        placed.push(hint);
    };
    let width = usize::from(width);
    for hint in wanted {
        place(hint, width.saturating_sub(room_for_always));
    }
    for hint in always {
        place(hint, width);
    }
    placed
}
