//! The lines of the comparison: names and sources at the top, a fact a row, and how many rows differ.

use super::super::ViewLine;
use crate::{
    text,
    tui::app::{
        Age, Tone,
        compare::{ComparedCustomer, ComparedRow, ComparisonNote, Fact, Verdict},
        message::Now,
    },
};

/// The sign before a row in which the customers differ.
const DIFFERS: &str = "≠";
/// Columns of the sign, and of the gap before each customer.
const GAP: usize = 2;
/// The fewest columns of a customer.
const NARROWEST: usize = 15;
/// The most columns of a customer.
const WIDEST: usize = 44;
/// The columns that labels may have in a narrow table.
const LABEL: usize = 17;
/// The most lines of a fact; what is beyond is cut.
const MOST_LINES: usize = 12;

/// The widths of the table, and the customers that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CompareColumns {
    label: usize,
    /// The columns of a customer.
    width: usize,
    /// The first customer that is shown.
    pub(super) first: usize,
    /// The number of customers that are shown.
    pub(super) shown: usize,
}

impl CompareColumns {
    /// Lays out these rows in `room` columns, beginning with a customer if not all fit.
    pub(super) fn of(rows: &[ComparedRow], customers: usize, first: usize, room: usize) -> Self {
        let longest = rows.iter().map(|row| text::width(&row.label)).max().unwrap_or_default();
        let label = longest.min((room / 4).max(LABEL));
        let left = room.saturating_sub(GAP + label);
        let shown = (left / (GAP + NARROWEST)).clamp(1, customers.max(1));
        let width = (left / shown).saturating_sub(GAP).clamp(1, WIDEST);
        Self { label, width, first: first.min(customers.saturating_sub(shown)), shown }
    }

    /// Returns the columns of the whole table.
    pub(super) fn total(&self) -> usize {
        GAP + self.label + self.shown * (GAP + self.width)
    }

    /// Returns a line: a sign, a label, and a cell for each customer that is shown.
    fn line<'a>(
        &self,
        sign: &str,
        label: (Tone, &str),
        cells: impl Iterator<Item = (Tone, &'a str)>,
    ) -> ViewLine {
        let mut line = ViewLine::default().cell(Tone::Accent, sign, GAP).cell(label.0, label.1, self.label);
        for (tone, cell) in cells.skip(self.first).take(self.shown) {
            line = line.put(Tone::Plain, " ".repeat(GAP)).cell(tone, cell, self.width);
        }
        line
    }
}

/// Returns the lines above the rows: the customers' names, and where their facts come from.
pub(super) fn heading(customers: &[ComparedCustomer], columns: &CompareColumns, now: Now) -> Vec<ViewLine> {
    let names: Vec<_> = customers.iter().map(|customer| text::clean(customer.name())).collect();
    let sources: Vec<(Tone, String)> =
        customers.iter().map(|customer| source(customer, columns.width, now)).collect();
    let names = names.iter().map(|name| (Tone::Accent, &**name));
    let sources = sources.iter().map(|(tone, words)| (*tone, words.as_str()));
    vec![columns.line("", (Tone::Label, ""), names), columns.line("", (Tone::Label, ""), sources)]
}

/// Returns where the facts of a customer come from, in `width` columns.
fn source(customer: &ComparedCustomer, width: usize, now: Now) -> (Tone, String) {
    let age = customer.oldest_held().map(|held| Age::new(held.at, now.wall).in_words());
    match age {
        Some(age) => {
            let tone = if customer.is_loading() { Tone::Dim } else { Tone::Warn };
            (tone, text::fit(width, &[&format!("copy · {age}"), &age]).into_owned())
        }
        None if customer.is_loading() => (Tone::Dim, "loading …".to_owned()),
        None if customer.has_failed() => (Tone::Bad, "incomplete".to_owned()),
        None => (Tone::Dim, "live".to_owned()),
    }
}

