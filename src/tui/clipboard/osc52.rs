//! OSC 52: the terminal is asked to put a text into its clipboard.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Multiplexer;

/// The most bytes of text that go by OSC 52. Encoded and wrapped they make the 100,000 bytes at which common
/// terminals cut a sequence off.
pub const OSC52_LIMIT: usize = 74_994;

/// The longest piece that GNU screen passes on in one device control string.
const SCREEN_PIECE: usize = 512;

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
