//! The footer's hints: the keys that matter where the person is, placed so that the mouse can find them.

use super::{App, Pane, detail::Tab};
use crate::{text, tui::action::Action};

/// One hint and its place on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) x: u16,
    pub(crate) key: String,
    pub(crate) words: &'static str,
    pub(crate) action: Action,
}

impl Hint {
    pub(crate) fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(self.words)
    }
}

/// The hints for the focused pane, as many as fit into `width` columns. Help is always among them.
pub(crate) fn hints(app: &App, width: u16) -> Vec<Hint> {
    use Action as A;
    let wanted: Vec<(Vec<Action>, &'static str)> = match app.focus {
        Pane::Table => vec![
            (vec![A::PreviousRow, A::NextRow], "move"),
            (vec![A::NextPage, A::PreviousPage], "page"),
            (vec![A::EditName], "name"),
            (vec![A::StatusActive, A::Status1026, A::StatusAll], "status"),
            (vec![A::NextSort, A::ReverseSort], "sort"),
            (vec![A::Enter], "detail"),
            (vec![A::CopyId], "copy id"),
            (vec![A::Refresh], "refresh"),
        ],
        Pane::Filter => vec![
            (vec![A::PreviousRow, A::NextRow], "move"),
            (vec![A::Enter], "edit or choose"),
            (vec![A::ClearFilters], "clear"),
            (vec![A::Back], "back"),
            (vec![A::NextPane], "next pane"),
        ],
        Pane::Detail => {
            let mut wanted = vec![
                (vec![A::PreviousTab, A::NextTab], "tabs"),
                (vec![A::PreviousRow, A::NextRow], "scroll"),
                (vec![A::Back], "back"),
                (vec![A::Zoom], "zoom"),
                (vec![A::CopyMenu], "copy"),
            ];
            match app.detail.tab {
                Tab::Raw => wanted.insert(2, (vec![A::SearchRaw, A::NextMatch], "search")),
                Tab::Orders => wanted.insert(2, (vec![A::OrderTerm], "all time")),
                _ if app.detail.led_elsewhere().is_some() => {
                    wanted.insert(0, (vec![A::OwnRecord], "own record"));
                }
                _ => {}
            }
            wanted
        }
    };
    let always = [(vec![A::Palette], "commands"), (vec![A::Help], "help")];
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
        always.iter().map(|(actions, words)| text::width(&label(actions)) + 1 + words.len() + 3).sum();
    let mut x = 1;
    let mut place = |actions: Vec<Action>, words: &'static str, limit: usize| {
        let Some(action) = actions.last().copied() else { return };
        let hint = Hint { x: u16::try_from(x).unwrap_or(u16::MAX), key: label(&actions), words, action };
        if hint.key.is_empty() || x + hint.width() > limit {
            return;
        }
        x += hint.width() + 3;
        placed.push(hint);
    };
    let width = usize::from(width);
    for (actions, words) in wanted {
        place(actions, words, width.saturating_sub(room_for_always));
    }
    for (actions, words) in always {
        place(actions, words, width);
    }
    placed
}
