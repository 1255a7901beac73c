//! The table's columns: which are shown, in which order, and how wide each is.

use crate::model::SortBy;

/// One column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Company,
    Reseller,
    CustomerId,
    Status,
    Created,
    Reference,
}

impl Column {
    pub(crate) const ALL: [Self; 6] =
        [Self::Company, Self::Reseller, Self::CustomerId, Self::Status, Self::Created, Self::Reference];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Company => "Company",
            Self::Reseller => "Reseller",
            Self::CustomerId => "Customer ID",
            Self::Status => "Status",
            Self::Created => "Created",
            Self::Reference => "Reference",
        }
    }

    /// Its name where it is kept for the next start.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Reseller => "reseller",
            Self::CustomerId => "customer-id",
            Self::Status => "status",
            Self::Created => "created",
            Self::Reference => "reference",
        }
    }

    /// Returns what a list is sorted by when it is sorted by this column; few sources can sort by all of them.
    pub(crate) fn sort(self) -> SortBy {
        match self {
            Self::Company => SortBy::CompanyName,
            Self::Created => SortBy::CreationDate,
            Self::Reseller | Self::CustomerId | Self::Status | Self::Reference => SortBy::Column(self.name()),
        }
    }

    fn fixed_width(self) -> usize {
        match self {
            Self::Company => 12,
            Self::Reseller => 14,
            Self::CustomerId | Self::Created => 11,
            Self::Status => 10,
            Self::Reference => MIN_REFERENCE,
        }
    }
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
    pub(crate) column: Column,
    pub(crate) x: u16,
    pub(crate) width: u16,
}

/// The person's choice of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Every column once, in order, with whether it is wanted.
    pub(crate) all: Vec<(Column, bool)>,
}

impl Default for Columns {
    fn default() -> Self {
        Self { all: Column::ALL.map(|column| (column, true)).to_vec() }
    }
}

impl Columns {
    /// Shows or hides the column at `index`; the last one that is shown stays.
    pub(crate) fn toggle(&mut self, index: usize) {
        let shown = self.all.iter().filter(|(_, shown)| *shown).count();
        if let Some((_, wanted)) = self.all.get_mut(index)
            && (!*wanted || shown > 1)
        {
            *wanted = !*wanted;
        }
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

    /// Places the columns into `width` columns of text. The company name takes what the others leave; the
    /// reference is left out where there is no room for it.
    pub(crate) fn place(&self, width: u16) -> Vec<Placed> {
        let mut wanted: Vec<Column> = self.all.iter().filter(|(_, shown)| *shown).map(|(c, _)| *c).collect();
        let width = usize::from(width);
        let taken = |columns: &[Column]| {
            columns.iter().map(|column| column.fixed_width()).sum::<usize>() + columns.len().saturating_sub(1)
        };
        // With a company name beside it, the reference waits until the name has some room.
        let comfort = if wanted.contains(&Column::Company) { 10 } else { 0 };
        if wanted.len() > 1 && taken(&wanted) + comfort > width {
            wanted.retain(|column| *column != Column::Reference);
        }
        while wanted.len() > 1 && taken(&wanted) > width {
            wanted.pop();
        }
        let mut spare = width.saturating_sub(taken(&wanted));
        let mut grow = |column: Column, limit: usize| {
            if !wanted.contains(&column) {
                return 0;
            }
            let extra = spare.min(limit - column.fixed_width());
            spare -= extra;
            extra
        };
        let mut company = grow(Column::Company, ROOMY_COMPANY);
        let reference = grow(Column::Reference, MAX_REFERENCE);
        company += if wanted.contains(&Column::Company) { spare } else { 0 };
        let mut x = 0;
        let mut placed = Vec::with_capacity(wanted.len());
        for column in wanted {
            let extra = match column {
                Column::Company => company,
                Column::Reference => reference,
                _ => 0,
            };
            let own = (column.fixed_width() + extra).min(width.saturating_sub(x));
            placed.push(Placed { column, x: to_u16(x), width: to_u16(own) });
            x += own + 1;
        }
        placed
    }
}

fn to_u16(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(columns: &Columns, width: u16) -> Vec<(Column, u16)> {
        columns.place(width).iter().map(|placed| (placed.column, placed.width)).collect()
    }

    #[test]
    fn company_grows_first_then_reference_comes() {
        let mut columns = Columns::default();
        columns.toggle(1);
        assert_eq!(
            widths(&columns, 56),
            [(Column::Company, 21), (Column::CustomerId, 11), (Column::Status, 10), (Column::Created, 11)]
        );
        let wide = widths(&columns, 90);
        assert_eq!(wide.last(), Some(&(Column::Reference, 20)));
        assert_eq!(wide[0], (Column::Company, 34));
        let widest = widths(&columns, 150);
        assert_eq!((widest[0].1, widest[4].1), (79, 35));
    }

    #[test]
    fn columns_never_pass_the_width_and_never_overlap() {
        let mut columns = Columns::default();
        for rounds in 0..6 {
            for width in 0..200 {
                let placed = columns.place(width);
                assert!(!placed.is_empty());
                for pair in placed.windows(2) {
                    assert!(pair[0].x + pair[0].width < pair[1].x, "{width}: {placed:?}");
                }
                let last = placed[placed.len() - 1];
                assert!(last.x + last.width <= width, "{width}: {placed:?}");
            }
            columns.toggle(rounds % 6);
            columns.shift(rounds % 6, true);
        }
    }

    #[test]
    fn the_last_shown_column_stays() {
        let mut columns = Columns::default();
        for index in 0..6 {
            columns.toggle(index);
        }
        assert_eq!(columns.all.iter().filter(|(_, shown)| *shown).count(), 1);
        columns.toggle(0);
        assert!(columns.all[0].1);
    }

    #[test]
    fn shifting_stops_at_the_ends() {
        let mut columns = Columns::default();
        assert_eq!(columns.shift(0, false), 0);
        assert_eq!(columns.shift(5, true), 5);
        assert_eq!(columns.shift(0, true), 1);
        assert_eq!(columns.all[1].0, Column::Company);
    }
}
