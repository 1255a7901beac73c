//! What opens over the main screen: help, palette, prompts and menus.

use tui_input::Input;

use super::{
    ExportForm,
    palette::Palette,
    profiles::{Form, Menu},
};
use crate::{
    text,
    tui::{
        action::{ACTIONS, ActionInfo, Group},
        keys::KeyMap,
    },
};

/// The one thing that is open over the main screen.
#[derive(Debug, Clone)]
pub(crate) enum Overlay {
    /// All keys, filtered as the person types.
    Help { input: Input, top: usize },
    /// Any action by typing part of its name.
    Palette(Palette),
    /// A prompt for a customer id.
    GoTo { input: Input, error: Option<String> },
    /// What else can be copied.
    CopyMenu { selected: usize },
    /// Which columns are shown, and their order.
    Columns { selected: usize },
    /// The last requests; `index` counts back from the last one.
    Inspector { index: usize, top: usize },
    /// The profiles.
    Profiles(Box<Menu>),
    /// A profile that is added or changed.
    ProfileForm(Box<Form>),
    /// What is wrong with the configuration.
    Problems { top: usize },
    /// Whether a file may hold access tokens.
    KeepTokens,
    /// What is to be exported, and where to.
    Export(Box<ExportForm>),
    /// Whether an export that runs is to stop.
    Exporting,
    /// The filter panel, where there is no room for it beside the table.
    Filter,
}

impl Overlay {
    pub(crate) fn help() -> Self {
        Self::Help { input: Input::default(), top: 0 }
    }

    pub(crate) fn go_to() -> Self {
        Self::GoTo { input: Input::default(), error: None }
    }
}

/// One line of the help overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HelpLine {
    Heading(&'static str),
    Key { keys: String, help: &'static str, name: &'static str },
    Blank,
}

/// The help's lines, from the action table, for those actions that `typed` is found in.
pub(crate) fn help_lines(keys: &KeyMap, typed: &str) -> Vec<HelpLine> {
    let typed = text::folded(typed);
    let typed = typed.trim();
    let matches = |info: &&ActionInfo| {
        typed.is_empty()
            || text::folded(info.help).contains(typed)
            || info.name.contains(typed)
            || keys.labels(info.action).to_lowercase().split(' ').any(|key| key == typed)
    };
    let mut lines = Vec::new();
    for group in Group::ALL {
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
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lists_every_action_and_narrows_as_one_types() {
        let keys = KeyMap::default();
        let count = |typed| {
            help_lines(&keys, typed).iter().filter(|line| matches!(line, HelpLine::Key { .. })).count()
        };
        assert_eq!(count(""), ACTIONS.len());
        assert_eq!(count("suspend"), 1);
        assert_eq!(count("ctrl-z"), 1);
        assert!(count("screen down") > 0);
        assert_eq!(count("\u{3000}Screen\u{a0}down"), count("screen down"));
        assert_eq!(count("no such thing"), 0);
    }
}
