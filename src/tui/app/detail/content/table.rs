//! Tables in the detail pane: the columns of `vipmp show`, as many as fit. Numbers are never cut.

use super::{LineBuilder, TextLine, Tone};
use crate::{
    columns::{Column, RowSchema, TableLine},
    text,
    tui::app::table::{CellText, words},
};

/// Blanks between two columns.
const GAP: usize = 2;

/// The column of names of products.
const PRODUCT: DetailColumn = DetailColumn::new("product", "Product").gives(12);

/// One column of such a table.
#[derive(Clone, Copy)]
pub(super) struct DetailColumn {
    /// Its key in the table of columns.
    pub(super) key: &'static str,
    pub(super) heading: &'static str,
    /// The columns that it keeps at least if there is little room; `None` if it is never cut.
    pub(super) least: Option<usize>,
    /// True if the table does without it if there is little room.
    pub(super) optional: bool,
}

impl DetailColumn {
    pub(super) const fn new(key: &'static str, heading: &'static str) -> Self {
        Self { key, heading, least: None, optional: false }
    }

    /// Gives way down to this many columns.
    pub(super) const fn gives(self, least: usize) -> Self {
        Self { least: Some(least), ..self }
    }

    /// Is left out if there is no room.
    pub(super) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// Adds a table of these records to the page; returns false, and adds nothing, if it does not fit.
pub(super) fn table(
    page: &mut LineBuilder,
    schema: RowSchema,
    columns: &[DetailColumn],
    records: &[TableLine<'_>],
    tone: impl Fn(&str, usize) -> Tone,
) -> bool {
    let found: Vec<(&DetailColumn, &'static Column)> = columns
        .iter()
        .filter_map(|wanted| Some((wanted, schema.columns().find(|column| column.key == wanted.key)?)))
        .collect();
    let cells: Vec<Vec<CellText<'_>>> = records
        .iter()
        .map(|record| found.iter().map(|(_, column)| words(column, column.read(record))).collect())
        .collect();
    let natural = |index: usize| {
        let heading = text::width(found[index].0.heading);
        cells.iter().map(|row| text::width(&row[index].text)).max().unwrap_or_default().max(heading)
    };
    let natural: Vec<usize> = (0..found.len()).map(natural).collect();
    let shape: Vec<&DetailColumn> = found.iter().map(|(wanted, _)| *wanted).collect();
    let Some(widths) = fit(&shape, &natural, page.width) else { return false };
    let line = |texts: &mut dyn Iterator<Item = (Tone, &str, bool)>| {
        let mut line = TextLine::default();
        for ((tone, text, at_right), width) in texts.zip(&widths) {
            let Some(width) = width else { continue };
            let gap = if line.spans.is_empty() { "" } else { "  " };
            let text = text::truncate(text, *width);
            let text = if at_right { text::pad_start(&text, *width) } else { text::pad_end(&text, *width) };
            line.spans.push((tone, format!("{gap}{text}")));
        }
        line
    };
    let at_right = |index: usize| cells.first().is_some_and(|row| row[index].at_right);
    page.blank();
    let mut headings =
        found.iter().enumerate().map(|(index, (wanted, _))| (Tone::Label, wanted.heading, at_right(index)));
    page.push(line(&mut headings));
    for (place, row) in cells.iter().enumerate() {
        let mut texts = row
            .iter()
            .zip(&shape)
            .map(|(cell, wanted)| (tone(wanted.key, place), &*cell.text, cell.at_right));
        page.push(line(&mut texts));
    }
    true
}

/// Returns the columns of a table in the forms to try, the fullest first: the name of the product beside the offer ID, then in its
/// place. Without any name, there is only the offer ID.
pub(super) fn with_names(columns: &[DetailColumn], records: &[TableLine<'_>]) -> Vec<Vec<DetailColumn>> {
    let is_named = |record: &TableLine<'_>| record.product_name().is_some();
    if !records.iter().any(is_named) {
        return vec![columns.to_vec()];
    }
    let place = columns.iter().position(|column| column.key == "offer-id").unwrap_or_default();
    let (mut beside, mut instead) = (columns.to_vec(), columns.to_vec());
    beside.insert(place, PRODUCT);
    instead[place] = PRODUCT;
    vec![beside, instead]
}

/// Returns the width of each column, `None` for those that are left out; nothing at all if the rest does not fit.
///
/// Columns that the table can do without are left out first, the last one first; only then are names cut.
fn fit(columns: &[&DetailColumn], natural: &[usize], width: usize) -> Option<Vec<Option<usize>>> {
    let mut widths: Vec<Option<usize>> = natural.iter().copied().map(Some).collect();
    loop {
        let shown = widths.iter().flatten().count();
        let total = widths.iter().flatten().sum::<usize>() + GAP * shown.saturating_sub(1);
        let mut excess = total.saturating_sub(width);
        if excess == 0 {
            return Some(widths);
        }
        let last =
            columns.iter().zip(&widths).rposition(|(column, width)| column.optional && width.is_some());
        if let Some(last) = last {
            widths[last] = None;
            continue;
        }
        for (column, width) in columns.iter().zip(&mut widths).rev() {
            if let (Some(least), Some(width)) = (column.least, width.as_mut()) {
                let given = excess.min(width.saturating_sub(least));
                *width -= given;
                excess -= given;
            }
        }
        return (excess == 0).then_some(widths);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_may_be_left_out_go_before_names_are_cut() {
        let columns = [
            DetailColumn::new("a", "A").gives(4),
            DetailColumn::new("b", "B"),
            DetailColumn::new("c", "C").optional(),
        ];
        let shape: Vec<&DetailColumn> = columns.iter().collect();
        let fit = |width| fit(&shape, &[10, 5, 6], width);
        assert_eq!(fit(25), Some(vec![Some(10), Some(5), Some(6)]));
        assert_eq!(fit(24), Some(vec![Some(10), Some(5), None]));
        assert_eq!(fit(17), Some(vec![Some(10), Some(5), None]));
        assert_eq!(fit(13), Some(vec![Some(6), Some(5), None]));
        assert_eq!(fit(11), Some(vec![Some(4), Some(5), None]));
        assert_eq!(fit(10), None, "numbers are never cut");
    }
}
