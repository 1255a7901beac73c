//! `vipmp man`: the manual, made from the definitions of the command line.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::{
    Arguments,
    data::put,
    exit::{Failure, complain, remark},
};
use crate::{files, text};

/// How every command ends, for the end of every page.
const EXIT_STATUS: &str = r#".SH "EXIT STATUS"
.TP
\fB0\fR
It did what it was asked for.
.TP
\fB1\fR
It failed.
.TP
\fB2\fR
The command line is wrong.
.TP
\fB3\fR
The credentials were not accepted, or could not be had.
.TP
\fB4\fR
What was asked for does not exist.
.TP
\fB5\fR
Some of it came, and some is missing.
.TP
\fB130\fR
It was interrupted.
"#;

/// Prints one page with all commands, or writes a page for each into a folder.
pub(super) fn run(out: Option<&Path>) -> ExitCode {
    let done = match out {
        None => whole().map(|page| put(&page)).map_err(|error| error.to_string()),
        Some(folder) => write(folder).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|why| {
        complain(&why);
        Failure::Failed.into()
    })
}

/// All commands that a person can give, vipmp itself first, each with the whole of its name.
fn commands() -> Vec<Command> {
    fn collect(command: &Command, all: &mut Vec<Command>) {
        all.push(command.clone());
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            collect(below, all);
        }
    }
    // What `help` does, `--help` does too.
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut all = Vec::new();
    collect(&command, &mut all);
    all
}

/// The page of one command and its file name.
fn page(command: Command) -> io::Result<(String, Vec<u8>)> {
    let man = Man::new(command).source(SOURCE);
    let mut page = Vec::new();
    man.render(&mut page)?;
    page.extend(EXIT_STATUS.bytes());
    Ok((man.get_filename(), page))
}

/// The program with its version, for the foot of every page.
const SOURCE: &str = concat!("vipmp ", env!("CARGO_PKG_VERSION"));

/// One page with all commands: vipmp itself, and a section for each command.
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
            page.extend(below(&rest, ".SH "));
            continue;
        }
        // What all commands know stands above.
        let command = command.mut_args(|argument| {
            let known = argument.is_global_set() || argument.get_id() == "help";
            argument.hide(known)
        });
        let mut rest = Vec::new();
        render(&Man::new(command), &mut rest)?;
        page.extend(format!(".SH \"{}\"\n", name.to_uppercase()).bytes());
        page.extend(below(&rest, ".SS "));
    }
    page.extend(EXIT_STATUS.bytes());
    Ok(page)
}

/// The parts of a command's page that say how to use it.
fn render(man: &Man, page: &mut Vec<u8>) -> io::Result<()> {
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)
}

/// Parts of a page as parts of a greater one, with headings of this kind. Each part begins with definitions that stand
/// at the beginning of the page already.
fn below(parts: &[u8], heading: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(parts);
    let lines = text.lines().filter(|line| !line.starts_with(".ie ") && !line.starts_with(".el "));
    let lines = lines.map(|line| match line.strip_prefix(".SH ") {
        Some(title) => format!("{heading}{title}\n"),
        None => format!("{line}\n"),
    });
    lines.collect::<String>().into_bytes()
}

/// Writes a page for each command.
fn write(folder: &Path) -> Result<(), String> {
    let told = |error: io::Error| format!("cannot write the manual to {}: {error}", text::path(folder));
    fs::create_dir_all(folder).map_err(told)?;
    let commands = commands();
    let count = commands.len();
    for command in commands {
        let (name, page) = page(command).map_err(told)?;
        let path = folder.join(name);
        files::write_with(&path, files::Access::Usual, |file| file.write_all(&page))
            .map_err(|error: io::Error| format!("cannot write {}: {error}", text::path(&path)))?;
    }
    remark(&format!("{count} pages are in {}.", text::path(folder)));
    Ok(())
}
