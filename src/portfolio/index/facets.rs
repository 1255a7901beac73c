//! Facets: the values of a field among the rows found, with their counts.

use std::collections::HashMap;

use super::{
    PortfolioIndex,
    codes::{CodeColumn, MISSING},
    columns::CodeField,
    rows::RowSet,
    search::Evaluation,
};
use crate::{
    model::{AsOf, FacetCounts, RenewalState},
    portfolio::query::{Condition, Field, Query, Term},
};

/// The fields that have facets.
pub const FACET_FIELDS: [Field; 8] = [
    Field::Status,
    Field::Reseller,
    Field::Segment,
    Field::Country,
    Field::Level,
    Field::CommitmentStatus,
    Field::RenewalState,
    Field::Product,
];

/// The most values of the products' facet.
const MAX_PRODUCTS: usize = 20;

/// The values of a field, with their counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The field.
    pub field: Field,
    /// Each value as it was sent, with the number of rows that have it. The most frequent come first, equally frequent ones in
    /// the order of their text. Rows without a value, or whose value was not fetched yet, are not counted.
    pub values: Vec<(String, usize)>,
}

/// Counts the values of [`FACET_FIELDS`] as [`PortfolioIndex::facets`] does, under the names of the fields in queries.
pub fn facet_counts(index: &PortfolioIndex, query: &Query) -> Vec<FacetCounts> {
    let counts = |facet: Facet| FacetCounts {
        field: facet.field.name(),
        values: facet.values.into_iter().map(|(value, count)| (value, count as u64)).collect(),
    };
    index.facets(query).into_iter().map(counts).collect()
}

impl PortfolioIndex {
    /// Counts the values of each of [`FACET_FIELDS`] among the rows for which the query holds without its terms on that
    /// same field, so that the other values of a field that is tested can be chosen too. A row counts once for each of its
    /// levels, states of renewals and products; of the products, the most frequent are returned, by name if it is known and else by offer ID.
    pub fn facets(&self, query: &Query) -> Vec<Facet> {
        self.facets_until(query, &|| false).unwrap_or_default()
    }

    /// Counts like [`Self::facets`], but returns `None` as soon as `is_cancelled` returns true.
    pub fn facets_until(
        &self,
        query: &Query,
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Facet>> {
        let field_of = |term: &Term| match term.condition {
            Condition::Field(field, _) if FACET_FIELDS.contains(&field) => Some(field),
            _ => None,
        };
        let mut common = Evaluation::new(self, query, is_cancelled);
        common.apply_all(query.terms.iter().filter(|term| field_of(term).is_none()));
        let own: Vec<(Field, RowSet)> = FACET_FIELDS
            .into_iter()
            .filter(|field| query.terms.iter().any(|term| field_of(term) == Some(*field)))
            .map(|field| {
                let mut evaluation = common.clone();
                evaluation.apply_all(query.terms.iter().filter(|term| field_of(term) == Some(field)));
                (field, evaluation.holds)
            })
            .collect();
        let mut facets = Vec::with_capacity(FACET_FIELDS.len());
        for field in FACET_FIELDS {
            if is_cancelled() {
                return None;
            }
            let mut rows = common.holds.clone();
            own.iter().filter(|(other, _)| *other != field).for_each(|(_, holds)| rows.intersect(holds));
            facets.push(Facet { field, values: self.count_values(field, &rows, query.as_of) });
        }
        Some(facets)
    }

    /// Counts the values of one of [`FACET_FIELDS`] among some rows.
    pub(super) fn count_values(&self, field: Field, rows: &RowSet, as_of: AsOf) -> Vec<(String, usize)> {
        let columns = &self.columns;
        let mut values = match field {
            Field::Status => count_codes(columns.code(CodeField::Status), rows),
            Field::Reseller => count_codes(columns.code(CodeField::Reseller), rows),
            Field::Segment => count_codes(columns.code(CodeField::Segment), rows),
            Field::Country => count_codes(columns.code(CodeField::Country), rows),
            Field::CommitmentStatus => count_codes(columns.code(CodeField::CommitmentStatus), rows),
            Field::Level => self.count_levels(rows),
            Field::RenewalState => self.count_renewal_states(rows, as_of),
            Field::Product => {
                let products = &columns.products;
                let mut counts = vec![0; products.dictionary.len()];
                // The last row that was counted for each product, since a list may repeat one.
                let mut counted = vec![usize::MAX; counts.len()];
                for row in rows.iter() {
                    for code in products.codes(row) {
                        if std::mem::replace(&mut counted[code as usize], row) != row {
                            counts[code as usize] += 1;
                        }
                    }
                }
                // The offers of a product, such as those of other levels, count as one.
                let is_unnamed = |text: &&str| self.product_names.name_of(text).is_none();
                named(&counts, |code| products.dictionary.text(code).filter(is_unnamed))
            }
            _ => Vec::new(),
        };
        values.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
        if field == Field::Product {
            values.truncate(MAX_PRODUCTS);
        }
        values
    }

    fn count_renewal_states(&self, rows: &RowSet, as_of: AsOf) -> Vec<(String, usize)> {
        let mut counts = [0; RenewalState::ALL.len()];
        for state in rows.iter().flat_map(|row| self.columns.renewal_states(row, as_of)) {
            counts[state as usize] += 1;
        }
        let counted = RenewalState::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        counted.map(|(state, count)| (state.code().to_owned(), count)).collect()
    }

    fn count_levels(&self, rows: &RowSet) -> Vec<(String, usize)> {
        let licence = self.columns.code(CodeField::LicenceLevel);
        let consumables = self.columns.code(CodeField::ConsumablesLevel);
        let same: Vec<Option<u32>> = (0..consumables.dictionary.len())
            .map(|code| licence.dictionary.code(consumables.dictionary.text(super::row_number(code))?))
            .collect();
        let mut counts = vec![0; licence.dictionary.len()];
        let mut more = vec![0; consumables.dictionary.len()];
        for row in rows.iter() {
            let (first, second) = (licence.codes.get(row), consumables.codes.get(row));
            counts[first as usize] += 1;
            if same[second as usize] != Some(first) {
                more[second as usize] += 1;
            }
        }
        let mut sums: HashMap<String, usize> = HashMap::new();
        let first = named(&counts, |code| licence.dictionary.text(code));
        for (level, count) in first.into_iter().chain(named(&more, |code| consumables.dictionary.text(code)))
        {
            *sums.entry(level).or_default() += count;
        }
        sums.into_iter().collect()
    }
}

fn count_codes(column: &CodeColumn, rows: &RowSet) -> Vec<(String, usize)> {
    let mut counts = vec![0; column.dictionary.len()];
    rows.iter().for_each(|row| counts[column.codes.get(row) as usize] += 1);
    named(&counts, |code| column.dictionary.text(code))
}

/// Returns the texts of the codes that were counted.
fn named<'a>(counts: &[usize], text: impl Fn(u32) -> Option<&'a str>) -> Vec<(String, usize)> {
    let counted = (MISSING..).zip(counts).filter(|(_, count)| **count > 0);
    counted.filter_map(|(code, count)| Some((text(code)?.to_owned(), *count))).collect()
}
