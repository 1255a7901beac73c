//! Lines of the screen as data, in pieces that have a tone.

use crate::text;

/// The meaning of a piece of text; the theme decides on its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Label,
    Dim,
    Strong,
    Accent,
    Good,
    Warn,
    Bad,
    /// The cursor is on it.
    Selected,
}

/// One line of the screen, in pieces. Its text is clean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TextLine {
    pub(crate) spans: Vec<(Tone, String)>,
    /// True if it continues the wrapped line before. Its first piece is then an indent.
    pub(crate) continues: bool,
    /// True if the answer that has just arrived has brought or changed it.
    pub(crate) is_new: bool,
}

impl TextLine {
    pub(crate) fn plain(text: &str) -> Self {
        Self::toned(Tone::Plain, text)
    }

    pub(crate) fn toned(tone: Tone, text: &str) -> Self {
        Self { spans: vec![(tone, text::clean(text).into_owned())], ..Self::default() }
    }

    pub(crate) fn with(mut self, tone: Tone, text: &str) -> Self {
        self.spans.push((tone, text::clean(text).into_owned()));
        self
    }

    /// All of the line's text.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }
}
