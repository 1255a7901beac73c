//! The panic report: what a user sees, and can pass on, when the program hits an internal error.
//!
//! Two kinds of panic are told apart by their thread. On the thread that installed the hook, the one that draws, a
//! panic ends the program: the terminal is given back and the report is printed. Anywhere else it is the end of a
//! task: its result tells the program of it (a `JoinError`), and nothing may be printed across the screen.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::thread;

use crate::{redact::KnownSecrets, text, tui::terminal};

/// The most characters of a panic's message that are shown: enough for any assertion, and bounded.
const MESSAGE_LIMIT: usize = 2_000;

/// Installs the hook. The calling thread becomes the one whose panics end the program.
///
/// A backtrace follows the report when `RUST_BACKTRACE` asks for one. Secrets that are known by then are masked.
pub fn install(known: KnownSecrets) {
    let drawing = thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let fault = Fault::of(info, &known);
        if is_expected(&fault.at) {
            tracing::warn!(what = %fault.what, at = %fault.at, "a library gave up");
            return;
        }
        tracing::error!(what = %fault.what, at = %fault.at, thread = %fault.thread, "panic");
        if thread::current().id() == drawing {
            terminal::restore();
            print(&fault.report());
        } else if terminal::is_claimed() {
            return;
        } else {
            print(&format!("vipmp: a task failed: {} ({})\n", fault.what, fault.at));
        }
        if backtrace_wanted() {
            print(&format!("\n{}", Backtrace::force_capture()));
        }
    }));
}

/// Says whether a panic in this place is an error that a library reports so. The workbook library does where its temporary
/// file takes no more: `output` catches it and says so in its own words.
fn is_expected(at: &str) -> bool {
    at.contains("rust_xlsxwriter")
}

/// A panic, made fit to be read.
#[derive(Debug)]
struct Fault {
    what: String,
    at: String,
    thread: String,
}

impl Fault {
    fn of(info: &PanicHookInfo<'_>, known: &KnownSecrets) -> Self {
        let payload = info.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let what = message.map_or_else(|| "no message".to_owned(), |message| visible(message, known));
        let at = info.location().map_or_else(
            || "an unknown place".to_owned(),
            |place| format!("{}:{}:{}", shorten(place.file()), place.line(), place.column()),
        );
        Self { what, at, thread: visible(thread::current().name().unwrap_or("unnamed"), known) }
    }

    fn report(&self) -> String {
        let mut report = String::from("\nvipmp stopped because of an internal error.\n\n");
        let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        let lines = [
            ("what", self.what.as_str()),
            ("where", &self.at),
            ("version", concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
            ("system", &system),
        ];
        for (name, value) in lines {
            // A message of several lines stays in its column.
            let value = value.replace('\n', "\n           ");
            let _ = writeln!(report, "  {name:<8} {value}");
        }
        report.push_str(
            "\nNothing is lost: vipmp only reads. Please report it in the issue tracker of\n\
             the project, with the lines above and what you did last. RUST_BACKTRACE=1 in\n\
             the environment adds how the program came there, --log-file what it did.\n",
        );
        report
    }
}

/// Writes to standard error. `eprint!` would panic, within a panic, where that is closed.
fn print(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn backtrace_wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0" && !value.is_empty())
}

/// A message that cannot do anything to the terminal, since a panic may quote what a server sent; its lines stay lines.
///
/// Secrets are masked before the message is cut, so that no half of one is left, and again in what is left of it.
fn visible(message: &str, known: &KnownSecrets) -> String {
    let message = known.mask_at_once(message);
    let cut = message.char_indices().nth(MESSAGE_LIMIT).map(|(at, _)| at);
    let lines: Vec<_> = message[..cut.unwrap_or(message.len())].lines().map(text::clean).collect();
    let shown = lines.join("\n") + if cut.is_some() { "…" } else { "" };
    known.mask_at_once(&shown).into_owned()
}

/// A source path without the folders of the machine that built the program: from the package's own folder on.
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

    fn fault(what: &str) -> Fault {
        Fault {
            what: visible(what, &KnownSecrets::default()),
            at: "src/tui/app.rs:12:5".to_owned(),
            thread: "main".to_owned(),
        }
    }

    #[test]
    fn the_report_says_what_where_and_what_to_do() {
        let report = fault("index out of bounds\nthe len is 3").report();
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
    fn a_path_tells_nothing_of_the_machine_that_built_the_program() {
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
