//! From what nearly is JSON to JSON: what is not valid in a text becomes U+FFFD, what is not valid elsewhere is left out.
//!
//! It is a scanner with a stack, not a parser: it only has to know in which text of which object it is. What it makes is
//! read strictly afterwards, so it need not judge the rest.

use super::flaw::{Flaws, Found, Step};

/// Assumptions of a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Quotation marks begin and end texts, and backslashes escape them.
    Quotes,
    /// A quotation mark ends a text only if what follows fits.
    Nothing,
}

/// The repaired text, and what was repaired.
pub(super) struct Repaired {
    pub(super) json: Vec<u8>,
    pub(super) flaws: Flaws,
}

/// The replacement for a character that is not valid.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

const SURROGATE: &str = "half a surrogate pair";
const NOT_UTF_8: &str = "a byte that is not UTF-8";
const CONTROL: &str = "a raw control character";
const ESCAPE: &str = "an escape that JSON does not have";

/// The most bytes of a name, and of blanks, that are looked at to judge a quotation mark.
const MAX_AHEAD: usize = 200;

/// A level of nesting that no reader of JSON takes.
const MAX_DEPTH: usize = 200;

/// Damage of one text.
#[derive(Default)]
struct Damage {
    /// Characters that were replaced.
    count: usize,
    kinds: Vec<&'static str>,
    /// True if a quotation mark was not what it should have been.
    has_quote: bool,
}

/// An object or a list that is open.
enum Open {
    Object { name: String, expects_name: bool },
    List(usize),
}

/// The role of a text in its surroundings.
#[derive(Clone, Copy)]
enum Role {
    Name,
    Member,
    Element,
    Whole,
}

/// Repairs what can be.
pub(super) fn repaired(bytes: &[u8], trust: Trust) -> Repaired {
    let mut repair = Repair {
        bytes,
        at: 0,
        trust,
        out: Vec::with_capacity(bytes.len() + 16),
        open: Vec::new(),
        flaws: Flaws::default(),
    };
    repair.run();
    Repaired { json: repair.out, flaws: repair.flaws }
}

struct Repair<'b> {
    bytes: &'b [u8],
    at: usize,
    trust: Trust,
    out: Vec<u8>,
    open: Vec<Open>,
    flaws: Flaws,
}

