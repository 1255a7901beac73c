//! The interactive screen: everything between the keys and the frame.
//!
//! `app` is pure state and `ui` pure drawing; `runtime` is the only place where the two meet the world, through
//! `effects` on the one side and `terminal` on the other.

pub mod action;
pub mod app;
pub mod clipboard;
mod connection;
mod editor;
mod effects;
mod exporting;
pub mod keys;
mod load;
mod look;
mod runtime;
pub mod terminal;
pub mod ui;

pub use app::Invocation;
pub use load::{configured, problems};
pub use look::Look;
pub use runtime::{End, Left, Options, run};
