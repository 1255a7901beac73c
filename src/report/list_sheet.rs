//! The sheet of a list: its columns as a table with filters, and colours for what is urgent.

use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{
    ConditionalFormatFormula, Format, Worksheet, XlsxError, utility::column_number_to_name,
};

use super::{page, plan::LAPSING};
use crate::{
    columns::{Cell, Columns, Item},
    output::{OutputError, SheetTable, catch_panics},
};

/// The days within which a deadline is red.
const RED_DAYS: u8 = 3;
/// The days within which a deadline is amber.
const AMBER_DAYS: u8 = 14;

const RED: (u32, u32) = (0x00FF_C7CE, 0x009C_0006);
const AMBER: (u32, u32) = (0x00FF_EB9C, 0x007F_6000);

/// The sheet of a list that is being filled.
pub struct ListSheet {
    table: SheetTable,
    columns: Columns,
    title: String,
    today: NaiveDate,
}

impl ListSheet {
    pub(super) fn new(
        sheet: Worksheet,
        name: &str,
        title: &str,
        columns: Columns,
        today: NaiveDate,
    ) -> Result<Self, OutputError> {
        let table = SheetTable::new(sheet, columns.as_slice(), name, false)?.with_grouped_digits();
        Ok(Self { table, columns, title: title.to_owned(), today })
    }

    /// Writes the lines of an item.
    ///
    /// # Errors
    /// That of the library, or that the sheet is full.
    pub fn item(&mut self, item: &Item<'_>) -> Result<(), OutputError> {
        for line in self.columns.lines(item) {
            let cells: Vec<Cell<'_>> =
                self.columns.as_slice().iter().map(|column| column.read(&line)).collect();
            self.table.line(&cells)?;
        }
        Ok(())
    }

    pub(super) fn finish(self, report: &str, if_empty: &str) -> Result<Worksheet, OutputError> {
        let Self { table, columns, title, today } = self;
        let rows = table.rows();
        let mut sheet = table.finish()?;
        catch_panics(|| {
            page::set_up_list(&mut sheet, &title, report, today);
            if rows == 0 {
                sheet.write_string(1, 0, if_empty)?;
                return Ok(());
            }
            for (place, column) in (0..).zip(columns.as_slice()) {
                // All seats in the list of those that lapse do so.
                if column.key == "lapsing-seats" && sheet.name() == LAPSING {
                    continue;
                }
                colour(&mut sheet, column.key, place, rows, today)?;
            }
            Ok(())
        })?;
        Ok(sheet)
    }
}

/// Colours the cells of a column that ask for something to be done.
fn colour(
    sheet: &mut Worksheet,
    key: &str,
    place: u16,
    rows: u32,
    today: NaiveDate,
) -> Result<(), XlsxError> {
    let cell = format!("{}2", column_number_to_name(place));
    let rule = |test: String| format!("=AND(ISNUMBER({cell}),{cell}{test})");
    let day = format!("DATE({},{},{})", today.year(), today.month(), today.day());
    let rules = match key {
        "days-left" => vec![(rule(format!("<={RED_DAYS}")), RED), (rule(format!("<={AMBER_DAYS}")), AMBER)],
        "to-order-by" | "returnable-until" | "change-by" | "lapses" | "follow-up" => {
            vec![(rule(format!("<={day}+{RED_DAYS}")), RED), (rule(format!("<={day}+{AMBER_DAYS}")), AMBER)]
        }
        "lapsing-seats" => vec![(rule(">0".to_owned()), RED)],
        _ => Vec::new(),
    };
    for (rule, (background, text)) in rules {
        let format = Format::new().set_background_color(background).set_font_color(text);
        // The first rule that holds is the only one.
        let colouring =
            ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format).set_stop_if_true(true);
        sheet.add_conditional_format(1, place, rows, place, &colouring)?;
    }
    Ok(())
}
