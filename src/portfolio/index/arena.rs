//! The searchable text of all entries, in chunks.
//!
//! A chunk holds the text of [`CHUNK_ROWS`] rows in one piece, so that a word is looked for in all of them at once. Replacing
//! an entry moves the rest of one chunk: rows stay where they are, and nothing has to be compacted later.

use std::{borrow::Cow, ops::Range};

use memchr::memmem::Finder;

use super::{
    entry_text::{ArenaField, EntryText, restore},
    rows::{RowSet, rows_of},
};

/// The rows of a chunk.
pub(super) const CHUNK_ROWS: usize = 1024;
const CHUNK_WORDS: usize = CHUNK_ROWS / 64;
/// The fewest chunks for which a second thread pays off.
const CHUNKS_PER_THREAD: usize = 32;
const MAX_THREADS: usize = 4;

/// A function that returns true once nobody waits for the result any more.
pub(super) type CancelCheck<'a> = &'a (dyn Fn() -> bool + Sync);

/// The searchable text of all entries.
#[derive(Debug, Default)]
pub(super) struct TextArena {
    chunks: Vec<TextChunk>,
    rows: usize,
}

/// The searchable text of consecutive entries.
#[derive(Debug, Default)]
struct TextChunk {
    /// The folded texts, one behind the other.
    folded: String,
    /// The end of each folded text.
    ends: Vec<u32>,
    /// The bytes that restore the originals, one entry behind the other.
    originals: Vec<u8>,
    /// The end of each entry's bytes.
    original_ends: Vec<u32>,
    /// The spelling of each entry's fields.
    spellings: Vec<u16>,
}

impl TextArena {
    /// Returns the number of rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Replaces the text of a row, or appends it if the row is the next one.
    pub(super) fn put(&mut self, row: usize, text: &EntryText) {
        if row == self.rows {
            if row.is_multiple_of(CHUNK_ROWS) {
                self.chunks.last_mut().into_iter().for_each(TextChunk::shrink);
                self.chunks.push(TextChunk::default());
            }
            self.rows += 1;
        }
        self.chunks[row / CHUNK_ROWS].put(row % CHUNK_ROWS, text);
    }

    /// Returns the folded text of a row.
    pub(super) fn text(&self, row: usize) -> &str {
        self.chunks[row / CHUNK_ROWS].text(row % CHUNK_ROWS)
    }

    /// Returns a folded field of a row.
    pub(super) fn field(&self, row: usize, field: ArenaField) -> &str {
        field.of(self.text(row))
    }

    /// Returns a field of a row as it was sent; several values have a separator between them.
    pub(super) fn original(&self, row: usize, field: ArenaField) -> Cow<'_, str> {
        let (chunk, row) = (&self.chunks[row / CHUNK_ROWS], row % CHUNK_ROWS);
        let bytes = chunk.originals.get(span(&chunk.original_ends, row)).unwrap_or_default();
        restore(field, chunk.text(row), bytes, chunk.spellings[row])
    }

    /// Returns the candidates whose folded text holds the needle, if there is one, and is accepted. The result is incomplete
    /// once cancelled.
    pub(super) fn scan(
        &self,
        needle: Option<&Finder<'_>>,
        candidates: &RowSet,
        is_cancelled: CancelCheck<'_>,
        accepts: &(dyn Fn(&str) -> bool + Sync),
    ) -> RowSet {
        let mut found = RowSet::empty(self.rows);
        let scan = |chunks: &[TextChunk], candidates: &[u64], found: &mut [u64]| {
            let parts = candidates.chunks(CHUNK_WORDS).zip(found.chunks_mut(CHUNK_WORDS));
            for (chunk, (candidates, found)) in chunks.iter().zip(parts) {
                if is_cancelled() {
                    break;
                }
                chunk.scan(needle, candidates, accepts, found);
            }
        };
        let share = self.chunks.len().div_ceil(threads_for(self.chunks.len())).max(1);
        if share >= self.chunks.len() {
            scan(&self.chunks, candidates.words(), found.words_mut());
            return found;
        }
        let words = share * CHUNK_WORDS;
        let parts = candidates.words().chunks(words).zip(found.words_mut().chunks_mut(words));
        std::thread::scope(|scope| {
            for (chunks, (candidates, found)) in self.chunks.chunks(share).zip(parts) {
                scope.spawn(move || scan(chunks, candidates, found));
            }
        });
        found
    }

    /// Returns a number for each row that is computed from its folded text; 0 for rows that are not asked for. The result is
    /// incomplete once cancelled.
    pub(super) fn map(
        &self,
        rows: &RowSet,
        is_cancelled: CancelCheck<'_>,
        number: &(dyn Fn(&str) -> u8 + Sync),
    ) -> Vec<u8> {
        let mut numbers = vec![0; self.rows];
        let map = |chunks: &[TextChunk], rows: &[u64], numbers: &mut [u8]| {
            let parts = rows.chunks(CHUNK_WORDS).zip(numbers.chunks_mut(CHUNK_ROWS));
            for (chunk, (rows, numbers)) in chunks.iter().zip(parts) {
                if is_cancelled() {
                    break;
                }
                rows_of(rows).for_each(|row| numbers[row] = number(chunk.text(row)));
            }
        };
        let share = self.chunks.len().div_ceil(threads_for(self.chunks.len())).max(1);
        if share >= self.chunks.len() {
            map(&self.chunks, rows.words(), &mut numbers);
            return numbers;
        }
        let parts = rows.words().chunks(share * CHUNK_WORDS).zip(numbers.chunks_mut(share * CHUNK_ROWS));
        std::thread::scope(|scope| {
            for (chunks, (rows, numbers)) in self.chunks.chunks(share).zip(parts) {
                scope.spawn(move || map(chunks, rows, numbers));
            }
        });
        numbers
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        self.chunks.last_mut().into_iter().for_each(TextChunk::shrink);
        self.chunks.shrink_to_fit();
    }
}

