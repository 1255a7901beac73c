//! `vipmp completions`: scripts with which shells complete vipmp's commands and options.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Arguments, stdout::write};

/// Prints the completions for a shell.
pub(super) fn print(shell: Shell) -> ExitCode {
    write(&script(shell))
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "vipmp", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_script_has_every_command_and_option() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).unwrap();
            for word in ["profile", "doctor", "serve", "completions", "rate-limit", "secret-command"] {
                assert!(script.contains(word), "{word} for {shell}");
            }
        }
    }
}
