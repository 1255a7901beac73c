//! Searching in the text of the Raw tab, which goes on over the ends of wrapped lines.

use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    text,
    tui::app::lines::{TextLine, Tone},
};

/// A search: its text, the matches, and which match is the current one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    /// The text that is searched for, as an input field.
    pub(crate) input: Input,
    pub(crate) typing: bool,
    /// The matches, in the order of the text; each has a part on every line that it is on.
    pub(crate) matches: Vec<Vec<MatchPart>>,
    pub(crate) current: usize,
}

/// The part of a match that is on one line, in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MatchPart {
    pub(crate) line: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Search {
    /// Returns the text that is searched for, as it is compared; `None` if there is none.
    pub(crate) fn needle(&self) -> Option<String> {
        let needle = text::fold_case(self.input.value()).trim().to_owned();
        (!needle.is_empty()).then_some(needle)
    }

    /// Finds the matches again.
    pub(crate) fn find(&mut self, lines: &[TextLine]) {
        self.matches = match self.needle() {
            None => Vec::new(),
            Some(needle) => {
                let starts = (0..lines.len()).filter(|index| !lines[*index].continues);
                starts.flat_map(|start| matches(lines, start, &needle)).collect()
            }
        };
        self.current = self.current.min(self.matches.len().saturating_sub(1));
    }

    /// Goes to the next or previous match, around the ends. Returns its line.
    pub(crate) fn step(&mut self, forward: bool) -> Option<usize> {
        let count = self.matches.len();
        if count == 0 {
            return None;
        }
        self.current = (self.current + if forward { 1 } else { count - 1 }) % count;
        self.line()
    }

    /// Returns the line on which the current match begins.
    pub(crate) fn line(&self) -> Option<usize> {
        self.matches.get(self.current)?.first().map(|part| part.line)
    }

    /// Returns the parts of matches on a line, each with true if it belongs to the current match.
    pub(crate) fn on(&self, line: usize) -> impl Iterator<Item = (MatchPart, bool)> {
        // Matches do not overlap, so that their ends are in order too.
        let first = self.matches.partition_point(|parts| parts.last().is_some_and(|part| part.line < line));
        self.matches[first..]
            .iter()
            .zip(first..)
            .take_while(move |(parts, _)| parts.first().is_some_and(|part| part.line <= line))
            .flat_map(move |(parts, index)| parts.iter().map(move |part| (*part, index == self.current)))
            .filter(move |(part, _)| part.line == line)
    }
}

/// The matches in the text that begins on this line, with the lines that continue it.
fn matches(lines: &[TextLine], start: usize, needle: &str) -> Vec<Vec<MatchPart>> {
    let all = || lines.iter().zip(0..).skip(start).take_while(|(line, at)| *at == start || line.continues);
    // Most texts hold nothing of the kind, and are not measured.
    let folded: String =
        all().flat_map(|(line, _)| own(line).1).map(|(_, span)| text::fold_case(span)).collect();
    if !folded.contains(needle) {
        return Vec::new();
    }
    // What is compared, and for each grapheme where its part of that ends and where it is on the screen.
    let (mut compared, mut places) = (String::new(), Vec::new());
    for (line, number) in all() {
        let (mut column, spans) = own(line);
        for grapheme in spans.iter().flat_map(|(_, span)| span.graphemes(true)) {
            compared.push_str(&text::fold_case(grapheme));
            let place = MatchPart { line: number, from: column, to: column + text::width(grapheme) };
            places.push((compared.len(), place));
            column = place.to;
        }
    }
    let found = compared.match_indices(needle).map(|(at, _)| {
        let first = places.partition_point(|(end, _)| *end <= at);
        let last = places.partition_point(|(end, _)| *end < at + needle.len());
        let mut parts: Vec<MatchPart> = Vec::new();
        for (_, place) in places.iter().take(last + 1).skip(first) {
            match parts.last_mut() {
                Some(part) if part.line == place.line => part.to = place.to,
                _ => parts.push(*place),
            }
        }
        parts
    });
    found.filter(|parts| !parts.is_empty()).collect()
}

