//! Benchmarks a key press: the state update, and the frame.

mod support;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use divan::Bencher;
use ratatui::{Terminal, backend::TestBackend};
use vipmp::tui::{
    app::{App, Message},
    ui::{self, Theme},
};

fn main() {
    divan::main();
}

fn press(app: &mut App, key: char) {
    app.update(support::now(), Message::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
}

/// Moves one row down and one up.
#[divan::bench]
fn update_two_keys(bencher: Bencher<'_, '_>) {
    let mut app = support::app(120, 36);
    bencher.bench_local(|| {
        press(&mut app, 'j');
        press(&mut app, 'k');
    });
}

/// Takes one key and draws its frame, up to the cells that differ.
#[divan::bench(args = [(60, 20), (120, 36), (200, 60)])]
fn key_and_frame(bencher: Bencher<'_, '_>, (width, height): (u16, u16)) {
    let mut app = support::app(width, height);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen in memory");
    let theme = Theme::coloured();
    let mut down = true;
    bencher.bench_local(|| {
        press(&mut app, if down { 'j' } else { 'k' });
        down = !down;
        terminal.draw(|frame| ui::draw(frame, &app, &theme)).map(|_| ()).expect("a frame");
    });
}
