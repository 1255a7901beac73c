//! The interactive screen: everything between the keys and the frame.
//!
//! `app` is pure state and `ui` pure drawing. Only `runtime` connects them to the outside world: through `effects` to
//! the network and files, through `terminal` to the keyboard and the screen.

pub mod action;
pub mod app;
pub mod clipboard;
mod connection;
mod editor;
mod effects;
mod exporting;
mod forced_panic;
pub mod keys;
mod load;
mod local_copy;
mod look;
mod report;
mod runtime;
pub mod terminal;
pub mod ui;

pub use app::Invocation;
pub use load::{configured, problems};
pub use look::Look;
pub use runtime::{ExitReason, ExitReport, ScreenOptions, run};
