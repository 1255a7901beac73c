//! Suggestions: the closest words in the portfolio for a word that finds nothing.

use std::collections::HashMap;

use super::{PortfolioIndex, columns::CodeField, entry_text::ArenaField, relevance::is_of_word, row_number};
use crate::{
    portfolio::{
        fold::fold,
        query::{Condition, Query, Term},
    },
    text,
};

/// The most suggestions.
const MAX_SUGGESTIONS: usize = 5;
/// The length of the longest word that is kept, and so of the longest that is corrected.
const MAX_WORD: usize = 40;
/// The length of the shortest.
const MIN_WORD: usize = 3;

/// The distinct words of names, contacts, cities, products and notes, the shortest first.
#[derive(Debug, Default)]
pub(super) struct WordTable {
    /// The words, one behind the other.
    text: String,
    words: Vec<WordFacts>,
    /// The first word of each length in characters.
    starts: Vec<usize>,
}

/// The facts about a word.
#[derive(Debug, Clone, Copy)]
struct WordFacts {
    /// The end of the word in the text.
    end: u32,
    /// The number of its occurrences.
    count: u32,
    /// A row in which it occurs.
    row: u32,
    /// The letters in it, each as one of 32 bits.
    letters: u32,
}

impl PortfolioIndex {
    /// Returns a sentence for each word of a query that is nowhere in the portfolio though others are close to it.
    pub fn suggestions(&self, query: &Query) -> Vec<String> {
        let suggestion = |term: &Term| {
            let Condition::Anywhere(word) = &term.condition else { return None };
            let alone = Query { terms: vec![term.clone()], as_of: query.as_of };
            if term.is_negated || self.search(&alone, &[], 0..1).total > 0 {
                return None;
            }
            let near = self.suggest(word);
            let words = || format!("{} is nowhere: did you mean {}?", text::clean(word), near.join(", "));
            (!near.is_empty()).then(words)
        };
        query.terms.iter().filter_map(suggestion).collect()
    }

    /// Returns the words of the portfolio that are closest to a word, spelt as in one of the entries: at most five, the
    /// closest first, and the most frequent first among these. One change (a letter added, dropped, replaced or swapped with
    /// its neighbour) is allowed for words of three to five characters, two for longer ones, none for shorter ones.
    ///
    /// The first call after building or updating the index collects the words, which takes most of the time.
    pub fn suggest(&self, word: &str) -> Vec<String> {
        let folded = fold(word);
        let table = self.words.get_or_init(|| WordTable::of(self));
        let suggested = table.closest(&folded);
        suggested
            .into_iter()
            .map(|(word, row)| self.spelling_of(word, row).unwrap_or_else(|| word.to_owned()))
            .collect()
    }

    /// Returns a folded word as it is spelt in a row.
    fn spelling_of(&self, word: &str, row: u32) -> Option<String> {
        let view = self.view(row)?;
        let texts = view.company_name().into_iter().map(String::from);
        let texts = texts
            .chain(view.contacts())
            .chain(view.city().map(str::to_owned))
            .chain(view.products().into_iter().map(str::to_owned))
            .chain(view.note().map(|note| note.text));
        for text in texts {
            let spelt = words_of_text(&text).find(|spelt| fold(spelt) == word);
            if let Some(spelt) = spelt {
                return Some(spelt.to_owned());
            }
        }
        None
    }
}

impl WordTable {
    fn of(index: &PortfolioIndex) -> Self {
        let mut counts: HashMap<&str, (u32, u32)> = HashMap::new();
        let mut add = |text, row: u32, count: u32| {
            for word in words_of_text(text).filter(|word| (MIN_WORD..=4 * MAX_WORD).contains(&word.len())) {
                let (total, _) = counts.entry(word).or_insert((0, row));
                *total = total.saturating_add(count);
            }
        };
        let city = index.columns.code(CodeField::City);
        let products = &index.columns.products;
        // The rows of a city or product, and the first of them.
        let mut cities = vec![(0_u32, 0); city.dictionary.len()];
        let mut owners = vec![(0_u32, 0); products.dictionary.len()];
        for row in 0..index.len() {
            let text = index.text.text(row);
            add(ArenaField::Name.of(text), row_number(row), 1);
            add(ArenaField::Contacts.of(text), row_number(row), 1);
            add(ArenaField::Note.of(text), row_number(row), 1);
            let city = std::iter::once(&mut cities[city.codes.get(row) as usize]);
            city.for_each(|(count, first)| {
                *first = if *count == 0 { row_number(row) } else { *first };
                *count += 1;
            });
            for code in products.codes(row) {
                let (count, first) = &mut owners[code as usize];
                *first = if *count == 0 { row_number(row) } else { *first };
                *count += 1;
            }
        }
        for (dictionary, counts) in [(&city.dictionary, cities), (&products.dictionary, owners)] {
            for (code, (count, row)) in counts.into_iter().enumerate().filter(|(_, (count, _))| *count > 0) {
                add(dictionary.folded(row_number(code)), row, count);
            }
        }
        Self::new(counts)
    }

