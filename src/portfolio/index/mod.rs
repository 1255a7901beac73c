//! An index of a portfolio in memory, which answers each key in a search box.
//!
//! Folded text of all entries is in one arena, in which words are found at the speed of memory; dates, numbers and texts that
//! repeat are in dense columns. An entry is not kept as such: [`EntryView`] reads it from these. A row is a number that an
//! entry keeps for as long as the index lives.
//!
//! What stays out: reading and writing the database, and parsing queries ([`super::query`]).

mod arena;
mod codes;
mod columns;
mod dated;
mod entry_text;
mod facets;
mod lists;
mod lookup;
mod matched;
mod numbers;
mod ranks;
mod relevance;
mod renewal_dates;
mod rows;
mod search;
mod sort;
mod sort_keys;
mod suggest;
mod update;
mod value_tests;
mod values;
mod view;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use arena::TextArena;
use columns::DenseColumns;
use entry_text::EntryText;
pub use facets::{FACET_FIELDS, Facet, facet_counts};
use ranks::{Ranks, TextOrder};
pub(in crate::portfolio) use renewal_dates::WantedDates;
pub(in crate::portfolio) use rows::RowSet;
pub use search::FoundRows;
pub use sort::{SortColumn, SortKey};
use suggest::WordTable;
pub use view::EntryView;

use super::{entry::Entry, fold::fold};
use crate::{model::HistoryExtent, products::ProductNames};

/// An index of a portfolio in memory. Searching needs no exclusive access, so several threads may search at once.
#[derive(Debug, Default)]
pub struct PortfolioIndex {
    text: TextArena,
    columns: DenseColumns,
    /// The rows in the order of their customers' folded IDs, and of their exact IDs if these are folded alike. The exact ones are
    /// distinct.
    ids: Vec<u32>,
    ranks: Ranks,
    /// The names of resellers, by their IDs.
    reseller_names: Arc<HashMap<String, String>>,
    /// The same, folded.
    folded_resellers: HashMap<String, String>,
    words: OnceLock<WordTable>,
    /// True if contacts are left out, so that nobody's are known.
    lacks_contacts: bool,
    /// True if notes cannot be read, so that nobody's are known.
    lacks_notes: bool,
    /// The names of products: offers that have one are counted by it.
    product_names: Arc<ProductNames>,
    /// The extent of what is known of observed changes.
    history: HistoryExtent,
}

impl PortfolioIndex {
    /// Builds the index of these entries.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut builder = IndexBuilder::default();
        for entry in entries {
            builder.push(&entry);
        }
        builder.finish()
    }

    /// Returns the number of rows, with those that are gone.
    pub fn len(&self) -> usize {
        self.text.rows()
    }

    /// Returns the names of resellers that are known, by their IDs.
    pub fn reseller_names(&self) -> Arc<HashMap<String, String>> {
        Arc::clone(&self.reseller_names)
    }

    /// Notes the extent of what is known of observed changes.
    #[must_use]
    pub(in crate::portfolio) fn with_history(self, history: HistoryExtent) -> Self {
        Self { history, ..self }
    }

    /// Returns the extent of what is known of observed changes.
    pub fn history(&self) -> HistoryExtent {
        self.history
    }

    /// Returns true if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Builds an index from entries as they are read, so that they are never all in memory.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    index: PortfolioIndex,
    scratch: EntryText,
}

impl IndexBuilder {
    /// Gives a reseller its name, by which its customers are found too.
    pub fn name_reseller(&mut self, id: String, name: Option<&str>) {
        let Some(name) = name else { return };
        self.index.folded_resellers.insert(id.clone(), fold(name));
        Arc::make_mut(&mut self.index.reseller_names).insert(id, name.to_owned());
    }

    /// Has offers counted by these names, which the entries already have.
    pub fn name_products(&mut self, names: &Arc<ProductNames>) {
        self.index.product_names = Arc::clone(names);
    }

    /// Notes that contacts are left out of the entries, so that nobody's are known.
    pub fn leave_out_contacts(&mut self) {
        self.index.lacks_contacts = true;
    }

    /// Notes that notes cannot be read, so that nobody's are known.
    pub fn leave_out_notes(&mut self) {
        self.index.lacks_notes = true;
    }

    /// Adds an entry. It becomes the next row, unless its customer was added before: then [`Self::finish`] keeps the later one
    /// only.
    pub fn push(&mut self, entry: &Entry) {
        let row = self.index.len();
        self.scratch.set(entry);
        self.index.text.put(row, &self.scratch);
        self.index.columns.put(row, entry);
    }

    /// Returns the index.
    pub fn finish(self) -> PortfolioIndex {
        let mut index = self.index;
        index.text.shrink();
        index.columns.shrink();
        // The later of two entries of a customer comes later.
        let by_exact_id =
            |a: usize, b: usize| index.compare_ids(row_number(a), row_number(b)).then(a.cmp(&b));
        let ids = TextOrder::new(index.len(), |row| index.id(row_number(row)), by_exact_id).rows;
        let is_superseded = |pair: &[u32]| {
            index.id(pair[0]) == index.id(pair[1]) && index.compare_ids(pair[0], pair[1]).is_eq()
        };
        if ids.windows(2).any(is_superseded) {
            let mut superseded: Vec<u32> =
                ids.windows(2).filter(|pair| is_superseded(pair)).map(|pair| pair[0]).collect();
            superseded.sort_unstable();
            return without(&index, &superseded);
        }
        index.ids = ids;
        index
    }
}

/// Builds an index again without these rows, which are sorted.
fn without(index: &PortfolioIndex, rows: &[u32]) -> PortfolioIndex {
    let mut builder = IndexBuilder::default();
    builder.index.reseller_names = Arc::clone(&index.reseller_names);
    (builder.index.lacks_contacts, builder.index.lacks_notes) = (index.lacks_contacts, index.lacks_notes);
    builder.index.folded_resellers.clone_from(&index.folded_resellers);
    builder.name_products(&index.product_names);
    let kept = (0..index.len()).map(row_number).filter(|row| rows.binary_search(row).is_err());
    for view in kept.filter_map(|row| index.view(row)) {
        builder.push(&view.to_entry());
    }
    builder.finish()
}

/// Returns a row as the number that is kept in memory. Four thousand million customers are out of reach.
fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}