fn threads_for(chunks: usize) -> usize {
    let wanted = (chunks / CHUNKS_PER_THREAD).min(MAX_THREADS);
    if wanted < 2 { 1 } else { wanted.min(std::thread::available_parallelism().map_or(1, Into::into)) }
}

impl TextChunk {
    fn text(&self, row: usize) -> &str {
        &self.folded[span(&self.ends, row)]
    }

    fn put(&mut self, row: usize, text: &EntryText) {
        let is_new = row == self.ends.len();
        if is_new {
            self.ends.push(self.ends.last().copied().unwrap_or_default());
            self.original_ends.push(self.original_ends.last().copied().unwrap_or_default());
            self.spellings.push(0);
        }
        let (old, old_original) = (span(&self.ends, row), span(&self.original_ends, row));
        shift(&mut self.ends[row..], old.len(), text.folded.len());
        shift(&mut self.original_ends[row..], old_original.len(), text.original.len());
        self.spellings[row] = text.spellings;
        if is_new {
            self.folded.push_str(&text.folded);
            self.originals.extend_from_slice(&text.original);
        } else {
            self.folded.reserve_exact(text.folded.len().saturating_sub(old.len()));
            self.folded.replace_range(old, &text.folded);
            self.originals.reserve_exact(text.original.len().saturating_sub(old_original.len()));
            self.originals.splice(old_original, text.original.iter().copied());
        }
    }

    fn scan(
        &self,
        needle: Option<&Finder<'_>>,
        candidates: &[u64],
        accepts: &dyn Fn(&str) -> bool,
        found: &mut [u64],
    ) {
        let count: u32 = candidates.iter().map(|word| word.count_ones()).sum();
        let mut insert = |row: usize| {
            if accepts(self.text(row)) {
                found[row / 64] |= 1 << (row % 64);
            }
        };
        match needle {
            None => rows_of(candidates).for_each(insert),
            // Few candidates are read one by one; for many, jumping from hit to hit is faster.
            Some(needle) if count as usize * 8 < self.ends.len() => rows_of(candidates)
                .filter(|row| needle.find(self.text(*row).as_bytes()).is_some())
                .for_each(insert),
            Some(needle) => {
                let (mut row, mut from) = (0, 0);
                while let Some(hit) = needle.find(&self.folded.as_bytes()[from..]) {
                    row += rows_before(&self.ends[row..], from + hit);
                    if candidates[row / 64] >> (row % 64) & 1 == 1 {
                        insert(row);
                    }
                    from = self.ends[row] as usize;
                }
            }
        }
    }

    fn shrink(&mut self) {
        self.folded.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.originals.shrink_to_fit();
        self.original_ends.shrink_to_fit();
        self.spellings.shrink_to_fit();
    }
}

/// Returns the number of entries that end at or before a position. The next one is tried first, since hits are often dense.
fn rows_before(ends: &[u32], position: usize) -> usize {
    let near = ends.iter().take(4).take_while(|end| **end as usize <= position).count();
    if near < 4 { near } else { near + ends[near..].partition_point(|end| *end as usize <= position) }
}

fn span(ends: &[u32], row: usize) -> Range<usize> {
    let start = row.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[row] as usize
}

/// Adjusts the ends of an entry and those behind it to its new length. The limit of a field's length keeps a chunk far below
/// 4 GiB.
pub(super) fn shift(ends: &mut [u32], old: usize, new: usize) {
    for end in ends {
        *end = u32::try_from(*end as usize - old + new).unwrap_or(u32::MAX);
    }
}
