//! The marked rows.

use crate::model::CustomerRow;

/// The rows that the user marked, in the order of marking; they stay marked over pages and filters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    rows: Vec<CustomerRow>,
}

impl Marks {
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.rows.iter().any(|row| row.customer_id == id)
    }

    pub(crate) fn toggle(&mut self, row: &CustomerRow) {
        if self.contains(&row.customer_id) {
            self.rows.retain(|marked| marked.customer_id != row.customer_id);
        } else {
            self.rows.push(row.clone());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &CustomerRow> {
        self.rows.iter()
    }

    pub(crate) fn as_slice(&self) -> &[CustomerRow] {
        &self.rows
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}
