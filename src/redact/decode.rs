//! The views of a text: the text itself, and every decoding of it.

/// The start and end of a part of the whole text, in bytes.
pub(super) type Span = (usize, usize);

/// A decoding of a text, with the origin of each byte.
#[derive(Default)]
pub(super) struct TextView {
    pub(super) bytes: Vec<u8>,
    /// The part of the text that each byte comes from.
    pub(super) spans: Vec<Span>,
    /// True if the bytes were decoded from base64 or hexadecimal digits, as which almost any text can be read.
    pub(super) unpacked: bool,
}

/// A way to escape a single character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    /// `%2F`.
    Percent,
    /// `\u002f`, `\/`, `\x2f`.
    Backslash,
    /// `&#47;`, `&#x2f;`, `&sol;`.
    Entity,
}

const ESCAPES: [Escape; 3] = [Escape::Percent, Escape::Backslash, Escape::Entity];

/// The HTML entities of characters that a secret may contain, in lower case.
const ENTITIES: [(&str, char); 45] = [
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("grave", '`'),
    ("diacriticalgrave", '`'),
    ("gt", '>'),
    ("hat", '^'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lcub", '{'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lsqb", '['),
    ("lt", '<'),
    ("midast", '*'),
    ("nbsp", '\u{a0}'),
    ("newline", '\n'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("rbrace", '}'),
    ("rbrack", ']'),
    ("rcub", '}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("semi", ';'),
    ("sol", '/'),
    ("tab", '\t'),
    ("underbar", '_'),
    ("verbar", '|'),
    ("verticalline", '|'),
    ("vert", '|'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("sp", ' '),
];

/// The longest name or number of an entity, in bytes, with leading zeros.
const MAX_ENTITY: usize = 20;

impl TextView {
    /// Creates the view of a piece of text that begins at `start` in the whole text.
    pub(super) fn of(text: &str, start: usize) -> Self {
        let mut view = Self::default();
        // Cleaning replaces characters without a width by U+FFFD. They are skipped, as the eye skips them.
        for (at, c) in text.char_indices().filter(|(_, c)| *c != '\u{fffd}') {
            let span = (start + at, start + at + c.len_utf8());
            match control(c) {
                Some(byte) => view.push(byte, span),
                None => view.push_char(c, span),
            }
        }
        view
    }

    fn push(&mut self, byte: u8, span: Span) {
        self.bytes.push(byte);
        self.spans.push(span);
    }

    fn push_char(&mut self, c: char, span: Span) {
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            self.push(byte, span);
        }
    }

    /// Returns every decoding of this view. Base64 and hexadecimal digits are decoded if they yield at least `shortest`
    /// bytes.
    pub(super) fn decodings(&self, shortest: usize) -> Vec<Self> {
        let mut views = Vec::new();
        let (all, used) = self.unescape(&ESCAPES);
        if !used.is_empty() {
            views.push(all);
        }
        // A secret may end with the start of another kind of escape, so each kind is tried alone too.
        if used.len() > 1 {
            views.extend(used.iter().map(|kind| self.unescape(&[*kind]).0));
        }
        views.extend((0..4).map(|phase| self.unpack(phase, 6, sextet, shortest)));
        views.extend((0..2).map(|phase| self.unpack(phase, 4, nibble, shortest)));
        views.retain(|view| !view.unpacked || view.bytes.len() >= shortest);
        views
    }

    /// Resolves escapes of these kinds, and returns the kinds found.
    fn unescape(&self, kinds: &[Escape]) -> (Self, Vec<Escape>) {
        let mut view = Self { unpacked: self.unpacked, ..Self::default() };
        let mut used = Vec::new();
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let rest = &self.bytes[at..];
            let kind = match byte {
                b'%' => Some(Escape::Percent),
                b'\\' => Some(Escape::Backslash),
                b'&' => Some(Escape::Entity),
                _ => None,
            };
            let read = match kind.filter(|kind| kinds.contains(kind)) {
                Some(Escape::Percent) => percent(rest).map(|byte| (Unit::Byte(byte), 3)),
                Some(Escape::Backslash) => backslash(rest).map(|(c, length)| (Unit::Char(c), length)),
                Some(Escape::Entity) => entity(rest).map(|(c, length)| (Unit::Char(c), length)),
                None => None,
            };
            let Some((unit, length)) = read else {
                view.push(*byte, self.spans[at]);
                at += 1;
                continue;
            };
            let span = (self.spans[at].0, self.spans[at + length - 1].1);
            match unit {
                Unit::Byte(byte) => view.push(byte, span),
                Unit::Char(c) => view.push_char(c, span),
            }
            used.extend(kind.filter(|kind| !used.contains(kind)));
            at += length;
        }
        (view, used)
    }

    /// Decodes each run of digits of `bits` bits, starting with the digit at `phase`. A NUL separates the runs.
    fn unpack(&self, phase: usize, bits: usize, value: fn(u8) -> Option<u8>, shortest: usize) -> Self {
        let mut view = Self { unpacked: true, ..Self::default() };
        let mut run: Vec<(u8, Span)> = Vec::new();
        // Base64 is often broken into lines. One byte that is not a digit ends the last run.
        let is_line_end = |byte: u8| matches!(byte, b'\r' | b'\n');
        let end = std::iter::once((0, (0, 0)));
        for (byte, span) in self.bytes.iter().copied().zip(self.spans.iter().copied()).chain(end) {
            if let Some(value) = value(byte) {
                run.push((value, span));
                continue;
            }
            if is_line_end(byte) {
                continue;
            }
            let digits = run.get(phase..).unwrap_or_default();
            if digits.len() * bits / 8 >= shortest {
                for at in 0..digits.len() * bits / 8 {
                    let (first, last) = (at * 8 / bits, (at * 8 + 7) / bits);
                    let joined = digits[first..=last]
                        .iter()
                        .fold(0_u32, |all, (digit, _)| all << bits | u32::from(*digit));
                    let behind = (last + 1) * bits - (at + 1) * 8;
                    let byte = u8::try_from(joined >> behind & 0xff).unwrap_or_default();
                    view.push(byte, (digits[first].1.0, digits[last].1.1));
                }
                view.push(0, (span.0, span.0));
            }
            run.clear();
        }
        view
    }
}

/// The meaning of an escape.
enum Unit {
    Byte(u8),
    Char(char),
}

/// Resolves escapes of all kinds.
pub(super) fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let view = TextView { bytes: bytes.to_vec(), spans: vec![(0, 0); bytes.len()], unpacked: false };
    view.unescape(&ESCAPES).0.bytes
}

