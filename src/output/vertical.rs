//! Writes a record for reading, one line per field.

use std::io::Write;

use super::{
    Options, OutputError,
    table::{CellStyle, paint, styled},
};
use crate::columns::{Cell, Columns, TableLine};
use crate::text;

/// Writes title and value of each column. Empty fields are left out, and nothing is cut.
pub(super) fn write_fields(
    record: &TableLine<'_>,
    columns: &Columns,
    options: Options,
    out: &mut impl Write,
) -> Result<(), OutputError> {
    let columns = columns.with_problem();
    let widest = columns.iter().map(|column| text::width(column.title)).max().unwrap_or_default();
    for column in &columns {
        let cell = column.read(record);
        if cell.plain().is_empty() {
            continue;
        }
        let (words, tone) = match &cell {
            // Unlike in a table, there is room for the time of day.
            Cell::Moment(at) => (at.format("%Y-%m-%d %H:%M:%S UTC").to_string(), CellStyle::Plain),
            _ => styled(&cell),
        };
        let tone = if column.key == "problem" { CellStyle::Warn } else { tone };
        paint(out, options.colour, CellStyle::Dim, &text::pad_end(column.title, widest))?;
        write!(out, "  ")?;
        paint(out, options.colour, tone, &words)?;
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::sample;
    use crate::columns::{Item, RowSchema};

    #[test]
    fn an_item_is_written_line_by_line_without_empty_fields() {
        let (details, page) = (sample::details(), sample::page());
        let schema = RowSchema::Customers { details: true, subscriptions: false };
        let written = |item: Item<'_>, colour| {
            let mut out = Vec::new();
            let options = Options { colour, ..Options::default() };
            let records = item.lines();
            write_fields(&records[0], &Columns::all(schema), options, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        insta::assert_snapshot!(written(Item::customer(&details), false));
        let colours = written(Item::row(&page[5]).with_problem("503"), true).replace('\x1b', "␛");
        assert_eq!(
            colours,
            "␛[2mCustomer ID            ␛[0m  1006500818\n\
             ␛[2mStatus                 ␛[0m  ? 7777\n\
             ␛[2mStatus code            ␛[0m  7777\n\
             ␛[2mProblem                ␛[0m  ␛[33m503; companyProfile: a list instead of an object␛[0m\n"
        );
    }
}
