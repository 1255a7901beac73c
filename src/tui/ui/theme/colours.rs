//! The colour for each meaning, for dark and for light backgrounds.
//!
//! Each has a contrast of at least 4.5:1 with its background (WCAG 2.1, level AA), which a test computes.

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

/// The colours out of the sixteen in the terminal's own palette that are readable on black. Red, blue and magenta are
/// not.
pub(super) const SIXTEEN_ON_DARK: Colours = Colours {
    accent: Color::Cyan,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::LightRed,
    demo: Color::LightMagenta,
    production: Color::Yellow,
};

/// The colours out of the sixteen that are readable on white: red, magenta and two blues. Green is not, so a good status
/// is drawn plain.
pub(super) const SIXTEEN_ON_LIGHT: Colours = Colours {
    accent: Color::Blue,
    good: Color::Reset,
    warn: Color::Magenta,
    bad: Color::Red,
    demo: Color::Magenta,
    production: Color::Blue,
};

/// For dark backgrounds, out of the 256 that most terminals have: light and calm.
pub(super) const DARK: Colours = Colours {
    accent: Color::Indexed(80),
    good: Color::Indexed(114),
    warn: Color::Indexed(221),
    bad: Color::Indexed(210),
    demo: Color::Indexed(176),
    production: Color::Indexed(111),
};

/// For light backgrounds, out of the same 256: dark enough to be readable on white.
pub(super) const LIGHT: Colours = Colours {
    accent: Color::Indexed(24),
    good: Color::Indexed(22),
    warn: Color::Indexed(94),
    bad: Color::Indexed(124),
    demo: Color::Indexed(90),
    production: Color::Indexed(19),
};
