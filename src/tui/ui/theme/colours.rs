//! The colours of each meaning, for dark and for light backgrounds.
//!
//! Each of them has a contrast of at least 4.5:1 with its background (WCAG 2.1, level AA); a test computes it.

use ratatui::style::Color;

/// A colour for each meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours {
    pub(super) accent: Color,
    pub(super) good: Color,
    pub(super) warn: Color,
    pub(super) bad: Color,
    pub(super) demo: Color,
    pub(super) production: Color,
}

/// Of the sixteen that every terminal maps to its own palette, those that can be read on black. Red, blue and magenta
/// cannot.
pub(super) const SIXTEEN_ON_DARK: Colours = Colours {
    accent: Color::Cyan,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::LightRed,
    demo: Color::LightMagenta,
    production: Color::Yellow,
};

/// Of the sixteen, those that can be read on white: red, magenta and two blues. Green is none of them, so that what is
/// good looks plain.
pub(super) const SIXTEEN_ON_LIGHT: Colours = Colours {
    accent: Color::Blue,
    good: Color::Reset,
    warn: Color::Magenta,
    bad: Color::Red,
    demo: Color::Magenta,
    production: Color::Blue,
};

/// For dark backgrounds, of the 256 that most terminals have: light and calm.
pub(super) const DARK: Colours = Colours {
    accent: Color::Indexed(80),
    good: Color::Indexed(114),
    warn: Color::Indexed(221),
    bad: Color::Indexed(210),
    demo: Color::Indexed(176),
    production: Color::Indexed(111),
};

/// For light backgrounds, of the same 256: dark enough to be read on white.
pub(super) const LIGHT: Colours = Colours {
    accent: Color::Indexed(24),
    good: Color::Indexed(22),
    warn: Color::Indexed(94),
    bad: Color::Indexed(124),
    demo: Color::Indexed(90),
    production: Color::Indexed(19),
};
