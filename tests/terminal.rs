//! The terminal's modes, in a real pseudo-terminal: taken, given back on every way out, and taken again.
//!
//! The program under test is this test program itself, started anew in the pseudo-terminal with [`program`] as its
//! only test: a few lines around `Terminal` and `Signals`, so that a failure here is theirs.

#![cfg(unix)]

mod support;

use std::io;

use crossterm::event::{Event, KeyCode, KeyModifiers};
use ratatui::widgets::Paragraph;
use rustix::process::Signal as Raw;
use support::pty::Pty;
use vipmp::tui::terminal::{Input, Signal, Signals, Suspended, Terminal};

/// Set for the copy of this program that runs in the pseudo-terminal.
const INSIDE: &str = "VIPMP_TEST_INSIDE";

const ARGS: [&str; 4] = ["--exact", "program", "--ignored", "--nocapture"];

fn start() -> Pty {
    let pty = Pty::spawn_program(this(), &ARGS, &[(INSIDE, "1")], 10, 60);
    pty.wait_for_text("keys 0");
    pty
}

fn this() -> String {
    std::env::current_exe().unwrap_or_default().display().to_string()
}

/// Started by the tests below, in the pseudo-terminal.
#[test]
#[ignore = "the other tests start it in a pseudo-terminal"]
fn program() {
    if std::env::var_os(INSIDE).is_some() {
        vipmp::panic::install();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let said = runtime.block_on(inside()).unwrap();
        println!("said: {said}");
    }
}

async fn inside() -> io::Result<String> {
    Terminal::check().map_err(io::Error::other)?;
    let mut signals = Signals::new()?;
    let mut terminal = Terminal::enter(true)?;
    let mut events = Input::start()?;
    let mut keys = 0;
    let mut note = "";
    loop {
        let size = terminal.size()?;
        terminal.draw(|frame| {
            assert!(note != "panic", "forced,\x1b[2J while drawing");
            let text = format!("keys {keys}\nsize {}x{}\n{note}", size.width, size.height);
            frame.render_widget(Paragraph::new(text), frame.area());
        })?;
        let signal = tokio::select! {
            signal = signals.next() => Some(signal),
            event = events.next() => match event {
                Some(Ok(Event::Key(key))) => {
                    keys += 1;
                    match key.code {
                        KeyCode::Char('q') => return Ok("quit".to_owned()),
                        KeyCode::Char('z') if key.modifiers == KeyModifiers::CONTROL => Some(Signal::Suspend),
                        KeyCode::Char('p') => { note = "panic"; None }
                        KeyCode::Char('t') => {
                            let failed = tokio::spawn(async { panic!("forced, in a task") }).await;
                            note = if failed.is_err() { "task failed" } else { "task lived" };
                            None
                        }
                        KeyCode::Char('m') => { terminal.set_mouse(!terminal.mouse())?; None }
                        KeyCode::Char('c') => { terminal.write_raw(b"\x1b]52;c;eA==\x07")?; None }
                        KeyCode::Char('r') => { terminal.redraw()?; None }
                        KeyCode::Char('i') => {
                            drop(events);
                            events = Input::start()?;
                            note = "input anew";
                            None
                        }
                        _ => None,
                    }
                }
                Some(Ok(Event::Paste(_))) => { note = "pasted"; None }
                Some(Ok(Event::Mouse(_))) => { note = "clicked"; None }
                Some(Ok(_)) => None,
                Some(Err(error)) => return Err(error),
                None => return Ok("no more keys".to_owned()),
            },
        };
        match signal {
            None => {}
            Some(Signal::Suspend) => {
                note = match terminal.suspend(&mut signals).await? {
                    Suspended::Resumed => "resumed",
                    Suspended::NoShell => "no shell",
                };
            }
            Some(Signal::Continue) => {
                note = "continued";
                terminal.resume()?;
            }
            Some(signal) => {
                terminal.leave()?;
                return Ok(format!("{signal:?}"));
            }
        }
    }
}

#[test]
fn quitting_gives_everything_back() {
    let pty = start();
    let taken = pty.modes_left_on();
    assert_eq!(
        taken,
        [
            "alternate screen",
            "hidden cursor",
            "bracketed paste",
            "mouse",
            "mouse encoding",
            "terminal settings (raw mode)"
        ]
    );
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
    assert!(pty.modes_restored());
    assert!(pty.screen().contains("said: quit"), "{}", pty.screen());
}

#[test]
fn a_signal_gives_everything_back() {
    for (signal, said) in [(Raw::TERM, "Terminate"), (Raw::HUP, "Hangup"), (Raw::INT, "Interrupt")] {
        let pty = start();
        pty.signal(signal);
        assert_eq!(pty.wait_exit().exit_code(), 0);
        assert!(pty.modes_restored(), "{said}: {:?}", pty.modes_left_on());
        assert!(pty.screen().contains(&format!("said: {said}")), "{}", pty.screen());
    }
}