impl Repair<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            // It would be refused anyway.
            if self.open.len() > MAX_DEPTH {
                return;
            }
            match byte {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' => self.open.push(Open::Object { name: String::new(), expects_name: true }),
                b'[' => self.open.push(Open::List(0)),
                b',' if self.is_comma_too_many() => {
                    self.flaws.note(self.path(), Found::Between(1));
                    self.at += 1;
                    continue;
                }
                b',' => match self.open.last_mut() {
                    Some(Open::Object { name, expects_name }) => {
                        name.clear();
                        *expects_name = true;
                    }
                    Some(Open::List(index)) => *index += 1,
                    None => {}
                },
                b':' => {
                    if let Some(Open::Object { expects_name, .. }) = self.open.last_mut() {
                        *expects_name = false;
                    }
                }
                b'}' | b']' => {
                    self.take_back_comma();
                    self.open.pop();
                    if self.open.is_empty() {
                        self.out.push(byte);
                        return self.end();
                    }
                }
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => {
                    self.word();
                    continue;
                }
            }
            self.out.push(byte);
            self.at += 1;
        }
    }

    /// The last byte so far that is no blank.
    fn last(&self) -> Option<u8> {
        self.out.iter().rev().take(MAX_AHEAD).find(|byte| !byte.is_ascii_whitespace()).copied()
    }

    /// Returns whether a comma here would have nothing before it.
    fn is_comma_too_many(&self) -> bool {
        !self.open.is_empty() && matches!(self.last(), Some(b',' | b'[' | b'{'))
    }

    /// Removes a comma that has nothing behind it.
    fn take_back_comma(&mut self) {
        if self.last() == Some(b',')
            && let Some(at) = self.out.iter().rposition(|byte| *byte == b',')
        {
            self.out.remove(at);
            self.flaws.note(self.path(), Found::Between(1));
        }
    }

    /// Takes what is neither a text nor punctuation: a number, `true`, `false`, `null`, or something that is none of
    /// these, which becomes a text.
    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| {
            matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"')
        });
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        let is_graphic = |byte: &u8| byte.is_ascii_graphic();
        let start = word.iter().position(is_graphic).unwrap_or(word.len());
        let end = word.iter().rposition(is_graphic).map_or(start, |last| last + 1);
        let (strange, word) = (word.len() - (end - start), &word[start..end]);
        if strange > 0 {
            self.flaws.note(self.path(), Found::Between(strange));
        }
        if word.is_empty() {
            return;
        }
        // Outside of everything, it is most likely no JSON at all.
        if self.open.is_empty() || (!matches!(self.role(), Role::Name) && is_scalar(word)) {
            return self.out.extend_from_slice(word);
        }
        let text = String::from_utf8_lossy(word);
        self.out.extend(serde_json::to_vec(&text).unwrap_or_default());
        if let Some(Open::Object { name, expects_name: true }) = self.open.last_mut() {
            *name = text.into_owned();
        }
        self.flaws.note(self.path(), Found::Word);
    }

    /// The outermost value is whole: whatever follows is no part of it.
    fn end(&mut self) {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default().trim_ascii();
        if !rest.is_empty() {
            self.flaws.note(Vec::new(), Found::Behind(rest.len()));
        }
    }

    fn path(&self) -> Vec<Step> {
        let step = |open: &Open| match open {
            Open::Object { name, .. } if name.is_empty() => None,
            Open::Object { name, .. } => Some(Step::Key(name.clone())),
            Open::List(index) => Some(Step::Index(*index)),
        };
        self.open.iter().filter_map(step).collect()
    }

    fn role(&self) -> Role {
        match self.open.last() {
            Some(Open::Object { expects_name: true, .. }) => Role::Name,
            Some(Open::Object { .. }) => Role::Member,
            Some(Open::List(_)) => Role::Element,
            None => Role::Whole,
        }
    }

    /// Takes a text with both its quotation marks.
    fn text(&mut self) {
        let (role, start) = (self.role(), self.out.len());
        let mut found = Damage::default();
        self.out.push(b'"');
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' if self.trust == Trust::Quotes || self.is_end(self.at, role) => {
                    self.out.push(b'"');
                    self.at += 1;
                    break;
                }
                b'"' => {
                    self.out.extend_from_slice(b"\\\"");
                    self.at += 1;
                    found.has_quote = true;
                }
                b'\\' => self.escape(role, &mut found),
                0..0x20 => self.replace(1, CONTROL, &mut found),
                0x20..0x80 => {
                    self.out.push(byte);
                    self.at += 1;
                }
                _ => match character(&self.bytes[self.at..]) {
                    Ok(length) => self.copy(length),
                    Err(length) => self.replace(length, NOT_UTF_8, &mut found),
                },
            }
        }
        if let (Role::Name, Some(Open::Object { name, .. })) = (role, self.open.last_mut()) {
            *name = serde_json::from_slice(&self.out[start..]).unwrap_or_default();
        }
        if found.count > 0 {
            self.flaws.note(self.path(), Found::Replaced(found.count, found.kinds));
        }
        if found.has_quote {
            self.flaws.note(self.path(), Found::Quote);
            let is_next = |text: &[u8]| text.windows(3).any(|piece| piece == b"},{");
            let compact: Vec<u8> =
                self.out[start..].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            if is_next(&compact) {
                self.flaws.mix();
            }
        }
    }

    fn copy(&mut self, length: usize) {
        self.out.extend_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
    }

    fn replace(&mut self, length: usize, kind: &'static str, found: &mut Damage) {
        self.out.extend_from_slice(REPLACEMENT);
        self.at += length;
        found.count += 1;
        if !found.kinds.contains(&kind) {
            found.kinds.push(kind);
        }
    }

    /// Takes what a backslash begins.
    fn escape(&mut self, role: Role, found: &mut Damage) {
        match self.bytes.get(self.at + 1) {
            Some(b'"') if self.trust == Trust::Nothing && self.is_end(self.at + 1, role) => {
                self.out.extend_from_slice(REPLACEMENT);
                self.at += 1;
                found.has_quote = true;
            }
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.copy(2),
            Some(b'u') => match self.unit(self.at) {
                Some(0xD800..0xDC00) if matches!(self.unit(self.at + 6), Some(0xDC00..0xE000)) => {
                    self.copy(12);
                }
                Some(0xD800..0xE000) => self.replace(6, SURROGATE, found),
                Some(_) => self.copy(6),
                None => self.replace(1, ESCAPE, found),
            },
            _ => self.replace(1, ESCAPE, found),
        }
    }

    /// The unit of UTF-16 that is written as `\u1234` at this place.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    }

    /// Returns whether the quotation mark at this place is followed by something that can follow a whole text.
    fn is_end(&self, at: usize, role: Role) -> bool {
        let after = blanks(&self.bytes[at + 1..]);
        match (role, after) {
            (Role::Name, [b':', ..]) | (Role::Whole, []) => true,
            (Role::Member, [b'}', after @ ..]) | (Role::Element, [b']', after @ ..]) => {
                self.open.len() == 1 || is_after_value(after)
            }
            (Role::Member, [b',', after @ ..]) => begins_member(after),
            (Role::Element, [b',', after @ ..]) => begins_value(after),
            _ => false,
        }
    }
}

