//! The command line: what can be asked for, and how that becomes a running screen or a command's output.

mod arguments;
mod ask;
mod doctor;
mod exit;
mod profile;
mod profile_form;
mod serve;
mod setting;
mod start;

pub use arguments::{Arguments, Command, ProfileCommand, ProfileFields};
pub use start::start;
