//! The table's columns: which are shown, in which order, and how wide each is. The columns themselves are those of
//! [`crate::columns`].

use super::cells::RESELLER;
use crate::{
    columns::{Column, ColumnKind, Needs, RowSchema},
    model::{SortBy, SortOrder},
    text,
};

/// Columns at the left of the table's rows: the selection's and the mark's.
pub(crate) const MARKER: u16 = 2;

/// The columns that are shown at first, in order.
const DEFAULTS: [&str; 6] = ["company", RESELLER, "customer-id", "status", "created", "reference"];

/// Returns every column of a customer: those that are shown at first, then the others, last those of a local copy.
pub(crate) fn all_columns() -> Vec<&'static Column> {
    let schema = RowSchema::Portfolio { details: true, subscriptions: true };
    let first = DEFAULTS.into_iter().filter_map(|key| schema.columns().find(|column| column.key == key));
    let rest = schema.columns().filter(|column| !is_default(column));
    let (of_copy, rest): (Vec<_>, Vec<_>) = rest.partition(|column| column.copy_part().is_some());
    first.chain(rest).chain(of_copy).collect()
}

/// Returns true if a column is shown at first.
pub(crate) fn is_default(column: &Column) -> bool {
    DEFAULTS.contains(&column.key)
}

/// Returns the heading of a column.
pub(crate) fn heading(column: &Column) -> &'static str {
    if column.key == RESELLER { "Reseller" } else { column.title }
}

/// Returns the heading of what a table is sorted by. Sums are named rather than what they are made of.
pub(crate) fn sort_title(by: SortBy) -> &'static str {
    let sorted = all_columns().into_iter().rev().find(|column| column.sort() == by);
    sorted.map_or_else(|| if by == SortBy::Column("relevance") { "Relevance" } else { by.title() }, heading)
}

/// Returns the arrow of a sort direction.
pub(crate) fn arrow(order: SortOrder) -> &'static str {
    match order {
        SortOrder::Ascending => "▲",
        SortOrder::Descending => "▼",
    }
}

/// Returns the columns that it takes at least, with the mark of its order behind its heading.
fn least_width(column: &Column, mark: usize) -> usize {
    let own = match column.key {
        "company" => 12,
        RESELLER => 14,
        "customer-id" | "created" => 11,
        "status" => 10,
        // A few words.
        "note" => 24,
        "reference" => MIN_REFERENCE,
        // A day in parentheses, and the mark of what is due: `(14 Nov 2026)`, `! 27 Aug 2025`.
        "next-renewal" | "follow-up" => 13,
        _ => {
            let own = match column.kind {
                ColumnKind::Text => 16,
                ColumnKind::Id | ColumnKind::Date | ColumnKind::Moment => 11,
                // Licences and consumables: `1,200 L · 40 C`.
                ColumnKind::Number if column.needs() == Needs::Subscriptions => 15,
                ColumnKind::Number => 7,
                ColumnKind::Flag => 4,
                ColumnKind::Status => 10,
            };
            own.max(column.title.chars().count())
        }
    };
    if mark == 0 { own } else { own.max(text::width(heading(column)) + mark) }
}

/// The least of a reference that is worth its room.
const MIN_REFERENCE: usize = 14;
/// A whole reference: the API allows 35 characters.
const MAX_REFERENCE: usize = 35;
/// Beyond this, a company name gives room to the reference.
const ROOMY_COMPANY: usize = 34;

/// A column on the screen: `x` counts from the left of the table's inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) column: &'static Column,
    pub(crate) x: u16,
    pub(crate) width: u16,
}

/// The user's choice of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableColumns {
    /// Every column once, in order, with true if it is wanted.
    pub(crate) all: Vec<(&'static Column, bool)>,
}

impl Default for TableColumns {
    fn default() -> Self {
        Self { all: all_columns().into_iter().map(|column| (column, is_default(column))).collect() }
    }
}

impl TableColumns {
    /// Shows or hides the column at `index`; the last one that is shown stays.
    pub(crate) fn toggle(&mut self, index: usize) {
        let shown = self.all.iter().filter(|(_, shown)| *shown).count();
        if let Some((_, wanted)) = self.all.get_mut(index)
            && (!*wanted || shown > 1)
        {
            *wanted = !*wanted;
        }
    }

    /// Shows or hides a column; returns false if it is the last one that is shown.
    pub(crate) fn show(&mut self, column: &'static Column, shown: bool) -> bool {
        if let Some(index) = self.all.iter().position(|(known, wanted)| *known == column && *wanted != shown)
        {
            self.toggle(index);
        }
        self.all.iter().any(|(known, wanted)| *known == column && *wanted == shown)
    }

    /// Moves the column at `index` one place; returns its new place.
    pub(crate) fn shift(&mut self, index: usize, down: bool) -> usize {
        let other = if down { index + 1 } else { index.wrapping_sub(1) };
        if index < self.all.len() && other < self.all.len() {
            self.all.swap(index, other);
            return other;
        }
        index
    }

    #[cfg(test)]
    pub(crate) fn place(&self, width: u16) -> Vec<Placed> {
        place(self.wanted().collect(), width, |_| 0)
    }

