//! Workbooks.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::{WANTED, read, rows};
use crate::tables::{Meaning, ReadOptions, TableError, find_table, read_bytes};

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("About").unwrap().write(0, 0, "Nothing to see").unwrap();
    fill(workbook.add_worksheet().set_name("Data").unwrap());
    workbook.save_to_buffer().unwrap()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()
}

#[test]
fn the_table_is_found_below_merged_titles_in_any_sheet() {
    let bytes = workbook(|sheet| {
        sheet.merge_range(0, 0, 1, 4, "Renewals of Example Reseller", &Format::new()).unwrap();
        for (column, heading) in
            ["Colour", "Auto Renew", "Renewal Date", "Subscription ID", "Seats"].iter().enumerate()
        {
            sheet.write(3, u16::try_from(column).unwrap(), *heading).unwrap();
        }
        let date = Format::new().set_num_format("dd.mm.yyyy");
        sheet.write(4, 1, true).unwrap();
        sheet.write_with_format(4, 2, &day(), &date).unwrap();
        sheet.write(4, 3, "a1").unwrap();
        sheet.write(4, 4, 1173).unwrap();
        sheet.write(6, 1, "off").unwrap();
        sheet.write(6, 2, "31-Jan-2027").unwrap();
        sheet.write(6, 3, 9_200_486_769.0).unwrap();
        sheet.write(6, 4, "1,173").unwrap();
        sheet.write(7, 2, 46_356).unwrap();
        sheet.write(7, 3, "'9200486769'").unwrap();
        sheet.write(7, 4, 5).unwrap();
        sheet.write(9, 0, "Total").unwrap();
        sheet.write(9, 4, 2351).unwrap();
        sheet.write_blank(1_000_000, 16_000, &Format::new().set_bold()).unwrap();
    });
    let table = read(&bytes).unwrap();
    let expected =
        ["a1 1173 2026-11-30 true", "9200486769 1173 2027-01-31 false", "9200486769 5 2026-11-30 "];
    assert_eq!(rows(&table), expected);
    assert_eq!((table.report.sheet.as_deref(), table.report.heading_row), (Some("Data"), 4));
    assert_eq!(table.report.left_out[0].first, [10]);
    assert!(table.titles.contains(&"Renewals of Example Reseller".to_owned()));
}

#[test]
fn the_invoice_workbook_of_the_vendor_is_understood() {
    let headings = [
        "Sold To Company ID",
        "Reseller ID",
        "Ship To Customer ID",
        "Ship To Name",
        "Order Number",
        "Order Date",
        "Comments",
        "Line Item",
        "Subscription ID",
        "SKU",
        "Product Description",
        "Charge Start Date",
        "Charge End Date",
        "Quantity",
        "Product Price",
        "Charge Type",
        "Order Reason",
        "Ext Price",
        "Tax (Y/N)",
        "Tax Rate",
        "Taxes",
        "Currency",
        "Taxes",
        "Market Segment",
    ];
    let bytes = workbook(|sheet| {
        for (column, heading) in headings.iter().enumerate() {
            sheet.write(0, u16::try_from(column).unwrap(), *heading).unwrap();
        }
        sheet.write(1, 2, 1_010_012_532.0).unwrap();
        sheet.write(1, 8, "630a83b12559fa7147419077bf1a5eNA").unwrap();
        sheet.write(1, 12, "11-Jun-2027").unwrap();
        sheet.write(1, 13, 1173).unwrap();
        sheet.write(1, 14, 99.5).unwrap();
        sheet.write(1, 15, "INVOICE").unwrap();
        for row in 2..60 {
            sheet.write(row, 3, "").unwrap();
        }
    });
    let table = read(&bytes).unwrap();
    let row = table.rows().next().unwrap();
    assert_eq!(row.id(Meaning::CustomerId).unwrap().unwrap(), "1010012532");
    assert_eq!(row.date(Meaning::ChargeEndDate).unwrap(), NaiveDate::from_ymd_opt(2027, 6, 11));
    assert_eq!(row.text(Meaning::ChargeType), "", "this reader did not want it");
    assert_eq!((table.report.rows, table.report.left_out.len()), (1, 0));
    assert!(table.report.unused.contains(&"Taxes".to_owned()));
}

#[test]
fn an_id_that_the_workbook_has_rounded_is_an_error() {
    let bytes = workbook(|sheet| {
        sheet.write(0, 0, "Subscription ID").unwrap();
        sheet.write(1, 0, 1_234_567_890_123_456_789.0).unwrap();
        sheet.write_formula(2, 0, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    });
    let table = read(&bytes).unwrap();
    let errors: Vec<String> = table
        .rows()
        .map(|row| row.id(Meaning::SubscriptionId).map(|_| ()).unwrap_err().to_string())
        .collect();
    assert!(errors[0].contains("has lost digits"), "{errors:?}");
}

#[test]
fn days_of_workbooks_that_count_from_1904_are_right() {
    use std::io::{Cursor, Read as _, Write as _};
    let bytes = workbook(|sheet| {
        sheet.write(0, 0, "Subscription ID").unwrap();
        sheet.write(0, 1, "Renewal Date").unwrap();
        sheet.write(1, 0, "a1").unwrap();
        sheet.write(1, 1, 44_894).unwrap();
    });
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").as_bytes()).unwrap();
    }
    let bytes = to.finish().unwrap().into_inner();
    assert_eq!(rows(&read(&bytes).unwrap()), ["a1  2026-11-30 "]);
}

#[test]
fn other_files_are_refused_with_what_to_do() {
    for (bytes, expected) in [
        (
            &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..],
            "it is a workbook of the old form (.xls), or one with a password",
        ),
        (b"%PDF-1.7", "it is a PDF. Save it as .xlsx or .csv"),
        (b"\x1f\x8b\x08", "it is compressed"),
        (b"PK\x03\x04 and no more", "the workbook cannot be read: "),
    ] {
        let words = read(bytes).unwrap_err().to_string();
        assert!(words.starts_with(expected), "{words}");
    }
    let mut damaged = workbook(|sheet| drop(sheet.write(0, 0, "Subscription ID")));
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    assert!(matches!(read(&damaged), Err(TableError::Workbook(_))));
    assert!(find_table(read_bytes(b"a").unwrap(), &WANTED, &ReadOptions::default()).is_err());
}
