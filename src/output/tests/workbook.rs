//! Tests of workbooks, read back by another library or, if that is not enough, part by part.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _};
use chrono::{DateTime, Timelike as _};
use proptest::prelude::*;
use serde_json::json;

use super::super::{Format, Options, default_columns};
use super::{
    hostile::{HOSTILE, company, endless},
    property::texts,
    written,
};
use crate::columns::{Columns, Item, RowSchema, sample};
use crate::{model::SubscriptionList, text as words};

/// Returns the cells of the only sheet, which must have this name.
fn cells(bytes: Vec<u8>, name: &str) -> Vec<Vec<Data>> {
    let mut workbook: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), [name]);
    assert!(workbook.worksheet_formula(name).unwrap().is_empty(), "a workbook of ours has no formulas");
    workbook.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// Formats a cell for a snapshot, with its type.
fn formatted(cell: &Data) -> String {
    match cell {
        Data::Empty => "-".to_owned(),
        Data::DateTime(at) => format!("time {}", at.as_datetime().unwrap()),
        Data::Float(number) => format!("number {number}"),
        Data::Bool(flag) => format!("flag {flag}"),
        Data::String(text) => format!("{text:?}"),
        other => panic!("no such cell is written: {other:?}"),
    }
}

fn snapshot(schema: RowSchema, name: &str, items: &[Item<'_>]) -> String {
    let (bytes, _) = written(Format::Xlsx, &default_columns(schema, Format::Xlsx), Options::default(), items);
    let rows = cells(bytes, name);
    let titles: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    let row = |row: &Vec<Data>| {
        let cells = titles.iter().zip(row).map(|(title, cell)| format!("{title}: {}\n", formatted(cell)));
        cells.collect::<String>()
    };
    rows[1..].iter().map(row).collect::<Vec<_>>().join("\n")
}

/// Returns one part of a workbook's archive.
fn part(bytes: &[u8], name: &str) -> String {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    parts.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn workbooks_of_each_schema_have_typed_values() {
    let (page, details, subscriptions) = (sample::page(), sample::details(), sample::subscriptions());
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    insta::assert_snapshot!("xlsx_list", snapshot(RowSchema::LIST, "Customers", &items));
    let items = [Item::row(&page[0]).with_details(&details).with_subscriptions(&subscriptions)];
    let all = RowSchema::Customers { details: true, subscriptions: true };
    insta::assert_snapshot!("xlsx_all", snapshot(all, "Customers", &items));
    let orders = sample::orders();
    insta::assert_snapshot!(
        "xlsx_orders",
        snapshot(RowSchema::Orders, "Orders", &Item::orders(&orders, Some("1")))
    );
    let resellers = sample::resellers();
    let items: Vec<Item<'_>> = resellers.rows.iter().map(Item::reseller_row).collect();
    insta::assert_snapshot!("xlsx_resellers", snapshot(RowSchema::Resellers, "Resellers", &items));
}

#[test]
fn the_heading_is_frozen_filtered_and_bold_and_columns_fit_their_cells() {
    let page = sample::page();
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    let columns = Columns::parse(RowSchema::LIST, "company,customer-id,created").unwrap();
    let (bytes, _) = written(Format::Xlsx, &columns, Options::default(), &items);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    let has = |piece: &str| assert!(sheet.contains(piece), "{piece} in {sheet}");
    has("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>");
    has("<autoFilter ref=\"A1:D8\"/>");
    has("<ignoredError sqref=\"B2:B8\" numberStoredAsText=\"1\"/>");
    // The widest values take 23 and 19 characters, and `problem` more than any column is given.
    has("<col min=\"1\" max=\"1\" width=\"24.7109375\" customWidth=\"1\"/>");
    has("<col min=\"3\" max=\"3\" width=\"20.7109375\" customWidth=\"1\"/>");
    has("<col min=\"4\" max=\"4\" width=\"60.7109375\" customWidth=\"1\"/>");
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("<b/>") && styles.contains("FFDDE5EE"), "{styles}");
    // `=1+1` is text, and stays text when it is edited.
    assert!(sheet.contains(">=1+1</t>") && !sheet.contains("<f>"), "{sheet}");
    assert!(styles.contains("quotePrefix=\"1\""), "{styles}");
}

#[test]
fn raw_texts_are_texts_too() {
    let page = [sample::named("=1+1"), sample::named("a\tb\u{202e}c")];
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    let columns = Columns::parse(RowSchema::LIST, "company").unwrap();
    let options = Options { raw: true, ..Options::default() };
    let (bytes, _) = written(Format::Xlsx, &columns, options, &items);
    assert!(!part(&bytes, "xl/styles.xml").contains("quotePrefix"));
    let rows = cells(bytes, "Customers");
    assert_eq!(
        (&rows[1][0], &rows[2][0]),
        (&Data::String("=1+1".into()), &Data::String("a\tb\u{202e}c".into()))
    );
}

#[test]
fn an_empty_workbook_has_its_heading() {
    let (bytes, _) =
        written(Format::Xlsx, &default_columns(RowSchema::Resellers, Format::Xlsx), Options::default(), &[]);
    assert!(part(&bytes, "xl/worksheets/sheet1.xml").contains("<autoFilter ref=\"A1:F1\"/>"));
    assert_eq!(cells(bytes, "Resellers").len(), 1);
}

#[test]
fn hostile_texts_are_texts() {
    let rows = HOSTILE.map(sample::named);
    let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
    let (bytes, _) = written(Format::Xlsx, &company(), Options::default(), &items);
    let read = cells(bytes, "Customers");
    for (name, row) in HOSTILE.iter().zip(&read[1..]) {
        // The reader understands these escapes in shared strings only.
        let text = row[0].to_string().replace("_x005F_", "_").replace("_xFFFF_", "\u{ffff}");
        assert_eq!(text, words::clean(name), "{name:?}");
        assert_eq!(row[1], Data::String("1006500001".into()));
    }
    assert_eq!(read.len(), 1 + HOSTILE.len());
}

#[test]
fn very_long_texts_are_cut_to_the_limit_of_a_cell() {
    let rows = endless();
    let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
    for raw in [false, true] {
        let options = Options { raw, ..Options::default() };
        let (bytes, _) = written(Format::Xlsx, &company(), options, &items);
        for row in &cells(bytes, "Customers")[1..] {
            let text = row[0].to_string();
            let units = text.encode_utf16().count();
            assert!(units <= 32_767, "{units}");
            assert!(text.ends_with('…') || text.chars().count() == 9_000, "{units}");
        }
    }
}

#[test]
fn the_rows_of_a_workbook_keep_their_order() {
    let elements: Vec<String> = (0..2_000).map(|id| format!("{{\"customerId\": \"{id:05}\"}}")).collect();
    let rows: Vec<_> =
        elements.chunks(1_000).flat_map(|chunk| sample::rows(&format!("[{}]", chunk.join(",")))).collect();
    let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
    let columns = Columns::parse(RowSchema::LIST, "customer-id").unwrap();
    let (bytes, _) = written(Format::Xlsx, &columns, Options::default(), &items);
    let ids: Vec<String> = cells(bytes, "Customers")[1..].iter().map(|row| row[0].to_string()).collect();
    assert_eq!(ids, (0..2_000).map(|id| format!("{id:05}")).collect::<Vec<_>>());
}

/// Returns a strategy for points in time.
fn moments() -> impl Strategy<Value = DateTime<chrono::Utc>> {
    let seconds = -2_177_452_800_i64..253_402_300_799; // 1901 to 9999
    (seconds, 0_u32..1_000).prop_map(|(at, milli)| DateTime::from_timestamp(at, milli * 1_000_000).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_workbook_read_back_gives_the_values_and_their_types(
        name in texts(), id in "[0-9]{1,14}", created in moments(), day in moments(),
        quantity in prop_oneof![any::<i64>(), -5_000_i64..5_000], renews: Option<bool>
    ) {
        let rows = sample::rows(&json!([{"customerId": id, "companyProfile": {"companyName": name},
            "creationDate": created.to_rfc3339()}]).to_string());
        let list = json!({"items": [{"offerId": id, "currentQuantity": quantity,
            "renewalDate": day.date_naive().to_string(), "autoRenewal": {"enabled": renews}}]});
        let list = SubscriptionList::from_slice(list.to_string().as_bytes()).unwrap();
        let set = RowSchema::Customers { details: false, subscriptions: true };
        let columns = Columns::parse(set, "customer-id,company,created,offer-id,quantity,renewal-date,auto-renewal").unwrap();
        let items = [Item::row(&rows[0]).with_subscriptions(&list)];
        let (bytes, _) = written(Format::Xlsx, &columns, Options::default(), &items);
        let read = cells(bytes, "Customers").remove(1);

        prop_assert_eq!(&read[0], &Data::String(id.clone()));
        let cleaned = words::clean(&name).into_owned();
        match &read[1] {
            Data::Empty => prop_assert!(cleaned.is_empty()),
            Data::String(text) => {
                prop_assert_eq!(text.replace("_x005F_", "_").replace("_xFFFF_", "\u{ffff}").replace("_xFFFE_", "\u{fffe}"), cleaned);
            }
            other => prop_assert!(false, "{:?} is no text", other),
        }
        let Data::DateTime(at) = &read[2] else { panic!("{:?} is no moment", read[2]) };
        // Excel keeps milliseconds, in a number that is a little off.
        let off = (at.as_datetime().unwrap() - created.naive_utc()).num_milliseconds().abs();
        prop_assert!(off <= 1, "{} ms", off);
        prop_assert_eq!(&read[3], &Data::String(id));
        if quantity.unsigned_abs() > 999_999_999_999_999 {
            prop_assert_eq!(&read[4], &Data::String(quantity.to_string()));
        } else {
            #[expect(clippy::cast_precision_loss, reason = "fifteen digits lose nothing")]
            let number = quantity as f64;
            prop_assert_eq!(&read[4], &Data::Float(number));
        }
        let Data::DateTime(at) = &read[5] else { panic!("{:?} is no day", read[5]) };
        let at = at.as_datetime().unwrap();
        prop_assert_eq!((at.date(), at.num_seconds_from_midnight()), (day.date_naive(), 0));
        prop_assert_eq!(&read[6], &renews.map_or(Data::Empty, Data::Bool));
    }
}
