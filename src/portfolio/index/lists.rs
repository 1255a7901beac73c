//! A column of lists of texts that repeat, such as products.

use super::{
    arena::{CHUNK_ROWS, shift},
    codes::{Codes, Dictionary},
};

/// A list of codes for each row.
#[derive(Debug, Default)]
pub(super) struct CodeLists {
    /// The texts behind the codes.
    pub(super) dictionary: Dictionary,
    chunks: Vec<ListChunk>,
}

/// The lists of consecutive rows. Rows behind the last one have empty lists.
#[derive(Debug, Default)]
struct ListChunk {
    codes: Codes,
    ends: Vec<u32>,
}

impl CodeLists {
    /// Replaces the list of a row. Rows without one have an empty list.
    pub(super) fn put(&mut self, row: usize, texts: &[String]) {
        let new: Vec<u32> = texts
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| self.dictionary.intern(Some(text)))
            .collect();
        let (chunk, row) = (row / CHUNK_ROWS, row % CHUNK_ROWS);
        if new.is_empty() && self.chunks.get(chunk).is_none_or(|chunk| row >= chunk.ends.len()) {
            return;
        }
        if chunk >= self.chunks.len() {
            self.chunks.last_mut().into_iter().for_each(ListChunk::shrink);
            self.chunks.resize_with(chunk + 1, ListChunk::default);
        }
        let ListChunk { codes, ends } = &mut self.chunks[chunk];
        if row >= ends.len() {
            ends.resize(row + 1, ends.last().copied().unwrap_or_default());
        }
        let start = row.checked_sub(1).map_or(0, |before| ends[before] as usize);
        let end = ends[row] as usize;
        codes.splice(start..end, &new);
        shift(&mut ends[row..], end - start, new.len());
    }

    /// Returns the codes of a row.
    pub(super) fn codes(&self, row: usize) -> impl Iterator<Item = u32> {
        let chunk = self.chunks.get(row / CHUNK_ROWS);
        let row = row % CHUNK_ROWS;
        chunk.filter(|chunk| row < chunk.ends.len()).into_iter().flat_map(move |chunk| {
            let start = row.checked_sub(1).map_or(0, |before| chunk.ends[before]);
            (start..chunk.ends[row]).map(|at| chunk.codes.get(at as usize))
        })
    }

    /// Returns the texts of a row as they were sent.
    pub(super) fn texts(&self, row: usize) -> impl Iterator<Item = &str> {
        self.codes(row).filter_map(|code| self.dictionary.text(code))
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        self.chunks.last_mut().into_iter().for_each(ListChunk::shrink);
        self.chunks.shrink_to_fit();
    }
}

impl ListChunk {
    fn shrink(&mut self) {
        self.codes.shrink();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_list_it_was_given_last() {
        let mut lists = CodeLists::default();
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (row, texts) in [
            (0, ""),
            (1, "a b"),
            (3, "b c c"),
            (CHUNK_ROWS + 2, "d"),
            (1, "a"),
            (3, ""),
            (0, "x y"),
            (2, "z"),
            (9, ""),
        ] {
            lists.put(row, &list(texts));
            assert_eq!(lists.texts(row).collect::<Vec<_>>(), list(texts));
        }
        let all: Vec<Vec<&str>> = (0..5).map(|row| lists.texts(row).collect()).collect();
        assert_eq!(all, [vec!["x", "y"], vec!["a"], vec!["z"], vec![], vec![]]);
        assert_eq!(lists.texts(CHUNK_ROWS + 2).collect::<Vec<_>>(), ["d"]);
        assert_eq!(lists.texts(5 * CHUNK_ROWS).count(), 0);
    }
}
