//! The README tells the truth: its key table is the table of actions, its options are those of the program, its lines for
//! scripts work.

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

#[cfg(unix)]
#[test]
fn the_lines_for_scripts_work_as_they_stand() {
    use calamine::Reader as _;
    use serde_json::Value;

    let readme = fs::read_to_string(readme_path()).unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_vipmp"));
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(program.parent().unwrap().to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).unwrap();
    let home = tempfile::tempdir().unwrap();
    // As a person would run them: in the same folder, one after another.
    let run = |line: &str| -> String {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", line]).env_clear().env("PATH", &path).env("HOME", home.path());
        let output = command.env("LANG", "C.UTF-8").current_dir(home.path()).output().unwrap();
        let (out, err) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{line}");
        out
    };
    let file = |name: &str| fs::read(home.path().join(name)).unwrap();
    let rows = |name: &str| -> Vec<Value> {
        let text = String::from_utf8(file(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (_, section) = readme.split_once("\n## For scripts\n").expect("the section");
    let section = section.split("\n## ").next().unwrap();
    let [_, block] = section.split("```sh\n").collect::<Vec<_>>()[..] else { panic!("one block: {section}") };
    let lines: Vec<&str> = block.split("```").next().unwrap().lines().collect();
    let [joined, pending, everybody, statuses, resellers] = lines[..] else {
        panic!("five lines: {lines:#?}")
    };

    let month = run("date -u +%Y-%m");
    assert_eq!(run(joined), "");
    let csv = file("joined.csv");
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let created = reader.headers().unwrap().iter().position(|name| name == "created").unwrap();
    let next = run("date -u +%Y-%m");
    for record in reader.records() {
        let created = &record.unwrap()[created];
        assert!([&month, &next].iter().any(|month| created.starts_with(month.trim_end())), "{created}");
    }

    assert_eq!(run(pending), "");
    let pending = rows("pending.jsonl");
    assert_eq!(pending.len(), 12);
    for row in &pending {
        assert_eq!(row["customer"]["status"], "1002", "{row}");
        assert!(row["subscriptions"].is_array(), "{row}");
    }

    assert_eq!(run(everybody), "");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(home.path().join("everybody.xlsx")).unwrap();
    let sheet = book.worksheet_range("Customers").unwrap();
    assert_eq!(sheet.height(), 1_308, "a heading and a line for each");
    assert!(sheet.rows().next().unwrap().iter().any(|title| *title == "Anniversary"));

    let counted = run(statuses);
    let mut counts: Vec<Vec<&str>> = counted.lines().map(|line| line.split_whitespace().collect()).collect();
    counts.sort_by_key(|words| words[2]);
    let expected =
        [["3", "✕", "1026"], ["1204", "●", "Active"], ["88", "○", "Inactive"], ["12", "◐", "Pending"]];
    assert_eq!(counts, expected);

    assert_eq!(run(resellers), "");
    let all = rows("resellers.jsonl");
    let ids: BTreeSet<&str> = all.iter().map(|row| row["resellerId"].as_str().unwrap()).collect();
    assert!(all.len() > 1_307 && ids.len() > 1, "{} rows of {ids:?}", all.len());
}
