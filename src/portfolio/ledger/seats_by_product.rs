//! The seats of active subscriptions by product.

use std::collections::HashMap;

use crate::portfolio::index::RowSet;

/// The seats of a row that are of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ProductLine {
    row: u32,
    /// The product, by its place among the texts.
    product: usize,
    seats: u64,
}

/// The seats of all rows by product. The lines of a row are together.
#[derive(Debug, Default)]
pub(in crate::portfolio) struct ProductLedger {
    lines: Vec<ProductLine>,
    /// The products' names or offer IDs.
    products: Vec<String>,
    places: HashMap<String, usize>,
}

impl ProductLedger {
    /// Adds seats of a product, which may have an empty text.
    pub(super) fn add(&mut self, row: u32, product: &str, seats: u64) {
        if seats == 0 {
            return;
        }
        let product = self.places.get(product).copied().unwrap_or_else(|| {
            self.products.push(product.to_owned());
            self.places.insert(product.to_owned(), self.products.len() - 1);
            self.products.len() - 1
        });
        let mut of_row = self.lines.iter_mut().rev().take_while(|line| line.row == row);
        match of_row.find(|line| line.product == product) {
            Some(line) => line.seats = line.seats.saturating_add(seats),
            None => self.lines.push(ProductLine { row, product, seats }),
        }
    }

    /// Adds up the seats that some rows have of each product. The greatest come first, equal ones in the order of their text.
    pub(in crate::portfolio) fn seats(&self, rows: &RowSet) -> Vec<(&str, u64)> {
        let mut sums = vec![0_u64; self.products.len()];
        for line in self.lines.iter().filter(|line| rows.contains(line.row as usize)) {
            sums[line.product] = sums[line.product].saturating_add(line.seats);
        }
        let mut found: Vec<(&str, u64)> = self.products.iter().map(String::as_str).zip(sums).collect();
        found.retain(|(_, seats)| *seats > 0);
        found.sort_by(|(a, a_seats), (b, b_seats)| b_seats.cmp(a_seats).then_with(|| a.cmp(b)));
        found
    }
}
