//! The parser of what a terminal sends: bytes become keys, mouse events and pastes.
//!
//! A terminal sends more than keys. It also answers questions that this program, or one before it, has asked, and such
//! an answer can come late, in pieces, or cut off. None of it may be taken for keys, and nothing may keep the next key
//! from arriving:
//!
//! - Strings (DCS, OSC, APC, PM, SOS) are dropped whole, up to their terminator. Of one of them, the answer about the
//!   background (OSC 11), the content is read.
//! - A CSI sequence ends at its final byte. An unknown one is dropped.
//! - A control byte, such as Ctrl-C, or [`SILENCE`] ends a sequence that is not complete.
//! - A paste without an end is delivered after [`PASTE_SILENCE`]. Ctrl-C ends it after [`SILENCE`].
//! - A lone Esc byte is a key once nothing has followed it for a short time, which is longer over SSH.
//!
//! The parser reads no clock and waits for nothing: the time is an argument, and [`Parser::deadline`] says when
//! [`Parser::expire`] wants to be called. The states follow those of a VT500; its parsers for terminal emulators (vte,
//! vtparse) execute control bytes without ending a sequence, and know neither keys nor time.

mod csi;
mod kitty;
mod mouse;
mod paste;
#[cfg(test)]
mod tests;
mod text;

use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::background::{self, Background};
pub use paste::PASTE_LIMIT;
use paste::Paste;
use text::{Text, ends_text};

/// The time after which the parser gives up on the rest of a sequence.
pub const SILENCE: Duration = Duration::from_millis(100);

/// The time after which the parser gives up on the rest of a paste. It is longer, since the rest would be taken for keys.
pub const PASTE_SILENCE: Duration = Duration::from_millis(500);

/// The longest parameters that a known CSI sequence can have, several times over.
const PARAMETERS_LIMIT: usize = 64;

const ETX: u8 = 0x03;
const BEL: u8 = 0x07;
const ESC: u8 = 0x1b;
const DEL: u8 = 0x7f;

/// The sequence that the bytes so far begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParserState {
    /// Nothing.
    Ground,
    /// A character of several bytes, of which so many are held and so many wanted.
    Character { wanted: usize },
    /// Anything that begins with Esc; `twice` after two of them.
    Escape { twice: bool },
    /// A CSI sequence.
    Csi,
    /// A key with SS3.
    Ss3,
    /// A function key of the Linux console: `ESC [ [` and a letter.
    Console,
    /// A mouse event of three bytes: `ESC [ M` and those.
    Mouse,
    /// A string.
    Text(Text),
    /// A paste.
    Paste,
}

/// Turns bytes into events, in any pieces.
#[derive(Debug)]
pub struct Parser {
    state: ParserState,
    /// The bytes of the character, of the parameters, or of the mouse event so far.
    held: Vec<u8>,
    /// The paste so far.
    paste: Paste,
    /// True if the current key came with Alt, that is, after an Esc byte.
    alt: bool,
    /// The byte after Esc that began the sequence; none if it was an eight-bit control.
    introducer: Option<u8>,
    /// True if a string was cut off, so that its terminator may still come.
    cut: bool,
    /// The time when the last byte came.
    last: Option<Instant>,
    /// The time that a lone Esc byte waits for the rest of a sequence.
    escape_wait: Duration,
    events: Vec<Event>,
    /// The background that the terminal has reported.
    background: Option<Background>,
}

impl Parser {
    /// A parser that takes an Esc byte for the Esc key once nothing has followed it for `escape_wait`.
    pub fn new(escape_wait: Duration) -> Self {
        Self {
            state: ParserState::Ground,
            held: Vec::new(),
            paste: Paste::default(),
            alt: false,
            introducer: None,
            cut: false,
            last: None,
            escape_wait,
            events: Vec::new(),
            background: None,
        }
    }

    /// Takes bytes that have arrived by `now` and returns the events that they complete.
    pub fn feed(&mut self, bytes: &[u8], now: Instant) -> Vec<Event> {
        let silent = self.last.is_some_and(|last| now.saturating_duration_since(last) >= SILENCE);
        if silent && matches!(self.state, ParserState::Paste) && bytes.first().copied().is_some_and(ends_text)
        {
            self.end_paste();
        }
        for byte in bytes {
            self.byte(*byte);
        }
        if !bytes.is_empty() {
            self.last = Some(now);
        }
        std::mem::take(&mut self.events)
    }

    /// Returns the background that the terminal has reported since the last call.
    pub fn take_background(&mut self) -> Option<Background> {
        self.background.take()
    }

