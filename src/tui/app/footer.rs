//! The last line: a notice, or the keys for where the user is. Hints have positions, so that they can be clicked.

use super::{App, detail::Tab, layout::Pane, notices::Notice};
use crate::{
    text,
    tui::{action::Action, keys::KeyMap},
};

/// The contents of the last line.
#[derive(Debug, Clone)]
pub(crate) enum Footer<'a> {
    /// A search is being typed, with the number of matches so far.
    Search(Option<usize>, Vec<Hint>),
    /// A notice.
    Notice(&'a Notice),
    /// The progress of an export, and its keys.
    Export(String, Vec<Hint>),
    /// The keys for where the user is.
    Hints(Vec<Hint>),
}

/// Returns the footer in `width` columns.
pub(crate) fn footer(app: &App, width: u16) -> Footer<'_> {
    use Action as A;
    let at_right = |wanted: Vec<Wanted>| right_aligned(place(&app.keys, wanted, 0, width.into()), width);
    if app.detail.search.typing && app.overlay.is_none() {
        let found = app.detail.search.needle().map(|_| app.detail.search.matches.len());
        return Footer::Search(
            found,
            at_right(vec![(&[A::Enter], A::Enter, "done"), (&[A::Back], A::Back, "cancel")]),
        );
    }
    if let Some(notice) = app.notices.shown() {
        return Footer::Notice(notice);
    }
    let wanted: Vec<Wanted> = match &app.overlay {
        Some(overlay) => overlay.dialog().hints(app),
        None if app.filter.editing.is_some() && app.in_filter() => {
            vec![
                (&[A::Enter], A::Enter, "apply"),
                (&[A::Back], A::Back, "cancel"),
                (&[A::NextPane], A::NextPane, if app.is_typing_query() { "complete" } else { "next field" }),
            ]
        }
        None => match app.export_line() {
            Some(line) => {
                return Footer::Export(
                    line,
                    at_right(vec![(&[A::Export], A::Export, "stop"), (&[A::Help], A::Help, "help")]),
                );
            }
            None => return Footer::Hints(hints(app, width)),
        },
    };
    Footer::Hints(place_with_last(&app.keys, wanted, width.into()))
}

/// Places hints of which the last one, the way out, is never left out for want of room.
fn place_with_last(keys: &KeyMap, mut wanted: Vec<Wanted>, width: usize) -> Vec<Hint> {
    let last = place(keys, wanted.pop().into_iter().collect(), 0, width);
    let needed = last.first().map_or(0, |hint| hint.width() + GAP);
    let mut placed = place(keys, wanted, 1, width.saturating_sub(needed));
    let from = placed.last().map_or(1, |hint| usize::from(hint.x) + hint.width() + GAP);
    placed.extend(last.into_iter().map(|hint| Hint { x: u16::try_from(from).unwrap_or(u16::MAX), ..hint }));
    placed
}

/// One hint and its place on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) x: u16,
    pub(crate) key: String,
    pub(crate) words: &'static str,
    /// The action that a click on it does.
    pub(crate) action: Action,
    /// The keys at its left that do an action of their own: the column after each, counted from the hint's.
    keys: Vec<(usize, Action)>,
}

impl Hint {
    /// Returns the columns that it takes.
    pub(crate) fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(self.words)
    }

    /// Returns the action that a click on a column of the line does, if the column is on the hint: in `] [ page`, each key
    /// does its own.
    pub(crate) fn action_at(&self, column: u16) -> Option<Action> {
        let offset = usize::from(column.checked_sub(self.x)?);
        if offset >= self.width() {
            return None;
        }
        let key = self.keys.iter().find(|(end, _)| offset < *end);
        Some(key.map_or(self.action, |(_, action)| *action))
    }
}

/// The keys that a hint shows, what a click on it does, and its words.
pub(crate) type Wanted = (&'static [Action], Action, &'static str);

