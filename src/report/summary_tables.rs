//! Tables one below the other on a sheet, each with room for a chart beside it.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};
use rust_xlsxwriter::{Chart, Format, FormatAlign, FormatBorder, Url, Worksheet, XlsxError};

use super::{charts::ChartData, summary_sheet::Cover};
use crate::{output::has_serial, text};

/// The column of charts.
const CHARTS: u16 = 7;
/// The rows that a chart covers, with a little room below.
const CHART_ROWS: u32 = 16;
/// The widths of the first column and of the others.
const WIDTHS: (u32, u32) = (44, 13);

/// A cell of a table.
#[derive(Debug, Clone)]
pub(super) enum SummaryCell {
    /// Nothing.
    None,
    /// Text, whatever it looks like.
    Text(String),
    /// A number.
    Number(u64),
    /// A day.
    Day(NaiveDate),
    /// A month, by its first day.
    Month(NaiveDate),
    /// A sheet of the workbook, as a link.
    Sheet {
        /// Its name.
        name: &'static str,
        /// The text.
        text: String,
    },
}

/// The place of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedTable {
    /// The row of its title.
    title: u32,
    /// Its rows; `None` if there are none.
    pub(super) data: Option<ChartData>,
}

struct SummaryStyles {
    title: Format,
    table: Format,
    heading: Format,
    number_heading: Format,
    number: Format,
    day: Format,
    month: Format,
    text: Format,
    doubt: Format,
    note: Format,
}

/// A sheet that is filled from top to bottom.
pub(super) struct Tables {
    sheet: Worksheet,
    styles: SummaryStyles,
    row: u32,
}

