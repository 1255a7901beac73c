//! The filter panel: its fields, editing them, and applying what was typed.

mod actions;
mod advice;
mod context;
mod field;
mod input;
mod nothing;
mod panel;
mod presets;
mod prompt;
mod summary;

use std::time::Duration;

pub(crate) use advice::customer_id_not_found;
pub(crate) use context::FilterContext;
pub(crate) use field::{FIELD_HEADINGS, FIELD_LABEL, FilterField, panel_width};
pub(crate) use input::TypedKey;
pub(crate) use nothing::nothing_found;
pub(crate) use panel::{Editing, FilterPanel, Typed};
pub(crate) use presets::Preset;
use prompt::Prompt;
pub(crate) use summary::summary;

/// The pause after which a typed text is applied.
pub(crate) const TYPING_REST: Duration = Duration::from_millis(400);
