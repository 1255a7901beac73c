//! Tables as others write them: orders of columns, languages, titles, totals, encodings and dates.

mod layouts;
mod workbooks;

use super::{FoundTable, Meaning, ReadOptions, TableError, WantedColumns, find_table, read_bytes};

/// The meanings of the tests: those of a list of subscriptions.
const WANTED: WantedColumns<'_> = WantedColumns {
    key: Meaning::SubscriptionId,
    needed: &[],
    one_of: &[],
    others: &[
        Meaning::CustomerId,
        Meaning::Quantity,
        Meaning::RenewalDate,
        Meaning::ChargeEndDate,
        Meaning::AutoRenewal,
        Meaning::Status,
    ],
};

/// Reads a file without any option.
fn read(bytes: &[u8]) -> Result<FoundTable, TableError> {
    find_table(read_bytes(bytes)?, &WANTED, &ReadOptions::default())
}

/// Returns ID, quantity, renewal date and auto-renewal of each row, or the error of the cell.
fn rows(table: &FoundTable) -> Vec<String> {
    let row = |row: super::FoundRow<'_>| {
        let shown = |value: Result<Option<String>, super::ValueError>| {
            value.map_or_else(|error| error.to_string(), Option::unwrap_or_default)
        };
        [
            shown(row.id(Meaning::SubscriptionId).map(|id| id.map(std::borrow::Cow::into_owned))),
            shown(row.quantity(Meaning::Quantity).map(|number| number.map(|number| number.to_string()))),
            shown(row.date(Meaning::RenewalDate).map(|day| day.map(|day| day.to_string()))),
            shown(row.flag(Meaning::AutoRenewal).map(|flag| flag.map(|flag| flag.to_string()))),
        ]
        .join(" ")
    };
    table.rows().map(row).collect()
}
