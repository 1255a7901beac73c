//! Values that repeat, such as countries: each text is kept once, and rows hold its code.

use std::{collections::HashMap, ops::Range, sync::Arc};

use crate::portfolio::fold::fold;

/// The code of a missing value.
pub(super) const MISSING: u32 = 0;

/// Codes in as few bytes as the greatest of them needs.
#[derive(Debug)]
pub(super) enum Codes {
    /// Codes below 2^8.
    Bytes(Vec<u8>),
    /// Codes below 2^16.
    Shorts(Vec<u16>),
    /// Any codes.
    Words(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl Codes {
    /// Returns the code at this position.
    pub(super) fn get(&self, at: usize) -> u32 {
        match self {
            Self::Bytes(codes) => codes[at].into(),
            Self::Shorts(codes) => codes[at].into(),
            Self::Words(codes) => codes[at],
        }
    }

    /// Replaces the code at this position, or appends it there.
    pub(super) fn put(&mut self, at: usize, code: u32) {
        self.widen(code);
        match self {
            Self::Bytes(codes) => put(codes, at, narrow(code)),
            Self::Shorts(codes) => put(codes, at, narrow(code)),
            Self::Words(codes) => put(codes, at, code),
        }
    }

    /// Replaces the codes of a range.
    pub(super) fn splice(&mut self, range: Range<usize>, new: &[u32]) {
        self.widen(new.iter().copied().max().unwrap_or_default());
        let new = new.iter().copied();
        match self {
            Self::Bytes(codes) => drop(codes.splice(range, new.map(narrow))),
            Self::Shorts(codes) => drop(codes.splice(range, new.map(narrow))),
            Self::Words(codes) => drop(codes.splice(range, new)),
        }
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        match self {
            Self::Bytes(codes) => codes.shrink_to_fit(),
            Self::Shorts(codes) => codes.shrink_to_fit(),
            Self::Words(codes) => codes.shrink_to_fit(),
        }
    }

    fn widen(&mut self, code: u32) {
        *self = match self {
            Self::Bytes(codes) if code > u16::MAX.into() => {
                Self::Words(codes.iter().copied().map(u32::from).collect())
            }
            Self::Bytes(codes) if code > u8::MAX.into() => {
                Self::Shorts(codes.iter().copied().map(u16::from).collect())
            }
            Self::Shorts(codes) if code > u16::MAX.into() => {
                Self::Words(codes.iter().copied().map(u32::from).collect())
            }
            _ => return,
        };
    }
}

/// Returns a code that is known to fit.
fn narrow<T: TryFrom<u32> + Default>(code: u32) -> T {
    T::try_from(code).unwrap_or_default()
}

fn put<T>(values: &mut Vec<T>, at: usize, value: T) {
    if at == values.len() {
        values.push(value);
    } else {
        values[at] = value;
    }
}

/// The texts behind codes. A text keeps its code for as long as the index lives.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    codes: HashMap<Arc<str>, u32>,
    texts: Vec<(Arc<str>, Box<str>)>,
}

impl Dictionary {
    /// Returns the code of a text; [`MISSING`] for none and for an empty one.
    pub(super) fn intern(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return MISSING };
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let Ok(code) = u32::try_from(self.texts.len() + 1) else { return MISSING };
        let own: Arc<str> = Arc::from(text);
        self.texts.push((Arc::clone(&own), fold(text).into_boxed_str()));
        self.codes.insert(own, code);
        code
    }

    /// Returns the text of a code as it was sent.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        Some(&*self.texts.get((code as usize).checked_sub(1)?)?.0)
    }

    /// Returns the folded text of a code; an empty one for [`MISSING`].
    pub(super) fn folded(&self, code: u32) -> &str {
        (code as usize).checked_sub(1).and_then(|at| self.texts.get(at)).map_or("", |(_, folded)| folded)
    }

    /// Returns the code of a text that may not be there.
    pub(super) fn code(&self, text: &str) -> Option<u32> {
        self.codes.get(text).copied()
    }

    /// Returns the number of codes, with [`MISSING`].
    pub(super) fn len(&self) -> usize {
        self.texts.len() + 1
    }

    /// Returns one value for each code, computed from its folded text, which is empty for [`MISSING`].
    pub(super) fn map<T>(&self, value: impl FnMut(&str) -> T) -> Vec<T> {
        std::iter::once("").chain(self.texts.iter().map(|(_, folded)| &**folded)).map(value).collect()
    }
}

/// A column of texts that repeat.
#[derive(Debug, Default)]
pub(super) struct CodeColumn {
    /// The code of each row.
    pub(super) codes: Codes,
    /// The texts behind the codes.
    pub(super) dictionary: Dictionary,
}

impl CodeColumn {
    /// Replaces the text of a row, or appends it.
    pub(super) fn put(&mut self, row: usize, text: Option<&str>) {
        let code = self.dictionary.intern(text);
        self.codes.put(row, code);
    }

    /// Returns the text of a row as it was sent.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        self.dictionary.text(self.codes.get(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_widen_as_needed() {
        let mut codes = Codes::default();
        for (at, code) in [7, 255, 256, 65_535, 65_536].into_iter().enumerate() {
            codes.put(at, code);
            assert_eq!(codes.get(0), 7);
            assert_eq!(codes.get(at), code);
        }
        let mut codes = Codes::default();
        codes.splice(0..0, &[1, 2, 3]);
        codes.splice(1..2, &[70_000, 5]);
        assert_eq!([0, 1, 2, 3].map(|at| codes.get(at)), [1, 70_000, 5, 3]);
    }

    #[test]
    fn texts_are_kept_once() {
        let mut dictionary = Dictionary::default();
        assert_eq!(
            [None, Some(""), Some("DE"), Some("de"), Some("DE")].map(|text| dictionary.intern(text)),
            [0, 0, 1, 2, 1]
        );
        assert_eq!((dictionary.text(0), dictionary.text(1), dictionary.folded(1)), (None, Some("DE"), "de"));
        assert_eq!(dictionary.map(str::len), [0, 2, 2]);
    }
}
