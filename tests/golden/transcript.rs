//! Transcripts of commands: in a pipe, with both outputs kept apart, and on a terminal.

use std::{fmt::Write as _, io::Cursor, process::Stdio};

use calamine::{Data, Reader as _};

use crate::{api::TOKEN, stage::Stage, support::pty::Pty};

/// The height of the terminal in transcripts.
pub(crate) const ROWS: u16 = 60;
/// The width of the terminal in transcripts.
pub(crate) const COLUMNS: u16 = 100;

/// Runs a command in a pipe.
pub(crate) fn piped(stage: &Stage, words: &[&str]) -> String {
    let mut command = stage.command();
    let output = command.args(words).stdin(Stdio::null()).output().expect("the program starts");
    let mut transcript = heading(words);
    if output.stdout.starts_with(b"PK") {
        transcript += &workbook(output.stdout);
    } else {
        transcript += &String::from_utf8(output.stdout).expect("UTF-8");
    }
    if !output.stderr.is_empty() {
        let _ = write!(transcript, "-- standard error\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let _ = writeln!(transcript, "-- exit status: {}", output.status.code().expect("no signal ended it"));
    stable(stage, &transcript)
}

/// Runs a command on a terminal, and returns every byte that it writes.
pub(crate) fn on_terminal(stage: &Stage, words: &[&str]) -> String {
    let pty = start(stage, words);
    let code = pty.wait_exit().exit_code();
    // A terminal gets a carriage return before each line feed.
    let raw = String::from_utf8(pty.raw()).expect("UTF-8").replace("\r\n", "\n");
    stable(stage, &format!("{}{raw}-- exit status: {code}\n", heading(words)))
}

/// Starts a command on a terminal.
pub(crate) fn start(stage: &Stage, words: &[&str]) -> Pty {
    let config = stage.config();
    let mut all = words.to_vec();
    if config.exists() {
        all.extend(["--config", config.to_str().expect("a path in text")]);
    }
    Pty::spawn(&all, &[TOKEN], ROWS, COLUMNS)
}

/// Runs a command in a pipe and on a terminal.
pub(crate) fn both(stage: &Stage, words: &[&str]) -> String {
    let (piped, on_terminal) = (piped(stage, words), on_terminal(stage, words));
    if piped == on_terminal {
        return format!("In a pipe and on a terminal:\n\n{piped}");
    }
    format!("In a pipe:\n\n{piped}\nOn a terminal:\n\n{on_terminal}")
}

fn heading(words: &[&str]) -> String {
    format!("$ vipmp {}\n", words.join(" "))
}

/// Replaces what varies between runs, and makes control characters visible.
pub(crate) fn stable(stage: &Stage, text: &str) -> String {
    let text = text.replace(stage.path("").to_str().expect("text").trim_end_matches('/'), "~");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let text = before(&text, " ms", "#", |c| c.is_ascii_digit());
    let text = after(&text, "http://127.0.0.1:", "PORT", |c| c.is_ascii_digit());
    let text = after(&text, "Request ID ", "ID", |c| c.is_ascii_hexdigit() || c == '-');
    text.replace('\x1b', "␛").replace('\r', "␍").replace('\u{202e}', "‹202e›")
}

/// Replaces the characters of this kind after each `mark` by `instead`.
pub(crate) fn after(text: &str, mark: &str, instead: &str, kind: fn(char) -> bool) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |transcript, part| transcript + mark + instead + part.trim_start_matches(kind))
}

fn before(text: &str, mark: &str, instead: &str, kind: fn(char) -> bool) -> String {
    let parts: Vec<&str> = text.split(mark).collect();
    let Some((last, all)) = parts.split_last() else { return text.to_owned() };
    let transcript = all.iter().map(|part| {
        let kept = part.trim_end_matches(kind);
        if kept.len() == part.len() { format!("{part}{mark}") } else { format!("{kept}{instead}{mark}") }
    });
    transcript.chain([(*last).to_owned()]).collect()
}

/// Formats a workbook as text: for each row, the titles and values of its non-empty cells.
pub(crate) fn workbook(bytes: Vec<u8>) -> String {
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut transcript = String::new();
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).expect("its cells");
        let mut rows = sheet.rows();
        let titles = rows.next().expect("a heading");
        let _ = writeln!(transcript, "sheet {name}");
        for (number, row) in (2..).zip(rows) {
            let _ = writeln!(transcript, "row {number}");
            for (title, cell) in titles.iter().zip(row) {
                let value = match cell {
                    Data::Empty => continue,
                    Data::DateTime(at) => format!("time {}", at.as_datetime().expect("a time")),
                    Data::Float(number) => format!("number {number}"),
                    Data::Bool(flag) => format!("flag {flag}"),
                    Data::String(text) => format!("{text:?}"),
                    other => panic!("no such cell is written: {other:?}"),
                };
                let _ = writeln!(transcript, "  {title}: {value}");
            }
        }
    }
    transcript
}
