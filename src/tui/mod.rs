//! The interactive screen: everything between the keys and the frame.

pub mod clipboard;
pub mod terminal;
