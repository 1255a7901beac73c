//! The reports of tasks to the event loop.

use super::{app::Message, clipboard::Copied};

/// A report of a task to the event loop.
#[derive(Debug)]
pub(super) enum Report {
    /// A result for the app.
    Message(Message),
    /// The outcome of a copy; the event loop may have to write the text to the terminal.
    Copied(Copied),
}
