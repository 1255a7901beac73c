//! The theme that the configuration and the environment ask for.

use super::{
    terminal::Background,
    ui::{Theme, is_utf8},
};
use crate::config::{Ascii, Palette, Ui};

/// The settings that decide the theme. The terminal may report its background later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    palette: Palette,
    is_ascii: bool,
    /// The background according to the environment.
    background: Option<Background>,
}

impl Look {
    /// Combines the configuration with the environment; `variable` returns the value of a variable. `NO_COLOR`
    /// overrides the theme, and the locale decides about symbols unless the configuration does.
    pub fn new(ui: &Ui, variable: impl Fn(&str) -> Option<String>) -> Self {
        let no_color = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            palette: if no_color { Palette::Mono } else { ui.theme },
            background: variable("COLORFGBG").and_then(|value| Background::from_colorfgbg(&value)),
            is_ascii: match ui.ascii {
                Ascii::Auto => !is_utf8(variable),
                Ascii::Yes => true,
                Ascii::No => false,
            },
        }
    }

    /// Returns true if the theme depends on the background of the terminal.
    pub(super) fn depends_on_background(self) -> bool {
        self.palette == Palette::Auto
    }

    /// Returns the theme for the background that the terminal has reported, if any. An unknown background counts as dark.
    pub(super) fn theme(self, reported: Option<Background>) -> Theme {
        let theme = match self.palette {
            Palette::Auto => match reported.or(self.background) {
                Some(Background::Light) => Theme::coloured_on_light(),
                Some(Background::Dark) | None => Theme::coloured(),
            },
            Palette::Dark => Theme::dark(),
            Palette::Light => Theme::light(),
            Palette::Mono => Theme::monochrome(),
        };
        if self.is_ascii { theme.in_ascii() } else { theme }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(ui: &Ui, variables: &[(&str, &str)]) -> Look {
        Look::new(ui, |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn with(palette: Palette) -> Ui {
        Ui { theme: palette, ascii: Ascii::No, ..Ui::default() }
    }

    #[test]
    fn the_terminal_knows_its_background_better_than_the_environment() {
        let look = look(&with(Palette::Auto), &[("COLORFGBG", "0;15")]);
        assert!(look.depends_on_background());
        assert_eq!(look.theme(None), Theme::coloured_on_light());
        assert_eq!(look.theme(Some(Background::Dark)), Theme::coloured());
        let unknown = super::Look::new(&with(Palette::Auto), |_| None);
        assert_eq!(unknown.theme(None), Theme::coloured());
        assert_eq!(unknown.theme(Some(Background::Light)), Theme::coloured_on_light());
    }

    #[test]
    fn a_configured_theme_ignores_the_background() {
        for (palette, theme) in [
            (Palette::Dark, Theme::dark()),
            (Palette::Light, Theme::light()),
            (Palette::Mono, Theme::monochrome()),
        ] {
            let look = look(&with(palette), &[("COLORFGBG", "0;15")]);
            assert!(!look.depends_on_background());
            assert!(
                [None, Some(Background::Dark), Some(Background::Light)]
                    .iter()
                    .all(|it| look.theme(*it) == theme)
            );
        }
    }

    #[test]
    fn no_color_counts_when_it_is_set_and_not_empty() {
        for palette in Palette::ALL {
            assert_eq!(look(&with(palette), &[("NO_COLOR", "1")]).theme(None), Theme::monochrome());
        }
        assert_eq!(look(&with(Palette::Auto), &[("NO_COLOR", "")]).theme(None), Theme::coloured());
    }

    #[test]
    fn the_configuration_overrides_the_locale_for_symbols() {
        let ascii = |ascii| Ui { ascii, ..with(Palette::Auto) };
        let latin = [("LANG", "en_GB.ISO-8859-1")];
        assert_eq!(look(&ascii(Ascii::Auto), &latin).theme(None), Theme::coloured().in_ascii());
        assert_eq!(look(&ascii(Ascii::No), &latin).theme(None), Theme::coloured());
        assert_eq!(look(&ascii(Ascii::Yes), &[]).theme(None), Theme::coloured().in_ascii());
    }
}
