//! The interactive screen: everything between the keys and the frame.

pub mod action;
pub mod clipboard;
pub mod keys;
pub mod terminal;
