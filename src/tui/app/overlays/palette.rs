//! The command palette: every action by part of its name, and commands that take arguments.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use ratatui::layout::Rect;
use tui_input::Input;

use super::{Dialog, DialogView, Then, ViewLine, move_cursor};
use crate::{
    text,
    tui::{
        action::{ACTIONS, Action, DialogKind, Group, Scope},
        app::{
            App, Tone,
            commands::{self, COMMANDS, Command, FIRST, SYNONYMS, TypedCommand, command_of, parse},
            footer::Wanted,
            layout::{centred, overlay_screen},
            text_field::{self, MAX_INPUT},
        },
        keys::Chord,
    },
};

/// The command palette.
#[derive(Debug, Clone, Default)]
pub(crate) struct CommandPalette {
    pub(crate) input: Input,
    pub(crate) selected: usize,
    /// True if the user moved to the selected line: then it counts more than what is typed.
    pub(crate) chosen: bool,
    /// The reason why the typed command cannot be run.
    pub(crate) error: Option<String>,
    /// The possible completions of an argument, shown after Tab.
    pub(crate) hint: Option<String>,
}

impl CommandPalette {
    /// Returns the palette with this text typed.
    pub(crate) fn with(text: &str) -> Self {
        Self { input: text.into(), ..Self::default() }
    }

    /// Forgets what was said of the text before it changed.
    fn typed(&mut self) {
        (self.selected, self.chosen) = (0, false);
        (self.error, self.hint) = (None, None);
    }

    /// Writes a line into the text field: a name whole, a form up to its argument.
    fn complete(&mut self, name: &str, whole: bool) {
        let word =
            if whole { name.to_owned() } else { format!("{} ", name.split(' ').next().unwrap_or(name)) };
        self.input = word.into();
        self.typed();
    }

    /// Completes the argument that is typed, or else the selected line.
    fn complete_typed(&mut self, app: &App) {
        if let Some((text, words)) = commands::complete(&app.session, self.input.value()) {
            self.input = text.into();
            self.error = None;
            self.hint = (words.len() > 1).then(|| words.join("  "));
        } else if let Some(item) = items(self.input.value(), app.recent.all()).get(self.selected) {
            self.complete(item.name, item.action.is_some());
        }
    }

    /// Runs what the user means: the line that was chosen, else what is typed, else the best match.
    fn run(&mut self, app: &mut App) -> Then {
        let typed = self.input.value().to_owned();
        let item = items(&typed, app.recent.all()).get(self.selected).cloned();
        let chosen = item
            .as_ref()
            .filter(|item| self.chosen && (item.action.is_some() || !typed.contains(char::is_whitespace)));
        let command = match (chosen, bare_form(&typed), parse(&typed), &item) {
            (None, Some(command), ..) => {
                // Once it is written out, what is missing is said.
                let is_written = typed.ends_with(char::is_whitespace);
                self.complete(command.form, false);
                self.error = is_written.then(|| commands::usage(command));
                return Then::Stay;
            }
            (None, None, Some(Ok(command)), _) => command,
            (None, None, Some(Err(words)), _) => {
                self.error = Some(words);
                return Then::Stay;
            }
            (Some(item), ..) | (None, None, None, Some(item)) => {
                let Some(action) = item.action else {
                    // A form without its argument is written out, with room for it.
                    self.complete(item.name, false);
                    return Then::Stay;
                };
                Command::Action(action)
            }
            (None, None, None, None) => {
                self.error = Some("Unknown command".to_owned());
                return Then::Stay;
            }
        };
        match app.run(command) {
            Ok(()) => Then::Close,
            Err(words) => {
                self.error = Some(words);
                Then::Stay
            }
        }
    }
}

impl Dialog for CommandPalette {
    fn kind(&self) -> DialogKind {
        DialogKind::Palette
    }

