//! How meanings look: the terminal's own colours, so that light and dark backgrounds both stay readable.

use ratatui::style::{Color, Modifier, Style};

use super::super::app::Tone;

/// The looks of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colours: bool,
}

#[expect(clippy::unused_self, reason = "every look is asked of the theme, those without a colour too")]
impl Theme {
    /// The theme with the sixteen colours that every terminal maps to its own palette.
    pub fn coloured() -> Self {
        Self { colours: true }
    }

    /// Without colours: meaning is told by symbols, words, bold and reverse alone.
    pub fn monochrome() -> Self {
        Self { colours: false }
    }

    /// The theme for this value of `NO_COLOR`, which counts when it is set and not empty (no-color.org).
    pub fn for_no_color(value: Option<&str>) -> Self {
        if value.is_some_and(|value| !value.is_empty()) { Self::monochrome() } else { Self::coloured() }
    }

    fn colour(self, colour: Color) -> Style {
        if self.colours { Style::new().fg(colour) } else { Style::new() }
    }

    pub(crate) fn plain(self) -> Style {
        Style::new()
    }

    pub(crate) fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(crate) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The one accent: focus, headings, what can be pressed.
    pub(crate) fn accent(self) -> Style {
        self.colour(Color::Cyan)
    }

    pub(crate) fn border(self, focused: bool) -> Style {
        if focused { self.accent() } else { self.dim() }
    }

    pub(crate) fn good(self) -> Style {
        self.colour(Color::Green)
    }

    pub(crate) fn warn(self) -> Style {
        self.colour(Color::Yellow)
    }

    pub(crate) fn bad(self) -> Style {
        self.colour(Color::Red)
    }

    /// The selected line of a list.
    pub(crate) fn selected(self, focused: bool) -> Style {
        // Reversed colours would be patches that shout louder than the line: on it, symbols and words tell the meaning.
        if focused { Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// The badge of the environment: unmistakable, not shouting.
    pub(crate) fn demo(self) -> Style {
        self.colour(Color::Magenta).add_modifier(Modifier::REVERSED)
    }

    /// A match of a search.
    pub(crate) fn found(self, current: bool) -> Style {
        if current {
            self.warn().add_modifier(Modifier::REVERSED)
        } else {
            self.warn().add_modifier(Modifier::UNDERLINED)
        }
    }

    /// A status of an account, by its code.
    pub(crate) fn status(self, code: &str) -> Style {
        match code {
            "1000" => self.good(),
            "1002" => self.warn(),
            "1004" => self.dim(),
            "1026" => self.bad(),
            _ => self.plain(),
        }
    }

    pub(crate) fn tone(self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.plain(),
            Tone::Label | Tone::Dim => self.dim(),
            Tone::Strong => self.strong(),
            Tone::Accent => self.accent(),
            Tone::Good => self.good(),
            Tone::Warn => self.warn(),
            Tone::Bad => self.bad(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_counts_when_it_is_set_and_not_empty() {
        assert_eq!(Theme::for_no_color(None), Theme::coloured());
        assert_eq!(Theme::for_no_color(Some("")), Theme::coloured());
        assert_eq!(Theme::for_no_color(Some("1")), Theme::monochrome());
        assert_eq!(Theme::monochrome().bad().fg, None);
    }
}
