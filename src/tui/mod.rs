//! The interactive screen: everything between the keys and the frame.
//!
//! `app` is pure state and `ui` pure drawing.

pub mod action;
pub mod app;
pub mod clipboard;
pub mod keys;
pub mod terminal;
pub mod ui;
