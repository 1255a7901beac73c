//! Copying: to the system's clipboard or, through the terminal, to the one of the machine that a person sits at.
//!
//! Over SSH the system clipboard is the wrong machine's. OSC 52 asks the terminal to do it, but the terminal does
//! not answer: so what is said about a copy depends on the way that it went.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The most bytes of text that go by OSC 52. Encoded and wrapped they make the 100,000 bytes at which common
/// terminals cut a sequence off.
pub const OSC52_LIMIT: usize = 74_994;

/// The longest piece that GNU screen passes on in one device control string.
const SCREEN_PIECE: usize = 512;

/// What stands between the program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Multiplexer {
    /// Nothing that is known.
    #[default]
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// What the environment says about where the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The person sits at another machine.
    pub remote: bool,
    /// What the terminal is wrapped in.
    pub multiplexer: Multiplexer,
}

impl Surroundings {
    /// Reads the environment of this process.
    pub fn detect() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads an environment; `variable` gives the value of a name.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let terminal = variable("TERM").unwrap_or_default();
        // The multiplexers' own variables do not travel over SSH, while TERM does.
        let multiplexer = if set("TMUX") || terminal.starts_with("tmux") {
            Multiplexer::Tmux
        } else if set("STY") || terminal.starts_with("screen") {
            Multiplexer::Screen
        } else {
            Multiplexer::None
        };
        Self { remote: set("SSH_CONNECTION") || set("SSH_TTY"), multiplexer }
    }
}

/// What became of a copy, no more than is known about it. `Display` says it to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// The system clipboard has it.
    System {
        /// It is the clipboard of a machine that the person may not sit at.
        remote: bool,
    },
    /// The terminal is to be asked: the caller writes `sequence` with `Terminal::write_raw`. Nobody will know
    /// whether it worked.
    Terminal {
        /// The whole escape sequence.
        sequence: String,
    },
    /// Nothing has it.
    Nowhere {
        /// Why, in words.
        reason: String,
    },
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { remote: false } => f.write_str("copied to the clipboard"),
            Self::System { remote: true } => f.write_str("copied to the clipboard of the remote session"),
            Self::Terminal { .. } => f.write_str("sent to the terminal's clipboard (OSC 52)"),
            Self::Nowhere { reason } => write!(f, "not copied: {reason}"),
        }
    }
}

/// A clipboard of the system, so that tests need none.
pub trait SystemClipboard {
    /// Puts the text into the clipboard, or says why that cannot be.
    fn set(&mut self, text: &str) -> Result<(), String>;
}

/// The clipboard of the desktop.
///
/// Under X11 the content of a clipboard lives in the program that it was copied from: the handle is opened at the
/// first copy and then kept for as long as this lives, that is, to the end of the program.
#[derive(Default)]
pub struct Desktop {
    handle: Option<arboard::Clipboard>,
}

impl fmt::Debug for Desktop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desktop").field("open", &self.handle.is_some()).finish()
    }
}

impl SystemClipboard for Desktop {
    fn set(&mut self, text: &str) -> Result<(), String> {
        let mut handle = match self.handle.take() {
            Some(handle) => handle,
            None => arboard::Clipboard::new().map_err(|error| error.to_string())?,
        };
        // A handle that failed is not kept: the desktop may have gone and come back.
        handle.set_text(text).map_err(|error| error.to_string())?;
        self.handle = Some(handle);
        Ok(())
    }
}

/// Copies text by the way that fits the surroundings. One for the whole program.
#[derive(Debug)]
pub struct Clipboard<S = Desktop> {
    surroundings: Surroundings,
    system: S,
}

impl Clipboard {
    /// A clipboard for these surroundings; nothing is opened before the first copy.
    pub fn new(surroundings: Surroundings) -> Self {
        Self::with_system(surroundings, Desktop::default())
    }
}

impl<S: SystemClipboard> Clipboard<S> {
    /// A clipboard over another system clipboard.
    pub fn with_system(surroundings: Surroundings, system: S) -> Self {
        Self { surroundings, system }
    }

    /// Copies `text`. May block while the desktop answers: to be called on a blocking task.
    pub fn copy(&mut self, text: &str) -> Copied {
        let Surroundings { remote, multiplexer } = self.surroundings;
        if remote && let Some(sequence) = osc52(text, multiplexer) {
            return Copied::Terminal { sequence };
        }
        match self.system.set(text) {
            Ok(()) => Copied::System { remote },
            Err(reason) => match osc52(text, multiplexer) {
                Some(sequence) => Copied::Terminal { sequence },
                None => Copied::Nowhere {
                    reason: format!("too long for the terminal (at most {OSC52_LIMIT} bytes), and {reason}"),
                },
            },
        }
    }
}

