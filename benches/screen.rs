//! The cost of a key: the state's part, and the frame's.

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

/// One row down and one up.
#[divan::bench]
fn update_two_keys(bencher: Bencher<'_, '_>) {
    let mut app = support::app(120, 36);
    bencher.bench_local(|| {
        press(&mut app, 'j');
        press(&mut app, 'k');
    });
}

/// One key and its frame, to the cells that differ.
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
