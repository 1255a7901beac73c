//! The cells of the table: values of columns in words for the screen.

use std::borrow::Cow;

use crate::{
    columns::{Cell, Column, ColumnKind, CopyLine, Item, Needs, TableLine},
    model::{AsOf, CopyPart, CustomerRow, OfferKind, Subscription, SubscriptionList, format_date},
    text,
    tui::app::{
        notes::KnownNote,
        records::{Cached, Records},
    },
};

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellLook<'a> {
    Plain,
    Dim,
    Warn,
    /// The colour of an account status with this code.
    Status(&'a str),
}

/// A cell in words. Its text is clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellText<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) look: CellLook<'a>,
    /// True if the text ends at the right: dates and numbers.
    pub(crate) at_right: bool,
}

/// The text of a cell whose data has not arrived yet.
const AWAITED: &str = "…";
/// The text of a cell whose data could not be loaded, or is left out of the local copy.
const FAILED: &str = "?";

/// Returns a cell of the table. `name_of` names a reseller by its ID.
pub(crate) fn cell<'a>(
    column: &Column,
    row: &'a CustomerRow,
    records: &'a Records,
    as_of: AsOf,
    name_of: impl Fn(&'a str) -> Cow<'a, str>,
) -> CellText<'a> {
    let of_row = TableLine { row: Some(row), names: Some(records.names()), ..TableLine::default() };
    match column.needs() {
        Needs::Row if column.key == RESELLER => {
            let name = row.reseller_id.as_deref().map_or(Cow::Borrowed("—"), name_of);
            let text = Cow::Owned(text::clean(&name).into_owned());
            CellText { text, look: CellLook::Dim, at_right: false }
        }
        Needs::Row if column.key == PROBLEM => {
            let text = match row.problems.as_slice() {
                [] => Cow::Borrowed("—"),
                _ => Cow::Owned(text::clean(&Item::problems_of_row(row)).into_owned()),
            };
            CellText { text, look: CellLook::Warn, at_right: false }
        }
        Needs::Row if column.key == "status" && is_gone(row, records) => marker("Gone", CellLook::Dim),
        Needs::Row => words(column, column.read(&of_row)),
        Needs::Copy(CopyPart::Note) => of_note(column, &of_row, records),
        Needs::Copy(part) => match records.facts_of(&row.customer_id) {
            Some(facts) if facts.knows(part, as_of) => {
                let copy = Some(CopyLine { facts, as_of });
                words(column, column.read(&TableLine { copy, ..of_row }))
            }
            // Not every account may read these, and a history that was lost cannot be read again.
            Some(_)
                if matches!(
                    part,
                    CopyPart::ToOrder | CopyPart::Returns | CopyPart::RecentOrders | CopyPart::History
                ) =>
            {
                marker(FAILED, CellLook::Warn)
            }
            _ => marker(AWAITED, CellLook::Dim),
        },
        Needs::Record if column.is_of_contacts() && records.lacks_contacts(row) => {
            marker(FAILED, CellLook::Warn)
        }
        Needs::Record => match records.record_of(row) {
            Cached::Here(customer) => {
                words(column, column.read(&TableLine { customer: Some(customer), ..of_row }))
            }
            Cached::Failed => marker(FAILED, CellLook::Warn),
            Cached::Awaited => marker(AWAITED, CellLook::Dim),
        },
        Needs::Subscriptions => match records.subscriptions_of(row) {
            Cached::Here(list) => of_subscriptions(column, &of_row, list),
            Cached::Failed => marker(FAILED, CellLook::Warn),
            Cached::Awaited => marker(AWAITED, CellLook::Dim),
        },
    }
}

/// Returns true if the local copy says that a row's customer is gone.
pub(crate) fn is_gone(row: &CustomerRow, records: &Records) -> bool {
    records.facts_of(&row.customer_id).is_some_and(|facts| facts.gone_at.is_some())
}

/// The key of the column that shows the reseller's name on screen.
pub(crate) const RESELLER: &str = "reseller-id";
/// The key of the column of what is wrong with a row.
const PROBLEM: &str = "problem";

fn marker(text: &'static str, look: CellLook<'static>) -> CellText<'static> {
    CellText { text: Cow::Borrowed(text), look, at_right: false }
}

/// Returns a cell of the user's own note. A follow-up that is due has a mark.
fn of_note<'a>(column: &Column, row: &TableLine<'a>, records: &'a Records) -> CellText<'a> {
    let known = row.customer_id().map_or(KnownNote::Here(None), |id| records.notes.known(id));
    let note = match known {
        KnownNote::Awaited => return marker(AWAITED, CellLook::Dim),
        KnownNote::Failed => return marker(FAILED, CellLook::Warn),
        KnownNote::Here(note) => note,
    };
    let today = records.notes.today;
    let cell = column.read(&TableLine { customer_note: note, ..row.clone() });
    match cell {
        Cell::Date(day) if day <= today => {
            let day = if day == today { "today".to_owned() } else { format_date(day) };
            CellText { text: Cow::Owned(format!("! {day}")), look: CellLook::Warn, at_right: true }
        }
        cell => words(column, cell),
    }
}

