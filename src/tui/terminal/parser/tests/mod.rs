//! The parser, with a clock of the tests' own.

mod keys;
mod partial;

use super::*;

const ESCAPE_WAIT: Duration = Duration::from_millis(25);
const MOMENT: Duration = Duration::from_millis(1);

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

/// A parser with a clock of its own.
struct Stage {
    parser: Parser,
    now: Instant,
}

fn stage() -> Stage {
    Stage { parser: Parser::new(ESCAPE_WAIT), now: Instant::now() }
}

impl Stage {
    fn feed(&mut self, bytes: impl AsRef<[u8]>) -> Vec<Event> {
        self.parser.feed(bytes.as_ref(), self.now)
    }

    /// Lets this much time pass in silence.
    fn wait(&mut self, time: Duration) -> Vec<Event> {
        self.now += time;
        self.parser.expire(self.now)
    }

    /// Lets a moment less than this much time pass.
    fn wait_almost(&mut self, time: Duration) -> Vec<Event> {
        self.wait(time.saturating_sub(MOMENT))
    }
}

fn press(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

fn letter(letter: char) -> Event {
    press(KeyCode::Char(letter), NONE)
}

fn ctrl_c() -> Event {
    press(KeyCode::Char('c'), CONTROL)
}

/// Returns the meaning of these bytes if nothing follows them.
fn all(bytes: impl AsRef<[u8]>) -> Vec<Event> {
    let mut stage = stage();
    let mut events = stage.feed(bytes);
    events.extend(stage.wait(PASTE_SILENCE));
    events
}
