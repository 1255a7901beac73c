//! Keys: their notation, and the map from keys to actions.

use std::{collections::BTreeMap, fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{ACTIONS, Action, ActionInfo};

/// A key with its modifiers, in the notation of `[keys]`: `j`, `G`, `ctrl-d`, `shift-tab`, `pagedown`, `f5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// The error of a text that is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a key: try j, G, ctrl-d, alt-x, shift-tab, enter, esc, space, pagedown or f5")]
pub struct ChordError(String);

const NAMED: &[(&str, KeyCode)] = &[
    ("down", KeyCode::Down),
    ("up", KeyCode::Up),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("tab", KeyCode::Tab),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
];

impl Chord {
    /// Returns the chord of a key event. Terminals report shifted letters and Shift-Tab differently: here a letter
    /// carries its case and no shift, and Shift-Tab is Tab with shift.
    pub fn of(event: KeyEvent) -> Self {
        let mut modifiers =
            event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                let shifted = modifiers.contains(KeyModifiers::SHIFT);
                modifiers.remove(KeyModifiers::SHIFT);
                let c = if modifiers.contains(KeyModifiers::CONTROL) {
                    c.to_ascii_lowercase()
                } else if shifted {
                    c.to_ascii_uppercase()
                } else {
                    c
                };
                KeyCode::Char(c)
            }
            code => code,
        };
        Self { code, modifiers }
    }
}

impl Chord {
    /// Returns true if it is held with Ctrl or Alt, so that it types nothing.
    pub fn is_control(self) -> bool {
        self.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    }

    /// Returns the digit that the key types, if it is one.
    pub fn digit(self) -> Option<usize> {
        let KeyCode::Char(c) = self.code else { return None };
        if self.modifiers.is_empty() { c.to_digit(10).map(|digit| digit as usize) } else { None }
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let error = || ChordError(text.to_owned());
        let mut modifiers = KeyModifiers::NONE;
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        let (mut rest, mut lower) = (text, lower.as_str());
        loop {
            let known = [
                ("ctrl-", KeyModifiers::CONTROL),
                ("alt-", KeyModifiers::ALT),
                ("shift-", KeyModifiers::SHIFT),
            ];
            let Some((prefix, modifier)) = known.into_iter().find(|(prefix, _)| lower.starts_with(prefix))
            else {
                break;
            };
            modifiers |= modifier;
            (rest, lower) = (&rest[prefix.len()..], &lower[prefix.len()..]);
        }
        let mut chars = rest.chars();
        let code = if let (Some(c), None) = (chars.next(), chars.next()) {
            KeyCode::Char(c)
        } else {
            let named = NAMED.iter().find(|(name, _)| *name == lower).map(|(_, code)| *code);
            let function = || {
                let number: u8 = lower.strip_prefix('f')?.parse().ok()?;
                (1..=12).contains(&number).then_some(KeyCode::F(number))
            };
            named.or_else(function).ok_or_else(error)?
        };
        Ok(Self::of(KeyEvent::new(code, modifiers)))
    }
}

impl fmt::Display for Chord {
    /// Writes the key as users know it: `Ctrl-d`, `↑`, `PgDn`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in
            [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")]
        {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        let name = match self.code {
            KeyCode::Char(' ') => "Space",
            KeyCode::Char(c) => return write!(f, "{c}"),
            KeyCode::F(number) => return write!(f, "F{number}"),
            KeyCode::Down => "↓",
            KeyCode::Up => "↑",
            KeyCode::Left => "←",
            KeyCode::Right => "→",
            KeyCode::PageUp => "PgUp",
            KeyCode::PageDown => "PgDn",
            KeyCode::Home => "Home",
            KeyCode::End => "End",
            KeyCode::Tab => "Tab",
            KeyCode::Enter => "Enter",
            KeyCode::Esc => "Esc",
            KeyCode::Backspace => "Backspace",
            KeyCode::Delete => "Del",
            KeyCode::Insert => "Ins",
            _ => "?",
        };
        f.write_str(name)
    }
}

/// An entry of `[keys]` that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProblem {
    /// Its full name in the configuration, for example `keys.next-row`.
    pub key: String,
    /// The problem with it, in words.
    pub words: String,
}

impl KeyProblem {
    fn new(name: &str, words: String) -> Self {
        Self { key: format!("keys.{name}"), words }
    }
}

/// The map from keys to actions: the defaults of the action table, with the changes of `[keys]`.
#[derive(Debug, Clone)]
pub struct KeyMap {
    // In the order of the table, since the first action whose scope applies takes the key.
    chords: Vec<(Action, Vec<Chord>)>,
}

impl Default for KeyMap {
    fn default() -> Self {
        let parse = |keys: &[&str]| keys.iter().filter_map(|key| key.parse().ok()).collect();
        Self { chords: ACTIONS.iter().map(|info| (info.action, parse(info.keys))).collect() }
    }
}

