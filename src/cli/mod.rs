//! The command line: what can be asked for, and how that becomes a running screen or a command's output.

mod account;
mod arguments;
mod ask;
mod choice;
mod completions;
mod data;
mod doctor;
mod doctor_network;
mod exit;
mod export;
mod form;
pub mod help;
mod ids;
mod list;
mod machine;
mod man;
mod profile;
mod profile_form;
mod progress;
mod resellers;
mod rows;
#[cfg(test)]
mod screen_commands;
mod serve;
mod serve_log;
mod serve_profile;
mod setting;
mod show;
mod show_record;
mod shown;
mod signals;
mod start;
mod warnings;
mod which;

pub use arguments::{Arguments, Command, ProfileCommand, ProfileFields};
pub use export::Export;
pub use form::Form;
pub use list::ListCustomers;
pub use resellers::Resellers;
pub use show::Show;
pub use start::{parse, start};
pub use which::{Direction, FilterArgs, SortField};