#[test]
fn a_panic_gives_everything_back_before_it_is_reported() {
    let pty = start();
    pty.send("p");
    assert_ne!(pty.wait_exit().exit_code(), 0);
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
    let written = String::from_utf8(pty.raw()).unwrap();
    let (before, report) = written.rsplit_once("\x1b[?1049l").unwrap();
    assert!(!before.contains("forced"));
    assert!(report.contains("vipmp stopped because of a fault of its own."), "{report}");
    assert!(report.contains("  what     forced,␛[2J while drawing"), "{report}");
    assert!(report.contains("  where    tests/terminal.rs:"), "{report}");
    assert!(!report.contains("2026"), "nothing is drawn after the terminal was given back: {report:?}");
}

#[test]
fn a_panic_in_a_task_leaves_the_screen_alone() {
    let pty = start();
    pty.send("t");
    let screen = pty.wait_for_text("task failed");
    assert!(!screen.contains("forced"), "{screen}");
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(!String::from_utf8(pty.raw()).unwrap().contains("forced"));
}

#[test]
fn without_a_shell_to_come_back_from_nothing_is_suspended() {
    let pty = start();
    pty.send("\x1a");
    pty.wait_for_text("no shell");
    pty.signal(Raw::TSTP);
    pty.send("x");
    pty.wait_for_text("keys 2");
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
}

/// Runs the program as a job of a shell, which says when the job has stopped and continues it at a key.
fn start_as_a_job() -> Pty {
    let script =
        "set -m; \"$0\" \"$@\"; echo \"[stopped $(stty -a | grep -o '[-]*icanon')]\"; read -r line; fg";
    let this = this();
    let args: Vec<&str> = ["-c", script, &this].into_iter().chain(ARGS).collect();
    let pty = Pty::spawn_program("/bin/sh", &args, &[(INSIDE, "1")], 10, 60);
    pty.wait_for_text("keys 0");
    pty
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_program_back_at_the_new_size() {
    let pty = start_as_a_job();
    pty.send("\x1a");
    pty.wait_for_text("[stopped icanon]");
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
    pty.resize(12, 50);
    pty.send("\n");
    let screen = pty.wait_for_text("resumed");
    assert!(screen.contains("size 50x12") && !screen.contains("stopped"), "{screen}");
    assert!(pty.modes_left_on().contains(&"terminal settings (raw mode)"));
    // The keys are ours again, all of them, and a second time works like the first.
    pty.send("xyx");
    pty.wait_for_text("keys 4");
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}

#[test]
fn paste_mouse_and_copy_pass() {
    let pty = start();
    pty.send("\x1b[200~one\rtwo\x1b[201~");
    pty.wait_for_text("pasted");
    pty.send("\x1b[<0;3;2M");
    pty.wait_for_text("clicked");
    pty.send("mx");
    pty.wait_for_text("keys 2");
    assert!(!pty.modes_left_on().contains(&"mouse"));
    pty.send("cx");
    pty.wait_for_text("keys 4");
    assert!(String::from_utf8(pty.raw()).unwrap().contains("\x1b]52;c;eA==\x07"));
    pty.send("q");
    assert!(pty.wait_exit().success());
}

#[test]
fn a_resized_window_is_drawn_anew() {
    let pty = start();
    pty.resize(20, 33);
    pty.wait_for_text("size 33x20");
    pty.resize(1, 1);
    pty.resize(15, 100);
    pty.wait_for_text("size 100x15");
    pty.send("q");
    assert!(pty.wait_exit().success());
}

#[test]
fn no_key_is_lost_among_changes_of_size_nor_by_a_new_input() {
    let pty = start();
    for keys in 1..=100_u16 {
        pty.resize(10 + keys % 7, 60 + keys % 11);
        pty.send("x");
    }
    pty.wait_for_text("keys 100");
    pty.send("i");
    pty.wait_for_text("input anew");
    pty.send("xxx");
    pty.wait_for_text("keys 104");
    pty.send("q");
    assert!(pty.wait_exit().success());
}

#[test]
fn after_a_stop_that_nobody_announced_the_screen_is_taken_anew() {
    let pty = start();
    let before = pty.raw().len();
    pty.signal(Raw::CONT);
    pty.wait_for_text("continued");
    let anew = String::from_utf8(pty.raw().split_off(before)).unwrap();
    assert!(anew.contains("\x1b[?1049l") && anew.contains("\x1b[?1049h"), "{anew:?}");
    assert!(pty.wait_for_text("keys 0").contains("size 60x10"));
    pty.send("q");
    assert!(pty.wait_exit().success());
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}