impl KeyMap {
    /// Creates the map with the changes of `[keys]`: action names with their new keys. An entry that cannot be used is
    /// reported and leaves its action unchanged; a key given to one action is taken from the others of its scope.
    pub fn with(changes: &BTreeMap<String, Vec<String>>) -> (Self, Vec<KeyProblem>) {
        let mut map = Self::default();
        let mut problems = Vec::new();
        let mut rebound = Vec::new();
        for (name, keys) in changes {
            let Some(info) = ACTIONS.iter().find(|info| info.name == name) else {
                let near = crate::text::did_you_mean(name, ACTIONS.iter().map(|info| info.name));
                let advice = match near {
                    Some(near) => format!(", did you mean {near}? The help lists all actions"),
                    None => ": the help lists all actions".to_owned(),
                };
                problems.push(KeyProblem::new(name, format!("unknown action{advice}")));
                continue;
            };
            match keys.iter().map(|key| key.parse()).collect::<Result<Vec<Chord>, ChordError>>() {
                Ok(chords) => rebound.push((info, chords)),
                Err(error) => problems.push(KeyProblem::new(name, error.to_string())),
            }
        }
        for (info, chords) in &rebound {
            for (action, held) in &mut map.chords {
                if *action == info.action {
                    held.clone_from(chords);
                } else if action.info().scope == info.scope
                    && !rebound.iter().any(|(other, _)| other.action == *action)
                {
                    held.retain(|chord| !chords.contains(chord));
                }
            }
        }
        for (index, (info, chords)) in rebound.iter().enumerate() {
            let twice = rebound[..index].iter().find(|(other, theirs)| {
                other.scope == info.scope && theirs.iter().any(|chord| chords.contains(chord))
            });
            if let Some((other, _)) = twice {
                let words = format!("shares a key with {}, which takes it", other.name);
                problems.push(KeyProblem::new(info.name, words));
            }
        }
        (map, problems)
    }

    /// Returns the action of a key, among those that `applies` accepts.
    pub fn action(&self, chord: Chord, applies: impl Fn(&ActionInfo) -> bool) -> Option<Action> {
        let holds =
            |(action, chords): &&(Action, Vec<Chord>)| chords.contains(&chord) && applies(action.info());
        self.chords.iter().find(holds).map(|(action, _)| *action)
    }

    /// Returns the keys of an action.
    pub fn chords(&self, action: Action) -> &[Chord] {
        self.chords.iter().find(|(held, _)| *held == action).map_or(&[], |(_, chords)| chords)
    }

    /// Returns the first key of an action as users know it; empty if it has none.
    pub fn label(&self, action: Action) -> String {
        self.chords(action).first().map(ToString::to_string).unwrap_or_default()
    }

    /// Returns all keys of an action as users know them, separated by spaces.
    pub fn labels(&self, action: Action) -> String {
        self.chords(action).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::Scope;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn notation_is_parsed_and_formatted() {
        for (text, shown) in [
            ("j", "j"),
            ("G", "G"),
            ("shift-g", "G"),
            ("ctrl-d", "Ctrl-d"),
            ("Ctrl-D", "Ctrl-d"),
            ("shift-tab", "Shift-Tab"),
            ("pagedown", "PgDn"),
            ("space", "Space"),
            ("f5", "F5"),
            ("alt-x", "Alt-x"),
            ("-", "-"),
            ("]", "]"),
        ] {
            assert_eq!(chord(text).to_string(), shown, "{text}");
        }
        for text in ["", "ctrl-", "nokey", "f13", "jj"] {
            assert!(text.parse::<Chord>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn events_of_all_terminals_mean_the_same_chord() {
        let event = |code, modifiers| Chord::of(KeyEvent::new(code, modifiers));
        assert_eq!(event(KeyCode::Char('G'), KeyModifiers::SHIFT), chord("G"));
        assert_eq!(event(KeyCode::Char('g'), KeyModifiers::SHIFT), chord("G"));
        assert_eq!(event(KeyCode::BackTab, KeyModifiers::NONE), chord("shift-tab"));
        assert_eq!(event(KeyCode::Tab, KeyModifiers::SHIFT), chord("shift-tab"));
        assert_eq!(event(KeyCode::Char('?'), KeyModifiers::SHIFT), chord("?"));
    }

    #[test]
    fn every_default_key_is_a_key_and_no_scope_has_it_twice() {
        let map = KeyMap::default();
        for info in ACTIONS {
            assert_eq!(map.chords(info.action).len(), info.keys.len(), "{}", info.name);
            for chord in map.chords(info.action) {
                let holders = ACTIONS
                    .iter()
                    .filter(|other| other.scope == info.scope && map.chords(other.action).contains(chord));
                assert_eq!(holders.count(), 1, "{chord} in {:?}", info.scope);
            }
        }
    }

    #[test]
    fn the_narrower_scope_takes_a_shared_key() {
        let map = KeyMap::default();
        let slash = chord("/");
        assert_eq!(map.action(slash, |info| info.scope == Scope::Main), Some(Action::EditName));
        assert_eq!(map.action(slash, |_| true), Some(Action::SearchRaw));
        assert_eq!(map.action(chord("Z"), |_| true), None);
    }

    #[test]
    fn a_changed_key_leaves_its_former_action() {
        let changes = BTreeMap::from([
            ("quit".to_owned(), vec!["Q".to_owned()]),
            ("refresh".to_owned(), vec!["q".to_owned(), "f5".to_owned()]),
            ("nothing".to_owned(), vec!["a".to_owned()]),
            ("help".to_owned(), vec!["nokey".to_owned()]),
        ]);
        let (map, problems) = KeyMap::with(&changes);
        assert_eq!(map.action(chord("q"), |_| true), Some(Action::Refresh));
        assert_eq!(map.action(chord("Q"), |_| true), Some(Action::Quit));
        assert_eq!(map.action(chord("r"), |_| true), None);
        assert_eq!(map.action(chord("?"), |_| true), Some(Action::Help), "a wrong key changes nothing");
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn two_actions_with_one_key_are_reported() {
        let changes = BTreeMap::from([
            ("help".to_owned(), vec!["h".to_owned()]),
            ("zoom".to_owned(), vec!["h".to_owned()]),
        ]);
        let (_, problems) = KeyMap::with(&changes);
        let words = "shares a key with help, which takes it".to_owned();
        assert_eq!(problems, [KeyProblem::new("zoom", words)]);
    }
}
