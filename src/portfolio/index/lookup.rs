//! Looking an entry up by its ID or another key.

use memchr::memmem::Finder;

use super::{
    PortfolioIndex,
    entry_text::{ArenaField, VALUE_END},
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

    /// Returns the row of the customer with this ID.
    pub fn row_of(&self, customer_id: &str) -> Option<u32> {
        let at = self.place_of_id(&fold(customer_id)).ok()?;
        Some(self.ids[at])
    }

    /// Returns the place of a folded ID among the rows in the order of their IDs, or the place where it would be.
    pub(super) fn place_of_id(&self, id: &str) -> Result<usize, usize> {
        self.ids.binary_search_by(|row| self.id(*row).cmp(id))
    }

    /// Returns the folded ID of a row.
    pub(super) fn id(&self, row: u32) -> &str {
        self.text.field(row as usize, ArenaField::Id)
    }
}
