//! The style for each meaning, readable on dark and on light backgrounds.

mod colours;
#[cfg(test)]
mod contrast;

use ratatui::style::{Color, Modifier, Style};

use super::super::app::{AccountKind, Tone};
use colours::{Colours, DARK, LIGHT, SIXTEEN_ON_DARK, SIXTEEN_ON_LIGHT};

/// The styles of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The colours, or `None` if symbols, words, bold and reverse carry all meaning.
    colours: Option<Colours>,
    /// True if the screen is drawn in ASCII only.
    ascii: bool,
}

#[expect(clippy::unused_self, reason = "every look is asked of the theme, those without a colour too")]
impl Theme {
    /// Returns the sixteen colours that every terminal maps to its own palette, for a dark background.
    pub fn coloured() -> Self {
        Self { colours: Some(SIXTEEN_ON_DARK), ascii: false }
    }

    /// Returns styles without colours: symbols, words, bold and reverse alone.
    pub fn monochrome() -> Self {
        Self { colours: None, ascii: false }
    }

    /// Replaces all symbols with ASCII.
    #[must_use]
    pub fn in_ascii(self) -> Self {
        Self { ascii: true, ..self }
    }

    /// Returns the sixteen colours for a light background.
    pub fn coloured_on_light() -> Self {
        Self { colours: Some(SIXTEEN_ON_LIGHT), ascii: false }
    }

    /// Returns colours out of the fixed 256, for a dark background.
    pub fn dark() -> Self {
        Self { colours: Some(DARK), ascii: false }
    }

    /// Returns colours out of the fixed 256, for a light background.
    pub fn light() -> Self {
        Self { colours: Some(LIGHT), ascii: false }
    }

    pub(super) fn is_ascii(self) -> bool {
        self.ascii
    }

    fn colour(self, pick: fn(Colours) -> Color) -> Style {
        self.colours.map_or(Style::new(), |colours| Style::new().fg(pick(colours)))
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

    /// Returns the accent style: focus, headings, things that can be pressed.
    pub(crate) fn accent(self) -> Style {
        self.colour(|colours| colours.accent)
    }

    pub(crate) fn border(self, focused: bool) -> Style {
        if focused { self.accent() } else { self.dim() }
    }

    pub(crate) fn good(self) -> Style {
        self.colour(|colours| colours.good)
    }

    pub(crate) fn warn(self) -> Style {
        self.colour(|colours| colours.warn)
    }

    pub(crate) fn bad(self) -> Style {
        self.colour(|colours| colours.bad)
    }

    /// Returns the style of a line that is out of date, whatever its colours were.
    pub(crate) fn stale(self) -> Style {
        Style::new().fg(Color::Reset).add_modifier(Modifier::DIM)
    }

    /// Returns the style of the selected line of a list.
    pub(crate) fn selected(self, focused: bool) -> Style {
        // Reversed colours would draw more attention than the line itself; on it, symbols and words carry the meaning.
        if focused { Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// Returns the style of the environment's badge: unmistakable without being loud.
    pub(crate) fn environment(self, environment: AccountKind) -> Style {
        match environment {
            AccountKind::Demo => self.colour(|colours| colours.demo).add_modifier(Modifier::REVERSED),
            AccountKind::Production => {
                self.colour(|colours| colours.production).add_modifier(Modifier::REVERSED | Modifier::BOLD)
            }
            // No real customers are at stake there.
            AccountKind::Sandbox | AccountKind::Custom => self.accent(),
        }
    }

    /// Returns the style of a line that has just changed.
    pub(crate) fn changed(self) -> Style {
        self.warn().add_modifier(Modifier::BOLD)
    }

    /// Returns the style of a search match.
    pub(crate) fn found(self, current: bool) -> Style {
        if current {
            self.warn().add_modifier(Modifier::REVERSED)
        } else {
            self.warn().add_modifier(Modifier::UNDERLINED)
        }
    }

    /// Returns the style of an account's status, by its code.
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
            Tone::Selected => self.selected(true),
        }
    }
}