/// Returns the hints for the focused pane, the most important ones first, as many as fit into `width` columns.
///
/// Enter comes first in the table, and the way to all other keys is always among them.
fn hints(app: &App, width: u16) -> Vec<Hint> {
    use Action as A;
    let wanted: Vec<Wanted> = match app.screen.focus {
        _ if app.in_filter() => vec![
            (&[A::Enter], A::Enter, "edit or select"),
            (&[A::Back], A::Back, "back"),
            (&[A::PreviousRow, A::NextRow], A::NextRow, "move"),
            (&[A::ClearFilters], A::ClearFilters, "clear"),
            (&[A::NextPane], A::NextPane, "next pane"),
        ],
        Pane::Table => {
            let mut wanted: Vec<Wanted> = vec![
                (&[A::Enter], A::Enter, "open"),
                (&[A::Mark], A::Mark, "mark"),
                (&[A::Export], A::Export, "export"),
                (&[A::FilterPanel], A::FilterPanel, "filter"),
                (&[A::EditName], A::EditName, "search"),
                (&[A::Views], A::Views, "views"),
                (&[A::Today], A::Today, "today"),
                (&[A::StatusActive, A::Status1026, A::StatusAll], A::FilterPanel, "status"),
                (&[A::NextPage, A::PreviousPage], A::NextPage, "page"),
                (&[A::CopyId], A::CopyId, "copy ID"),
                (&[A::NextSort, A::ReverseSort], A::NextSort, "sort"),
                (&[A::PreviousRow, A::NextRow], A::NextRow, "move"),
                (&[A::Profiles], A::Profiles, "profiles"),
                (&[A::Refresh], A::Refresh, "refresh"),
                (&[A::Note], A::Note, "note"),
            ];
            if !app.has_rows() {
                // Nothing to open, mark, copy or export.
                let of_rows =
                    [A::Enter, A::Mark, A::Export, A::NextPage, A::CopyId, A::NextSort, A::NextRow, A::Note];
                wanted.retain(|(_, action, _)| !of_rows.contains(action));
            }
            if app.table.previous_filter().is_some() {
                // Rows of the previous filter are not marked, exported or copied.
                wanted.retain(|(_, action, _)| ![A::Mark, A::Export, A::CopyId, A::Note].contains(action));
                wanted.insert(0, (&[A::Back], A::Back, "previous filter"));
            }
            if app.marks.len() > 0 {
                wanted.insert(wanted.len().min(5), (&[A::ShowMarked], A::ShowMarked, "marked"));
            }
            if app.can_compare() {
                wanted.insert(wanted.len().min(3), (&[A::Compare], A::Compare, "compare"));
            }
            wanted
        }
        Pane::Filter | Pane::Detail => {
            let mut wanted: Vec<Wanted> = vec![
                (&[A::Back], A::Back, "back"),
                (&[A::PreviousTab, A::NextTab], A::NextTab, "tabs"),
                (&[A::PreviousRow, A::NextRow], A::NextRow, "scroll"),
                (&[A::CopyMenu], A::CopyMenu, "copy"),
            ];
            // There, its key goes to the next match.
            if app.detail.tab != Tab::Raw {
                wanted.push((&[A::Note], A::Note, "note"));
            }
            match (app.screen.zoom, app.areas().table) {
                (true, _) => wanted.insert(3, (&[A::Zoom], A::Zoom, "restore")),
                (false, Some(_)) => wanted.insert(3, (&[A::Zoom], A::Zoom, "zoom")),
                // The pane fills the screen anyway.
                (false, None) => {}
            }
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
    let needed: usize = always
        .iter()
        .map(|(actions, _, words)| text::width(&label(&app.keys, actions)) + 1 + words.len() + GAP)
        .sum();
    let width = usize::from(width);
    let mut placed = place(&app.keys, wanted, 1, width.saturating_sub(needed));
    let end = placed.last().map_or(1, |hint| usize::from(hint.x) + hint.width() + GAP);
    placed.extend(place(&app.keys, always.to_vec(), end, width));
    placed
}

/// Columns between two hints.
const GAP: usize = 3;

/// Places hints from a column on, as many as end before `limit`; those without a key are left out.
pub(crate) fn place(keys: &KeyMap, wanted: Vec<Wanted>, from: usize, limit: usize) -> Vec<Hint> {
    let mut placed = Vec::new();
    let mut x = from;
    for (actions, action, words) in wanted {
        let hint = Hint {
            x: u16::try_from(x).unwrap_or(u16::MAX),
            key: label(keys, actions),
            words,
            action,
            keys: own_keys(keys, actions, action),
        };
        if hint.key.is_empty() || x + hint.width() > limit {
            continue;
        }
        x += hint.width() + GAP;
        placed.push(hint);
    }
    placed
}

/// Returns the ends of the keys in a label, with their actions, if the hint is for a pair of keys such as `] [`.
fn own_keys(keys: &KeyMap, actions: &[Action], action: Action) -> Vec<(usize, Action)> {
    let [first, second] = actions else { return Vec::new() };
    if !actions.contains(&action) || keys.label(*first).is_empty() || keys.label(*second).is_empty() {
        return Vec::new();
    }
    // A blank between them belongs to the first.
    let whole = text::width(&label(keys, actions));
    vec![(whole - text::width(&keys.label(*second)), *first), (whole, *second)]
}

/// Moves hints to the right end of a line of `width` columns.
fn right_aligned(mut hints: Vec<Hint>, width: u16) -> Vec<Hint> {
    let end = hints.last().map_or(0, |hint| usize::from(hint.x) + hint.width() + 1);
    let shift = u16::try_from(usize::from(width).saturating_sub(end)).unwrap_or_default();
    for hint in &mut hints {
        hint.x += shift;
    }
    hints
}

/// Returns the keys of some actions as a hint shows them.
///
/// `1-4 0` and `↑↓` read better than all of the keys apart; of one action with the keys 1 to 8, `1-8` is shown.
fn label(keys: &KeyMap, actions: &[Action]) -> String {
    if let [only] = actions
        && let [first, .., last] = keys.chords(*only)
        && let (Some(_), Some(_)) = (first.digit(), last.digit())
    {
        return format!("{first}-{last}");
    }
    let labels: Vec<String> =
        actions.iter().map(|action| keys.label(*action)).filter(|key| !key.is_empty()).collect();
    match labels.as_slice() {
        [from, to, rest] => format!("{from}-{to} {rest}"),
        [a, b] if text::width(a) == 1 && text::width(b) == 1 && !a.is_ascii() => format!("{a}{b}"),
        labels => labels.join(" "),
    }
}
