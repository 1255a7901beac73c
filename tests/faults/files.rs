//! Faults of files and disks.

mod config;
mod disk;
mod kills;
mod machine;
mod special;
mod state;
mod together;
mod tokens;
pub(crate) mod user;

use crate::catalogue::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case!(config::missing, "no configuration"),
    case!(config::empty, "an empty configuration"),
    case!(config::malformed, "a configuration that is not TOML"),
    case!(config::misspelt_heading, "a configuration with a misspelt heading, which hides a profile"),
    case!(config::no_usable_profile, "a configuration without a usable profile"),
    case!(config::missing_default, "a configuration without its default profile"),
    case!(config::unknown_keys, "a configuration with unknown keys"),
    case!(config::wrong_types, "a configuration with values of wrong types"),
    case!(config::unreadable, "a configuration without read permission"),
    case!(config::not_text, "a configuration that is not UTF-8"),
    case!(config::too_large, "a configuration that is too large"),
    case!(config::dangling_link, "a link to a configuration that does not exist"),
    case!(config::in_an_unwritable_folder, "a configuration in a folder without write permission"),
    case!(state::truncated, "a truncated state file"),
    case!(state::garbage, "garbage in the state file"),
    case!(state::broken_beside_a_broken_configuration, "a broken state file and a broken configuration"),
    case!(state::of_a_newer_version, "a state file of a newer version"),
    case!(state::unreadable, "a state file without read permission"),
    case!(tokens::truncated, "a truncated token file"),
    case!(tokens::garbage, "garbage in a token file"),
    case!(tokens::no_place, "a token file that cannot be written"),
    case!(disk::full, "a full disk"),
    case!(disk::full_for_a_command, "a full disk, for a command"),
    case!(disk::read_only, "a data folder without write permission"),
    case!(disk::no_folder, "a data folder that cannot be created"),
    case!(kills::state, "200 kills (SIGKILL) while the state file is written"),
    case!(kills::config, "200 kills while the configuration is written"),
    case!(kills::token, "200 kills while a token is written"),
    case!(kills::journal, "20 kills of an export, each followed by a resumption"),
    case!(kills::leftovers, "temporary files left by a kill, and those of a running writer"),
    case!(special::configuration, "a named pipe in place of the configuration"),
    case!(special::state, "a named pipe in place of the state file"),
    case!(special::state_that_leads_to_a_device, "a state file that is a link to `/dev/null`"),
    case!(special::locks, "named pipes in place of the lock files"),
    case!(special::kept_token, "a named pipe in place of a token file"),
    case!(special::secret, "a secret in a named pipe to which nothing is written"),
    case!(special::log, "a named pipe or a device in place of the log"),
    case!(special::manual, "a named pipe in place of a manual page"),
    case!(special::export, "a named pipe in place of an export or of its journal"),
    case!(special::foreign_names, "escape sequences in file names"),
    case!(machine::full_while_a_workbook_is_made, "a full disk while a workbook is written"),
    case!(machine::full_temporary_folder, "a full temporary folder while a workbook is written"),
    case!(machine::full_while_rows_are_gathered, "a full disk while rows are fetched for an export"),
    case!(machine::open_files, "too many open files"),
    case!(machine::clock, "a clock before 1970"),
    case!(together::sessions, "two sessions that end at once"),
    case!(together::commands, "six commands that write at once"),
];
