//! How meanings look: the terminal's own colours, so that light and dark backgrounds both stay readable.

use ratatui::style::{Color, Modifier, Style};

use super::{
    super::app::{Environment, Tone},
    locale,
};
use crate::config::{Ascii, Palette, Ui};

/// The looks of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The colours; none where symbols, words, bold and reverse tell everything.
    colours: Option<Colours>,
    /// Whether the terminal gets nothing but ASCII.
    ascii: bool,
}

/// A colour for each meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colours {
    accent: Color,
    good: Color,
    warn: Color,
    bad: Color,
    demo: Color,
    production: Color,
}

/// The sixteen that every terminal maps to its own palette.
const TERMINAL: Colours = Colours {
    accent: Color::Cyan,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::Red,
    demo: Color::Magenta,
    production: Color::Blue,
};

/// For dark backgrounds, of the 256 that most terminals have: light and calm.
const DARK: Colours = Colours {
    accent: Color::Indexed(80),
    good: Color::Indexed(114),
    warn: Color::Indexed(221),
    bad: Color::Indexed(210),
    demo: Color::Indexed(176),
    production: Color::Indexed(111),
};

/// For light backgrounds, of the same: dark enough to be read on white.
const LIGHT: Colours = Colours {
    accent: Color::Indexed(24),
    good: Color::Indexed(22),
    warn: Color::Indexed(94),
    bad: Color::Indexed(124),
    demo: Color::Indexed(90),
    production: Color::Indexed(19),
};

#[expect(clippy::unused_self, reason = "every look is asked of the theme, those without a colour too")]
impl Theme {
    /// The theme with the sixteen colours that every terminal maps to its own palette.
    pub fn coloured() -> Self {
        Self { colours: Some(TERMINAL), ascii: false }
    }

    /// Without colours: meaning is told by symbols, words, bold and reverse alone.
    pub fn monochrome() -> Self {
        Self { colours: None, ascii: false }
    }

    /// The same colours with ASCII for all symbols.
    #[must_use]
    pub fn in_ascii(self) -> Self {
        Self { ascii: true, ..self }
    }

    /// The theme that the configuration asks for, and the environment: `NO_COLOR` counts more than a palette, and the
    /// locale decides of the symbols where the configuration does not.
    pub fn of(ui: &Ui) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let theme = Self::with(ui.theme, variable("NO_COLOR").as_deref());
        let ascii = match ui.ascii {
            Ascii::Auto => !locale::is_utf8(variable),
            Ascii::Yes => true,
            Ascii::No => false,
        };
        Self { ascii, ..theme }
    }

    pub(super) fn is_ascii(self) -> bool {
        self.ascii
    }

    /// `NO_COLOR` counts when it is set and not empty (no-color.org).
    fn with(palette: Palette, no_color: Option<&str>) -> Self {
        if no_color.is_some_and(|value| !value.is_empty()) {
            return Self::monochrome();
        }
        Self {
            colours: match palette {
                Palette::Terminal => Some(TERMINAL),
                Palette::Dark => Some(DARK),
                Palette::Light => Some(LIGHT),
                Palette::Mono => None,
            },
            ascii: false,
        }
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

    /// The selected line of a list.
    pub(crate) fn selected(self, focused: bool) -> Style {
        // Reversed colours would be patches that shout louder than the line: on it, symbols and words tell the meaning.
        if focused { Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// The badge of the environment: unmistakable, not shouting.
    pub(crate) fn environment(self, environment: Environment) -> Style {
        match environment {
            Environment::Demo => self.colour(|colours| colours.demo).add_modifier(Modifier::REVERSED),
            Environment::Production => {
                self.colour(|colours| colours.production).add_modifier(Modifier::REVERSED | Modifier::BOLD)
            }
            // Nothing real is at stake there.
            Environment::Sandbox | Environment::Custom => self.accent(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_counts_when_it_is_set_and_not_empty() {
        assert_eq!(Theme::with(Palette::Terminal, None), Theme::coloured());
        assert_eq!(Theme::with(Palette::Terminal, Some("")), Theme::coloured());
        for palette in Palette::ALL {
            assert_eq!(Theme::with(palette, Some("1")), Theme::monochrome());
        }
        assert_eq!(Theme::monochrome().bad().fg, None);
    }

    #[test]
    fn the_configuration_decides_of_the_symbols_where_it_says_so() {
        assert!(Theme::of(&Ui { ascii: Ascii::Yes, ..Ui::default() }).is_ascii());
        assert!(!Theme::of(&Ui { ascii: Ascii::No, ..Ui::default() }).is_ascii());
    }

    #[test]
    fn each_palette_has_colours_of_its_own_but_mono() {
        let accent = |palette| Theme::with(palette, None).accent().fg;
        assert_eq!(accent(Palette::Mono), None);
        assert_ne!(accent(Palette::Dark), accent(Palette::Light));
        assert_eq!(accent(Palette::Terminal), Some(Color::Cyan));
    }
}
