//! The terminal's modes and input, in a real pseudo-terminal.
//!
//! The program under test is this test program itself, started anew in the pseudo-terminal with [`program`] as its
//! only test: a few lines around `Terminal` and `Input`, so that a failure here is theirs. Signals, panics, sizes and all
//! else that can go wrong is tested with the whole program, in `tests/faults/terminal`.

#![cfg(unix)]

mod support;

use std::io;

use crossterm::event::{Event, KeyCode};
use ratatui::widgets::Paragraph;
use support::pty::Pty;
use vipmp::tui::terminal::{Input, Terminal};

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
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let said = runtime.block_on(inside()).unwrap();
        println!("said: {said}");
    }
}

async fn inside() -> io::Result<String> {
    Terminal::check().map_err(io::Error::other)?;
    let mut terminal = Terminal::enter(true)?;
    let mut events = Input::start()?;
    let mut keys = 0;
    let mut note = "";
    loop {
        let words = format!("keys {keys}\n{note}");
        terminal.draw(|frame| frame.render_widget(Paragraph::new(words), frame.area()))?;
        match events.next().await.transpose()? {
            Some(Event::Key(key)) => {
                keys += 1;
                match key.code {
                    KeyCode::Char('q') => return Ok("quit".to_owned()),
                    KeyCode::Char('m') => terminal.set_mouse(!terminal.mouse())?,
                    KeyCode::Char('c') => terminal.write_raw(b"\x1b]52;c;eA==\x07")?,
                    KeyCode::Char('i') => {
                        drop(events);
                        events = Input::start()?;
                        note = "input anew";
                    }
                    _ => {}
                }
            }
            Some(Event::Paste(_)) => note = "pasted",
            Some(Event::Mouse(_)) => note = "clicked",
            Some(_) => {}
            None => return Ok("no more keys".to_owned()),
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
fn no_key_is_lost_by_a_new_input() {
    let pty = start();
    pty.send("xx");
    pty.wait_for_text("keys 2");
    pty.send("i");
    pty.wait_for_text("input anew");
    pty.send("xxx");
    pty.wait_for_text("keys 6");
    pty.send("q");
    assert!(pty.wait_exit().success());
}
