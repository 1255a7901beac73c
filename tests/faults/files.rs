//! Faults of files: what is configured, remembered and kept, on disks that take it and on disks that do not.

mod config;
mod disk;
mod kills;
mod machine;
mod person;
mod special;
mod state;
mod together;
mod tokens;

use crate::catalogue::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case!(config::missing, "no configuration"),
    case!(config::empty, "an empty configuration"),
    case!(config::malformed, "a configuration whose grammar is broken"),
    case!(config::misspelt_heading, "a misspelt heading in it, which hides a profile"),
    case!(config::no_usable_profile, "no profile in it that can be used"),
    case!(config::missing_default, "a default profile that is not in it"),
    case!(config::unknown_keys, "unknown keys in it"),
    case!(config::wrong_types, "values of wrong types in it"),
    case!(config::unreadable, "a configuration that may not be read"),
    case!(config::not_text, "a configuration that is no UTF-8"),
    case!(config::too_large, "a configuration that is too large"),
    case!(config::dangling_link, "a link to a configuration that is not there"),
    case!(config::in_an_unwritable_folder, "a configuration in a folder that cannot be written to"),
    case!(state::truncated, "a state that was cut off"),
    case!(state::garbage, "a state that is garbage"),
    case!(state::broken_beside_a_broken_configuration, "a broken state beside a broken configuration"),
    case!(state::of_a_newer_version, "a state of a newer version"),
    case!(state::unreadable, "a state that may not be read"),
    case!(tokens::truncated, "a kept token that was cut off"),
    case!(tokens::garbage, "a kept token that is garbage"),
    case!(tokens::no_place, "no place for the token"),
    case!(disk::full, "a full disk"),
    case!(disk::full_for_a_command, "a full disk, for a command"),
    case!(disk::read_only, "a data folder that cannot be written to"),
    case!(disk::no_folder, "a data folder that cannot be made"),
    case!(kills::state, "200 kills (SIGKILL) while the state is written"),
    case!(kills::config, "200 kills while the configuration is written"),
    case!(kills::token, "200 kills while a token is written"),
    case!(kills::journal, "20 kills while rows are exported, each gone on with"),
    case!(kills::leftovers, "temporary files that a kill has left, and those of a writer that lives"),
    case!(special::configuration, "a named pipe in place of the configuration"),
    case!(special::state, "a named pipe in place of the state"),
    case!(special::state_that_leads_to_a_device, "a state that is a link to `/dev/null`"),
    case!(special::locks, "named pipes in place of the lock files"),
    case!(special::kept_token, "a named pipe in place of a kept token"),
    case!(special::secret, "a secret in a named pipe into which nothing is written"),
    case!(special::log, "a named pipe, or a device, in place of the log"),
    case!(special::manual, "a named pipe in place of a manual page"),
    case!(special::export, "a named pipe in place of an export or of its journal"),
    case!(special::foreign_names, "escape sequences in the names of files"),
    case!(machine::full_while_a_workbook_is_made, "a full disk while a workbook is made"),
    case!(machine::full_temporary_folder, "a full temporary folder while a workbook is made"),
    case!(machine::full_while_rows_are_gathered, "a full disk while rows are gathered for an export"),
    case!(machine::open_files, "no more files can be opened"),
    case!(machine::clock, "a clock before 1970"),
    case!(together::sessions, "two sessions that end at once"),
    case!(together::commands, "six commands that write at once"),
];