/// A line's part of the text, and the column where it begins: the indent of a line that continues is none of the text's.
fn own(line: &TextLine) -> (usize, &[(Tone, String)]) {
    match line.spans.split_first() {
        Some(((_, indent), rest)) if line.continues => (text::width(indent), rest),
        _ => (0, &line.spans),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

    use super::*;

    fn searching(needle: &str, lines: &[TextLine]) -> Search {
        let mut search = Search { input: Input::new(needle.into()), ..Search::default() };
        search.find(lines);
        search
    }

    fn part(line: usize, from: usize, to: usize) -> MatchPart {
        MatchPart { line, from, to }
    }

    #[test]
    fn finds_without_regard_to_case_and_goes_around() {
        let lines: Vec<TextLine> = ["Alpha", "beta", "ALPHABET alpha"].map(TextLine::plain).to_vec();
        let mut search = searching("alpha", &lines);
        assert_eq!(search.matches, [[part(0, 0, 5)], [part(2, 0, 5)], [part(2, 9, 14)]]);
        assert_eq!((search.step(true), search.step(true)), (Some(2), Some(2)));
        assert_eq!((search.step(true), search.step(false)), (Some(0), Some(2)));
        let on: Vec<_> = search.on(2).collect();
        assert_eq!(on, [(part(2, 0, 5), false), (part(2, 9, 14), true)]);
        assert_eq!(search.on(1).count(), 0);
        let mut search = searching("gamma", &lines);
        assert_eq!((search.step(true), search.line()), (None, None));
    }

    #[test]
    fn a_match_goes_on_behind_the_end_of_a_wrapped_line() {
        let continued =
            |text: &str| TextLine { continues: true, ..TextLine::plain("    ").with(Tone::Plain, text) };
        let lines = [
            TextLine::plain("\"name\": \"Acme Pri"),
            continued("nt Gm"),
            continued("bH\""),
            TextLine::plain("nt"),
        ];
        let search = searching("print gmbh", &lines);
        assert_eq!(search.matches, [[part(0, 14, 17), part(1, 4, 9), part(2, 4, 6)]]);
        assert_eq!(search.on(1).collect::<Vec<_>>(), [(part(1, 4, 9), true)]);
        // The next line begins another text, and the indent is none.
        assert_eq!(searching("\"nt", &lines).matches, Vec::<Vec<MatchPart>>::new());
        assert_eq!(searching("pri    nt", &lines).matches.len(), 0);
    }

    #[test]
    fn composed_decomposed_and_wide_text_is_found_where_it_is() {
        let lines = [TextLine::plain("株式 Cafe\u{301}\u{a0}Ole\u{301}!")];
        for needle in ["café olé", "CAFÉ OLÉ", "cafe\u{301}\u{202f}ole\u{301}", " Café\u{a0}Olé "] {
            assert_eq!(searching(needle, &lines).matches, [[part(0, 5, 13)]], "{needle:?}");
        }
        assert_eq!(searching("cafe ", &lines).matches.len(), 0);
    }

    proptest! {
        #[test]
        fn any_text_is_found_in_every_form(text in "[ a-cA-CéÉǄş̧́\u{323}ﬁ한글가힣Åḍ̇あ]{0,40}", at in 0_usize..40, length in 1_usize..8) {
            let forms = [text.clone(), text.nfc().collect(), text.nfd().collect(), text.replace(' ', "\u{a0}")];
            let graphemes: Vec<&str> = text.graphemes(true).collect();
            let needle: String = graphemes.iter().skip(at).take(length).copied().collect();
            let needles = [needle.clone(), needle.nfc().collect(), needle.nfd().collect(), needle.to_lowercase(), needle.replace(' ', "\u{3000}")];
            let expected = searching(&needle, &[TextLine { spans: vec![(Tone::Plain, text.clone())], ..TextLine::default() }]).matches;
            prop_assert!(needle.trim().is_empty() || !expected.is_empty());
            for form in forms {
                let lines = [TextLine { spans: vec![(Tone::Plain, form)], ..TextLine::default() }];
                for needle in &needles {
                    prop_assert_eq!(&searching(needle, &lines).matches, &expected, "{:?} in {:?}", needle, &lines);
                }
            }
        }
    }
}
