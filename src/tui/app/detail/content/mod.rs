//! The contents of the detail pane's tabs, as lines of the screen: made when something arrives, not when it is drawn.

mod history;
mod notes;
mod orders;
mod overview;
mod products;
mod raw;
mod renewals;
mod table;

use unicode_segmentation::UnicodeSegmentation;

use super::{Detail, DetailSubject, ErrorMessage, Tab};
use crate::{
    model::{Problem, Row},
    text::{self, wrap},
    tui::app::{
        lines::{TextLine, Tone},
        message::Remote,
    },
};

/// Columns of a label and the blanks behind it.
const LABEL: usize = 13;

/// Lines under construction, for a pane of some width.
pub(super) struct LineBuilder {
    lines: Vec<TextLine>,
    width: usize,
}

impl LineBuilder {
    fn new(width: usize) -> Self {
        Self { lines: Vec::new(), width }
    }

    /// Adds the lines of two narrower pages beside each other.
    fn beside(&mut self, left: Self, right: Self) {
        let count = left.lines.len().max(right.lines.len());
        let (width, gap) = (left.width, self.width.saturating_sub(left.width + right.width));
        let (mut left, mut right) = (left.lines.into_iter(), right.lines.into_iter());
        for _ in 0..count {
            let mut line = left.next().unwrap_or_default();
            if let Some(beside) = right.next().filter(|line| !line.spans.is_empty()) {
                let taken: usize = line.spans.iter().map(|(_, text)| text::width(text)).sum();
                let blanks = width.saturating_sub(taken) + gap;
                line.spans.push((Tone::Plain, " ".repeat(blanks)));
                line.spans.extend(beside.spans);
            }
            self.lines.push(line);
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(TextLine::default());
        }
    }

    fn push(&mut self, line: TextLine) {
        self.lines.push(line);
    }

    /// Adds a line, wrapped with an indent if it is too long. Nothing is cut.
    fn push_wrapped(&mut self, line: &TextLine) {
        let first = line.spans.first().map_or(0, |(_, text)| text.len() - text.trim_start().len());
        let indent = " ".repeat((first + 4).min(self.width / 2));
        let width = self.width.max(8);
        let (mut current, mut taken) = (TextLine::default(), 0);
        for (tone, text) in &line.spans {
            let mut piece = String::new();
            for grapheme in text.graphemes(true) {
                let wide = text::width(grapheme);
                if taken + wide > width {
                    current.spans.push((*tone, std::mem::take(&mut piece)));
                    self.lines.push(std::mem::take(&mut current));
                    current.continues = true;
                    current.spans.push((Tone::Plain, indent.clone()));
                    taken = indent.len();
                }
                piece.push_str(grapheme);
                taken += wide;
            }
            current.spans.push((*tone, piece));
        }
        self.lines.push(current);
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        self.lines.push(TextLine::toned(Tone::Accent, text));
    }

    /// Adds a label and its value, which is wrapped below itself if it is too long.
    fn field(&mut self, label: &str, value: &str) {
        self.toned_field(label, Tone::Plain, value);
    }

    fn toned_field(&mut self, label: &str, tone: Tone, value: &str) {
        let value = text::clean(value);
        // A longer label has a blank behind it.
        let columns = LABEL.max(text::width(label) + 1);
        let room = self.width.saturating_sub(columns).max(8);
        for (index, piece) in wrap(&value, room).into_iter().enumerate() {
            let label = text::pad_end(if index == 0 { label } else { "" }, columns);
            self.lines
                .push(TextLine { spans: vec![(Tone::Label, label), (tone, piece)], ..TextLine::default() });
        }
    }

    /// Adds a field if it has a value.
    fn optional(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            self.field(label, value);
        }
    }

    fn paragraph(&mut self, tone: Tone, text: &str) {
        for piece in wrap(&text::clean(text), self.width.max(8)) {
            self.lines.push(TextLine { spans: vec![(tone, piece)], ..TextLine::default() });
        }
    }

    fn error(&mut self, told: &ErrorMessage) {
        self.blank();
        self.paragraph(Tone::Bad, &format!("! {}", told.what));
        self.paragraph(Tone::Plain, &told.todo);
        self.blank();
    }

    /// Adds a warning that a list may not be complete.
    fn doubt(&mut self, doubt: Option<String>) {
        if let Some(doubt) = doubt {
            self.paragraph(Tone::Warn, &format!("! This may not be all: {doubt}."));
        }
    }

    fn problems<'p>(&mut self, problems: impl IntoIterator<Item = &'p Problem>) {
        let mut problems = problems.into_iter().peekable();
        if problems.peek().is_none() {
            return;
        }
        self.heading("Not as documented");
        for problem in problems {
            self.paragraph(Tone::Warn, &problem.to_string());
        }
    }

    /// Adds a line about a part that is not here, or about its error.
    fn waiting<T>(&mut self, detail: &Detail, remote: &Remote<T>, what: &str) {
        match remote {
            Remote::Failed { error, .. } => self.error(&detail.labels.tell(error)),
            Remote::Idle | Remote::Loading { .. } if remote.value().is_none() && detail.waits_long => {
                self.blank();
                self.paragraph(Tone::Dim, &format!("Loading {what} …"));
            }
            _ => {}
        }
    }
}

/// The lines of the tab that is shown, in `width` columns.
pub(crate) fn lines(detail: &Detail, width: usize) -> Vec<TextLine> {
    let mut page = LineBuilder::new(width);
    match &detail.subject {
        None => page.paragraph(Tone::Dim, "No row is selected."),
        Some(DetailSubject::Row(row)) if row.customer().is_none() && detail.tab != Tab::Raw => {
            unreadable(&mut page, row);
        }
        Some(subject) => match detail.tab {
            Tab::Overview => overview::overview(&mut page, detail, subject),
            Tab::Contacts => overview::contacts(&mut page, detail),
            Tab::Products => products::products(&mut page, detail),
            Tab::Orders => orders::orders(&mut page, detail),
            Tab::History => history::history(&mut page, detail),
            Tab::Raw => raw::raw(&mut page, detail, subject),
        },
    }
    page.lines
}

fn unreadable(page: &mut LineBuilder, row: &Row) {
    if let Row::Unreadable { position, reason, .. } = row {
        page.paragraph(Tone::Warn, &format!("Row {position} of the response is not a customer: {reason}."));
        page.paragraph(Tone::Plain, "The Raw tab shows what the server sent.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_goes_on_further_in() {
        let mut page = LineBuilder { lines: Vec::new(), width: 12 };
        page.push_wrapped(
            &TextLine::toned(Tone::Label, "  \"name\"").with(Tone::Plain, ": \"株式会社みどり\""),
        );
        let lines: Vec<String> = page.lines.iter().map(TextLine::text).collect();
        assert_eq!(lines, ["  \"name\": \"", "      株式会", "      社みど", "      り\""]);
    }
}
