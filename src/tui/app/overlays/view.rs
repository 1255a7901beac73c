//! A dialog as data for drawing and the mouse: a box, lines in pieces, and which of them scroll.

use ratatui::layout::Rect;
use tui_input::Input;

use super::super::{
    AccountKind, App, Tone, extent,
    footer::{Hint, Wanted, place},
    layout::{box_text, hits},
    message::Now,
};
use crate::{model::Coverage, text, tui::action::Action};

/// One piece of a line.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// Clean text.
    Text(Tone, String),
    /// An environment in its colour.
    Badge(AccountKind, String),
    /// A text field with the cursor, in the room that is left, and an example if it is empty.
    Input(Input, &'static str),
    /// A bar: parts with the columns that each takes, one behind the other.
    Bar(Vec<(BarFill, usize)>),
    /// A line of a sparkline: a column for each height, in eighths of the line.
    Sparkline(Vec<u64>),
}

/// The look of a part of a bar, which can be told from others without colours too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BarFill {
    /// The only part.
    Plain,
    /// Seats that renew.
    Renewing,
    /// Seats that end.
    Lapsing,
    /// Seats of which it is not known.
    Undecided,
}

impl Piece {
    /// Returns the columns that it takes; a text field counts as none.
    pub(crate) fn width(&self) -> usize {
        match self {
            Self::Text(_, text) | Self::Badge(_, text) => text::width(text),
            Self::Input(..) => 0,
            Self::Bar(parts) => parts.iter().map(|(_, columns)| columns).sum(),
            Self::Sparkline(heights) => heights.len(),
        }
    }
}

/// One line of a dialog.
#[derive(Debug, Clone, Default)]
pub(crate) struct ViewLine {
    pub(crate) pieces: Vec<Piece>,
    /// The text at the right end.
    pub(crate) right: Option<(Tone, String)>,
    /// True if its text is drawn as a button that has the focus.
    pub(crate) is_focused_button: bool,
    /// True if the cursor of a list is on it.
    pub(crate) selected: bool,
}

impl ViewLine {
    pub(crate) fn blank() -> Self {
        Self::default()
    }

    pub(crate) fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().put(tone, text)
    }

    /// Adds a piece of text.
    pub(crate) fn put(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Text(tone, text.into()));
        self
    }

    /// Adds a piece of text that takes exactly this many columns.
    pub(crate) fn cell(self, tone: Tone, text: &str, width: usize) -> Self {
        self.put(tone, text::pad_end(&text::truncate(text, width), width))
    }

    /// Adds a text field with the cursor.
    pub(crate) fn input(mut self, input: &Input, example: &'static str) -> Self {
        self.pieces.push(Piece::Input(input.clone(), example));
        self
    }

    /// Puts text at the right end.
    pub(crate) fn right(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.right = Some((tone, text.into()));
        self
    }

    /// Marks the line that the cursor of a list is on.
    pub(crate) fn select(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Draws the line's text as a button, which has the focus or not.
    pub(crate) fn button(text: &str, focused: bool) -> Self {
        Self { is_focused_button: focused, ..Self::of(Tone::Strong, text) }
    }

    /// Returns the columns that its pieces take; a text field counts as none.
    pub(crate) fn width(&self) -> usize {
        self.pieces.iter().map(Piece::width).sum()
    }
}

/// A dialog as it is drawn.
#[derive(Debug, Clone)]
pub(crate) struct DialogView {
    /// The box, with its border.
    pub(crate) area: Rect,
    pub(crate) title: String,
    /// The words at the right of the upper border.
    pub(crate) right: String,
    /// The lines that stay at the top.
    pub(crate) head: Vec<ViewLine>,
    /// The lines that scroll.
    pub(crate) body: Vec<ViewLine>,
    /// The first line of the body that is shown.
    pub(crate) top: usize,
    /// The lines that stay at the bottom.
    pub(crate) foot: Vec<ViewLine>,
    /// The answers to a question, on the last line, which can be clicked.
    pub(crate) answers: Vec<Hint>,
}

impl DialogView {
    /// Returns an empty dialog with this box and title.
    pub(crate) fn new(area: Rect, title: impl Into<String>) -> Self {
        Self {
            area,
            title: title.into(),
            right: String::new(),
            head: Vec::new(),
            body: Vec::new(),
            top: 0,
            foot: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Returns the columns of its text.
    pub(crate) fn width(&self) -> usize {
        box_text(self.area).width.into()
    }

    /// Returns the place of the body.
    pub(crate) fn rows(&self) -> Rect {
        let text = box_text(self.area);
        let count = |lines: &[ViewLine]| u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let head = count(&self.head).min(text.height);
        let height = text.height - head;
        // The cursor of a list or form counts more than what is said below it.
        let answers = u16::from(!self.answers.is_empty());
        let foot = (count(&self.foot) + answers).min(height.saturating_sub(1));
        Rect { y: text.y + head, height: height - foot, ..text }
    }

    /// Returns the number of lines above the last screenful of the body.
    pub(crate) fn max_top(&self) -> usize {
        self.body.len().saturating_sub(self.rows().height.into())
    }

    /// Scrolls so that a line of the body is visible, with as many of those before it as fit.
    pub(crate) fn keep_visible(mut self, line: usize) -> Self {
        let height = usize::from(self.rows().height).max(1);
        self.top = (line + 1).saturating_sub(height);
        self
    }

    /// Adds the answers to a question.
    pub(crate) fn answer_with(mut self, app: &App, wanted: Vec<Wanted>) -> Self {
        self.answers = place(&app.keys, wanted, 0, self.width());
        self
    }

    /// Returns the line of the answers.
    pub(crate) fn answer_line(&self) -> Option<Rect> {
        let text = box_text(self.area);
        let line = Rect { y: text.bottom().saturating_sub(1), height: 1.min(text.height), ..text };
        (!self.answers.is_empty()).then_some(line)
    }

    /// Returns the action of the answer at a cell of the screen.
    pub(crate) fn answer_at(&self, column: u16, row: u16) -> Option<Action> {
        let line = self.answer_line().filter(|line| hits(Some(*line), column, row))?;
        let x = column - line.x;
        self.answers.iter().find_map(|hint| hint.action_at(x))
    }

    /// Returns the line of the body at a cell of the screen.
    pub(crate) fn line_at(&self, column: u16, row: u16) -> Option<usize> {
        let rows = self.rows();
        let line = self.top.min(self.max_top()) + usize::from(row.saturating_sub(rows.y));
        (hits(Some(rows), column, row) && line < self.body.len()).then_some(line)
    }
}

/// Returns sentences in lines of a width; empty ones are left out.
pub(crate) fn in_lines(notes: Vec<(Tone, String)>, width: usize) -> Vec<ViewLine> {
    let notes = notes.into_iter().filter(|(_, words)| !words.is_empty());
    let lines = notes.flat_map(|(tone, words)| {
        let lines = text::wrap(&text::clean(&words), width.max(8)).into_iter();
        lines.map(move |line| ViewLine::of(tone, line)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// Returns a line with the extent and the age of the local copy.
pub(crate) fn extent_line(coverage: &Coverage, now: Now, width: usize) -> ViewLine {
    let forms = extent(coverage, now);
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    let tone = if coverage.offline_since.is_some() { Tone::Warn } else { Tone::Dim };
    ViewLine::of(tone, text::fit(width, &forms))
}