    /// Returns the columns that the user wants, in order.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &'static Column> {
        self.all.iter().filter(|(_, wanted)| *wanted).map(|(column, _)| *column)
    }
}

/// Places columns into `width` columns of text. The company name takes what the others leave; the reference is left out
/// if there is no room for it, then the last ones. `mark` is the width of the mark of a column's order.
pub(super) fn place(
    mut wanted: Vec<&'static Column>,
    width: u16,
    mark: impl Fn(&Column) -> usize,
) -> Vec<Placed> {
    let width = usize::from(width);
    let least = |column: &Column| least_width(column, mark(column));
    let taken = |columns: &[&'static Column]| {
        columns.iter().map(|column| least(column)).sum::<usize>() + columns.len().saturating_sub(1)
    };
    let has = |columns: &[&'static Column], key: &str| columns.iter().any(|column| column.key == key);
    // With a company name beside it, the reference waits until the name has some room.
    let comfort = if has(&wanted, "company") { 10 } else { 0 };
    if wanted.len() > 1 && taken(&wanted) + comfort > width {
        wanted.retain(|column| column.key != "reference");
    }
    while wanted.len() > 1 && taken(&wanted) > width {
        wanted.pop();
    }
    let mut spare = width.saturating_sub(taken(&wanted));
    let mut grow = |key: &str, least: usize, limit: usize| {
        if !has(&wanted, key) {
            return 0;
        }
        let extra = spare.min(limit - least);
        spare -= extra;
        extra
    };
    let mut company = grow("company", 12, ROOMY_COMPANY);
    let reference = grow("reference", MIN_REFERENCE, MAX_REFERENCE);
    company += if has(&wanted, "company") { spare } else { 0 };
    let mut x = 0;
    let mut placed = Vec::with_capacity(wanted.len());
    for column in wanted {
        let extra = match column.key {
            "company" => company,
            "reference" => reference,
            _ => 0,
        };
        let own = (least(column) + extra).min(width.saturating_sub(x));
        placed.push(Placed { column, x: to_u16(x), width: to_u16(own) });
        x += own + 1;
    }
    placed
}

fn to_u16(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(columns: &TableColumns, width: u16) -> Vec<(&'static str, u16)> {
        columns.place(width).iter().map(|placed| (placed.column.key, placed.width)).collect()
    }

    #[test]
    fn company_grows_first_then_reference_comes() {
        let mut columns = TableColumns::default();
        columns.toggle(1);
        assert_eq!(
            widths(&columns, 56),
            [("company", 21), ("customer-id", 11), ("status", 10), ("created", 11)]
        );
        let wide = widths(&columns, 90);
        assert_eq!(wide.last(), Some(&("reference", 20)));
        assert_eq!(wide[0], ("company", 34));
        let widest = widths(&columns, 150);
        assert_eq!((widest[0].1, widest[4].1), (79, 35));
    }

    #[test]
    fn no_day_and_no_state_of_a_renewal_is_cut() {
        let width =
            |key: &str| least_width(all_columns().into_iter().find(|column| column.key == key).unwrap(), 0);
        for (key, longest) in [
            ("next-renewal", "(14 Nov 2026)"),
            ("renewal-basis", "subscription"),
            ("renewal-state", "late, not-due"),
            ("change-by", "14 Nov 2026"),
        ] {
            assert!(width(key) >= text::width(longest), "{key}");
        }
    }

    #[test]
    fn columns_never_pass_the_width_and_never_overlap() {
        let mut columns = TableColumns::default();
        for rounds in 0..columns.all.len() {
            for width in 0..200 {
                let placed = columns.place(width);
                assert!(!placed.is_empty());
                for pair in placed.windows(2) {
                    assert!(pair[0].x + pair[0].width < pair[1].x, "{width}: {placed:?}");
                }
                let last = placed[placed.len() - 1];
                assert!(last.x + last.width <= width, "{width}: {placed:?}");
            }
            columns.toggle(rounds);
            columns.shift(rounds, true);
        }
    }

    #[test]
    fn every_column_of_an_export_can_be_shown() {
        let shown: Vec<&str> = all_columns().iter().map(|column| column.key).collect();
        let schema = RowSchema::Portfolio { details: true, subscriptions: true };
        assert_eq!(shown.len(), schema.columns().count());
        assert!(schema.columns().all(|column| shown.contains(&column.key)));
        assert_eq!(shown[..6], DEFAULTS);
    }

    #[test]
    fn the_last_shown_column_stays() {
        let mut columns = TableColumns::default();
        for index in 0..6 {
            columns.toggle(index);
        }
        assert_eq!(columns.all.iter().filter(|(_, shown)| *shown).count(), 1);
        columns.toggle(0);
        assert!(columns.all[0].1);
    }

    #[test]
    fn shifting_stops_at_the_ends() {
        let mut columns = TableColumns::default();
        let last = columns.all.len() - 1;
        assert_eq!(columns.shift(0, false), 0);
        assert_eq!(columns.shift(last, true), last);
        assert_eq!(columns.shift(0, true), 1);
        assert_eq!(columns.all[1].0.key, "company");
    }
}
