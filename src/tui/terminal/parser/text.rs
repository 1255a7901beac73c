//! The strings that terminals send (DCS, OSC, APC, PM, SOS), of which nothing but the end matters.

/// String terminator as a byte of its own.
const ST: u8 = 0x9c;

/// The position in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) empty: bool,
    /// The last byte.
    pub(super) last: u8,
    /// Bytes that the current character still lacks: within one, the byte of ST is part of the character.
    lacking: u8,
}

impl Text {
    pub(super) const START: Self = Self { empty: true, last: 0, lacking: 0 };

    /// The position after another byte of the string.
    pub(super) fn after(self, byte: u8) -> Self {
        let lacking = match byte {
            0x80..=0xbf => self.lacking.saturating_sub(1),
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        Self { empty: false, last: byte, lacking }
    }

    /// Returns whether this byte terminates the string, as a byte of its own or as the character U+009C.
    pub(super) fn is_ended_by(self, byte: u8) -> bool {
        byte == ST && (self.lacking == 0 || self.last == 0xc2)
    }
}

/// Returns whether a control byte cannot be part of a string or a paste. Blanks and line ends can (ECMA-48, 5.6), and Esc may
/// begin the terminator.
pub(super) fn ends_text(byte: u8) -> bool {
    matches!(byte, 0x00..=0x07 | 0x0e..=0x1a | 0x1c..=0x1f)
}