/// Returns the lines of a row: as many as its longest fact needs.
pub(super) fn row_lines(row: &ComparedRow, columns: &CompareColumns) -> Vec<ViewLine> {
    let differs = row.verdict() == Verdict::Different;
    let label = text::wrap(&row.label, columns.label.max(1));
    let cells: Vec<(Tone, Vec<String>)> = row
        .facts
        .iter()
        .map(|fact| {
            let tone = match fact {
                Fact::Awaited | Fact::Unknown(_) => Tone::Dim,
                Fact::Doubtful(_) => Tone::Warn,
                Fact::Known(_) if differs => Tone::Strong,
                Fact::Known(_) => Tone::Plain,
            };
            (tone, wrapped(&fact.text(), columns.width))
        })
        .collect();
    let shown = cells.iter().skip(columns.first).take(columns.shown);
    let height = shown.map(|(_, lines)| lines.len()).chain([label.len()]).max().unwrap_or(1);
    let line_of = |lines: &[String], at: usize| lines.get(at).cloned().unwrap_or_default();
    (0..height)
        .map(|at| {
            let sign = if differs && at == 0 { DIFFERS } else { "" };
            let tone = if differs { Tone::Strong } else { Tone::Label };
            let texts: Vec<(Tone, String)> =
                cells.iter().map(|(tone, lines)| (*tone, line_of(lines, at))).collect();
            let texts = texts.iter().map(|(tone, text)| (*tone, text.as_str()));
            columns.line(sign, (tone, &line_of(&label, at)), texts)
        })
        .collect()
}

/// Wraps the parts of a fact. One that is far too long is cut.
fn wrapped(fact: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in fact.split('\n') {
        if lines.len() > MOST_LINES {
            break;
        }
        lines.extend(text::wrap(&text::truncate(part, width * MOST_LINES), width));
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines[MOST_LINES - 1] = text::truncate(&format!("{}…", lines[MOST_LINES - 1]), width).into_owned();
    }
    lines
}

/// Returns the notes as lines, with a blank line after them.
pub(super) fn note_lines(notes: &[ComparisonNote], width: usize) -> Vec<ViewLine> {
    let mut lines = Vec::new();
    for note in notes {
        for (tone, words) in [(note.tone, &note.what), (Tone::Plain, &note.todo)] {
            if !words.is_empty() {
                let pieces = text::wrap(words, width.max(8)).into_iter();
                lines.extend(pieces.map(|piece| ViewLine::of(tone, piece)));
            }
        }
    }
    if !lines.is_empty() {
        lines.push(ViewLine::blank());
    }
    lines
}

/// Returns the lines below the rows: how many differ, and what to think of facts from the local copy.
pub(super) fn foot(rows: &[ComparedRow], customers: &[ComparedCustomer], width: usize) -> Vec<ViewLine> {
    let count = |verdict: Verdict| rows.iter().filter(|row| row.verdict() == verdict).count();
    let undecided = match count(Verdict::Undecided) {
        0 => String::new(),
        undecided => format!(" · {undecided} not fully known"),
    };
    let words = format!("{} of {} rows differ{undecided}", count(Verdict::Different), rows.len());
    let mut foot = vec![ViewLine::of(Tone::Accent, DIFFERS).put(Tone::Plain, " ").put(Tone::Dim, words)];
    let mut of_copy = customers.iter().filter(|customer| customer.oldest_held().is_some()).peekable();
    if of_copy.peek().is_some() {
        let (tone, words) = if of_copy.all(ComparedCustomer::is_loading) {
            let long = "Facts with an age are from the local copy; the current ones are on their way.";
            (Tone::Dim, [long, "With an age: local copy; the current facts are coming."])
        } else {
            let long = "Facts with an age are from the local copy, not the current state.";
            (Tone::Warn, [long, "With an age: local copy, not the current state."])
        };
        foot.push(ViewLine::of(tone, text::fit(width, &words)));
    }
    foot
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(customers: usize, first: usize, room: usize) -> (usize, usize, usize) {
        let columns = CompareColumns::of(&[], customers, first, room);
        (columns.first, columns.shown, columns.width)
    }

    #[test]
    fn as_many_customers_are_shown_as_fit() {
        assert_eq!(layout(4, 0, 54), (0, 3, 15));
        assert_eq!(layout(4, 3, 54), (1, 3, 15), "the last ones fill the table");
        assert_eq!(layout(2, 1, 54), (0, 2, 24));
        assert_eq!(layout(2, 0, 154), (0, 2, WIDEST));
        for room in 0..20 {
            assert_eq!(layout(3, 9, room).0, 2, "one at least");
        }
    }

    #[test]
    fn a_fact_is_wrapped_and_cut_only_if_it_is_far_too_long() {
        assert_eq!(wrapped("Ada\nBo Li", 4), ["Ada", "Bo", "Li"]);
        let lines = wrapped(&"x".repeat(10_000), 10);
        assert_eq!((lines.len(), lines[11].as_str()), (MOST_LINES, "xxxxxxxxx…"));
        let many = wrapped(&"a\n".repeat(40), 10);
        assert_eq!((many.len(), many[11].as_str()), (MOST_LINES, "a…"));
    }
}
