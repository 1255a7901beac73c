//! Places in an answer that were not valid, each with its field.

use std::{borrow::Cow, fmt::Write as _, mem};

use super::super::Problem;

/// Flaws that are noted of one answer, each of another field.
const MAX_FLAWS: usize = 10_000;

/// Flaws that are searched for one of the same name.
const MAX_LOOKED_AT: usize = 64;

/// The longest name of a field in a problem, and the longest path, in characters.
const MAX_NAME: usize = 40;
const MAX_PATH: usize = 120;

/// One step from an object or a list to what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The value of this name.
    Key(String),
    /// The element at this place, from 0.
    Index(usize),
}

/// One field that was not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flaw {
    path: Vec<Step>,
    found: Found,
}

/// The kind of a flaw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Characters that became U+FFFD: how many, and of which kinds.
    Replaced(usize, Vec<&'static str>),
    /// A quotation mark without a backslash, or a backslash that hides the end of a text.
    Quote,
    /// A word that is no value of JSON, and became a text.
    Word,
    /// So many bytes between the values.
    Between(usize),
    /// So many bytes after the end.
    Behind(usize),
    /// A name that came so many times in one object.
    Repeated(usize),
}

impl Flaw {
    /// The problem that it is, of the field at `path`.
    fn problem(&self, path: &[Step]) -> Problem {
        let found = match &self.found {
            Found::Replaced(1, kinds) => {
                format!("an invalid character ({}) was replaced with U+FFFD", kinds.join(", "))
            }
            Found::Replaced(count, kinds) => {
                format!("{count} invalid characters ({}) were replaced with U+FFFD", kinds.join(", "))
            }
            Found::Quote => {
                "a quotation mark is not escaped, or wrongly, so the end of the text is a guess".to_owned()
            }
            Found::Word => "not a JSON value, read as text".to_owned(),
            Found::Between(1) => "1 byte between the values is not JSON and was ignored".to_owned(),
            Found::Between(count) => {
                format!("{count} bytes between the values are not JSON and were ignored")
            }
            Found::Behind(1) => "1 byte that is not part of the answer was ignored".to_owned(),
            Found::Behind(count) => format!("{count} bytes that are not part of the answer were ignored"),
            Found::Repeated(2) => "sent twice (the last value is used)".to_owned(),
            Found::Repeated(count) => format!("sent {count} times (the last value is used)"),
        };
        let field = match (&self.found, path) {
            (Found::Behind(_), _) => "after the end".to_owned(),
            (_, []) => "the answer".to_owned(),
            _ => name(path),
        };
        let problem = Problem::damage(field, Cow::Owned(found));
        match self.found {
            Found::Behind(_) => problem,
            _ => problem.of_value(pointer(path)),
        }
    }
}

/// A path as a JSON pointer: `/lineItems/0/offerId`.
fn pointer(path: &[Step]) -> String {
    let mut pointer = String::new();
    for step in path {
        let _ = match step {
            Step::Key(key) => write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => write!(pointer, "/{index}"),
        };
    }
    pointer
}

/// A path as the problems name it: `lineItems[0].offerId`. Names are a server's: they are cleaned and bounded.
fn name(path: &[Step]) -> String {
    let mut name = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !name.is_empty() {
                    name.push('.');
                }
                let key: String = key.chars().take(MAX_NAME).collect();
                name.push_str(&crate::text::clean(&key));
            }
            Step::Index(index) => {
                let _ = write!(name, "[{index}]");
            }
        }
    }
    match name.char_indices().nth(MAX_PATH) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name,
    }
}

/// The flaws of an answer, in the order in which they were found.
#[derive(Debug, Default)]
pub(in super::super) struct Flaws {
    all: Vec<Flaw>,
    mixed: bool,
}

impl Flaws {
    /// Notes that a text seems to reach from one object into the next.
    pub(super) fn mix(&mut self) {
        self.mixed = true;
    }

    /// Returns whether a text seems to reach from one object into the next.
    pub(super) fn is_mixed(&self) -> bool {
        self.mixed
    }

    /// Returns whether the end of a text is a guess.
    pub(super) fn has_guess(&self) -> bool {
        self.all.iter().any(|flaw| flaw.found == Found::Quote)
    }

    /// Returns whether an object has a name twice.
    pub(super) fn has_repeat(&self) -> bool {
        self.all.iter().any(|flaw| matches!(flaw.found, Found::Repeated(_)))
    }

    /// Returns whether the answer has one of these names twice.
    pub(in super::super) fn repeats(&self, names: &[&str]) -> bool {
        self.all.iter().any(|flaw| {
            matches!((&flaw.found, flaw.path.as_slice()), (Found::Repeated(_), [Step::Key(key)]) if names.contains(&key.as_str()))
        })
    }

    /// Notes a flaw; of too many, the first.
    pub(super) fn note(&mut self, path: Vec<Step>, found: Found) {
        if let Some(last) = self.all.last_mut().filter(|last| last.path == path) {
            match (&mut last.found, &found) {
                (Found::Replaced(count, kinds), Found::Replaced(more, others)) => {
                    *count += more;
                    kinds.extend(
                        others.iter().filter(|kind| !kinds.contains(kind)).copied().collect::<Vec<_>>(),
                    );
                    return;
                }
                (Found::Between(count), Found::Between(more)) => {
                    *count += more;
                    return;
                }
                (Found::Quote, Found::Quote) => return,
                _ => {}
            }
        }
        if self.all.len() < MAX_FLAWS {
            self.all.push(Flaw { path, found });
        }
    }

    /// Records a repeated name in an object.
    pub(super) fn repeat(&mut self, path: Vec<Step>) {
        // Only the last ones are looked at: there may be very many.
        let known = self.all.iter_mut().rev().take(MAX_LOOKED_AT).find(|flaw| flaw.path == path);
        match known.map(|flaw| &mut flaw.found) {
            Some(Found::Repeated(count)) => *count += 1,
            _ => self.note(path, Found::Repeated(2)),
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.all.extend(others.all);
    }

    /// The flaws within the elements of this list, each with its element's place; they are no longer among these.
    pub(in super::super) fn of_elements(&mut self, list: &str) -> Vec<(usize, Problem)> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        self.all.retain(|flaw| match flaw.path.as_slice() {
            [Step::Key(name), Step::Index(index), rest @ ..] if name == list => {
                found.push((*index, flaw.problem(rest)));
                false
            }
            _ => true,
        });
        found
    }

    /// All of them as problems of the answer.
    pub(in super::super) fn into_problems(mut self) -> impl Iterator<Item = Problem> {
        mem::take(&mut self.all).into_iter().map(|flaw| flaw.problem(&flaw.path))
    }
}
