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
    /// Whether a quotation mark was not what it should have been.
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
                    self.open.pop();
                    if self.open.is_empty() {
                        self.out.push(byte);
                        return self.end();
                    }
                }
                _ if is_of_json(byte) => {}
                _ => {
                    let rest = &self.bytes[self.at..];
                    let count = rest.iter().position(|byte| is_of_json(*byte)).unwrap_or(rest.len());
                    self.flaws.note(self.path(), Found::Between(count));
                    self.at += count;
                    continue;
                }
            }
            self.out.push(byte);
            self.at += 1;
        }
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

/// Returns whether a byte can be between texts.
fn is_of_json(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'!'..=b'~')
}

/// The rest behind blanks.
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
