//! The ratatui backend: crossterm's escape sequences, collected and written once a frame.
//!
//! crossterm's own backend flushes several times a frame (each cursor call does) and repeats what the terminal
//! knows already. On a slow line both can be seen.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Begin and end of a synchronized update (DEC mode 2026): a terminal that knows it shows the frame at once, any
/// other ignores it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The bytes with which crossterm's backend ends each drawing: everything back to normal, and before that, needlessly, each colour.
const RESET: &[u8] = b"\x1b[0m";
const COLOUR_RESETS: [&[u8]; 3] = [b"\x1b[59m", b"\x1b[49m", b"\x1b[39m"];

/// The largest area that is drawn: more than an 8K screen shows in the smallest letters. A terminal can claim 65,535 columns
/// and as many rows, and each cell of them would take memory, twice.
const LARGEST: Size = Size::new(1_000, 500);

/// The part of a terminal of this size that is drawn.
fn drawn(columns: u16, rows: u16) -> Size {
    Size::new(columns.min(LARGEST.width), rows.min(LARGEST.height))
}

/// The destination of the bytes: a descriptor of our own, since `Stdout` is line buffered and would break up a frame.
#[cfg(unix)]
pub(super) type Output = std::fs::File;

/// The destination of the bytes: `Stdout` knows how to talk UTF-8 to a console.
#[cfg(not(unix))]
pub(super) type Output = io::Stdout;

/// Opens standard output for writing without a buffer and without its lock, which a panicking thread may hold.
#[cfg(unix)]
pub(super) fn open() -> io::Result<Output> {
    use std::os::fd::AsFd as _;
    io::stdout().as_fd().try_clone_to_owned().map(Output::from)
}

/// Opens standard output.
#[cfg(not(unix))]
pub(super) fn open() -> io::Result<Output> {
    Ok(io::stdout())
}

