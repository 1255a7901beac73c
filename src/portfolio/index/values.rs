//! The values that a portfolio has in the fields of queries, for completion.

use super::{PortfolioIndex, codes::Dictionary, columns::CodeField, row_number};
use crate::{model::FieldValues, portfolio::query::Field};

/// The most values of a field that are offered.
const MOST: usize = 5_000;

impl PortfolioIndex {
    /// Returns the values of the fields whose values repeat, sorted, by the names of the fields. Resellers are there by ID and
    /// by name.
    pub fn values(&self) -> FieldValues {
        let code = |field| &self.columns.code(field).dictionary;
        let of = |field: Field, dictionaries: &[&Dictionary]| {
            let mut values: Vec<String> =
                dictionaries.iter().flat_map(|dictionary| texts(dictionary)).map(str::to_owned).collect();
            if field == Field::Reseller {
                values.extend(self.reseller_names.values().cloned());
            }
            values.sort_unstable();
            values.dedup();
            (field.name(), values)
        };
        [
            of(Field::Reseller, &[code(CodeField::Reseller)]),
            of(Field::Segment, &[code(CodeField::Segment)]),
            of(Field::Country, &[code(CodeField::Country)]),
            of(Field::Region, &[code(CodeField::Region)]),
            of(Field::City, &[code(CodeField::City)]),
            of(Field::Language, &[code(CodeField::Language)]),
            of(Field::CommitmentStatus, &[code(CodeField::CommitmentStatus)]),
            of(Field::CommitmentRenewal, &[code(CodeField::CommitmentRenewal)]),
            of(
                Field::CommitmentRequest,
                &[code(CodeField::CommitmentRequest), code(CodeField::CommitmentRenewal)],
            ),
            of(Field::Level, &[code(CodeField::LicenceLevel), code(CodeField::ConsumablesLevel)]),
            of(Field::Tag, &[&self.columns.tags.dictionary]),
            of(Field::Product, &[&self.columns.products.dictionary]),
        ]
        .into()
    }
}

fn texts(dictionary: &Dictionary) -> impl Iterator<Item = &str> {
    (0..dictionary.len()).filter_map(|code| dictionary.text(row_number(code))).take(MOST)
}
