//! The one place that enters and leaves the terminal's modes.
//!
//! Every way out passes through here: the normal end and errors by `Drop`, a panic by [`restore`] in the panic
//! hook, signals by [`Signals`], Ctrl-Z by [`Terminal::suspend`]. What is drawn inside the modes is no concern of
//! this room.

mod background;
mod input;
mod parser;
mod screen;
mod signals;

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::Frame;
use ratatui::layout::{Rect, Size};

pub use background::{ANSWER_WAIT, Background, QUERY as BACKGROUND_QUERY};
pub use input::Input;
pub use parser::{PASTE_LIMIT, PASTE_SILENCE, Parser, SILENCE};
use screen::{Output, Screen};
pub use signals::{Signal, Signals};

/// True if the terminal is in our modes now.
///
/// The one piece of global state in the program: the terminal is a global thing too, and a panic hook, which may
/// run on any thread and holds no reference to a [`Terminal`], must know whether there is anything to restore.
static CLAIMED: AtomicBool = AtomicBool::new(false);

/// Alternate screen, cleared (not every terminal clears it on its own), bracketed paste, cursor hidden.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[2J\x1b[H\x1b[?2004h\x1b[?25l";

/// Everything of [`ENTER`] and [`MOUSE_ON`] undone, whatever of it was on; first the end of a synchronized update
/// and of any style, in case the program stopped between two writes.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// Buttons and the wheel, with coordinates as decimal numbers (SGR). Motion is not asked for: it would wake the
/// program for every cell that the pointer crosses, and nothing uses it.
#[cfg_attr(windows, allow(dead_code, reason = "a console is asked in another way"))]
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";

/// The end of [`MOUSE_ON`].
#[cfg_attr(windows, allow(dead_code, reason = "a console is asked in another way"))]
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// The reason why the screen cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotATerminal {
    /// Standard output is a pipe or a file.
    #[error("the output is not a terminal. Start vipmp in one, without redirecting its output.")]
    Output,
    /// No keys can come: standard input is not a terminal, and there is no controlling one either.
    #[error("the input is not a terminal, so no keys can be read. Start vipmp in one.")]
    Input,
    /// `TERM=dumb`: the terminal says that it cannot move its cursor.
    #[error(
        "nothing can be drawn on a terminal of the type \"dumb\" (TERM=dumb). Start vipmp in another one; its \
         commands (vipmp --help) work here too."
    )]
    Dumb,
    /// `TERM` is not set or empty, so the terminal may be no more than a line printer.
    #[error(
        "the terminal does not say what it can do (TERM is not set). Start vipmp in another one, or as \
         TERM=xterm-256color vipmp where you know that it can."
    )]
    Unknown,
}

/// The result of a request to suspend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspended {
    /// The program was stopped and is back; the next frame is drawn whole.
    Resumed,
    /// There is no shell that could bring the program back, so it was not stopped.
    NoShell,
}

/// The terminal while it is ours: made by [`Terminal::enter`], given back when dropped.
#[derive(Debug)]
pub struct Terminal {
    inner: ratatui::Terminal<Screen<Output>>,
    mouse: bool,
}

impl Terminal {
    /// Says whether there is a terminal to draw on and to read from.
    pub fn check() -> Result<(), NotATerminal> {
        let term = std::env::var_os("TERM");
        // A console of Windows has no such variable and can do everything.
        let term = term.as_deref().unwrap_or(OsStr::new(if cfg!(windows) { "console" } else { "" }));
        judge(io::stdout().is_terminal(), has_input(), term)
    }

