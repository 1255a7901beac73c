//! A configuration error with its location, its cause and a suggested fix.

use std::fmt;
use std::path::PathBuf;

use crate::text;

/// A place in a text file. Lines and columns (in characters) count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLocation {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl SourceLocation {
    /// The place of a byte of `text`; one past the end is the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

/// Finds the places of many bytes of one text: it has measured the text beforehand, so that none of them takes a walk
/// through all of it.
pub(super) struct Ruler<'t> {
    text: &'t str,
    /// Places on the way, with their bytes.
    marks: Vec<(usize, SourceLocation)>,
}

impl<'t> Ruler<'t> {
    /// Bytes between two places on the way.
    const STEP: usize = 512;

    pub(super) fn new(text: &'t str) -> Self {
        let mut marks = vec![(0, SourceLocation { line: 1, column: 1 })];
        let mut ruler = Self { text, marks: Vec::new() };
        for (offset, _) in text.char_indices() {
            let last = marks[marks.len() - 1];
            if offset >= last.0 + Self::STEP {
                marks.push((offset, ruler.from(last, offset)));
            }
        }
        ruler.marks = marks;
        ruler
    }

    /// Returns the location of a byte; see [`SourceLocation::of`].
    pub(super) fn place(&self, offset: usize) -> SourceLocation {
        let offset = if self.text.is_char_boundary(offset) { offset } else { self.text.len() };
        let behind = self.marks.partition_point(|(at, _)| *at <= offset);
        self.from(self.marks[behind - 1], offset)
    }

    /// The place of `offset`, from a place before it on.
    fn from(&self, (start, place): (usize, SourceLocation), offset: usize) -> SourceLocation {
        let between = &self.text[start..offset];
        let there = SourceLocation::of(between, between.len());
        let line = place.line + there.line - 1;
        let column = if there.line == 1 { place.column + there.column - 1 } else { there.column };
        SourceLocation { line, column }
    }
}

/// One mistake. `Display` gives one line: `config.toml:3:1: ui.page_szie: unknown key, did you mean page_size?`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The file.
    pub file: PathBuf,
    /// The place in the file, if it is about one.
    pub place: Option<SourceLocation>,
    /// The full name of the key, if it is about a key.
    pub key: Option<String>,
    /// The mistake, and what would be right.
    pub message: String,
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::display_path(&self.file))?;
        if let Some(SourceLocation { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        // Names and keys are those of the file, and a quoted one may contain anything.
        if let Some(key) = &self.key {
            write!(f, ": {}", text::clean(key))?;
        }
        write!(f, ": {}", text::clean(&self.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_from_one() {
        let text = "a\nÄö = 1\n";
        assert_eq!(SourceLocation::of(text, 0), SourceLocation { line: 1, column: 1 });
        assert_eq!(SourceLocation::of(text, 2), SourceLocation { line: 2, column: 1 });
        assert_eq!(SourceLocation::of(text, text.find('=').unwrap()), SourceLocation { line: 2, column: 4 });
        assert_eq!(SourceLocation::of(text, text.len()), SourceLocation { line: 3, column: 1 });
        assert_eq!(SourceLocation::of(text, 999), SourceLocation { line: 3, column: 1 });
    }

    proptest::proptest! {
        #[test]
        fn a_ruler_measures_as_one_counts(text in "[a\\n\u{e4}\u{682a}]{0,2000}", offset in 0_usize..6_100) {
            proptest::prop_assert_eq!(Ruler::new(&text).place(offset), SourceLocation::of(&text, offset));
        }
    }

    #[test]
    fn a_problem_is_one_line() {
        let mut problem = ConfigProblem {
            file: PathBuf::from("config.toml"),
            place: Some(SourceLocation { line: 3, column: 1 }),
            key: Some("ui.page_szie".to_owned()),
            message: "unknown key, did you mean page_size?".to_owned(),
        };
        assert_eq!(
            problem.to_string(),
            "config.toml:3:1: ui.page_szie: unknown key, did you mean page_size?"
        );
        problem.place = None;
        problem.key = None;
        assert_eq!(problem.to_string(), "config.toml: unknown key, did you mean page_size?");
    }
}
