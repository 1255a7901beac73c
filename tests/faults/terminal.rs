//! Faults of the terminal: its size, type, loss, signals, floods of input, and hostile names from servers.

mod answers;
mod ends;
mod foreign;
mod input;
mod kinds;
mod panics;
mod signals;
mod sizes;

use crate::{
    catalogue::{Case, case},
    support::pty::Pty,
};

pub(crate) const CASES: &[Case] = &[
    case!(sizes::one_by_one, "one column, one row"),
    case!(sizes::twenty_by_five, "20 columns, 5 rows"),
    case!(sizes::fifty_nine_by_nineteen, "59 columns, 19 rows"),
    case!(sizes::five_hundred_by_two_hundred, "500 columns, 200 rows"),
    case!(sizes::huge, "5,000 columns and rows, 65,535 columns and rows"),
    case!(sizes::huge_from_the_start, "65,535 columns and rows at the start"),
    case!(sizes::storm_of_resizes, "200 changes of size in a row, with a key between each"),
    case!(sizes::after_half_a_sequence, "a change of size after an unknown sequence"),
    case!(kinds::term_is_dumb, "`TERM=dumb`"),
    case!(kinds::term_is_not_set, "`TERM` is not set, or empty"),
    case!(kinds::no_color, "`NO_COLOR`"),
    case!(kinds::locale_is_not_utf8, "a locale that is not UTF-8"),
    case!(ends::output_is_no_terminal, "standard output is not a terminal"),
    case!(ends::input_is_closed, "standard input is closed, or not a terminal"),
    case!(ends::no_terminal_to_read_from, "there is no terminal to read keys from"),
    case!(ends::terminal_goes_away, "the terminal goes away"),
    case!(ends::reader_goes_away, "the reader of a command's output goes away"),
    case!(signals::sigterm, "SIGTERM"),
    case!(signals::sighup, "SIGHUP"),
    case!(signals::sigint, "SIGINT, and Ctrl-C as a key"),
    case!(signals::sigquit, "SIGQUIT"),
    case!(signals::ctrl_z_and_fg, "Ctrl-Z, another window size, `fg`"),
    case!(signals::sigtstp_and_sigcont, "SIGTSTP and SIGCONT from outside"),
    case!(signals::sigstop_and_sigcont, "SIGSTOP, which cannot be caught, and SIGCONT"),
    case!(signals::sigtstp_without_a_shell, "SIGTSTP without a shell that could continue the program"),
    case!(panics::panic_while_drawing, "a panic while drawing"),
    case!(panics::panic_in_a_task, "a panic in a task"),
    case!(input::paste_of_a_megabyte, "a paste of 1 MB into a field"),
    case!(input::paste_where_no_field_is, "a paste of 1 MB outside a field"),
    case!(input::three_hundred_keys, "300 keys in a second"),
    case!(answers::late_answers, "responses of the terminal that come late and in pieces"),
    case!(answers::ctrl_c_after_anything, "Ctrl-C after a sequence without an end"),
    case!(answers::paste_without_an_end, "a paste without an end"),
    case!(
        foreign::names_on_the_screen,
        "names with escape sequences, bidi overrides and zero widths on the screen"
    ),
    case!(foreign::names_in_the_footer, "such names in the footer"),
    case!(foreign::names_in_copied_text, "such names in copied text (OSC 52)"),
    case!(foreign::names_in_the_log, "such names in the log file"),
    case!(foreign::names_of_ten_megabytes, "names of 10 MB"),
];

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const DOWN: &str = "\x1b[B";

/// The title of the table when the first page of the demo has loaded.
const FIRST_PAGE: &str = "1–50 of 1,204";

/// Starts the program with the demo.
fn demo(env: &[(&str, &str)], rows: u16, cols: u16) -> Pty {
    Pty::spawn(&["--demo"], env, rows, cols)
}

/// Starts the program with the demo, and waits for the first page.
fn started(env: &[(&str, &str)], rows: u16, cols: u16) -> Pty {
    let pty = demo(env, rows, cols);
    pty.wait_for_text(FIRST_PAGE);
    pty
}

/// Checks that `q` quits the program and restores the terminal.
#[track_caller]
fn assert_quits(pty: &Pty) {
    pty.send("q");
    assert_ends(pty, 0);
}

/// Checks that the program exits with this code and restores the terminal.
#[track_caller]
fn assert_ends(pty: &Pty, code: u32) {
    let exit = pty.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (code, None), "{}", pty.screen());
    assert_restored(pty);
}

/// Checks that the program is ended by this signal, by its name in the system, and restores the terminal.
#[track_caller]
fn assert_ends_by(pty: &Pty, signal: &str) {
    assert_eq!(pty.wait_exit().signal(), Some(signal), "{}", pty.screen());
    assert_restored(pty);
}

#[track_caller]
fn assert_restored(pty: &Pty) {
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
    assert!(pty.modes_restored());
}
