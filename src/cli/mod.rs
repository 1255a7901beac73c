//! The command line: its arguments, and the commands that run without the full-screen view.

mod account;
mod arguments;
mod completions;
mod context;
mod doctor;
mod doctor_network;
mod exit;
mod export;
mod filter_args;
pub mod help;
mod ids;
mod list;
mod list_notes;
mod machine;
mod man;
mod output_args;
mod portfolio;
mod products;
mod profile;
mod profile_prompts;
mod progress;
mod prompt;
mod resellers;
mod row_stream;
#[cfg(test)]
mod screen_commands;
mod serve;
mod serve_log;
mod serve_profile;
mod show;
mod show_record;
mod signals;
mod start;
mod stdout;
mod target_choice;
mod warnings;

pub use arguments::{Arguments, CliCommand, ProfileCommand, ProfileFields};
pub use export::ExportArgs;
pub use filter_args::{Direction, FilterArgs, SortField};
pub use list::ListArgs;
pub use output_args::OutputArgs;
pub use portfolio::{
    ChangesArgs, DeadlineFormat, FindArgs, KeyColumns, NoteArgs, PortfolioCommand, ReconcileArgs,
    RenewalsArgs, ReportArgs, SqlArgs, SummaryArgs, SyncArgs, TodayArgs, ViewsCommand,
};
pub use products::{ImportArgs, ProductsCommand, TableArgs};
pub use resellers::ResellersArgs;
pub use show::ShowArgs;
pub use start::{parse, start};
