//! How sheets are printed: one page wide, with a header and numbered pages.

use chrono::NaiveDate;
use rust_xlsxwriter::Worksheet;

use crate::{model::format_date, text};

/// The code of A4 paper.
const A4: u8 = 9;

/// The length to which a text in a header is cut: all texts of a header are limited to 255 characters together.
const MOST: usize = 80;

/// Sets up how a list is printed: landscape, on as many pages as it takes.
pub(super) fn set_up_list(sheet: &mut Worksheet, title: &str, report: &str, today: NaiveDate) {
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    set_up(sheet, title, report, today);
}

/// Sets up how the summary is printed: on one page.
pub(super) fn set_up_summary(sheet: &mut Worksheet, title: &str, report: &str, today: NaiveDate) {
    sheet.set_portrait().set_print_fit_to_pages(1, 1);
    set_up(sheet, title, report, today);
}

/// Puts the title of a sheet at the top of its pages, and that of the report at the bottom.
fn set_up(sheet: &mut Worksheet, title: &str, report: &str, today: NaiveDate) {
    sheet
        .set_paper_size(A4)
        .set_margins(0.5, 0.5, 0.75, 0.75, 0.3, 0.3)
        .set_header(format!("&L{}&RAs of {} (UTC)", header_text(title), format_date(today)))
        .set_footer(format!("&L{}&RPage &P of &N", header_text(report)));
}

/// Returns a text of which nothing is taken for a code.
fn header_text(words: &str) -> String {
    text::truncate(&text::clean(words), MOST).replace('&', "&&")
}
