//! The crash report, which a user sees after an internal error and can pass on.
//!
//! A panic on the drawing thread, which installs the hook, ends the program: the terminal is restored and the report is
//! printed. A panic on another thread ends only a task: the program learns of it by a `JoinError`, and nothing may be
//! printed across the screen.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::thread;

use crate::{redact::KnownSecrets, text, tui::terminal};

/// The maximum length of a panic message, in characters: enough for any assertion.
const MESSAGE_LIMIT: usize = 2_000;

/// Installs the panic hook. The calling thread becomes the one whose panics end the program.
///
/// A backtrace follows the report if `RUST_BACKTRACE` asks for one. Secrets that are known at that moment are masked.
pub fn install(known: KnownSecrets) {
    let drawing = thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let summary = PanicSummary::of(info, &known);
        if is_expected(&summary.location) {
            tracing::warn!(what = %summary.message, at = %summary.location, "a library reported an error by a panic");
            return;
        }
        tracing::error!(what = %summary.message, at = %summary.location, thread = %summary.thread, "panic");
        if thread::current().id() == drawing {
            terminal::restore();
            print(&summary.report());
        } else if terminal::is_claimed() {
            return;
        } else {
            print(&format!("vipmp: a task failed: {} ({})\n", summary.message, summary.location));
        }
        if backtrace_wanted() {
            print(&format!("\n{}", Backtrace::force_capture()));
        }
    }));
}

/// Returns true if a panic at this location is how a library reports an error. The workbook library panics if its
/// temporary file cannot grow; `output` catches that and reports it.
fn is_expected(at: &str) -> bool {
    at.contains("rust_xlsxwriter")
}

/// A description of a panic that is safe to print.
#[derive(Debug)]
struct PanicSummary {
    message: String,
    location: String,
    thread: String,
}

impl PanicSummary {
    fn of(info: &PanicHookInfo<'_>, known: &KnownSecrets) -> Self {
        let payload = info.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = message.map_or_else(|| "no message".to_owned(), |message| visible(message, known));
        let location = info.location().map_or_else(
            || "an unknown location".to_owned(),
            |place| format!("{}:{}:{}", shorten(place.file()), place.line(), place.column()),
        );
        Self { message, location, thread: visible(thread::current().name().unwrap_or("unnamed"), known) }
    }

    fn report(&self) -> String {
        let mut report = String::from("\nvipmp stopped because of an internal error.\n\n");
        let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        let lines = [
            ("what", self.message.as_str()),
            ("where", &self.location),
            ("version", concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
            ("system", &system),
        ];
        for (name, value) in lines {
            // Further lines of a message are indented to the same column.
            let value = value.replace('\n', "\n           ");
            let _ = writeln!(report, "  {name:<8} {value}");
        }
        report.push_str(
            "\nNothing is lost: vipmp only reads. Please report this in the issue tracker of\n\
             the project, with the lines above and what you did last. RUST_BACKTRACE=1 adds\n\
             a backtrace, and --log-file PATH writes a log.\n",
        );
        report
    }
}

/// Writes to standard error. Unlike `eprint!`, it does not panic within a panic if that is closed.
fn print(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn backtrace_wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0" && !value.is_empty())
}

/// Makes a message safe to print, since a panic may quote what a server sent. Line ends are kept.
///
/// Secrets are masked before the message is cut, so that no part of one is left, and again after it has been cleaned.
fn visible(message: &str, known: &KnownSecrets) -> String {
    let message = known.mask_without_blocking(message);
    let cut = message.char_indices().nth(MESSAGE_LIMIT).map(|(at, _)| at);
    let lines: Vec<_> = message[..cut.unwrap_or(message.len())].lines().map(text::clean).collect();
    let shown = lines.join("\n") + if cut.is_some() { "…" } else { "" };
    known.mask_without_blocking(&shown).into_owned()
}

/// Shortens a source path to the part from the package's folder on, without the folders of the build machine.
fn shorten(path: &str) -> String {
    let path = path.replace('\\', "/");
    let absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
    if !absolute {
        return path;
    }
    let parts: Vec<&str> = path.split('/').collect();
    let source = parts.iter().rposition(|part| matches!(*part, "src" | "tests" | "examples" | "benches"));
    let from = source.unwrap_or(parts.len().saturating_sub(1)).saturating_sub(1);
    parts.get(from..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(message: &str) -> PanicSummary {
        PanicSummary {
            message: visible(message, &KnownSecrets::default()),
            location: "src/tui/app.rs:12:5".to_owned(),
            thread: "main".to_owned(),
        }
    }

    #[test]
    fn the_report_says_what_happened_where_and_what_to_do() {
        let report = summary("index out of bounds\nthe len is 3").report();
        let shown: Vec<&str> = report.lines().collect();
        assert_eq!(shown[1], "vipmp stopped because of an internal error.");
        assert_eq!(shown[3], "  what     index out of bounds");
        assert_eq!(shown[4], "           the len is 3");
        assert_eq!(shown[5], "  where    src/tui/app.rs:12:5");
        assert!(shown[6].starts_with("  version  vipmp "), "{report}");
        assert!(report.contains("issue tracker") && report.contains("RUST_BACKTRACE=1"), "{report}");
        assert!(shown.iter().all(|line| line.len() <= 80), "{report}");
    }

    fn visible_here(message: &str) -> String {
        visible(message, &KnownSecrets::default())
    }

    #[test]
    fn a_message_holds_no_secret() {
        let known = KnownSecrets::default();
        known.learn(&"s3cr3t-of-test".into());
        assert_eq!(visible("no s3cr3t-of-test\nnor s3cr3t\\u002dof-test", &known), "no ••••\nnor ••••");
        let long = format!("{}s3cr3t-of-test", "x".repeat(MESSAGE_LIMIT - 6));
        assert!(!visible(&long, &known).contains("s3cr"));
    }

    #[test]
    fn a_message_cannot_drive_the_terminal() {
        let shown = visible_here("a\x1b]52;c;eA==\x07\u{9b}2J\u{202e}b\tc\x7f");
        assert_eq!(shown, "a␛]52;c;eA==␇‹9b›2J�b␉c␡");
    }

    #[test]
    fn a_long_message_is_cut() {
        let shown = visible_here(&"é".repeat(MESSAGE_LIMIT * 2));
        assert_eq!(shown.chars().count(), MESSAGE_LIMIT + 1);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn a_path_shows_no_folder_of_the_build_machine() {
        assert_eq!(shorten("src/tui/app.rs"), "src/tui/app.rs");
        assert_eq!(shorten("src\\tui\\app.rs"), "src/tui/app.rs");
        assert_eq!(
            shorten("/home/someone/.cargo/registry/src/index/ratatui-core-0.1.2/src/buffer.rs"),
            "ratatui-core-0.1.2/src/buffer.rs"
        );
        assert_eq!(shorten("C:\\Users\\someone\\vipmp\\tests\\pty.rs"), "vipmp/tests/pty.rs");
        assert_eq!(shorten("/rustc/0123abc/library/core/src/option.rs"), "core/src/option.rs");
        assert_eq!(shorten("/generated.rs"), "/generated.rs");
    }
}
