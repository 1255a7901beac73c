//! `vipmp completions`, `vipmp man`, and the package that contains both.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use clap::CommandFactory as _;
use vipmp::cli::Arguments;

use crate::stage::Stage;

const PROGRAM: &str = env!("CARGO_BIN_EXE_vipmp");

/// Returns all commands with their full names, such as `vipmp profile add`.
fn commands() -> Vec<clap::Command> {
    fn collect(command: &clap::Command, all: &mut Vec<clap::Command>) {
        all.push(command.clone());
        command.get_subcommands().for_each(|below| collect(below, all));
    }
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut all = Vec::new();
    collect(&command, &mut all);
    all
}

/// Returns the text of a page without roff escapes.
fn plain(page: &str) -> String {
    ["\\fB", "\\fI", "\\fR"].iter().fold(page.replace("\\-", "-"), |page, mark| page.replace(mark, ""))
}

/// Runs a shell script in which `$0` is the program; `None` if the shell is not installed.
fn shell(name: &str, script: &str) -> Option<Output> {
    Command::new(name)
        .args(["-c", script, PROGRAM])
        .env_clear()
        .env("PATH", std::env::var_os("PATH")?)
        .output()
        .ok()
}

#[test]
fn completions_are_printed_for_each_shell_and_for_no_other() {
    let stage = Stage::new();
    for (shell, first) in [
        ("bash", "_vipmp() {"),
        ("zsh", "#compdef vipmp"),
        (
            "fish",
            "# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.",
        ),
        ("powershell", ""),
        ("elvish", ""),
    ] {
        let run =
            stage.run(["completions", shell]).exits_with(0).prints(&["serve", "completions", "rate-limit"]);
        assert_eq!((run.out.lines().next(), run.err.as_str()), (Some(first), ""), "{shell}");
    }
    let run = stage.run(["completions", "csh"]).exits_with(2).prints_nothing();
    run.warns(&["invalid value 'csh' for '<SHELL>'", "bash, elvish, fish, powershell, zsh"]);
    stage.run(["completions"]).exits_with(2).prints_nothing().warns(&["<SHELL>"]);
}

#[test]
fn bash_completes_commands_options_and_values() {
    let complete = |words: &str, count: usize| {
        let script = format!(
            "source <(\"$0\" completions bash); COMP_WORDS=({words}); COMP_CWORD={count}; \
             _vipmp vipmp \"${{COMP_WORDS[$COMP_CWORD]}}\" x; echo \"${{COMPREPLY[@]}}\""
        );
        shell("bash", &script)
    };
    for (words, count, expected) in [
        ("vipmp ser", 1, "serve\n"),
        ("vipmp serve --rate", 2, "--rate-limit\n"),
        ("vipmp completions f", 2, "fish\n"),
        ("vipmp profile re", 2, "remove\n"),
    ] {
        let Some(output) = complete(words, count) else { return };
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((&*out, &*err), (expected, ""), "{words}");
    }
}

#[test]
fn the_manual_has_every_command_and_every_option() {
    let run = Stage::new().run(["man"]).exits_with(0);
    assert_eq!(run.err, "");
    let page = plain(&run.out);
    assert!(page.contains("\n.TH vipmp 1  \"vipmp "), "{page}");
    assert_eq!(page.matches(".ie ").count(), 1, "the definitions are there once");
    for command in commands() {
        let name = command.get_bin_name().unwrap_or("vipmp").to_owned();
        if name != "vipmp" {
            assert!(page.contains(&format!("\n.SH \"{}\"\n", name.to_uppercase())), "{name}");
        }
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(
                page.contains(&format!("\n--{option}")) || page.contains(&format!(", --{option}")),
                "{option}"
            );
        }
    }
    for section in ["EXAMPLES", "KEYS", "FILES", "ENVIRONMENT", "EXIT STATUS"] {
        assert_eq!(page.matches(&format!("\n.SH \"{section}\"\n")).count(), 1, "{section}");
    }
    for info in vipmp::tui::action::ACTIONS {
        assert!(page.contains(info.help), "{}", info.help);
    }
}

