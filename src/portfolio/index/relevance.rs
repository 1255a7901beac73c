//! How well an entry matches the words of a query.

use memchr::{memchr_iter, memmem::Finder};
use unicode_normalization::char::is_combining_mark;

use super::entry_text::FIELD_END;

/// The place of a word in an entry; the best comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum WordPlace {
    /// The word is the ID or the reference.
    Key,
    /// The name begins with it.
    NameStart,
    /// A word of the name begins with it.
    WordStart,
    /// It is elsewhere in the name.
    InName,
    /// It is in another field.
    Elsewhere,
}

/// The words of a query, ready to be ranked.
pub(super) struct Relevance<'a> {
    words: Vec<Finder<'a>>,
}

impl<'a> Relevance<'a> {
    /// Prepares folded words, in the order they were typed.
    pub(super) fn new(words: &'a [String]) -> Self {
        Self { words: words.iter().map(Finder::new).collect() }
    }

    /// Returns the rank of an entry by its folded text; the lowest is the best. An ID or reference decides on its own. Otherwise
    /// the word with the worst place decides, then the first word: `acme print` ranks *Acme Print* before *Print Acme*, and
    /// both before an *Acme* with a contact named *Print*.
    pub(super) fn rank(&self, text: &str) -> u8 {
        let mut places = self.words.iter().map(|word| place(word, text));
        let Some(first) = places.next() else { return 0 };
        let (mut best, mut worst) = (first, first);
        for place in places {
            best = best.min(place);
            worst = worst.max(place);
        }
        if best == WordPlace::Key { 0 } else { worst as u8 * 8 + first as u8 }
    }
}

fn place(word: &Finder<'_>, text: &str) -> WordPlace {
    let needle = word.needle();
    // The first three fields: name, ID and reference.
    let mut ends = memchr_iter(FIELD_END as u8, text.as_bytes());
    let [name_end, id_end, reference_end] = [(); 3].map(|()| ends.next().unwrap_or(text.len()));
    let is_whole =
        |from: usize, to: usize| text.as_bytes().get(from + 1..to).is_some_and(|key| key == needle);
    if is_whole(name_end, id_end) || is_whole(id_end, reference_end) {
        return WordPlace::Key;
    }
    let name = &text[..name_end];
    let mut best = WordPlace::Elsewhere;
    let mut from = 0;
    while let Some(hit) = word.find(&name.as_bytes()[from..]) {
        let at = from + hit;
        match name[..at].chars().next_back() {
            None => return WordPlace::NameStart,
            Some(before) if !is_of_word(before) => return WordPlace::WordStart,
            Some(_) => best = WordPlace::InName,
        }
        from = at + name[at..].chars().next().map_or(1, char::len_utf8);
    }
    best
}

/// Returns true for characters that make up words: letters, digits, and the marks on them.
pub(super) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(words: &[&str], text: &str) -> u8 {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Relevance::new(&words).rank(&text.replace('|', "\u{1e}"))
    }

    #[test]
    fn better_places_rank_first() {
        let texts = [
            "other|acme|r||||",
            "acme print|2|r||||",
            "the acme|3|r||||",
            "xacme-acme|4|r||||",
            "pacmen|5|r||||",
            "other|6|r|acme|||",
        ];
        let ranks = texts.map(|text| rank(&["acme"], text));
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert_eq!(ranks[2], ranks[3]);
        assert_eq!(rank(&["acme"], "other|1|acme||||"), ranks[0]);
        assert_eq!(rank(&[], "acme|1|||||"), 0);
        assert_eq!(rank(&["aba"], "xababa aba|1|||||"), rank(&["aba"], "x aba|1|||||"));
    }

    #[test]
    fn all_words_count_and_the_first_one_breaks_ties() {
        let texts = ["other|acme|r|print|||", "acme print|1|||||", "print acme|2|||||", "acme|3||print|||"];
        let ranks = texts.map(|text| rank(&["acme", "print"], text));
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
    }
}
