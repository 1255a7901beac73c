//! Searching in the lines of the Raw tab.

use tui_input::Input;

use super::content::Line;

/// A search: what for, where it was found, and which match is the current one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    /// What is searched for; its input while it is being typed.
    pub(crate) input: Input,
    pub(crate) typing: bool,
    /// The numbers of the lines that match.
    pub(crate) matches: Vec<usize>,
    pub(crate) current: usize,
}

impl Search {
    /// What is searched for, in lower case; `None` where nothing is.
    pub(crate) fn needle(&self) -> Option<String> {
        let needle = self.input.value().trim().to_lowercase();
        (!needle.is_empty()).then_some(needle)
    }

    /// Finds the matches anew.
    pub(crate) fn find(&mut self, lines: &[Line]) {
        self.matches = match self.needle() {
            None => Vec::new(),
            Some(needle) => {
                let found = |line: &Line| line.text().to_lowercase().contains(&needle);
                lines.iter().enumerate().filter(|(_, line)| found(line)).map(|(index, _)| index).collect()
            }
        };
        self.current = self.current.min(self.matches.len().saturating_sub(1));
    }

    /// Goes to the next or previous match, around the ends; the line it is on.
    pub(crate) fn step(&mut self, forward: bool) -> Option<usize> {
        let count = self.matches.len();
        if count == 0 {
            return None;
        }
        self.current = (self.current + if forward { 1 } else { count - 1 }) % count;
        self.line()
    }

    /// The line of the current match.
    pub(crate) fn line(&self) -> Option<usize> {
        self.matches.get(self.current).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_without_regard_to_case_and_goes_around() {
        let lines: Vec<Line> = ["Alpha", "beta", "ALPHABET"].map(Line::plain).to_vec();
        let mut search = Search { input: Input::new("alpha".into()), ..Search::default() };
        search.find(&lines);
        assert_eq!(search.matches, [0, 2]);
        assert_eq!((search.step(true), search.step(true), search.step(false)), (Some(2), Some(0), Some(2)));
        search.input = Input::new("gamma".into());
        search.find(&lines);
        assert_eq!((search.step(true), search.line()), (None, None));
    }
}
