//! The tests of a field, ready to be applied to many values.

use std::cmp::Ordering;

use memchr::memmem::Finder;

use super::numbers::day_number;
use crate::portfolio::{
    fold::fold,
    query::{Test, TextMatch, compare_levels},
};

/// A test of a folded text.
#[derive(Debug)]
pub(super) enum TextTest {
    /// A part of the text equals this.
    Match(TextMatch, String),
    /// The code is in this range.
    Codes(Option<String>, Option<String>),
    /// There is a text.
    Present,
    /// There is none.
    Missing,
}

impl TextTest {
    /// Prepares the tests of a field with texts. Tests of numbers, days and flags hold for no text.
    pub(super) fn prepare(tests: &[Test]) -> Vec<Self> {
        let prepared = tests.iter().filter_map(|test| match test {
            Test::Text(part, text) => Some(Self::Match(*part, fold(text))),
            Test::Codes { from, to } => Some(Self::Codes(from.as_deref().map(fold), to.as_deref().map(fold))),
            Test::Present => Some(Self::Present),
            Test::Missing => Some(Self::Missing),
            Test::Days(..) | Test::Numbers(..) | Test::Flag(_) => None,
        });
        prepared.collect()
    }

    /// Returns true if the test holds for this folded text. A text that is empty once folded counts as missing.
    pub(super) fn holds(&self, text: &str) -> bool {
        match self {
            Self::Missing => text.is_empty(),
            _ if text.is_empty() => false,
            Self::Present => true,
            Self::Match(TextMatch::Whole, whole) => text == whole,
            Self::Match(TextMatch::Prefix, start) => text.starts_with(start),
            Self::Match(TextMatch::Suffix, end) => text.ends_with(end),
            Self::Match(TextMatch::Part, part) => text.contains(part),
            Self::Codes(from, to) => {
                from.as_ref().is_none_or(|from| compare_levels(text, from).is_some_and(Ordering::is_ge))
                    && to.as_ref().is_none_or(|to| compare_levels(text, to).is_some_and(Ordering::is_le))
            }
        }
    }

    /// Returns true if the test holds for the folded name of something that has an ID: a whole text may be a part of it.
    pub(super) fn holds_in_name(&self, name: &str) -> bool {
        match self {
            Self::Match(TextMatch::Whole, part) => name.contains(part.as_str()),
            Self::Missing => false,
            _ => self.holds(name),
        }
    }

    /// Returns true if the test holds for one of several texts, or if it is for a missing one and there is none.
    pub(super) fn holds_for_any<'a>(&self, mut texts: impl Iterator<Item = &'a str>) -> bool {
        match self {
            Self::Missing => texts.all(str::is_empty),
            _ => texts.any(|text| self.holds(text)),
        }
    }

    /// Returns what must occur in any text for which the test holds.
    pub(super) fn needle(&self) -> Option<Finder<'_>> {
        match self {
            Self::Match(_, text) if !text.is_empty() => Some(Finder::new(text)),
            _ => None,
        }
    }
}

/// Returns a key by which digits of any number compare as numbers.
pub(super) fn as_number(code: &str) -> Option<(usize, &str)> {
    let digits = (!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)?;
    let digits = digits.trim_start_matches('0');
    Some((digits.len(), digits))
}

/// A test of a number, of a day by its number, or of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberTest {
    /// The number is in this range; both ends are included.
    Range(i64, i64),
    /// There is a number.
    Present,
    /// There is none.
    Missing,
    /// There is none, or it is not above 0.
    Nothing,
}

impl NumberTest {
    /// Prepares the tests of a field with numbers. Other tests hold for no number.
    pub(super) fn of_numbers(tests: &[Test]) -> Vec<Self> {
        let range = |test: &Test| match test {
            Test::Numbers(from, to) => Some(Self::Range(from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX))),
            _ => Self::of_presence(test),
        };
        tests.iter().filter_map(range).collect()
    }

    /// Prepares the tests of a field whose number is 0 if there is nothing, so that 0 is a missing value.
    pub(super) fn of_amounts(tests: &[Test]) -> Vec<Self> {
        let amount = |test: Self| match test {
            Self::Present => Self::Range(1, i64::MAX),
            Self::Missing => Self::Nothing,
            other => other,
        };
        Self::of_numbers(tests).into_iter().map(amount).collect()
    }

    /// Prepares the tests of a field with days. Other tests hold for no day.
    pub(super) fn of_days(tests: &[Test]) -> Vec<Self> {
        let range = |test: &Test| match test {
            Test::Days(from, to) => {
                Some(Self::Range(from.map_or(i64::MIN, day_number), to.map_or(i64::MAX, day_number)))
            }
            _ => Self::of_presence(test),
        };
        tests.iter().filter_map(range).collect()
    }

    fn of_presence(test: &Test) -> Option<Self> {
        match test {
            Test::Present => Some(Self::Present),
            Test::Missing => Some(Self::Missing),
            _ => None,
        }
    }

    /// Returns true if the test holds.
    pub(super) fn holds(self, number: Option<i64>) -> bool {
        match self {
            Self::Range(from, to) => number.is_some_and(|number| (from..=to).contains(&number)),
            Self::Present => number.is_some(),
            Self::Missing => number.is_none(),
            Self::Nothing => number.is_none_or(|number| number <= 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_missing() {
        let all = [Test::Missing, Test::Present, Test::Text(TextMatch::Part, String::new())];
        let holds = |text| TextTest::prepare(&all).iter().map(|test| test.holds(text)).collect::<Vec<_>>();
        assert_eq!(holds(""), [true, false, false]);
        assert_eq!(holds("a"), [false, true, true]);
    }
}