    /// Returns the time when [`expire`](Self::expire) is to be called if nothing more has arrived by then.
    pub fn deadline(&self) -> Option<Instant> {
        let wait = match self.state {
            ParserState::Ground => return None,
            ParserState::Escape { .. } => self.escape_wait,
            ParserState::Paste => PASTE_SILENCE,
            _ => SILENCE,
        };
        self.last.map(|last| last + wait)
    }

    /// Ends what is not complete if its deadline has passed, and returns the events that this makes of it.
    pub fn expire(&mut self, now: Instant) -> Vec<Event> {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.give_up();
        }
        std::mem::take(&mut self.events)
    }

    fn give_up(&mut self) {
        match self.state {
            ParserState::Escape { twice } => {
                self.key(KeyCode::Esc);
                if twice {
                    self.key(KeyCode::Esc);
                }
            }
            ParserState::Csi | ParserState::Ss3 if self.held.is_empty() => self.alone(),
            ParserState::Text(Text { empty: true, .. }) => self.alone(),
            ParserState::Text(_) => self.cut = true,
            // Nothing but its beginning has come.
            ParserState::Paste if self.paste.is_empty() => drop(self.paste.take()),
            ParserState::Paste => self.end_paste(),
            _ => {}
        }
        self.reset();
    }

    /// The first two bytes of a sequence that nothing follows are a key with Alt, such as Alt-\[.
    fn alone(&mut self) {
        if let Some(byte) = self.introducer {
            if self.alt {
                self.key(KeyCode::Esc);
            }
            self.alt = true;
            self.character(char::from(byte));
        }
    }

    fn reset(&mut self) {
        self.state = ParserState::Ground;
        self.held.clear();
        self.alt = false;
        self.introducer = None;
    }

    fn byte(&mut self, byte: u8) {
        match self.state {
            ParserState::Ground => self.ground(byte),
            ParserState::Character { wanted } => self.in_character(byte, wanted),
            ParserState::Escape { twice } => self.after_escape(byte, twice),
            ParserState::Csi => self.in_csi(byte),
            ParserState::Ss3 => self.in_ss3(byte),
            ParserState::Console => match byte {
                b'A'..=b'E' => self.finish(Some(KeyCode::F(1 + byte - b'A').into())),
                // The second bracket was the final byte of an unknown sequence.
                _ => self.abandon(byte),
            },
            ParserState::Mouse => self.in_mouse(byte),
            ParserState::Text(text) => self.in_text(byte, text),
            ParserState::Paste => {
                if self.paste.push(byte) {
                    self.end_paste();
                }
            }
        }
    }

    fn ground(&mut self, byte: u8) {
        let control = |code| KeyEvent::new(code, KeyModifiers::CONTROL);
        let key: KeyEvent = match byte {
            ESC => return self.state = ParserState::Escape { twice: false },
            b'\r' => KeyCode::Enter.into(),
            b'\t' => KeyCode::Tab.into(),
            DEL => KeyCode::Backspace.into(),
            0 => control(KeyCode::Char(' ')),
            0x01..=0x1a => control(KeyCode::Char(char::from(byte - 1 + b'a'))),
            0x1c..=0x1f => control(KeyCode::Char(char::from(byte - 0x1c + b'4'))),
            0x20..=0x7e => return self.character(char::from(byte)),
            0x80..=0x9f => return self.eight_bit(byte),
            0xc2..=0xf4 => {
                self.held.push(byte);
                let wanted = if byte < 0xe0 {
                    2
                } else if byte < 0xf0 {
                    3
                } else {
                    4
                };
                return self.state = ParserState::Character { wanted };
            }
            // No character begins like this.
            _ => return self.reset(),
        };
        self.finish(Some(key));
    }

    fn in_character(&mut self, byte: u8, wanted: usize) {
        if !matches!(byte, 0x80..=0xbf) {
            return self.abandon(byte);
        }
        self.held.push(byte);
        if self.held.len() < wanted {
            return;
        }
        let character = std::str::from_utf8(&self.held).ok().and_then(|text| text.chars().next());
        self.held.clear();
        match character {
            Some(control @ '\u{80}'..='\u{9f}') => self.eight_bit(u8::try_from(control).unwrap_or_default()),
            Some(character) => self.character(character),
            None => self.reset(),
        }
    }

    fn after_escape(&mut self, byte: u8, twice: bool) {
        match byte {
            b'[' | b'O' => {
                self.alt = twice;
                self.begin(if byte == b'[' { ParserState::Csi } else { ParserState::Ss3 }, Some(byte));
            }
            b'P' | b']' | b'X' | b'^' | b'_' => {
                if twice {
                    self.key(KeyCode::Esc);
                }
                self.begin(ParserState::Text(Text::START), Some(byte));
            }
            // What a string that was cut off has left.
            b'\\' if self.cut => {
                self.cut = false;
                self.reset();
            }
            ESC => {
                if twice {
                    self.key(KeyCode::Esc);
                }
                self.state = ParserState::Escape { twice: true };
            }
            _ => {
                if twice {
                    self.key(KeyCode::Esc);
                }
                // Ctrl-C is never part of anything.
                if byte == ETX {
                    self.key(KeyCode::Esc);
                }
                self.state = ParserState::Ground;
                self.alt = byte != ETX;
                self.ground(byte);
            }
        }
    }

    /// A control of eight bits. Those that begin nothing are dropped.
    fn eight_bit(&mut self, byte: u8) {
        match byte {
            0x8f => self.begin(ParserState::Ss3, None),
            0x9b => self.begin(ParserState::Csi, None),
            0x90 | 0x98 | 0x9d..=0x9f => self.begin(ParserState::Text(Text::START), None),
            _ => self.reset(),
        }
    }

    fn begin(&mut self, state: ParserState, introducer: Option<u8>) {
        self.held.clear();
        self.introducer = introducer;
        self.state = state;
    }

    fn in_csi(&mut self, byte: u8) {
        match byte {
            // One more than the limit says that there were too many.
            0x20..=0x3f if self.held.len() > PARAMETERS_LIMIT => {}
            0x20..=0x3f => self.held.push(byte),
            b'[' if self.held.is_empty() => self.state = ParserState::Console,
            b'M' if self.held.is_empty() => self.state = ParserState::Mouse,
            b'~' if self.held == b"200" => {
                self.reset();
                self.state = ParserState::Paste;
            }
            0x40..=0x7e if self.held.len() > PARAMETERS_LIMIT => self.reset(),
            0x40..=0x7e => match csi::event(&self.held, byte) {
                Some(Event::Key(key)) => self.finish(Some(key)),
                other => {
                    self.events.extend(other);
                    self.reset();
                }
            },
            _ => self.abandon(byte),
        }
    }

    fn in_ss3(&mut self, byte: u8) {
        match byte {
            // Some terminals put modifiers here. Nothing is known about them, but they end with a letter, too.
            b'0'..=b'9' | b';' if self.held.len() < PARAMETERS_LIMIT => self.held.push(byte),
            0x20..=0x7e => {
                let key = csi::key(byte).filter(|_| self.held.is_empty());
                self.finish(key.map(KeyEvent::from));
            }
            _ => self.abandon(byte),
        }
    }

    fn in_mouse(&mut self, byte: u8) {
        if byte < 0x20 {
            return self.abandon(byte);
        }
        self.held.push(byte);
        if let [buttons, column, row] = self.held[..] {
            self.events.extend(mouse::in_bytes(buttons, column, row).map(Event::Mouse));
            self.reset();
        }
    }

    fn in_text(&mut self, byte: u8, text: Text) {
        let begins = matches!(byte, b'[' | b'O' | b'P' | b']' | b'X' | b'^' | b'_');
        match byte {
            b'\\' if text.last == ESC => self.end_text(),
            BEL => self.end_text(),
            byte if text.is_ended_by(byte) => self.end_text(),
            // Another sequence: the string was cut off.
            byte if text.last == ESC && begins => {
                self.cut = true;
                self.reset();
                self.after_escape(byte, false);
            }
            byte if ends_text(byte) => {
                self.cut = true;
                self.abandon(byte);
            }
            byte => {
                // One more than the limit says that there were too many.
                if byte != ESC && self.held.len() <= background::LONGEST {
                    self.held.push(byte);
                }
                self.state = ParserState::Text(text.after(byte));
            }
        }
    }

    /// Ends a string. The one answer that is read is the one about the background.
    fn end_text(&mut self) {
        if self.held.len() <= background::LONGEST {
            self.background = Background::from_answer(&self.held).or(self.background);
        }
        self.reset();
    }

    fn end_paste(&mut self) {
        self.events.push(Event::Paste(self.paste.take()));
        self.reset();
    }

    /// Drops what is not complete; this byte is none of it.
    fn abandon(&mut self, byte: u8) {
        self.reset();
        self.ground(byte);
    }

    fn character(&mut self, character: char) {
        let shift = if character.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        self.finish(Some(KeyEvent::new(KeyCode::Char(character), shift)));
    }

    /// Ends a sequence, with its key if it has one.
    fn finish(&mut self, key: Option<KeyEvent>) {
        if let Some(mut key) = key {
            if self.alt {
                key.modifiers |= KeyModifiers::ALT;
            }
            self.events.push(Event::Key(key));
        }
        self.reset();
    }

    fn key(&mut self, code: KeyCode) {
        self.events.push(Event::Key(code.into()));
    }
}