#[test]
fn the_manual_is_one_page_for_each_command_in_a_folder() {
    let stage = Stage::new();
    let folder = stage.path("share/man/man1");
    let run = stage.run(["man", "--out", folder.to_str().unwrap()]).exits_with(0).prints_nothing();
    let commands = commands();
    assert_eq!(run.err, format!("Wrote {} pages to {}.\n", commands.len(), folder.display()));
    let written: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let name = |command: &clap::Command| command.get_bin_name().unwrap_or("vipmp").replace(' ', "-");
    assert_eq!(written, commands.iter().map(|command| format!("{}.1", name(command))).collect());
    let page = fs::read_to_string(folder.join("vipmp-completions.1")).unwrap();
    let expected = "\
.SH NAME
vipmp-completions - Print shell completions
.SH SYNOPSIS
vipmp completions [--profile] [--demo] [--config] [--demo-customers] [--demo-latency] [--demo-seed] [--demo-faults] [--log-file] [-h|--help] <SHELL> 
.SH DESCRIPTION
Print shell completions
.SH OPTIONS
";
    assert!(plain(&page).contains(expected), "{}", plain(&page));
    for command in commands {
        let page = plain(&fs::read_to_string(folder.join(format!("{}.1", name(&command)))).unwrap());
        for below in command.get_subcommands() {
            assert!(page.contains(&format!("{}(1)", name(below))), "{}", name(below));
        }
        assert!(page.ends_with("\n130\nInterrupted.\n"), "{page}");
    }
    stage.run(["man", "--out", folder.to_str().unwrap()]).exits_with(0);
}

#[test]
fn an_unwritable_folder_is_reported() {
    let stage = Stage::new();
    stage.write("file", "");
    let run = stage
        .run(["man", "--out", stage.path("file/below").to_str().unwrap()])
        .exits_with(1)
        .prints_nothing();
    run.warns(&["vipmp: cannot write the manual to ", "file/below: "]);
}

#[test]
fn a_closed_pipe_is_a_success_and_a_full_disk_is_a_failure() {
    for words in [&["man"][..], &["completions", "zsh"], &["serve", "--openapi"]] {
        let run = |out: Stdio| {
            let output =
                Command::new(PROGRAM).args(words).env_clear().stdout(out).stderr(Stdio::piped()).output();
            let output = output.expect("it runs");
            (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(run(writer.into()), (Some(0), String::new()), "{words:?}");
        if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
            let (code, message) = run(full.into());
            assert!(
                code == Some(1) && message.starts_with("vipmp: cannot write to standard output: "),
                "{message}"
            );
        }
    }
}

#[test]
fn the_package_is_complete_and_reproducible() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stage = Stage::new();
    // A link instead of the debug build, which is so large that packing it takes a minute.
    stage.write("program", &format!("#!/bin/sh\nexec '{PROGRAM}' \"$@\"\n"));
    let program = stage.path("program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let pack = || {
        let mut command = Command::new(root.join("scripts/package"));
        let output =
            command.arg(&program).env("CARGO_TARGET_DIR", stage.path("target")).output().expect("it runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let path = String::from_utf8(output.stdout).unwrap();
        (fs::read(path.trim_end()).unwrap(), path.trim_end().to_owned())
    };
    let ((first, path), (second, _)) = (pack(), pack());
    assert!(first == second, "the same program makes the same bytes");
    let name = Path::new(&path).file_name().unwrap().to_str().unwrap();
    let name = name.strip_suffix(".tar.gz").expect("a package");
    assert!(name.starts_with(concat!("vipmp-", env!("CARGO_PKG_VERSION"), "-")), "{name}");
    assert_eq!(Path::new(&path).parent(), Some(stage.path("target/package").as_path()));
    let unpacked = Command::new("tar").args(["-xzf", &path, "-C"]).arg(stage.path("")).status().unwrap();
    assert!(unpacked.success());
    let folder = stage.path(name);
    let files = |below: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(folder.join(below)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let pages = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "GLOSSARY.md",
        "LICENSE",
        "README.md",
        "config.example.toml",
    ];
    let folders = ["assets", "completions", "docs", "man"];
    assert_eq!(files(""), names(&[&pages[..], &folders, &["vipmp"]].concat()));
    assert_eq!(files("completions"), names(&["vipmp.bash", "_vipmp", "vipmp.fish", "_vipmp.ps1"]));
    assert_eq!(files("man").len(), commands().len());
    for file in pages {
        assert_eq!(fs::read(folder.join(file)).unwrap(), fs::read(root.join(file)).unwrap(), "{file}");
    }
    // Every page that a packaged page links to is in the package too.
    let mut linking: Vec<String> = pages
        .iter()
        .filter(|page| std::path::Path::new(page).extension().is_some_and(|extension| extension == "md"))
        .map(|page| (*page).to_owned())
        .collect();
    linking.extend(files("docs").into_iter().map(|page| format!("docs/{page}")));
    for page in linking {
        let path = folder.join(&page);
        let text = fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.starts_with("https://")) {
            assert!(path.parent().unwrap().join(link).exists(), "{page} links to {link}");
        }
    }
    let mode = |file: &str| fs::metadata(folder.join(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("vipmp"), mode("man/vipmp.1"), mode("completions")), (0o755, 0o644, 0o755));
    let version = Command::new(folder.join("vipmp")).arg("--version").output().unwrap();
    assert_eq!(version.stdout, concat!("vipmp ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
}