    fn view(&self, app: &App) -> DialogView {
        let found = items(self.input.value(), app.recent.all());
        let mut view = DialogView::new(palette_box(app.areas().screen, found.len()), "Commands");
        view.head.push(ViewLine::of(Tone::Accent, ": ").input(&self.input, ""));
        view.head.push(match (&self.error, &self.hint) {
            (Some(error), _) => ViewLine::of(Tone::Bad, text::clean(error)),
            (None, Some(hint)) => ViewLine::of(Tone::Dim, text::clean(hint)),
            (None, None) if found.is_empty() => ViewLine::of(Tone::Dim, "Unknown command."),
            (None, None) => ViewLine::blank(),
        });
        let width = view.width();
        let line =
            |(index, item): (usize, &PaletteItem)| item.view(app, width).select(index == self.selected);
        view.body = found.iter().enumerate().map(line).collect();
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Enter], Action::Enter, "run"),
            (&[Action::PreviousRow, Action::NextRow], Action::NextRow, "move"),
            (&[Action::Complete], Action::Complete, "complete"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        let count = items(self.input.value(), app.recent.all()).len();
        match action {
            Action::Back => return Then::Close,
            Action::Enter => return self.run(app),
            Action::Complete => self.complete_typed(app),
            _ if move_cursor(&mut self.selected, count, action) => self.chosen = true,
            _ => return Then::Ignored,
        }
        Then::Stay
    }

    fn writes(&self) -> bool {
        true
    }

    fn write(&mut self, key: crossterm::event::KeyEvent, _: &mut App) -> Then {
        if text_field::edit(&mut self.input, key, MAX_INPUT) {
            self.typed();
        }
        Then::Stay
    }

    fn paste(&mut self, pasted: &str, _: &mut App) -> Then {
        text_field::paste(&mut self.input, pasted, MAX_INPUT);
        self.typed();
        Then::Stay
    }

    fn click(&mut self, line: usize, app: &mut App) -> Then {
        (self.selected, self.chosen) = (line, true);
        self.run(app)
    }
}

/// Returns the box of a palette with this many lines below its text field and its message.
fn palette_box(screen: Rect, lines: usize) -> Rect {
    let screen = overlay_screen(screen);
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(4).clamp(6, 18);
    Rect { y: screen.y + 2.min(screen.height / 4), ..centred(screen, 76, height) }.intersection(screen)
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PaletteItem {
    name: &'static str,
    help: &'static str,
    /// The action; none for a form, which is completed into the text field instead.
    action: Option<Action>,
}

/// Returns the lines that match what is typed, best first. While nothing is typed, the last used ones come first, then what
/// people want first, and movement last.
fn items(typed: &str, recent: &[Action]) -> Vec<PaletteItem> {
    let typed = text::normalize_input(typed);
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
    let mut scored: Vec<(u32, PaletteItem)> = in_order(recent)
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

fn of_action(action: Action) -> PaletteItem {
    PaletteItem { name: action.info().name, help: action.info().help, action: Some(action) }
}

fn of_command(command: &'static TypedCommand) -> PaletteItem {
    PaletteItem { name: command.form, help: command.doc, action: None }
}

/// Returns every line: recent actions, those that people want first, typed commands, and the rest with movement last.
fn in_order(recent: &[Action]) -> Vec<PaletteItem> {
    let first = FIRST.into_iter().filter(|action| !recent.contains(action));
    let on_screen = ACTIONS.iter().filter(|info| !matches!(info.scope, Scope::Overlay(_)));
    let rest = on_screen.map(|info| info.action);
    let rest = rest.filter(|action| !recent.contains(action) && !FIRST.contains(action));
    let (moves, rest): (Vec<_>, Vec<_>) = rest.partition(|action| action.info().group == Group::Move);
    let actions = recent.iter().rev().copied().chain(first).map(of_action);
    let all =
        actions.chain(COMMANDS.iter().map(of_command)).chain(rest.into_iter().chain(moves).map(of_action));
    all.filter(|item| item.action != Some(Action::Palette)).collect()
}

impl PaletteItem {
    fn view(&self, app: &App, width: usize) -> ViewLine {
        /// Columns of an action's name.
        const NAME: usize = 18;
        let Some(action) = self.action else {
            return ViewLine::of(Tone::Accent, self.name).put(Tone::Plain, format!("  {}", self.help));
        };
        let keys = app.keys.labels(action);
        let room = width.saturating_sub(NAME + 2 + text::width(&keys));
        ViewLine::default()
            .cell(Tone::Accent, self.name, NAME)
            .put(Tone::Plain, format!(" {}", text::truncate(self.help, room)))
            .right(Tone::Dim, keys)
    }

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
fn bare_form(typed: &str) -> Option<&'static TypedCommand> {
    command_of(typed.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::{
        commands::{Command, parse},
        filter::FilterField,
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
        let on_screen = ACTIONS.iter().filter(|info| !matches!(info.scope, Scope::Overlay(_))).count();
        assert_eq!(all.len(), on_screen - 1 + COMMANDS.len());
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
        assert_eq!(items("sync", &[])[0].name, "refresh", "not next-sort, which has its letters");
        assert!(
            items("sort", &[])[0].name.starts_with("sort") || items("sort", &[])[0].name.ends_with("sort")
        );
    }

    #[test]
    fn blanks_of_any_kind_separate_words() {
        let field = |text: &str| Some(Ok(Command::Field(FilterField::Name, text.to_owned())));
        assert_eq!(parse("\u{a0}sort\u{a0}name\u{3000}desc"), parse("sort name desc"));
        assert_eq!(parse("name\u{202f}Cafe\u{301}\u{a0}Olé"), field("Café Olé"));
        assert_eq!(items("next\u{a0}page", &[]), items("next page", &[]));
    }
}