/// Returns whether a word is a number or one of the three names that JSON knows.
fn is_scalar(word: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(word).is_ok()
}

/// Returns the rest after whitespace.
fn blanks(bytes: &[u8]) -> &[u8] {
    let end =
        bytes.iter().take(MAX_AHEAD).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    &bytes[end..]
}

/// Returns whether these bytes can follow an object or a list within another.
fn is_after_value(bytes: &[u8]) -> bool {
    match blanks(bytes) {
        [b',', after @ ..] => begins_value(after),
        [b'}' | b']', ..] => true,
        _ => false,
    }
}

fn begins_value(bytes: &[u8]) -> bool {
    matches!(blanks(bytes), [b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', ..])
}

/// Returns whether a name and a colon are next.
fn begins_member(bytes: &[u8]) -> bool {
    let [b'"', after @ ..] = blanks(bytes) else { return false };
    let end = after.iter().take(MAX_AHEAD).position(|byte| *byte == b'"');
    end.is_some_and(|end| matches!(blanks(&after[end + 1..]), [b':', ..]))
}

/// The length of the character at the start, or of what is there instead.
fn character(bytes: &[u8]) -> Result<usize, usize> {
    let start = &bytes[..bytes.len().min(4)];
    let chunk = start.utf8_chunks().next();
    let (valid, invalid) = chunk.map_or(("", &[][..]), |chunk| (chunk.valid(), chunk.invalid()));
    match valid.chars().next() {
        Some(first) => Ok(first.len_utf8()),
        None => Err(invalid.len().max(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_bodies_need_little_more_than_their_length() {
        let megabyte = 1 << 20;
        for body in [
            vec![0xFF; megabyte],
            [b"{\"a\": \"", &vec![0xFF; megabyte][..], b"\"}"].concat(),
            b"[".repeat(megabyte),
            b"{\"a\":".repeat(megabyte / 5),
            b"[\"\",".repeat(megabyte / 4),
            b"\",".repeat(megabyte / 2),
            [b"[".to_vec(), b"\"}\0".repeat(megabyte / 3)].concat(),
        ] {
            for trust in [Trust::Quotes, Trust::Nothing] {
                let repaired = repaired(&body, trust);
                assert!(repaired.json.len() <= 3 * body.len());
            }
        }
    }
}
