//! The widths of a table's columns.

use crate::columns::{Column, SHRINK_TURNS, WidthRule};

/// The number of blanks between two columns.
pub(super) const GAP: usize = 2;

/// The maximum width of a column that does not shrink: the length of a UUID.
const KEPT: usize = 36;

/// The maximum width of a column in a pipe, where nothing is cut: that of the longest company name that the vendor accepts. A
/// longer cell moves the rest of its own line only; otherwise one long name would blow up every line.
const IN_PIPE: usize = 80;

/// Returns the widths of the columns for lines of at most `limit`, given the widest cell of each.
///
/// If the lines are too wide, references shrink first, because they are rarely read in full, then names and other texts, each
/// down to its minimum. If that is not enough, the last columns are dropped: there are then fewer widths than columns.
pub(super) fn widths(columns: &[&Column], natural: &[usize], limit: Option<usize>) -> Vec<usize> {
    let Some(limit) = limit else { return natural.iter().map(|natural| (*natural).min(IN_PIPE)).collect() };
    let wanted: Vec<usize> = columns
        .iter()
        .zip(natural)
        .map(|(column, natural)| match column.width {
            WidthRule::Fixed => (*natural).min(KEPT),
            WidthRule::Shrinks { .. } => (*natural).min(limit),
        })
        .collect();
    for count in (1..=wanted.len()).rev() {
        let mut widths = wanted[..count].to_vec();
        if fit(&columns[..count], &mut widths, limit) {
            return widths;
        }
    }
    // Even the first column alone is too wide.
    wanted.first().map(|_| limit).into_iter().collect()
}

/// Shrinks columns until the line fits. Returns true if it does.
fn fit(columns: &[&Column], widths: &mut [usize], limit: usize) -> bool {
    let mut excess = total(widths).saturating_sub(limit);
    for turn in 1..=SHRINK_TURNS {
        while excess > 0 {
            // The widest first, so that short cells are not cut.
            let giving =
                columns.iter().zip(widths.iter_mut()).filter_map(|(column, width)| match column.width {
                    WidthRule::Shrinks { turn: own, min } if own == turn && *width > usize::from(min) => {
                        Some(width)
                    }
                    _ => None,
                });
            let Some(widest) = giving.max() else { break };
            *widest -= 1;
            excess -= 1;
        }
    }
    excess == 0
}

/// Returns the width of a whole line.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::columns::{Columns, RowSchema};

    fn columns() -> Columns {
        Columns::for_table(RowSchema::LIST)
    }

    #[test]
    fn without_a_limit_columns_are_as_wide_as_their_cells_within_reason() {
        assert_eq!(widths(columns().as_slice(), &[70, 10, 8, 10, 35], None), [70, 10, 8, 10, 35]);
        assert_eq!(widths(columns().as_slice(), &[90, 10, 8, 10, 35], None), [80, 10, 8, 10, 35]);
    }

    #[test]
    fn the_reference_shrinks_first_then_the_company() {
        let fit = |limit| widths(columns().as_slice(), &[40, 10, 8, 10, 35], Some(limit));
        assert_eq!(fit(200), [40, 10, 8, 10, 35]);
        assert_eq!(fit(100), [40, 10, 8, 10, 24]);
        assert_eq!(fit(80), [35, 10, 8, 10, 9]);
        assert_eq!(fit(57), [12, 10, 8, 10, 9]);
        assert_eq!(fit(56), [22, 10, 8, 10], "the last column has no room, and the first has it back");
    }

    #[test]
    fn a_line_never_exceeds_the_limit() {
        let columns = columns();
        for limit in 1..200 {
            for natural in [[1, 1, 1, 1, 1], [12, 10, 8, 10, 36], [10_001, 10_001, 10_001, 10_001, 10_001]] {
                let widths = widths(columns.as_slice(), &natural, Some(limit));
                assert!(!widths.is_empty() && total(&widths) <= limit, "{limit}: {widths:?}");
            }
        }
    }

    #[test]
    fn of_one_turn_the_widest_column_shrinks_first() {
        let details = RowSchema::Customers { details: true, subscriptions: false };
        let columns = Columns::parse(details, "city,region,address-1").unwrap();
        assert_eq!(widths(columns.as_slice(), &[10, 20, 30], Some(44)), [10, 15, 15]);
    }
}
