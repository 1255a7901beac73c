//! Waits that the user may see.

use std::time::Duration;

/// The time for which a wait stays invisible.
pub(crate) const PATIENCE: Duration = Duration::from_millis(150);
/// The time for which a spinner shows each of its pictures.
pub(crate) const SPIN: Duration = Duration::from_millis(100);

/// Returns the picture of a spinner after this time.
pub(crate) fn spinner(waited: Duration) -> &'static str {
    const PICTURES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    let turn = usize::try_from(waited.as_millis() / SPIN.as_millis()).unwrap_or(0);
    PICTURES[turn % PICTURES.len()]
}