    /// Takes the terminal: raw mode, alternate screen, bracketed paste and, if wanted, the mouse.
    ///
    /// # Errors
    /// When the terminal refuses a mode or is taken already; it is then as it was before.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // Everything that can fail without touching the terminal comes first.
        let inner = ratatui::Terminal::new(Screen::new(screen::open()?, is_claimed))?;
        claim(mouse)?;
        Ok(Self { inner, mouse })
    }

    /// Draws a frame: only the cells that changed, as one synchronized update in one write. Nothing at all is
    /// written when nothing changed.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.inner.draw(render).map(|_| ())
    }

    /// Makes the next frame paint every cell, for a screen that something else has painted over.
    pub fn redraw(&mut self) -> io::Result<()> {
        let area = Rect::from((ratatui::layout::Position::ORIGIN, self.size()?));
        // Not `clear()`: that asks the terminal for the cursor's position and waits for the answer.
        self.inner.resize(area)
    }

    /// Switches the mouse on or off. Off, the terminal's own selection works.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if is_claimed() { capture_mouse(on) } else { Ok(()) }
    }

    /// Returns true if the mouse is ours.
    pub fn mouse(&self) -> bool {
        self.mouse
    }

    /// Sends bytes that draw nothing, such as OSC 52, between two frames.
    pub fn write_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        if is_claimed() { write_out(bytes) } else { Ok(()) }
    }

    /// Columns and rows, as the terminal has them now; of a huge one, those that are drawn. Layout, drawing and the mouse
    /// all go by this size.
    pub fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    /// Gives the terminal back, stops the program as Ctrl-Z does, and takes the terminal again once the shell has
    /// brought the program back; the next frame is then drawn whole, at the size that the terminal has by then.
    ///
    /// An [`Input`] may stay as it is: it reads on a thread of this process, and all of them are stopped, so the
    /// keys go to the shell. (Before a program that runs beside this one it must be dropped.) Signals of a change of
    /// size went to the shell too: the caller asks for the [`size`](Self::size) afterwards.
    ///
    /// # Errors
    /// When the terminal cannot be given back or taken again.
    pub async fn suspend(&mut self, signals: &mut Signals) -> io::Result<Suspended> {
        if !signals::has_job_control() {
            return Ok(Suspended::NoShell);
        }
        self.leave()?;
        signals.stop().await?;
        self.resume()?;
        Ok(Suspended::Resumed)
    }

    /// Stops the program together with one that has the terminal meanwhile: the driver of the terminal has sent both of them
    /// the wish, and a shell takes its terminal back only when no part of the job runs on.
    ///
    /// # Errors
    /// When the program cannot be stopped.
    pub async fn stop_beside(&self, signals: &mut Signals) -> io::Result<()> {
        if signals::has_job_control() { signals.stop().await } else { Ok(()) }
    }

    /// Takes the terminal again after [`Signal::Continue`]: somebody stopped the program without asking (`kill
    /// -STOP`), and the shell has had the terminal in between.
    pub fn resume(&mut self) -> io::Result<()> {
        // Left first: a raw mode that is thought to be on would not be set again.
        self.leave()?;
        claim(self.mouse)?;
        self.inner.backend_mut().forget();
        self.redraw()
    }

    /// Gives the terminal back as it was. Harmless when that was done before.
    pub fn leave(&mut self) -> io::Result<()> {
        give_back()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back if it is ours, from any thread and any number of times: for the panic hook, and before
/// any message is printed.
pub fn restore() {
    // A terminal that is gone (SIGHUP) cannot be restored, and nobody would see the complaint.
    let _ = give_back();
}

/// Returns true if the terminal is in our modes now, so that printing would spoil the screen.
pub fn is_claimed() -> bool {
    CLAIMED.load(Ordering::Acquire)
}

fn claim(mouse: bool) -> io::Result<()> {
    if CLAIMED.swap(true, Ordering::AcqRel) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the terminal is in use by this program"));
    }
    // Windows learns here to understand escape sequences.
    #[cfg(windows)]
    let _ = crossterm::ansi_support::supports_ansi();
    let entered = enable_raw_mode()
        .and_then(|()| write_out(ENTER))
        .and_then(|()| if mouse { capture_mouse(true) } else { Ok(()) });
    if entered.is_err() {
        restore();
    }
    entered
}

fn give_back() -> io::Result<()> {
    if !CLAIMED.swap(false, Ordering::AcqRel) {
        return Ok(());
    }
    // All are tried, whatever becomes of the first.
    let mouse = if cfg!(windows) { capture_mouse(false) } else { Ok(()) };
    let written = write_out(LEAVE);
    let cooked = disable_raw_mode();
    mouse.and(written).and(cooked)
}

#[cfg(not(windows))]
fn capture_mouse(on: bool) -> io::Result<()> {
    write_out(if on { MOUSE_ON } else { MOUSE_OFF })
}

/// A console sends the mouse when its input mode says so, not for an escape sequence.
#[cfg(windows)]
fn capture_mouse(on: bool) -> io::Result<()> {
    use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
    if on {
        crossterm::execute!(io::stdout(), EnableMouseCapture)
    } else {
        crossterm::execute!(io::stdout(), DisableMouseCapture)
    }
}

/// Writes past the screen's buffer: a panic may have left half a frame in that.
fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut out = screen::open()?;
    screen::write_all(&mut out, bytes)?;
    out.flush()
}

fn judge(output: bool, input: bool, term: &OsStr) -> Result<(), NotATerminal> {
    if !output {
        Err(NotATerminal::Output)
    } else if term == "dumb" {
        Err(NotATerminal::Dumb)
    } else if term.is_empty() {
        Err(NotATerminal::Unknown)
    } else if !input {
        Err(NotATerminal::Input)
    } else {
        Ok(())
    }
}

/// Keys come from standard input or, when that is something else, from the controlling terminal.
fn has_input() -> bool {
    let controlling =
        || cfg!(unix) && std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty").is_ok();
    io::stdin().is_terminal() || controlling()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_on_both_sides_is_enough() {
        assert_eq!(judge(true, true, OsStr::new("xterm-256color")), Ok(()));
    }

    #[test]
    fn what_is_missing_is_named() {
        let (usual, dumb, unset) = (OsStr::new("xterm"), OsStr::new("dumb"), OsStr::new(""));
        assert_eq!(judge(false, true, usual), Err(NotATerminal::Output));
        assert_eq!(judge(true, false, usual), Err(NotATerminal::Input));
        assert_eq!(judge(true, true, dumb), Err(NotATerminal::Dumb));
        assert_eq!(judge(true, true, unset), Err(NotATerminal::Unknown));
        // The output is what a user redirects most often, so it is told first.
        for term in [usual, dumb, unset] {
            assert_eq!(judge(false, false, term), Err(NotATerminal::Output));
        }
    }

    #[test]
    fn leaving_undoes_every_mode_that_entering_sets() {
        let enter = String::from_utf8([ENTER, MOUSE_ON].concat()).unwrap();
        let leave = String::from_utf8(LEAVE.to_vec()).unwrap();
        let mut modes = 0;
        for mode in enter.split("\x1b[?").skip(1) {
            let digits: String = mode.chars().take_while(char::is_ascii_digit).collect();
            let undone = if mode[digits.len()..].starts_with('h') { 'l' } else { 'h' };
            assert!(leave.contains(&format!("\x1b[?{digits}{undone}")), "mode {digits} stays behind");
            modes += 1;
        }
        assert_eq!(modes, 5);
    }

    #[test]
    fn restoring_what_was_never_taken_does_nothing() {
        restore();
        restore();
        assert!(!is_claimed());
    }
}