/// The escape sequence by which a terminal puts `text` into its clipboard, or nothing if the text is too long.
///
/// Inside a multiplexer the sequence comes twice: as it is, for the multiplexer's own clipboard and what it passes
/// on (tmux with `set-clipboard on`), and wrapped, for the terminal around it (tmux with `allow-passthrough on`).
/// Which of them is let through is its user's choice; the second copy of the same text does no harm.
pub fn osc52(text: &str, multiplexer: Multiplexer) -> Option<String> {
    if text.len() > OSC52_LIMIT {
        return None;
    }
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    Some(match multiplexer {
        Multiplexer::None => plain,
        Multiplexer::Tmux => {
            // Every escape inside is doubled.
            let inner = plain.replace('\x1b', "\x1b\x1b");
            format!("{plain}\x1bPtmux;{inner}\x1b\\")
        }
        Multiplexer::Screen => {
            let mut wrapped = plain.clone();
            // ASCII throughout, so each piece is text again.
            for piece in plain.as_bytes().chunks(SCREEN_PIECE) {
                wrapped.push_str("\x1bP");
                wrapped.push_str(&String::from_utf8_lossy(piece));
                wrapped.push_str("\x1b\\");
            }
            wrapped
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A desktop that remembers, or one that is not there.
    #[derive(Debug, Default)]
    struct Fake {
        content: Option<String>,
        missing: bool,
    }

    impl SystemClipboard for Fake {
        fn set(&mut self, text: &str) -> Result<(), String> {
            if self.missing {
                return Err("there is no clipboard".to_owned());
            }
            self.content = Some(text.to_owned());
            Ok(())
        }
    }

    fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
        Surroundings::from_variables(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn clipboard(remote: bool, missing: bool) -> Clipboard<Fake> {
        let surroundings = Surroundings { remote, multiplexer: Multiplexer::None };
        Clipboard::with_system(surroundings, Fake { content: None, missing })
    }

    #[test]
    fn the_environment_says_where_the_program_runs() {
        assert_eq!(surroundings(&[("TERM", "xterm-256color")]), Surroundings::default());
        assert!(surroundings(&[("SSH_TTY", "/dev/pts/3")]).remote);
        assert!(surroundings(&[("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22")]).remote);
        assert!(!surroundings(&[("SSH_TTY", "")]).remote);
        let multiplexer = |variables: &[(&str, &str)]| surroundings(variables).multiplexer;
        assert_eq!(multiplexer(&[("TMUX", "/tmp/tmux,1,0"), ("TERM", "screen-256color")]), Multiplexer::Tmux);
        assert_eq!(multiplexer(&[("TERM", "tmux-256color")]), Multiplexer::Tmux);
        assert_eq!(multiplexer(&[("STY", "1234.pts-0"), ("TERM", "xterm")]), Multiplexer::Screen);
        assert_eq!(multiplexer(&[("TERM", "screen.xterm-256color")]), Multiplexer::Screen);
    }

    #[test]
    fn at_the_machine_itself_the_system_clipboard_comes_first() {
        let mut clipboard = clipboard(false, false);
        let copied = clipboard.copy("1006500792");
        assert_eq!(copied, Copied::System { remote: false });
        assert_eq!(copied.to_string(), "copied to the clipboard");
        assert_eq!(clipboard.system.content.as_deref(), Some("1006500792"));
    }

    #[test]
    fn without_a_system_clipboard_the_terminal_is_asked() {
        let copied = clipboard(false, true).copy("1006500792");
        assert_eq!(copied, Copied::Terminal { sequence: "\x1b]52;c;MTAwNjUwMDc5Mg==\x07".to_owned() });
        assert_eq!(copied.to_string(), "sent to the terminal's clipboard (OSC 52)");
    }

    #[test]
    fn over_ssh_the_terminal_comes_first_and_the_remote_clipboard_is_left_alone() {
        let mut clipboard = clipboard(true, false);
        assert!(matches!(clipboard.copy("1006500792"), Copied::Terminal { .. }));
        assert_eq!(clipboard.system.content, None);
    }

    #[test]
    fn what_is_too_long_for_the_terminal_goes_elsewhere_or_nowhere() {
        let long = "x".repeat(OSC52_LIMIT + 1);
        let copied = clipboard(true, false).copy(&long);
        assert_eq!(copied.to_string(), "copied to the clipboard of the remote session");
        let copied = clipboard(true, true).copy(&long);
        assert_eq!(
            copied.to_string(),
            "not copied: too long for the terminal (at most 74994 bytes), and there is no clipboard"
        );
    }

    #[test]
    fn a_sequence_is_never_longer_than_terminals_take() {
        let longest = osc52(&"x".repeat(OSC52_LIMIT), Multiplexer::None).unwrap();
        assert_eq!(longest.len(), 100_000);
        assert_eq!(osc52(&"é".repeat(OSC52_LIMIT), Multiplexer::None), None);
    }

    #[test]
    fn tmux_gets_the_sequence_plain_and_wrapped() {
        let sequence = osc52("hi", Multiplexer::Tmux).unwrap();
        assert_eq!(sequence, "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
    }

    #[test]
    fn screen_gets_the_wrapped_sequence_in_pieces_that_it_passes_on() {
        let text = "long ".repeat(400);
        let plain = osc52(&text, Multiplexer::None).unwrap();
        let sequence = osc52(&text, Multiplexer::Screen).unwrap();
        let wrapped = sequence.strip_prefix(&plain).unwrap();
        let pieces: Vec<&str> =
            wrapped.split_terminator("\x1b\\").map(|piece| piece.strip_prefix("\x1bP").unwrap()).collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= SCREEN_PIECE));
        assert_eq!(pieces.concat(), plain);
    }

    #[test]
    fn text_cannot_break_out_of_the_sequence() {
        let sequence = osc52("\x07\x1b\\\x1b[2J", Multiplexer::None).unwrap();
        assert_eq!(sequence.matches(['\x1b', '\x07']).count(), 2);
    }
}
