//! The comparison as text: columns separated by tabs, which spreadsheets take as a table.

use crate::{
    output::csv_text,
    text,
    tui::app::compare::{ComparedRow, Comparison},
};

/// Returns these rows as lines, with a first one of names. No spreadsheet takes a field for a formula.
pub(super) fn as_text(comparison: &Comparison, rows: &[ComparedRow]) -> String {
    let names = comparison.customers().iter().map(|customer| text::clean(customer.name()).into_owned());
    let heading = std::iter::once(String::new()).chain(names);
    let row = |row: &ComparedRow| {
        let facts = row.facts.iter().map(|fact| fact.text().replace('\n', "; "));
        line(std::iter::once(row.label.clone()).chain(facts))
    };
    std::iter::once(line(heading)).chain(rows.iter().map(row)).collect::<Vec<_>>().join("\n")
}

fn line(fields: impl Iterator<Item = String>) -> String {
    // Clean text has no tabs.
    fields.map(|field| csv_text(&field, false).into_owned()).collect::<Vec<_>>().join("\t")
}
