//! Looking an entry up by its ID or another key.

use std::{borrow::Cow, cmp::Ordering};

use memchr::memmem::Finder;

use super::{
    PortfolioIndex,
    entry_text::{ArenaField, VALUE_END, kept},
    row_number,
    rows::RowSet,
};
use crate::portfolio::fold::fold;

/// The fields whose values name a customer, the surest first.
const KEYS: [ArenaField; 4] =
    [ArenaField::Id, ArenaField::Reference, ArenaField::Subscriptions, ArenaField::Emails];

impl PortfolioIndex {
    /// Returns the rows that have this text as their customer ID, reference, subscription ID or an e-mail address, in this
    /// order, without regard to case. Entries that are gone are among them.
    pub fn find_key(&self, text: &str) -> Vec<u32> {
        let key = fold(text);
        if key.is_empty() {
            return Vec::new();
        }
        let place = |text: &str| {
            KEYS.iter().position(|field| field.of(text).split(VALUE_END).any(|value| value == key))
        };
        let found = self.text.scan(Some(&Finder::new(&key)), &RowSet::full(self.len()), &|| false, &|text| {
            place(text).is_some()
        });
        let mut rows: Vec<u32> = found.iter().map(row_number).collect();
        rows.sort_by_key(|row| place(self.text.text(*row as usize)));
        rows
    }

    /// Returns the row of the customer with exactly this ID. Others may have the same ID apart from case or width.
    pub fn row_of(&self, customer_id: &str) -> Option<u32> {
        let at = self.place_of_id(customer_id).ok()?;
        Some(self.ids[at])
    }

    /// Returns the place of an ID among the rows in the order of their IDs, or the place where it would be.
    pub(super) fn place_of_id(&self, id: &str) -> Result<usize, usize> {
        let (folded, id) = (fold(id), kept(id));
        self.ids.binary_search_by(|row| {
            let own = self.id(*row);
            // As in the order of the rows, an ID of which folding leaves nothing comes last.
            let by_text = (own.is_empty(), own).cmp(&(folded.is_empty(), &folded));
            by_text.then_with(|| self.exact_id(*row).cmp(&id))
        })
    }

    /// Compares two rows by their exact IDs.
    pub(super) fn compare_ids(&self, a: u32, b: u32) -> Ordering {
        self.exact_id(a).cmp(&self.exact_id(b))
    }

    /// Returns the folded ID of a row.
    pub(super) fn id(&self, row: u32) -> &str {
        self.text.field(row as usize, ArenaField::Id)
    }

    /// Returns the ID of a row as it was sent.
    fn exact_id(&self, row: u32) -> Cow<'_, str> {
        self.text.original(row as usize, ArenaField::Id)
    }
}
