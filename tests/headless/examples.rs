//! Tests that every command has examples in help and manual, and that they run on the demo.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
};

use clap::{CommandFactory as _, Parser as _};
use vipmp::cli::{
    Arguments,
    help::{EXAMPLES, EXIT_STATUSES, examples_of},
};

/// Returns a shell that runs a line in a home folder, with the program in its path.
fn shell(line: &str, home: &Path) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_vipmp")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&path))).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", line]).env_clear().env("PATH", path).env("HOME", home).env("LANG", "C.UTF-8");
    command.current_dir(home).stdin(Stdio::null());
    command
}

/// Starts a server, waits for the last line of its profile and ends it.
fn serves(line: &str, home: &Path) {
    let mut child = shell(&format!("exec {line}"), home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let last = lines.map_while(Result::ok).find(|line| line.starts_with("# export "));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(last.is_some(), "{line}");
}

#[test]
fn every_example_runs_on_the_demo() {
    let home = tempfile::tempdir().unwrap();
    for example in EXAMPLES {
        let line = example.line;
        if example.command.is_empty() && line == "vipmp --demo" {
            let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert!(arguments.command.is_none() && arguments.demo, "it opens the screen");
        } else if line.starts_with("vipmp serve") && !line.contains("--openapi") {
            serves(line, home.path());
        } else {
            // A smaller demo, of which the copy is read sooner.
            let is_of_copy = [
                "find",
                "today",
                "renewals",
                "summary",
                "report",
                "sync",
                "changes",
                "sql",
                "portfolio",
                "views",
                "reconcile",
            ]
            .iter()
            .any(|command| example.command.split(' ').next() == Some(command));
            let line = if is_of_copy {
                line.replace(" --demo", " --demo --demo-customers 60")
            } else {
                line.to_owned()
            };
            let output = shell(&line, home.path()).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn every_help_page_has_two_or_three_examples_of_its_command() {
    fn check(command: &mut clap::Command, path: &str) {
        let examples: Vec<_> = examples_of(path).collect();
        assert!((2..=3).contains(&examples.len()), "{path}: {} examples", examples.len());
        let help = command.render_help().to_string();
        for example in examples {
            assert!(example.line.contains(&format!("vipmp {path}").trim_end().to_owned()), "{example:?}");
            assert!(example.purpose.ends_with('.'), "{example:?}");
            // Help wraps long lines.
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words(&help).contains(&words(example.line)), "{help}");
        }
        for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help") {
            let name = format!("{path} {}", below.get_name());
            check(below, name.trim_start());
        }
    }
    let mut command = Arguments::command();
    command.build();
    check(&mut command, "");
}

#[test]
fn exit_statuses_are_the_same_in_help_manual_and_docs() {
    let help = Arguments::command().render_help().to_string();
    let docs =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md")).unwrap();
    for (status, meaning) in EXIT_STATUSES {
        assert!(help.contains(&format!("  {status:>3}  {meaning}")), "{help}");
        assert!(docs.contains(&format!("| {status} | {meaning} |")), "{status}");
    }
}
