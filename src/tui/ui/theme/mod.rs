//! The style of each meaning, readable on dark and on light backgrounds.

mod colours;
#[cfg(test)]
mod contrast;

use ratatui::style::{Color, Modifier, Style};

use super::super::app::{AccountKind, Tone};
use colours::{Colours, DARK, LIGHT, SIXTEEN_ON_DARK, SIXTEEN_ON_LIGHT};

/// The styles of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The colours; none if symbols, words, bold and reverse carry all of the meaning.
    colours: Option<Colours>,
    /// True if the screen is drawn in ASCII alone.
    ascii: bool,
}

#[expect(clippy::unused_self, reason = "every look is asked of the theme, those without a colour too")]
impl Theme {
    /// The sixteen colours that every terminal maps to its own palette, for a dark background.
    pub fn coloured() -> Self {
        Self { colours: Some(SIXTEEN_ON_DARK), ascii: false }
    }

    /// No colours: symbols, words, bold and reverse alone.
    pub fn monochrome() -> Self {
        Self { colours: None, ascii: false }
    }

    /// The same colours with ASCII for all symbols.
    #[must_use]
    pub fn in_ascii(self) -> Self {
        Self { ascii: true, ..self }
    }

    /// The sixteen colours again, for a light background.
    pub fn coloured_on_light() -> Self {
        Self { colours: Some(SIXTEEN_ON_LIGHT), ascii: false }
    }

    /// Fixed colours of the 256 for a dark background.
    pub fn dark() -> Self {
        Self { colours: Some(DARK), ascii: false }
    }

    /// Fixed colours of the 256 for a light background.
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

    /// The one accent: focus, headings, what can be pressed.
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

    /// A line that is no longer up to date, whatever its colours were.
    pub(crate) fn stale(self) -> Style {
        Style::new().fg(Color::Reset).add_modifier(Modifier::DIM)
    }

    /// The selected line of a list.
    pub(crate) fn selected(self, focused: bool) -> Style {
        // Reversed colours would be patches that shout louder than the line: on it, symbols and words tell the meaning.
        if focused { Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// The badge of the environment: unmistakable, not shouting.
    pub(crate) fn environment(self, environment: AccountKind) -> Style {
        match environment {
            AccountKind::Demo => self.colour(|colours| colours.demo).add_modifier(Modifier::REVERSED),
            AccountKind::Production => {
                self.colour(|colours| colours.production).add_modifier(Modifier::REVERSED | Modifier::BOLD)
            }
            // Nothing real is at stake there.
            AccountKind::Sandbox | AccountKind::Custom => self.accent(),
        }
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
