//! The checksums of a journal: each line ends in one over all lines up to it, so that a line that was changed, removed,
//! repeated or moved is noticed at that line.

use std::{
    fmt::Write as _,
    io::{self, BufRead, Read as _},
};

use sha2::{Digest as _, Sha256};

/// No line is longer: a batch of rows with all their records.
pub(super) const LONGEST: u64 = 256 * 1024 * 1024;

/// Separates the text of a line from its checksum; JSON escapes it.
const SEPARATOR: u8 = b'\t';

/// The checksum of the lines so far: SHA-256 of the checksum before the last one and of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain([u8; 32]);

impl Chain {
    /// The checksum of no lines.
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

    /// Makes the text of the next line, without a line end in it, that line with its checksum and its end. The chain goes
    /// on behind it.
    pub(super) fn seal(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        *self = self.after(&text);
        text.push(SEPARATOR);
        text.extend(self.digits().bytes());
        text.push(b'\n');
        text
    }

    /// Returns the text of the next line; nothing if its checksum is another one. The chain goes on behind it.
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
pub(super) enum Next {
    /// A whole line with its end.
    Line(Vec<u8>),
    /// A line without an end, as a kill leaves it, or nothing: the end of the file.
    End,
    /// More than a line can be.
    TooLong,
}

/// Reads the next line.
pub(super) fn next_line(file: &mut impl BufRead) -> io::Result<Next> {
    let mut bytes = Vec::new();
    file.take(LONGEST).read_until(b'\n', &mut bytes)?;
    Ok(if bytes.ends_with(b"\n") {
        Next::Line(bytes)
    } else if bytes.len() as u64 == LONGEST {
        Next::TooLong
    } else {
        Next::End
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
    fn lines_open_in_their_order_alone() {
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
    fn the_digits_are_those_of_other_programs() {
        // printf 'vipmp export journal' | sha256sum
        assert!(Chain::new().digits().starts_with("76e4d6afcbfb4bce"), "{}", Chain::new().digits());
    }

    #[test]
    fn lines_are_read_up_to_a_cut() {
        let mut file = &b"one\ntwo\n\nthr"[..];
        for line in [&b"one\n"[..], b"two\n", b"\n"] {
            assert_eq!(next_line(&mut file).unwrap(), Next::Line(line.to_vec()));
        }
        assert_eq!((next_line(&mut file).unwrap(), next_line(&mut file).unwrap()), (Next::End, Next::End));
        let mut endless = io::BufReader::new(io::repeat(b'x').take(LONGEST + 1));
        assert_eq!(next_line(&mut endless).unwrap(), Next::TooLong);
    }
}
