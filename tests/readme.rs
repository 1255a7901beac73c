//! README and docs/ match the program: the key table is the table of actions, the options are those of the program, the
//! lines for scripts work, and every link leads somewhere.

#![allow(clippy::unwrap_used, reason = "a page that cannot be read is a failed test")]

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use clap::CommandFactory;
use vipmp::{
    cli::Arguments,
    tui::{
        action::{ACTIONS, Group},
        keys::KeyMap,
    },
};

const START: &str = "<!-- keys: generated from the table of actions; update with `UPDATE_DOCS=1 cargo test --test readme` -->\n";
const END: &str = "<!-- end of keys -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a page, by its path below the root.
fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The pages of docs/ that are about the program, with README first.
fn manual() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    let entries = fs::read_dir(root().join("docs")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    pages.extend(names.filter(|name| name != "style.md").map(|name| format!("docs/{name}")));
    pages
}

/// The text of all pages about the program.
fn everything() -> String {
    manual().iter().map(|path| page(path)).collect::<Vec<_>>().join("\n")
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
    let keys = page("docs/keys.md");
    let start = keys.find(START).expect("the key table begins") + START.len();
    let end = keys.find(END).expect("the key table ends");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let updated = format!("{}\n{}{}", &keys[..start], key_table(), &keys[end..]);
        fs::write(root().join("docs/keys.md"), updated).unwrap();
        return;
    }
    assert_eq!(keys[start..end].trim(), key_table().trim(), "run UPDATE_DOCS=1 cargo test --test readme");
}

#[test]
fn every_option_is_documented_and_every_documented_option_exists() {
    let text = everything();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let not_ours = ["--release", "--example", "--test"];
    let documented: BTreeSet<&str> = words
        .filter(|word| word.starts_with("--") && word.len() > 2 && !not_ours.contains(word))
        .filter(|word| !word.starts_with("---"))
        .collect();
    let mut command = Arguments::command();
    command.build();
    let mut real = BTreeSet::new();
    collect(&command, &mut real);
    assert_eq!(documented, real.iter().map(String::as_str).collect());
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
fn every_command_is_documented() {
    let commands = page("docs/commands.md");
    let mut command = Arguments::command();
    command.build();
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        let name = below.get_name();
        assert!(commands.contains(&format!("`vipmp {name}")), "vipmp {name}");
        for deeper in below.get_subcommands().filter(|deeper| deeper.get_name() != "help") {
            assert!(
                commands.contains(&format!("`vipmp {name} {}", deeper.get_name())),
                "{}",
                deeper.get_name()
            );
        }
    }
}

#[test]
fn every_environment_variable_is_documented() {
    let configuration = page("docs/configuration.md");
    let ours =
        ["CONFIG_DIR", "DATA_DIR", "PROFILE", "ACCESS_TOKEN", "LOG"].map(|name| format!("`VIPMP_{name}`"));
    let others =
        ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR", "EDITOR"];
    for name in ours.into_iter().chain(others.map(|name| format!("`{name}`"))) {
        assert!(configuration.contains(&name), "{name}");
    }
}

#[test]
fn the_readme_is_short_and_names_the_size_of_the_demo() {
    let readme = page("README.md");
    assert!(readme.lines().count() <= 150, "details belong in docs/");
    assert_eq!(vipmp::demo::DemoOptions::default().customers, 1_307);
    assert!(readme.contains("1,307 fictional customers"));
}

#[test]
fn the_readme_links_every_page_of_the_manual() {
    let readme = page("README.md");
    for path in manual().iter().skip(1) {
        assert!(readme.contains(&format!("({path})")), "{path}");
    }
}

#[test]
fn every_relative_link_resolves() {
    let others = ["docs/style.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md"];
    for path in manual().into_iter().chain(others.map(str::to_owned)) {
        let text = page(&path);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("https://")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => root().join(&path),
                file => root().join(&path).parent().unwrap().join(file),
            };
            assert!(target.exists(), "{path} links to {link}");
            if !heading.is_empty() {
                let target = fs::read_to_string(&target).unwrap();
                let headings = target.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(headings.into_iter().any(|anchor| anchor == heading), "{path} links to {link}");
            }
        }
    }
}

/// The anchor that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().replace(' ', "-")
}

#[cfg(unix)]
#[test]
fn the_lines_for_scripts_run_as_they_are() {
    use calamine::Reader as _;
    use serde_json::Value;

    let commands = page("docs/commands.md");
    let program = Path::new(env!("CARGO_BIN_EXE_vipmp"));
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(program.parent().unwrap().to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).unwrap();
    let home = tempfile::tempdir().unwrap();
    // As a user would run them: in the same folder, one after another.
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
    let (_, section) = commands.split_once("\n## For scripts\n").expect("the section");
    let section = section.split("\n## ").next().unwrap();
    let [_, block] = section.split("```sh\n").collect::<Vec<_>>()[..] else { panic!("one block: {section}") };
    let lines: Vec<&str> = block.split("```").next().unwrap().lines().collect();
    let [joined, pending, detailed, statuses, resellers] = lines[..] else {
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

    assert_eq!(run(detailed), "");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(home.path().join("pending.xlsx")).unwrap();
    let sheet = book.worksheet_range("Customers").unwrap();
    assert_eq!(sheet.height(), 13, "a heading and a line for each");
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
