//! A bracketed paste on its way.

use super::ESC;

/// How much of a paste is delivered. No field holds more, and the rest is dropped.
pub const PASTE_LIMIT: usize = 1 << 20;

/// The end of a paste.
const END: &[u8] = b"\x1b[201~";

/// The part of a paste that has arrived.
#[derive(Debug, Default)]
pub(super) struct Paste {
    bytes: Vec<u8>,
    /// How many bytes of the end the last ones were, which are not among `bytes`.
    matched: usize,
}

impl Paste {
    /// Takes a byte and returns whether it is the last one of the end.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if END.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return self.matched == END.len();
        }
        // What looked like the end belongs to the paste. No end begins within an end.
        self.extend(END.get(..self.matched).unwrap_or_default());
        self.matched = usize::from(byte == ESC);
        if self.matched == 0 {
            self.extend(&[byte]);
        }
        false
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = PASTE_LIMIT.saturating_sub(self.bytes.len());
        self.bytes.extend(bytes.iter().take(room));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The text, after which another paste can begin.
    pub(super) fn take(&mut self) -> String {
        self.matched = 0;
        String::from_utf8_lossy(&std::mem::take(&mut self.bytes)).into_owned()
    }

    /// The bytes that it occupies.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
