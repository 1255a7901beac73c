//! Profiles on the screen: the list that one switches by, and the form that adds and changes them.

mod checks;
mod form;
mod form_keys;
mod form_lines;
mod hidden;
mod menu;
mod refused;

pub(crate) use checks::{Check, Checks};
pub(crate) use form::{Field, Form, Kept, Warned};
pub(crate) use form_lines::{FormLine, form_lines};
pub(crate) use menu::{Entry, Menu, entries};
pub(crate) use refused::Typing;
