//! The checksums of a journal. Each line ends in a checksum over all lines up to it, so that a line that was changed,
//! removed, repeated or moved is noticed.

use std::{
    fmt::Write as _,
    io::{self, BufRead, Read as _},
};

use sha2::{Digest as _, Sha256};

/// The greatest length of a line in bytes: a batch of rows with all their records.
pub(super) const LONGEST: u64 = 256 * 1024 * 1024;

/// Separates the text of a line from its checksum. JSON escapes it.
const SEPARATOR: u8 = b'\t';

/// The checksum of the lines so far: SHA-256 over the previous checksum and the text of the latest line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain([u8; 32]);

impl Chain {
    /// Creates the checksum of no lines.
    pub(super) fn new() -> Self {
        Self(Sha256::digest(b"vipmp export journal").into())
    }

    fn after(&self, text: &[u8]) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(text).finalize().into())
    }

    fn digits(&self) -> String {
        let mut digits = String::with_capacity(64);
        for byte in self.0 {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }

    /// Returns the next line: its text, which has no line end, its checksum and a line end. Advances the chain.
    pub(super) fn seal(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        *self = self.after(&text);
        text.push(SEPARATOR);
        text.extend(self.digits().bytes());
        text.push(b'\n');
        text
    }

    /// Returns the text of the next line and advances the chain, or `None` if the checksum does not match.
    pub(super) fn open<'l>(&mut self, line: &'l [u8]) -> Option<&'l [u8]> {
        let line = line.strip_suffix(b"\n")?;
        let at = line.iter().rposition(|byte| *byte == SEPARATOR)?;
        let (text, digits) = (&line[..at], &line[at + 1..]);
        let next = self.after(text);
        (next.digits().as_bytes() == digits).then(|| {
            *self = next;
            text
        })
    }
}

/// The next piece of a file of lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NextLine {
    /// A complete line with its line end.
    Line(Vec<u8>),
    /// The end of the file, perhaps after a line without a line end, as a kill leaves it.
    End,
    /// A line longer than the limit.
    TooLong,
}

/// Reads the next line.
pub(super) fn next_line(file: &mut impl BufRead) -> io::Result<NextLine> {
    let mut bytes = Vec::new();
    file.take(LONGEST).read_until(b'\n', &mut bytes)?;
    Ok(if bytes.ends_with(b"\n") {
        NextLine::Line(bytes)
    } else if bytes.len() as u64 == LONGEST {
        NextLine::TooLong
    } else {
        NextLine::End
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(texts: &[&str]) -> Vec<Vec<u8>> {
        let mut chain = Chain::new();
        texts.iter().map(|text| chain.seal(text.as_bytes().to_vec())).collect()
    }

    fn opened<'l>(lines: impl IntoIterator<Item = &'l Vec<u8>>) -> usize {
        let mut chain = Chain::new();
        lines.into_iter().map_while(|line| chain.open(line)).count()
    }

    #[test]
    fn lines_open_only_in_their_order() {
        let lines = sealed(&["one", "two", "", "three"]);
        assert_eq!(opened(&lines), 4);
        let (one, two, none, three) = (&lines[0], &lines[1], &lines[2], &lines[3]);
        for (order, read) in [
            (vec![two], 0),
            (vec![one, none], 1),
            (vec![one, one], 1),
            (vec![one, two, three], 2),
            (vec![one, two, none, none], 3),
            (vec![two, one, none, three], 0),
        ] {
            assert_eq!(opened(order), read);
        }
    }

    #[test]
    fn the_digits_match_those_of_sha256sum() {
        // printf 'vipmp export journal' | sha256sum
        assert!(Chain::new().digits().starts_with("76e4d6afcbfb4bce"), "{}", Chain::new().digits());
    }

    #[test]
    fn lines_are_read_up_to_a_cut() {
        let mut file = &b"one\ntwo\n\nthr"[..];
        for line in [&b"one\n"[..], b"two\n", b"\n"] {
            assert_eq!(next_line(&mut file).unwrap(), NextLine::Line(line.to_vec()));
        }
        assert_eq!(
            (next_line(&mut file).unwrap(), next_line(&mut file).unwrap()),
            (NextLine::End, NextLine::End)
        );
        let mut endless = io::BufReader::new(io::repeat(b'x').take(LONGEST + 1));
        assert_eq!(next_line(&mut endless).unwrap(), NextLine::TooLong);
    }
}