/// Writes everything, even if another program has left the terminal in non-blocking mode.
pub(super) fn write_all(out: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // The terminal is slower than we are. Half a frame would be worse than a short wait.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A backend that writes a frame in one piece, and nothing for a frame without changes.
#[derive(Debug)]
pub(super) struct Screen<W> {
    out: W,
    /// Says whether the terminal is ours; what is drawn after it was given back is dropped.
    open: fn() -> bool,
    /// The frame so far, [`BEGIN`] in front.
    frame: Vec<u8>,
    cursor_shown: bool,
    /// The place of the cursor, if nothing was drawn since it was put there.
    cursor: Option<Position>,
}

impl<W: Write> Screen<W> {
    /// A screen whose cursor is hidden, as after entering.
    pub(super) fn new(out: W, open: fn() -> bool) -> Self {
        Self { out, open, frame: BEGIN.to_vec(), cursor_shown: false, cursor: None }
    }

    /// Forgets the known state of the terminal, since it has been entered again.
    pub(super) fn forget(&mut self) {
        self.frame.truncate(BEGIN.len());
        self.cursor_shown = false;
        self.cursor = None;
    }

    /// Fifteen bytes less for each frame, as many as the synchronized update costs.
    fn shorten_reset(&mut self) {
        let Some(mut body) = self.frame.strip_suffix(RESET) else { return };
        for reset in COLOUR_RESETS {
            body = body.strip_suffix(reset).unwrap_or(body);
        }
        let length = body.len();
        self.frame.truncate(length);
        self.frame.extend_from_slice(RESET);
    }

    fn crossterm(&mut self) -> CrosstermBackend<&mut Vec<u8>> {
        CrosstermBackend::new(&mut self.frame)
    }
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.cursor = None;
        self.crossterm().draw(content)?;
        self.shorten_reset();
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.cursor_shown) { self.crossterm().hide_cursor() } else { Ok(()) }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor_shown, true) { Ok(()) } else { self.crossterm().show_cursor() }
    }

    /// Answered from memory: nothing here asks the terminal a question and waits.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or(Position::ORIGIN))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Some(position) {
            return Ok(());
        }
        self.cursor = Some(position);
        self.crossterm().set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.crossterm().clear_region(clear_type)
    }

    #[cfg(unix)]
    fn size(&self) -> io::Result<Size> {
        // crossterm would open /dev/tty for each frame, and start a program where the size is unknown.
        let size = rustix::termios::tcgetwinsize(io::stdout());
        Ok(match size {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => drawn(size.ws_col, size.ws_row),
            _ => Size::new(80, 24),
        })
    }

    #[cfg(not(unix))]
    fn size(&self) -> io::Result<Size> {
        let (columns, rows) = crossterm::terminal::size()?;
        Ok(drawn(columns, rows))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        let changed = self.frame.len() > BEGIN.len();
        let written = if changed && (self.open)() {
            self.frame.extend_from_slice(END);
            write_all(&mut self.out, &self.frame).and_then(|()| self.out.flush())
        } else {
            Ok(())
        };
        self.frame.truncate(BEGIN.len());
        written
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};
    use ratatui::text::Span;
    use ratatui::{Terminal, TerminalOptions, Viewport, layout::Rect};

    use super::*;

    /// Remembers each write on its own, and takes only so many bytes at once.
    #[derive(Default)]
    struct Writes {
        writes: Vec<Vec<u8>>,
        refuse_first: bool,
    }

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if std::mem::take(&mut self.refuse_first) {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.writes.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn terminal(open: fn() -> bool) -> Terminal<Screen<Writes>> {
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 3));
        Terminal::with_options(Screen::new(Writes::default(), open), TerminalOptions { viewport }).unwrap()
    }

    fn draw(terminal: &mut Terminal<Screen<Writes>>, text: &str, cursor: Option<(u16, u16)>) -> Vec<String> {
        let draw = terminal.draw(|frame| {
            frame.render_widget(Span::styled(text, Style::new().fg(Color::Red)), frame.area());
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        });
        draw.unwrap();
        let writes = std::mem::take(&mut terminal.backend_mut().out.writes);
        writes.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
    }

    #[test]
    fn a_frame_is_one_write_inside_one_synchronized_update() {
        let mut terminal = terminal(|| true);
        let writes = draw(&mut terminal, "hello", Some((3, 1)));
        assert_eq!(writes.len(), 1);
        assert!(writes[0].starts_with("\x1b[?2026h") && writes[0].ends_with("\x1b[?2026l"), "{writes:?}");
        assert!(writes[0].contains("hello\x1b[0m\x1b[?25h\x1b[2;4H"), "{writes:?}");
        assert_eq!(writes[0].matches("2026").count(), 2);
    }

    #[test]
    fn a_frame_without_changes_writes_nothing() {
        let mut terminal = terminal(|| true);
        assert_eq!(draw(&mut terminal, "hello", None).len(), 1);
        assert_eq!(draw(&mut terminal, "hello", None), Vec::<String>::new());
        assert_eq!(draw(&mut terminal, "hello", Some((1, 1))).len(), 1);
        assert_eq!(draw(&mut terminal, "hello", Some((1, 1))), Vec::<String>::new());
        assert_eq!(draw(&mut terminal, "hello", None), ["\x1b[?2026h\x1b[?25l\x1b[?2026l"]);
    }

    #[test]
    fn a_frame_drawn_after_the_terminal_was_given_back_is_dropped() {
        let mut terminal = terminal(|| false);
        assert_eq!(draw(&mut terminal, "hello", None), Vec::<String>::new());
    }

    #[test]
    fn only_a_part_of_a_huge_terminal_is_drawn() {
        assert_eq!(drawn(u16::MAX, u16::MAX), LARGEST);
        assert_eq!(drawn(5_000, 20), Size::new(1_000, 20));
        assert_eq!(drawn(80, 5_000), Size::new(80, 500));
        assert_eq!(drawn(1_000, 500), Size::new(1_000, 500));
        assert_eq!(drawn(80, 24), Size::new(80, 24));
    }

    #[test]
    fn a_terminal_that_is_busy_gets_the_frame_later() {
        let mut out = Writes { refuse_first: true, ..Writes::default() };
        write_all(&mut out, b"frame").unwrap();
        assert_eq!(out.writes, [b"frame"]);
    }
}
