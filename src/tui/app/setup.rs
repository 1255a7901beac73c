//! What the app is started with.

use crate::tui::keys::KeyMap;

/// Where the data comes from; always on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The profile's name; empty for the demo, which has none.
    pub profile: String,
    /// `DEMO`, `SANDBOX` or `PRODUCTION`.
    pub environment: Environment,
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
}

/// Which API is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// The embedded demo API.
    Demo,
}

/// What the app is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where the data comes from.
    pub source: Source,
    /// The keys.
    pub keys: KeyMap,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Rows a page.
    pub page_size: u8,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// The first notice; more important than the welcome, which is shown where there is none.
    pub notice: Option<String>,
}
