//! The workbook with its sheets.

use std::io;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Workbook, Worksheet};

use super::{Cover, ListPlan, ListSheet, ListTotals, plan::CHANGES, summary_sheet};
use crate::{
    columns::{Columns, RowSchema},
    model::PortfolioSummary,
    output::{self, OutputError, catch_panics, new_sheet},
};

/// A workbook that is being filled. The summary comes last, and is its first sheet.
pub struct ReportBook {
    workbook: Workbook,
    sheets: Vec<Worksheet>,
    title: String,
    today: NaiveDate,
}

impl ReportBook {
    /// Creates a workbook without any sheet.
    pub fn new(title: &str, today: NaiveDate) -> Self {
        Self { workbook: Workbook::new(), sheets: Vec::new(), title: title.to_owned(), today }
    }

    /// Begins the sheet of a list.
    ///
    /// # Errors
    /// That of the library.
    pub fn list(&mut self, plan: &ListPlan) -> Result<ListSheet, OutputError> {
        let schema = RowSchema::Portfolio { details: true, subscriptions: false };
        // A test proves that each of the keys is one.
        let columns = Columns::parse(schema, &plan.columns.join(","))
            .map_err(|error| OutputError::Workbook(error.to_string()))?;
        let sheet = new_sheet(&mut self.workbook);
        ListSheet::new(sheet, plan.sheet, &plan.title, columns, self.today)
    }

    /// Begins the sheet of observed changes.
    ///
    /// # Errors
    /// That of the library.
    pub fn changes(&mut self, title: &str) -> Result<ListSheet, OutputError> {
        let sheet = new_sheet(&mut self.workbook);
        ListSheet::new(sheet, CHANGES, title, Columns::for_table(RowSchema::Changes), self.today)
    }

    /// Adds a sheet that is complete. If it has no row, these words stand in it.
    ///
    /// # Errors
    /// That of the library.
    pub fn push(&mut self, sheet: ListSheet, if_empty: &str) -> Result<(), OutputError> {
        self.sheets.push(sheet.finish(&self.title, if_empty)?);
        Ok(())
    }

    /// Writes the workbook, with the summary in front of the lists.
    ///
    /// # Errors
    /// That of the library, or of the writer.
    pub fn save(
        self,
        cover: &Cover,
        figures: &PortfolioSummary,
        lists: &[ListTotals],
        out: impl io::Write + Send,
    ) -> Result<(), OutputError> {
        let Self { mut workbook, sheets, title, today } = self;
        let summary = catch_panics(|| summary_sheet::sheet(cover, figures, lists, today))?;
        catch_panics(|| {
            workbook.set_properties(&DocProperties::new().set_title(&title));
            workbook.push_worksheet(summary);
            for sheet in sheets {
                workbook.push_worksheet(sheet);
            }
            Ok(())
        })?;
        output::save(&mut workbook, out)
    }
}
