//! The list of all keys, narrowed as the user types.

use ratatui::layout::Rect;
use tui_input::Input;

use super::{Dialog, DialogView, Overlay, Then, ViewLine, scroll};
use crate::{
    text,
    tui::{
        action::{ACTIONS, Action, ActionInfo, DialogKind, Group},
        app::{
            App, Tone,
            footer::Wanted,
            layout::{centred, overlay_screen},
            text_field::{self, MAX_INPUT},
        },
        keys::{Chord, KeyMap},
    },
};

/// Columns of the keys.
const KEYS: usize = 16;
/// Columns of the box from which the names of the actions are shown.
const NAMES_FROM: u16 = 78;

/// What the mouse does.
const MOUSE: [(&str, &str); 5] = [
    ("click", "select a row, a tab, a field, a hint or a key in brackets"),
    ("double-click", "open a row"),
    ("click heading", "sort by it, or turn the order around; in views, Ctrl adds it"),
    ("click count", "go to a page"),
    ("wheel", "scroll, and turn pages at the ends of the list"),
];

/// The list of keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyList {
    pub(crate) input: Input,
    pub(crate) top: usize,
    /// The dialog that comes back when the list is closed.
    pub(super) behind: Option<Box<Overlay>>,
}

impl KeyList {
    /// Returns the list over another dialog, whose keys come first.
    pub(super) fn over(behind: Overlay) -> Self {
        Self { behind: Some(Box::new(behind)), ..Self::default() }
    }

    fn close(&mut self) -> Then {
        match self.behind.take() {
            Some(behind) => Then::Open(*behind),
            None => Then::Close,
        }
    }
}

impl Dialog for KeyList {
    fn kind(&self) -> DialogKind {
        DialogKind::Help
    }

    fn view(&self, app: &App) -> DialogView {
        let area = help_box(app.areas().screen);
        let mut view = DialogView::new(area, "Keys");
        view.head.push(ViewLine::of(Tone::Dim, "Find: ").input(&self.input, "type to narrow"));
        let lines = help_lines(&app.keys, self.input.value(), self.behind.is_some());
        view.head.push(if lines.is_empty() {
            ViewLine::of(Tone::Dim, "No matching key.")
        } else {
            ViewLine::blank()
        });
        // Names are for those who configure: in a narrow box, what the keys do comes first.
        let names = area.width >= NAMES_FROM;
        let width = view.width();
        view.body = lines.into_iter().map(|line| line.view(width, names)).collect();
        view.top = self.top;
        view
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::PreviousRow, Action::NextRow], Action::NextRow, "scroll"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, _: &mut App) -> Then {
        match action {
            Action::Back | Action::Enter => self.close(),
            _ if scroll(&mut self.top, action) => Then::Stay,
            _ => Then::Ignored,
        }
    }

    fn writes(&self) -> bool {
        true
    }

    fn write(&mut self, key: crossterm::event::KeyEvent, _: &mut App) -> Then {
        if text_field::edit(&mut self.input, key, MAX_INPUT) {
            self.top = 0;
        }
        Then::Stay
    }

    fn paste(&mut self, pasted: &str, _: &mut App) -> Then {
        text_field::paste(&mut self.input, pasted, MAX_INPUT);
        self.top = 0;
        Then::Stay
    }

    fn click_outside(&mut self, _: &mut App) -> Then {
        self.close()
    }

    fn top(&mut self) -> Option<&mut usize> {
        Some(&mut self.top)
    }
}

/// Returns the box of the list: everything below the header.
fn help_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    let top = 1.min(screen.height);
    Rect { y: screen.y + top, height: screen.height - top, ..centred(screen, 84, screen.height) }
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum HelpLine {
    Heading(&'static str),
    Key { keys: String, help: &'static str, name: &'static str },
    Blank,
}

impl HelpLine {
    fn view(self, width: usize, names: bool) -> ViewLine {
        match self {
            Self::Blank => ViewLine::blank(),
            Self::Heading(title) => ViewLine::of(Tone::Strong, title),
            Self::Key { keys, help, name } => {
                let line = ViewLine::default()
                    .cell(Tone::Accent, &keys, KEYS - 1)
                    .put(Tone::Plain, " ")
                    .put(Tone::Plain, help);
                if names && line.width() + text::width(name) + 2 <= width {
                    line.right(Tone::Dim, name)
                } else {
                    line
                }
            }
        }
    }
}

/// Returns the lines for those actions that `typed` is found in; the keys of dialogs come first over a dialog.
fn help_lines(keys: &KeyMap, typed: &str, over_dialog: bool) -> Vec<HelpLine> {
    let typed = text::fold_case(typed);
    let typed = typed.trim();
    let matches = |info: &&ActionInfo| {
        typed.is_empty()
            || text::fold_case(info.help).contains(typed)
            || info.name.contains(typed)
            || keys.labels(info.action).to_lowercase().split(' ').any(|key| key == typed)
    };
    let mut groups = Group::ALL.to_vec();
    if over_dialog {
        groups.rotate_right(1);
    }
    let mut lines = Vec::new();
    for group in groups {
        let of_group: Vec<_> = ACTIONS.iter().filter(|info| info.group == group).filter(matches).collect();
        if of_group.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Heading(group.title()));
        lines.extend(of_group.into_iter().map(|info| HelpLine::Key {
            keys: keys.labels(info.action),
            help: info.help,
            name: info.name,
        }));
    }
    let of_mouse = |(mouse, help): &(&'static str, &'static str)| {
        typed.is_empty() || "mouse".contains(typed) || mouse.contains(typed) || help.contains(typed)
    };
    let of_mouse: Vec<_> = MOUSE.into_iter().filter(of_mouse).collect();
    if !of_mouse.is_empty() {
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Heading("Mouse"));
        let line =
            |(mouse, help): (&str, &'static str)| HelpLine::Key { keys: mouse.to_owned(), help, name: "" };
        lines.extend(of_mouse.into_iter().map(line));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lists_every_action_and_narrows_as_one_types() {
        let keys = KeyMap::default();
        let count = |typed| {
            help_lines(&keys, typed, false).iter().filter(|line| matches!(line, HelpLine::Key { .. })).count()
        };
        assert_eq!(count(""), ACTIONS.len() + MOUSE.len());
        assert!(count("mouse") > MOUSE.len(), "the key that turns it off is there too");
        assert_eq!(count("suspend"), 1);
        assert_eq!(count("ctrl-z"), 1);
        assert!(count("screen down") > 0);
        assert_eq!(count("\u{3000}Screen\u{a0}down"), count("screen down"));
        assert_eq!(count("no such thing"), 0);
    }

    #[test]
    fn over_a_dialog_the_keys_of_dialogs_come_first() {
        let keys = KeyMap::default();
        assert_eq!(help_lines(&keys, "", true)[0], HelpLine::Heading("Dialogs"));
        assert_eq!(help_lines(&keys, "", false)[0], HelpLine::Heading("Move"));
    }
}