    fn new(counts: HashMap<&str, (u32, u32)>) -> Self {
        let mut words: Vec<_> = counts
            .into_iter()
            .map(|(word, facts)| (word.chars().count(), word, facts))
            .filter(|(length, ..)| (MIN_WORD..=MAX_WORD).contains(length))
            .collect();
        words.sort_unstable();
        let mut table = Self::default();
        for (length, word, (count, row)) in words {
            // Four GiB of distinct words would not be worth a suggestion.
            let Ok(end) = u32::try_from(table.text.len() + word.len()) else { break };
            table.starts.resize(length + 1, table.words.len());
            table.text.push_str(word);
            table.words.push(WordFacts { end, count, row, letters: letters_of(word) });
        }
        table
    }

    /// Returns the closest words, each with a row in which it occurs.
    fn closest(&self, word: &str) -> Vec<(&str, u32)> {
        let letters: Vec<char> = word.chars().take(MAX_WORD + 3).collect();
        let allowed = match letters.len() {
            0..MIN_WORD => return Vec::new(),
            MIN_WORD..6 => 1,
            _ => 2,
        };
        let mask = letters_of(word);
        let start_of = |length: usize| self.starts.get(length).copied().unwrap_or(self.words.len());
        let mut close = Vec::new();
        let (mut other, mut rows) = (Vec::new(), [Vec::new(), Vec::new(), Vec::new()]);
        for at in start_of(letters.len() - allowed)..start_of(letters.len() + allowed + 1) {
            let facts = &self.words[at];
            // Each change removes one letter of the set at most, and adds one.
            if (facts.letters ^ mask).count_ones() as usize > 2 * allowed {
                continue;
            }
            let start = at.checked_sub(1).map_or(0, |before| self.words[before].end as usize);
            let text = &self.text[start..facts.end as usize];
            other.clear();
            other.extend(text.chars());
            let distance = distance(&letters, &other, allowed, &mut rows);
            if distance.is_some_and(|distance| distance > 0) {
                close.push((distance, u32::MAX - facts.count, text, facts.row));
            }
        }
        close.sort_unstable();
        close.into_iter().take(MAX_SUGGESTIONS).map(|(_, _, text, row)| (text, row)).collect()
    }
}

/// Splits a text into its words.
fn words_of_text(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_word(c)).filter(|word| !word.is_empty())
}

fn letters_of(word: &str) -> u32 {
    word.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

/// Returns the number of letters to add, drop, replace or swap with a neighbour (restricted Damerau-Levenshtein), or `None` if
/// there are more than allowed.
fn distance(from: &[char], to: &[char], allowed: usize, rows: &mut [Vec<usize>; 3]) -> Option<usize> {
    let [before, row, next] = rows;
    row.clear();
    row.extend(0..=to.len());
    before.clone_from(row);
    next.clone_from(row);
    for (i, letter) in from.iter().enumerate() {
        next[0] = i + 1;
        let mut least = next[0];
        for (j, other) in to.iter().enumerate() {
            let mut best = (row[j] + usize::from(letter != other)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && from[i - 1] == *other && *letter == to[j - 1] {
                best = best.min(before[j - 1] + 1);
            }
            next[j + 1] = best;
            least = least.min(best);
        }
        if least > allowed {
            return None;
        }
        std::mem::swap(before, row);
        std::mem::swap(row, next);
    }
    Some(row[to.len()]).filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closest(words: &[(&'static str, u32)], word: &str) -> Vec<String> {
        let counts = words.iter().map(|(word, count)| (*word, (*count, 0))).collect();
        WordTable::new(counts).closest(word).into_iter().map(|(word, _)| word.to_owned()).collect()
    }

    #[test]
    fn close_words_come_in_order() {
        let words = [
            ("schmidt", 9),
            ("schmitt", 3),
            ("schmid", 4),
            ("schmied", 5),
            ("acme", 1),
            ("acne", 7),
            ("ab", 1),
        ];
        for (word, expected) in [
            ("schmitd", &["schmidt", "schmid", "schmitt", "schmied"][..]),
            ("acem", &["acme"]),
            ("akme", &["acme"]),
            ("acme", &["acne"]),
            ("aacme", &["acme"]),
            ("xyz", &[]),
            ("ac", &[]),
            ("", &[]),
        ] {
            let mut found = closest(&words, word);
            if word == "schmitd" {
                assert_eq!(found[0], "schmidt");
                found.sort_unstable();
                let mut expected = expected.to_vec();
                expected.sort_unstable();
                assert_eq!(found, expected);
            } else {
                assert_eq!(found, expected, "{word}");
            }
        }
        assert!(closest(&words, &"x".repeat(1_000_000)).is_empty());
    }

    #[test]
    fn distances_are_bounded() {
        for (from, to, expected) in [
            ("abcd", "abcd", Some(0)),
            ("abcd", "acbd", Some(1)),
            ("abcd", "abd", Some(1)),
            ("abcd", "xabcdy", Some(2)),
            ("abcd", "badc", Some(2)),
            ("abcd", "wxyz", None),
            ("abcd", "a", None),
        ] {
            let [from, to] = [from, to].map(|text| text.chars().collect::<Vec<_>>());
            assert_eq!(distance(&from, &to, 2, &mut Default::default()), expected);
        }
    }
}