/// Returns the control character for which a symbol stands in cleaned text.
fn control(symbol: char) -> Option<u8> {
    match symbol {
        '\u{2400}'..='\u{241f}' => u8::try_from(u32::from(symbol) - 0x2400).ok(),
        '\u{2421}' => Some(0x7f),
        _ => None,
    }
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Returns the value of a base64 digit in the standard or the URL-safe alphabet.
fn sextet(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with(['+', '-']))?;
    u32::from_str_radix(text, radix).ok()
}

fn percent(rest: &[u8]) -> Option<u8> {
    number(rest.get(1..3)?, 16).and_then(|value| u8::try_from(value).ok())
}

/// Reads an escape of JSON or JavaScript, and returns the character and the length of the escape.
fn backslash(rest: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let escape = rest.get(at..at + 6)?;
        (escape[0] == b'\\' && escape[1].eq_ignore_ascii_case(&b'u')).then(|| number(&escape[2..], 16))?
    };
    let plain = match rest.get(1)? {
        b'u' | b'U' => {
            let first = unit(0)?;
            return match (char::from_u32(first), unit(6)) {
                (Some(c), _) => Some((c, 6)),
                (None, Some(second)) => {
                    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
                    Some((char::decode_utf16(pair).next()?.ok()?, 12))
                }
                (None, None) => None,
            };
        }
        b'x' | b'X' => return Some((char::from_u32(number(rest.get(2..4)?, 16)?)?, 4)),
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        byte @ (b'"' | b'\'' | b'\\' | b'/') => char::from(*byte),
        _ => return None,
    };
    Some((plain, 2))
}

/// Reads an HTML entity with or without its semicolon, and returns the character and the length of the entity.
fn entity(rest: &[u8]) -> Option<(char, usize)> {
    let body = &rest[1..rest.len().min(MAX_ENTITY + 1)];
    let run = |from: usize, fits: fn(&u8) -> bool| {
        body.get(from..).unwrap_or_default().iter().take_while(|byte| fits(byte)).count()
    };
    let (c, length) = match body {
        [b'#', b'x' | b'X', ..] => {
            let digits = run(2, u8::is_ascii_hexdigit);
            (char::from_u32(number(&body[2..2 + digits], 16)?)?, 2 + digits)
        }
        [b'#', ..] => {
            let digits = run(1, u8::is_ascii_digit);
            (char::from_u32(number(&body[1..=digits], 10)?)?, 1 + digits)
        }
        _ => {
            let letters = run(0, u8::is_ascii_alphabetic);
            // Without a semicolon, the name may be followed by other letters.
            let name = std::str::from_utf8(&body[..letters]).ok()?.to_ascii_lowercase();
            let fits = |(known, _): &&(&str, char)| match body.get(letters) {
                Some(b';') => name == *known,
                _ => name.starts_with(known),
            };
            let (name, c) = ENTITIES.iter().filter(fits).max_by_key(|(name, _)| name.len())?;
            (*c, name.len())
        }
    };
    let semicolon = usize::from(body.get(length) == Some(&b';'));
    Some((c, 1 + length + semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> String {
        String::from_utf8(unescaped(text.as_bytes())).unwrap()
    }

    #[test]
    fn escapes_of_every_kind_are_resolved_once() {
        assert_eq!(resolved("%41%c3%A9%2541%4%zz%"), "Aé%41%4%zz%");
        assert_eq!(resolved(r#"\u0041\U00e9\ud83d\ude00\/\"\\n\x41\q\u12"#), "Aé😀/\"\\nA\\q\\u12");
        assert_eq!(resolved("&#65;&#x41;&#X00041;&#65&lt;&AMP;&ltx&plus;&nosuch;&"), "AAAA<&<x+&nosuch;&");
        assert_eq!(resolved("&#0000065;&#;&#x;&#1114112;\\ud83d"), "A&#;&#x;&#1114112;\\ud83d");
    }

    #[test]
    fn runs_of_digits_are_unpacked_at_each_phase() {
        for text in ["QUJD", "xQUJD", "xxQUJD", "a=xxxQUJD=b", "414243", "f414243.", "QU\r\nJD", "-QUJD"] {
            let decoded = TextView::of(text, 0).decodings(3);
            assert!(decoded.iter().any(|view| view.bytes.windows(3).any(|three| three == b"ABC")), "{text}");
        }
        assert!(TextView::of("QU JD 41 42 43", 0).decodings(3).is_empty());
    }

    #[test]
    fn spans_lead_back_to_the_text() {
        let view = TextView::of("é%41", 10);
        assert_eq!(view.spans[..2], [(10, 12), (10, 12)]);
        let (decoded, _) = view.unescape(&ESCAPES);
        assert_eq!((decoded.bytes.as_slice(), decoded.spans[2]), ("éA".as_bytes(), (12, 15)));
    }
}