impl Tables {
    pub(super) fn new(name: &str) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?.set_screen_gridlines(false);
        sheet.set_column_width(0, WIDTHS.0)?;
        for column in 1..CHARTS - 1 {
            sheet.set_column_width(column, WIDTHS.1)?;
        }
        sheet.set_column_width(CHARTS - 1, 3)?;
        let left = || Format::new().set_align(FormatAlign::Left);
        let heading =
            Format::new().set_bold().set_background_color(0x00DD_E5EE).set_border_bottom(FormatBorder::Thin);
        let styles = SummaryStyles {
            title: Format::new().set_bold().set_font_size(18),
            table: Format::new().set_bold().set_font_size(13),
            number_heading: heading.clone().set_align(FormatAlign::Right),
            heading,
            number: Format::new().set_num_format("#,##0"),
            day: left().set_num_format("yyyy-mm-dd"),
            month: left().set_num_format("mmm yyyy"),
            text: Format::new().set_num_format("@"),
            doubt: Format::new().set_bold().set_font_color(0x009C_0006),
            note: Format::new().set_italic().set_font_color(0x0059_5959),
        };
        Ok(Self { sheet, styles, row: 0 })
    }

    pub(super) fn into_sheet(self) -> Worksheet {
        self.sheet
    }

    /// Writes the title, the lines below it, and what may be missing.
    pub(super) fn cover(&mut self, cover: &Cover) -> Result<(), XlsxError> {
        let styles = &self.styles;
        self.sheet.write_string_with_format(self.row, 0, text::clean(&cover.title), &styles.title)?;
        self.row += 1;
        for line in &cover.lines {
            self.sheet.write_string(self.row, 0, text::clean(line))?;
            self.row += 1;
        }
        for doubt in &cover.doubts {
            let words = format!("Note: {}", text::clean(doubt));
            self.sheet.write_string_with_format(self.row, 0, words, &styles.doubt)?;
            self.row += 1;
        }
        if cover.doubts.is_empty() {
            let words = "Complete: nothing that this report needs is missing from the copy.";
            self.sheet.write_string_with_format(self.row, 0, words, &styles.note)?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    /// Writes a table.
    pub(super) fn table(
        &mut self,
        title: &str,
        headings: &[&str],
        rows: &[Vec<SummaryCell>],
    ) -> Result<PlacedTable, XlsxError> {
        let place = self.row;
        self.sheet.write_string_with_format(place, 0, title, &self.styles.table)?;
        for (column, heading) in (0..).zip(headings) {
            let is_number =
                |row: &Vec<SummaryCell>| matches!(row.get(usize::from(column)), Some(SummaryCell::Number(_)));
            let style = if rows.iter().any(is_number) {
                self.styles.number_heading.clone()
            } else {
                self.styles.heading.clone().set_indent(u8::from(column > 0))
            };
            self.sheet.write_string_with_format(place + 1, column, *heading, &style)?;
        }
        self.row += 2;
        let first = self.row;
        for row in rows {
            for (column, value) in (0..).zip(row) {
                self.value(column, value)?;
            }
            self.row += 1;
        }
        if rows.is_empty() {
            self.note("None.")?;
            return Ok(PlacedTable { title: place, data: None });
        }
        Ok(PlacedTable { title: place, data: Some(ChartData { first, last: self.row - 1 }) })
    }

    /// Writes what is in none of a table's rows, below it, unless it is 0.
    pub(super) fn remainder(&mut self, label: &str, number: u64) -> Result<(), XlsxError> {
        if number > 0 {
            self.sheet.write_string_with_format(self.row, 0, label, &self.styles.note)?;
            self.value(1, &SummaryCell::Number(number))?;
            self.row += 1;
        }
        Ok(())
    }

    /// Writes a remark.
    pub(super) fn note(&mut self, words: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, words, &self.styles.note)?;
        self.row += 1;
        Ok(())
    }

    /// Leaves a row free.
    pub(super) fn gap(&mut self) {
        self.row += 1;
    }

    /// Puts a chart beside a table, and leaves room for it.
    pub(super) fn beside(&mut self, placed: PlacedTable, chart: Option<Chart>) -> Result<(), XlsxError> {
        if let Some(chart) = chart {
            self.sheet.insert_chart(placed.title, CHARTS, &chart)?;
            self.row = self.row.max(placed.title + CHART_ROWS);
        }
        self.gap();
        Ok(())
    }

    fn value(&mut self, column: u16, value: &SummaryCell) -> Result<(), XlsxError> {
        let (row, styles) = (self.row, &self.styles);
        // Room to the number in the column before.
        let indent = u8::from(column > 0);
        let at_midnight = |day: &NaiveDate| NaiveDateTime::new(*day, NaiveTime::MIN);
        match value {
            SummaryCell::None => {}
            SummaryCell::Text(words) => {
                let style = styles.text.clone().set_indent(indent);
                self.sheet.write_string_with_format(row, column, text::clean(words), &style)?;
            }
            SummaryCell::Number(number) => {
                #[expect(clippy::cast_precision_loss, reason = "nobody has more than 2^53 seats")]
                self.sheet.write_number_with_format(row, column, *number as f64, &styles.number)?;
            }
            SummaryCell::Day(day) if !has_serial(day.year()) => {
                let style = styles.text.clone().set_indent(indent);
                self.sheet.write_string_with_format(row, column, day.to_string(), &style)?;
            }
            SummaryCell::Day(day) => {
                let style = styles.day.clone().set_indent(indent);
                self.sheet.write_datetime_with_format(row, column, at_midnight(day), &style)?;
            }
            SummaryCell::Month(day) => {
                self.sheet.write_datetime_with_format(row, column, at_midnight(day), &styles.month)?;
            }
            SummaryCell::Sheet { name, text } => {
                let link = Url::new(format!("internal:'{name}'!A1"));
                self.sheet.write_url_with_text(row, column, link, text.as_str())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, DataType as _, Reader as _};

    use super::*;

    #[test]
    fn a_day_that_excel_does_not_have_is_written_as_it_is() {
        let day = |text: &str| SummaryCell::Day(text.parse().unwrap());
        let mut tables = Tables::new("Summary").unwrap();
        tables.table("Lists", &["First day"], &[vec![day("0001-01-01")], vec![day("2026-11-28")]]).unwrap();
        let mut book = rust_xlsxwriter::Workbook::new();
        book.push_worksheet(tables.into_sheet());
        let file = std::io::Cursor::new(book.save_to_buffer().unwrap());
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(file).unwrap();
        let sheet = book.worksheet_range("Summary").unwrap();
        let cell = |row| sheet.get_value((row, 0)).unwrap();
        assert_eq!(*cell(2), Data::String("0001-01-01".to_owned()));
        assert!(cell(3).is_datetime(), "{:?}", cell(3));
    }
}
