//! `vipmp man`: the manual, generated from the arguments and the tables in [`super::help`].

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::{
    Arguments,
    exit::{Failure, print_error, print_note},
    help::{EXAMPLES, EXIT_STATUSES, Example, FILES, VARIABLES, examples_of},
    stdout::write,
};
use crate::{
    files, text,
    tui::{
        action::{ACTIONS, Group},
        keys::KeyMap,
    },
};

/// Prints one page with all commands, or writes one page per command to a folder.
pub(super) fn run(out: Option<&Path>) -> ExitCode {
    let done = match out {
        None => whole().map(|page| write(&page)).map_err(|error| error.to_string()),
        Some(folder) => write_pages(folder).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|why| {
        print_error(&why);
        Failure::Failed.into()
    })
}

/// Returns all commands with their full names, vipmp itself first.
fn commands() -> Vec<Command> {
    fn collect(command: &Command, all: &mut Vec<Command>) {
        all.push(command.clone());
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            collect(below, all);
        }
    }
    // `vipmp help X` is the same as `vipmp X --help`.
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut all = Vec::new();
    collect(&command, &mut all);
    all
}

/// Returns the file name and the page of a command.
fn page(command: Command) -> io::Result<(String, Vec<u8>)> {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let below_vipmp = name.strip_prefix("vipmp").unwrap_or_default().trim().to_owned();
    // Examples go into a section of their own.
    let man = Man::new(command.after_help(None::<&str>)).source(SOURCE);
    let mut page = Vec::new();
    man.render(&mut page)?;
    page.extend(examples(&examples_of(&below_vipmp).copied().collect::<Vec<_>>()).bytes());
    if below_vipmp.is_empty() {
        page.extend(keys().bytes());
    }
    page.extend(ending().bytes());
    Ok((man.get_filename(), page))
}

/// The program and its version, for the footer of every page.
const SOURCE: &str = concat!("vipmp ", env!("CARGO_PKG_VERSION"));

/// Returns one page with all commands: vipmp itself, then one section per command.
fn whole() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    for (place, command) in commands().into_iter().enumerate() {
        let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        if place == 0 {
            let man = Man::new(command).source(SOURCE);
            man.render_title(&mut page)?;
            let mut rest = Vec::new();
            man.render_name_section(&mut rest)?;
            render(&man, &mut rest)?;
            page.extend(embed(&rest, ".SH "));
            continue;
        }
        // Global options are already listed above.
        let command = command.mut_args(|argument| {
            let known = argument.is_global_set() || argument.get_id() == "help";
            argument.hide(known)
        });
        let mut rest = Vec::new();
        render(&Man::new(command), &mut rest)?;
        page.extend(format!(".SH \"{}\"\n", name.to_uppercase()).bytes());
        page.extend(embed(&rest, ".SS "));
    }
    page.extend(examples(EXAMPLES).bytes());
    page.extend(keys().bytes());
    page.extend(ending().bytes());
    Ok(page)
}

/// Escapes text for roff, so that it is printed literally.
fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    // A dot or an apostrophe at the start of a line would be a roff request.
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

/// Returns a section of terms with their meanings.
fn section(title: &str, terms: impl IntoIterator<Item = (String, String)>) -> String {
    let mut section = format!(".SH \"{title}\"\n");
    for (term, meaning) in terms {
        let _ = write!(section, ".TP\n\\fB{}\\fR\n{}\n", literal(&term), literal(&meaning));
    }
    section
}

/// Returns the section of examples.
fn examples(examples: &[Example]) -> String {
    section("EXAMPLES", examples.iter().map(|example| (example.line.to_owned(), example.purpose.to_owned())))
}

/// Returns the section of keys, from the table of actions.
fn keys() -> String {
    let map = KeyMap::default();
    let of = |group: Group| {
        ACTIONS.iter().filter(move |info| info.group == group).map(|info| {
            let chords: Vec<String> = map.chords(info.action).iter().map(ToString::to_string).collect();
            (chords.join(", "), info.help.to_owned())
        })
    };
    section("KEYS", Group::ALL.into_iter().flat_map(of))
}

/// Returns the sections at the end of every page: files, environment and exit statuses.
fn ending() -> String {
    let owned = |(term, meaning): (&str, &str)| (term.to_owned(), meaning.to_owned());
    let statuses = EXIT_STATUSES.map(|(status, meaning)| (status.to_string(), meaning.to_owned()));
    section("FILES", FILES.map(owned))
        + &section("ENVIRONMENT", VARIABLES.map(owned))
        + &section("EXIT STATUS", statuses)
}

/// Appends the synopsis, description and options of a command to a page.
fn render(man: &Man, page: &mut Vec<u8>) -> io::Result<()> {
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)
}

/// Embeds sections into a larger page: replaces their headings by this kind, and drops the roff definitions that the
/// larger page already begins with.
fn embed(parts: &[u8], heading: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(parts);
    let lines = text.lines().filter(|line| !line.starts_with(".ie ") && !line.starts_with(".el "));
    let lines = lines.map(|line| match line.strip_prefix(".SH ") {
        Some(title) => format!("{heading}{title}\n"),
        None => format!("{line}\n"),
    });
    lines.collect::<String>().into_bytes()
}

/// Writes one page per command to a folder.
fn write_pages(folder: &Path) -> Result<(), String> {
    let failed =
        |error: io::Error| format!("cannot write the manual to {}: {error}", text::display_path(folder));
    fs::create_dir_all(folder).map_err(failed)?;
    let commands = commands();
    let count = commands.len();
    for command in commands {
        let (name, page) = page(command).map_err(failed)?;
        let path = folder.join(name);
        files::write_with(&path, files::Access::PreserveOrUmask, |file| file.write_all(&page))
            .map_err(|error: io::Error| format!("cannot write {}: {error}", text::display_path(&path)))?;
    }
    print_note(&format!("Wrote {count} pages to {}.", text::display_path(folder)));
    Ok(())
}
