//! The terminal's modes and input, in a real pseudo-terminal.
//!
//! The program under test is this test program itself, started again in the pseudo-terminal with [`program`] as its
//! only test: a few lines around `Terminal` and `Input`, so that a failure here is theirs. Signals, panics, sizes and all
//! else that can go wrong is tested with the whole program, in `tests/faults/terminal`.

#![cfg(unix)]

mod support;

use std::io::{self, Write as _};

use crossterm::{
    event::{Event, KeyCode, KeyEvent, KeyModifiers},
    terminal::{disable_raw_mode, enable_raw_mode},
};
use ratatui::widgets::Paragraph;
use support::pty::Pty;
use vipmp::tui::terminal::{Input, Terminal};

/// Set for the copy of this program that runs in the pseudo-terminal.
const INSIDE: &str = "VIPMP_TEST_INSIDE";

/// The value of [`INSIDE`] for the copy that prints events, and for the one that prints what crossterm makes of the bytes.
const EVENTS: &str = "events";
const CROSSTERM: &str = "crossterm";

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
    let Ok(kind) = std::env::var(INSIDE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    match &*kind {
        EVENTS => {
            enable_raw_mode().unwrap();
            let mut input = Input::start(tokio::sync::mpsc::channel(1).0).unwrap();
            print_events(|| runtime.block_on(input.next()).unwrap_or_else(gone)).unwrap();
        }
        CROSSTERM => {
            enable_raw_mode().unwrap();
            print_events(crossterm::event::read).unwrap();
        }
        _ => println!("said: {}", runtime.block_on(inside()).unwrap()),
    }
}

/// Prints a line for each event until Ctrl-D.
fn print_events(mut next: impl FnMut() -> io::Result<Event>) -> io::Result<()> {
    let mut out = io::stdout();
    write!(out, "ready\r\n")?;
    loop {
        let event = next()?;
        write!(out, "event: {event:?}\r\n")?;
        if event == Event::Key(KeyEvent::new(KeyCode::Char('d'), KeyModifiers::CONTROL)) {
            return disable_raw_mode();
        }
    }
}

fn gone() -> io::Result<Event> {
    Err(io::ErrorKind::UnexpectedEof.into())
}

async fn inside() -> io::Result<String> {
    Terminal::check().map_err(io::Error::other)?;
    let mut terminal = Terminal::enter(true)?;
    let mut events = Input::start(tokio::sync::mpsc::channel(1).0)?;
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
                        events = Input::start(tokio::sync::mpsc::channel(1).0)?;
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

/// The lines that a program in a pseudo-terminal prints for these sequences, each with a key behind it.
fn events(program: &str, sequences: &[Vec<u8>]) -> Vec<String> {
    let pty = Pty::spawn_program(this(), &ARGS, &[(INSIDE, program)], 10, 200);
    pty.wait_for_text("ready");
    // No more at once than crossterm reads at a time: it waits for more before it reads the rest.
    for (chunk, mark) in sequences.chunks(50).zip('一'..) {
        pty.send([chunk.join(&b'.'), mark.to_string().into_bytes()].concat());
        pty.wait_for_text(&format!("Char('{mark}')"));
    }
    pty.send("\x04");
    assert!(pty.wait_exit().success(), "{}", pty.screen());
    let raw = pty.raw();
    let text = String::from_utf8_lossy(&raw);
    let events = text.lines().filter_map(|line| line.strip_prefix("event: "));
    events.map(|event| event.trim_end().to_owned()).collect()
}

/// Every sequence that crossterm knows, and many that it does not.
fn sequences() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    let mut add = |sequence: &str| all.push(sequence.as_bytes().to_vec());
    for byte in (0..0x80_u8).map(char::from).filter(|byte| !"\x03\x04\x1b".contains(*byte)) {
        add(&byte.to_string());
        if !"[O]PX^_".contains(byte) {
            add(&format!("\x1b{byte}"));
        }
    }
    for text in ["é", "É", "ß", "株", "😀", "\u{a0}", "\u{301}"] {
        add(text);
        add(&format!("\x1b{text}"));
    }
    for letter in "ABCDEFGHPQRSZIOkt".chars() {
        add(&format!("\x1b[{letter}"));
        for held in 1..=70 {
            add(&format!("\x1b[1;{held}{letter}"));
        }
        for kind in 1..=4 {
            add(&format!("\x1b[1;5:{kind}{letter}"));
        }
    }
    "ABCDFHPQRS".chars().for_each(|letter| add(&format!("\x1bO{letter}")));
    "ABCDE".chars().for_each(|letter| add(&format!("\x1b[[{letter}")));
    // 200 begins a paste.
    for number in (0..=260).filter(|number| *number != 200) {
        add(&format!("\x1b[{number}~"));
        add(&format!("\x1b[{number};5~"));
        add(&format!("\x1b[{number};{number}:3~"));
        add(&format!("\x1b[<{number};12;7M"));
        add(&format!("\x1b[<{number};12;7m"));
        add(&format!("\x1b[{number};12;7M"));
    }
    for code in (0x20..0x7f).chain(57_340..57_470).chain([9, 13, 27, 127, 0x1_f600, 0xd800, 0x11_0000]) {
        add(&format!("\x1b[{code}u"));
        add(&format!("\x1b[{code};2u"));
        add(&format!("\x1b[{code}:64;2u"));
        add(&format!("\x1b[{code}:64;70:3u"));
    }
    for text in ["\x1b[200~one\rtwo\x1b[201~", "\x1b[200~\x1b[201~", "\x1b[?1u", "\x1b[?62;22c", "\x1b[7;9R"]
    {
        add(text);
    }
    all
}

#[test]
fn every_sequence_that_crossterm_knows_is_the_same_event() {
    let sequences = sequences();
    let ours = events(EVENTS, &sequences);
    let theirs = events(CROSSTERM, &sequences);
    let first = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
    let first = first.map(|at| (at, &ours[at.saturating_sub(2)..=at], &theirs[at.saturating_sub(2)..=at]));
    assert_eq!(first, None);
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.len() > 3_000, "{} events", ours.len());
}
