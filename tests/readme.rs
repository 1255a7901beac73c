//! The README tells the truth: its key table is the table of actions, its options are those of the program.

use std::{collections::BTreeSet, fmt::Write, fs};

use clap::CommandFactory;
use vipmp::{
    cli::Arguments,
    tui::{
        action::{ACTIONS, Group},
        keys::KeyMap,
    },
};

const START: &str = "<!-- keys: made from the table of actions; `UPDATE_README=1 cargo test --test readme` writes it anew -->\n";
const END: &str = "<!-- end of keys -->";

fn readme_path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn key_table() -> String {
    let keys = KeyMap::default();
    let mut table = String::new();
    for group in Group::ALL {
        let _ = writeln!(table, "| {} | |\n|---|---|", group.title());
        for info in ACTIONS.iter().filter(|info| info.group == group) {
            let labels: Vec<String> =
                keys.chords(info.action).iter().map(|chord| format!("`{chord}`")).collect();
            let _ = writeln!(table, "| {} | {} |", labels.join(" "), info.help);
        }
        table.push('\n');
    }
    table
}

#[test]
fn the_key_table_is_the_table_of_actions() {
    let readme = fs::read_to_string(readme_path()).unwrap();
    let start = readme.find(START).expect("the key table begins") + START.len();
    let end = readme.find(END).expect("the key table ends");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(readme_path(), format!("{}\n{}{}", &readme[..start], key_table(), &readme[end..])).unwrap();
        return;
    }
    assert_eq!(
        readme[start..end].trim(),
        key_table().trim(),
        "UPDATE_README=1 cargo test --test readme writes it anew"
    );
}

#[test]
fn every_option_is_in_the_readme_and_the_other_way_round() {
    let readme = fs::read_to_string(readme_path()).unwrap();
    let words = readme.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let not_ours = ["--release", "--example", "--test"];
    let told: BTreeSet<&str> = words
        .filter(|word| word.starts_with("--") && word.len() > 2 && !not_ours.contains(word))
        .filter(|word| !word.starts_with("---"))
        .collect();
    let mut command = Arguments::command();
    command.build();
    let mut real = BTreeSet::new();
    collect(&command, &mut real);
    assert_eq!(told, real.iter().map(String::as_str).collect());
}

/// The long options of a command and of those below it.
fn collect(command: &clap::Command, options: &mut BTreeSet<String>) {
    options
        .extend(command.get_arguments().filter_map(|argument| Some(format!("--{}", argument.get_long()?))));
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        collect(below, options);
    }
}

#[test]
fn every_command_is_in_the_readme() {
    let readme = fs::read_to_string(readme_path()).unwrap();
    let mut command = Arguments::command();
    command.build();
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        let name = below.get_name();
        assert!(readme.contains(&format!("`vipmp {name}")), "vipmp {name}");
        for deeper in below.get_subcommands().filter(|deeper| deeper.get_name() != "help") {
            assert!(
                readme.contains(&format!("`vipmp {name} {}", deeper.get_name())),
                "{}",
                deeper.get_name()
            );
        }
    }
}

#[test]
fn the_figures_and_files_that_it_names_are_there() {
    let readme = fs::read_to_string(readme_path()).unwrap();
    let root = readme_path().parent().unwrap().to_owned();
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(link.starts_with("https://") || root.join(link).exists(), "{link}");
    }
    let customers = vipmp::demo::DemoOptions::default().customers;
    assert_eq!(customers, 1_307);
    assert!(readme.contains("1,307 invented customers"));
}