/// Returns one cell for all subscriptions of a customer: the sums of numbers, else each different value once.
fn of_subscriptions<'a>(column: &Column, row: &TableLine<'a>, list: &'a SubscriptionList) -> CellText<'a> {
    let read = |subscription: &'a Subscription| {
        column.read(&TableLine { subscription: Some(subscription), ..row.clone() })
    };
    if column.kind == ColumnKind::Number {
        let numbers = list.items.iter().filter(|item| item.is_active());
        let numbers = numbers.filter_map(|item| match read(item) {
            Cell::Number(number) => Some((item.offer_kind(), number)),
            _ => None,
        });
        let text = sums(numbers);
        // A sum over what happens to be readable is marked: the Products tab says what is wrong.
        let (mark, look) = if list.is_doubtful() { (" ?", CellLook::Warn) } else { ("", CellLook::Plain) };
        return CellText {
            text: Cow::Owned(text.unwrap_or_else(|| "—".to_owned()) + mark),
            look,
            at_right: true,
        };
    }
    let mut texts: Vec<String> = Vec::new();
    for cell in list.items.iter().map(read).filter(|cell| !matches!(cell, Cell::Empty)) {
        let text = words(column, cell).text.into_owned();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let mark = if list.is_doubtful() { " ?" } else { "" };
    let text = if texts.is_empty() { "—".to_owned() } else { texts.join(", ") };
    let look = if list.is_doubtful() { CellLook::Warn } else { CellLook::Plain };
    CellText { text: Cow::Owned(text + mark), look, at_right: false }
}

/// Returns the sums of numbers, apart for each kind of offer: `25` for licences alone, else `25 L · 4 C`; a number of
/// offers of an unknown kind has a `?`.
fn sums(numbers: impl Iterator<Item = (OfferKind, i64)>) -> Option<String> {
    const KINDS: [(OfferKind, &str); 3] =
        [(OfferKind::Licence, " L"), (OfferKind::Consumable, " C"), (OfferKind::Unknown, " ?")];
    // Wider than any one of them: a server may send numbers at the edge of theirs.
    let mut sums: [Option<i128>; 3] = [None; 3];
    for (kind, number) in numbers {
        for (sum, _) in sums.iter_mut().zip(KINDS).filter(|(_, (of, _))| *of == kind) {
            *sum = Some(sum.unwrap_or_default() + i128::from(number));
        }
    }
    if let [Some(licences), None, None] = sums {
        return Some(text::group_digits(licences));
    }
    let parts: Vec<String> = sums
        .into_iter()
        .zip(KINDS)
        .filter_map(|(sum, (_, mark))| sum.map(|sum| text::group_digits(sum) + mark))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Returns a value in words.
pub(crate) fn words<'a>(column: &Column, cell: Cell<'a>) -> CellText<'a> {
    let look = if matches!(column.key, "reference" | "link") { CellLook::Dim } else { CellLook::Plain };
    // Days under each other: ` 7 Jul 2026` below `27 Aug 2025`, and numbers by their last digit.
    let at_right = matches!(column.kind, ColumnKind::Date | ColumnKind::Moment | ColumnKind::Number);
    let plain = |text: Cow<'a, str>| CellText { text, look, at_right };
    let right = |text: String| CellText { text: Cow::Owned(text), look, at_right };
    match cell {
        Cell::Empty => plain(Cow::Borrowed("—")),
        Cell::Text(Cow::Borrowed(text)) | Cell::Id(Cow::Borrowed(text)) => plain(text::clean(text)),
        Cell::Text(Cow::Owned(text)) | Cell::Id(Cow::Owned(text)) => {
            plain(Cow::Owned(text::clean(&text).into_owned()))
        }
        Cell::Date(day) => right(format_date(day)),
        Cell::OtherDate(day) => CellText { look: CellLook::Dim, ..right(format!("({})", format_date(day))) },
        Cell::Moment(at) => right(format_date(at.date_naive())),
        Cell::Number(number) => right(text::group_digits(number)),
        Cell::Flag(flag) => plain(Cow::Borrowed(if flag { "yes" } else { "no" })),
        Cell::Status(status, kind) => {
            let label = text::clean(status.label(kind));
            if kind == crate::model::EntityKind::Account {
                let look = CellLook::Status(status.code());
                CellText { text: Cow::Owned(format!("{} {label}", status.symbol())), look, at_right: false }
            } else {
                plain(label)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_licences_and_consumables_are_never_added_together() {
        use OfferKind::{Consumable, Licence, Unknown};
        let of = |numbers: &[(OfferKind, i64)]| sums(numbers.iter().copied());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(Licence, 20), (Licence, 1_005)]).as_deref(), Some("1,025"));
        assert_eq!(of(&[(Licence, 0)]).as_deref(), Some("0"));
        assert_eq!(of(&[(Consumable, 4)]).as_deref(), Some("4 C"));
        assert_eq!(of(&[(Consumable, 4), (Licence, 25)]).as_deref(), Some("25 L · 4 C"));
        assert_eq!(of(&[(Unknown, 3), (Licence, 25)]).as_deref(), Some("25 L · 3 ?"));
        assert_eq!(of(&[(Licence, i64::MAX), (Licence, 1)]).as_deref(), Some("9,223,372,036,854,775,808"));
    }
}
