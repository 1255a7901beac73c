//! The command palette: every action by part of its name, and commands that take arguments.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use tui_input::Input;

use super::commands::{COMMANDS, FIRST, SYNONYMS, TypedCommand, command_of};
use crate::{
    text,
    tui::action::{ACTIONS, Action, Group},
};

/// The palette's state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Palette {
    pub(crate) input: Input,
    pub(crate) selected: usize,
    /// True if the user moved to the selected line: then it counts more than what is typed.
    pub(crate) chosen: bool,
    /// Why the typed command cannot be run.
    pub(crate) error: Option<String>,
    /// The words that an argument can be, after Tab.
    pub(crate) hint: Option<String>,
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// The action; none for a form, which is completed into the input instead.
    pub(crate) action: Option<Action>,
}

/// Returns the lines that match what is typed, best first. While nothing is typed, the last used ones come first, then what
/// people want first, and movement last.
pub(crate) fn items(typed: &str, recent: &[Action]) -> Vec<Item> {
    let typed = text::typed(typed);
    if typed.is_empty() {
        return in_order(recent);
    }
    // With an argument it is the typed command that is meant.
    if let Some((word, _)) = typed.split_once(char::is_whitespace)
        && let Some(command) = command_of(word)
    {
        return vec![of_command(command)];
    }
    // Names are matched before help texts: a name that is typed is meant.
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, Item)> = in_order(recent)
        .into_iter()
        .filter_map(|item| {
            let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
            let by_name = score(item.name).map(|score| score * 2);
            let by_word = item.words().filter_map(&mut score).max().map(|score| score * 2);
            let by_help = score(item.help);
            Some((by_name.max(by_word).max(by_help)?, item))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}

fn of_action(action: Action) -> Item {
    Item { name: action.info().name, help: action.info().help, action: Some(action) }
}

fn of_command(command: &'static TypedCommand) -> Item {
    Item { name: command.form, help: command.doc, action: None }
}

/// Returns every line: recent actions, those that people want first, typed commands, and the rest with movement last.
fn in_order(recent: &[Action]) -> Vec<Item> {
    let first = FIRST.into_iter().filter(|action| !recent.contains(action));
    let rest = ACTIONS.iter().map(|info| info.action);
    let rest = rest.filter(|action| !recent.contains(action) && !FIRST.contains(action));
    let (moves, rest): (Vec<_>, Vec<_>) = rest.partition(|action| action.info().group == Group::Move);
    let actions = recent.iter().rev().copied().chain(first).map(of_action);
    let all =
        actions.chain(COMMANDS.iter().map(of_command)).chain(rest.into_iter().chain(moves).map(of_action));
    all.filter(|item| item.action != Some(Action::Palette)).collect()
}

impl Item {
    /// Returns further words by which it is found.
    fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let of_action = SYNONYMS.iter().filter(|(action, _)| Some(*action) == self.action);
        let command =
            self.action.is_none().then(|| self.name.split(' ').next().and_then(command_of)).flatten();
        let aliases = command.into_iter().flat_map(|command| command.aliases.iter().copied());
        of_action.flat_map(|(_, words)| words.split(' ')).chain(aliases).collect::<Vec<_>>().into_iter()
    }
}

/// Returns the form that is typed so far without its argument.
pub(crate) fn bare_form(typed: &str) -> Option<&'static str> {
    command_of(typed).map(|command| command.form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::{
        commands::{Command, parse},
        filter::Field,
    };

    #[test]
    fn finds_actions_by_part_of_their_name() {
        let first = |typed| items(typed, &[])[0].action;
        assert_eq!(first("zoo"), Some(Action::Zoom));
        assert_eq!(first("stpend"), Some(Action::StatusPending));
        assert_eq!(first("mark"), Some(Action::Mark));
        assert!(items("qqqqqq", &[]).is_empty());
    }

    #[test]
    fn everything_is_listed_once_with_the_last_used_first_and_movement_last() {
        let all = items("", &[Action::Zoom, Action::Refresh]);
        assert_eq!(all.len(), ACTIONS.len() - 1 + COMMANDS.len());
        assert_eq!((all[0].action, all[1].action), (Some(Action::Refresh), Some(Action::Zoom)));
        assert_eq!(all[2].action, Some(Action::EditName));
        assert_eq!(all.last().unwrap().action.unwrap().info().group, Group::Move);
    }

    #[test]
    fn people_find_things_by_their_own_words() {
        for (typed, expected) in [
            ("city", "columns"),
            ("search", "edit-name"),
            ("goto", "go-to-customer"),
            ("open", "go-to-customer"),
            ("exit", "quit"),
            ("quit", "quit"),
            ("columns", "columns"),
            ("save", "export"),
            ("account", "profiles"),
        ] {
            let found: Vec<&str> = items(typed, &[]).iter().take(3).map(|item| item.name).collect();
            assert!(found.contains(&expected), "{typed}: {found:?}");
        }
        assert!(
            items("sort", &[])[0].name.starts_with("sort") || items("sort", &[])[0].name.ends_with("sort")
        );
    }

    #[test]
    fn blanks_of_any_kind_separate_words() {
        let field = |text: &str| Some(Ok(Command::Field(Field::Name, text.to_owned())));
        assert_eq!(parse("\u{a0}sort\u{a0}name\u{3000}desc"), parse("sort name desc"));
        assert_eq!(parse("name\u{202f}Cafe\u{301}\u{a0}Olé"), field("Café Olé"));
        assert_eq!(items("next\u{a0}page", &[]), items("next page", &[]));
    }
}
