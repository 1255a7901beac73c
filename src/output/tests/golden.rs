//! Snapshots of each format. Look at the changes before you accept them.

use super::super::{Format, Options, default_columns};
use super::{text, written};
use crate::columns::sample;
use crate::columns::{Columns, Item, RowSchema};

const DETAILS: RowSchema = RowSchema::Customers { details: true, subscriptions: false };
const ALL: RowSchema = RowSchema::Customers { details: true, subscriptions: true };

/// Makes line endings visible in snapshots.
fn lines(text: &str) -> String {
    text.replace("\r\n", "␍\n")
}

#[test]
fn a_table_of_the_list_on_terminals_of_several_widths_and_in_a_pipe() {
    let page = sample::page();
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    let table = |width, colour| {
        text(Format::Table, RowSchema::LIST, Options { width, colour, ..Options::default() }, &items)
    };
    insta::assert_snapshot!("table_pipe", table(None, false));
    insta::assert_snapshot!("table_100", table(Some(100), false));
    insta::assert_snapshot!("table_60", table(Some(60), false));
    insta::assert_snapshot!("table_colour", table(Some(80), true).replace('\x1b', "␛"));
}

#[test]
fn tables_of_other_rows() {
    let (page, details, subscriptions) = (sample::page(), sample::details(), sample::subscriptions());
    let options = Options { width: Some(120), ..Options::default() };
    let failed = Item::row(&page[1]).with_problem("details: 503 from the server");
    let items = [Item::row(&page[0]).with_details(&details), failed, Item::row(&page[3])];
    insta::assert_snapshot!("table_details", text(Format::Table, DETAILS, options, &items));
    let items = [Item::row(&page[0]).with_subscriptions(&subscriptions), Item::row(&page[1])];
    insta::assert_snapshot!("table_subscriptions", text(Format::Table, ALL, options, &items));
    let (orders, resellers) = (sample::orders(), sample::resellers());
    let items = Item::orders(&orders, Some("1006500792"));
    insta::assert_snapshot!("table_orders", text(Format::Table, RowSchema::Orders, options, &items));
    let items: Vec<Item<'_>> = resellers.rows.iter().map(Item::reseller_row).collect();
    insta::assert_snapshot!("table_resellers", text(Format::Table, RowSchema::Resellers, options, &items));
}

#[test]
fn csv_of_the_list_of_details_and_of_orders() {
    let (page, details, subscriptions) = (sample::page(), sample::details(), sample::subscriptions());
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    insta::assert_snapshot!(
        "csv_list",
        lines(&text(Format::Csv, RowSchema::LIST, Options::default(), &items))
    );
    let items = [
        Item::row(&page[0]).with_details(&details).with_subscriptions(&subscriptions),
        Item::row(&page[1]).with_problem("details: 503 from the server"),
    ];
    insta::assert_snapshot!("csv_all", lines(&text(Format::Csv, ALL, Options::default(), &items)));
    let orders = sample::orders();
    let items = Item::orders(&orders, Some("1006500792"));
    insta::assert_snapshot!(
        "csv_orders",
        lines(&text(Format::Csv, RowSchema::Orders, Options::default(), &items))
    );
}

#[test]
fn csv_raw_and_with_a_byte_order_mark() {
    let page = sample::page();
    let items = [Item::row(&page[4])];
    let options = Options { bom: true, raw: true, ..Options::default() };
    let columns = Columns::parse(RowSchema::LIST, "company,customer-id").unwrap();
    let (bytes, _) = written(Format::Csv, &columns, options, &items);
    let expected =
        "\u{feff}company,customer-id,problem\r\n=1+1,1006500817,creationDate: no date that can be read\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn json_and_json_lines_of_the_list_and_of_details() {
    let (page, details, subscriptions) = (sample::page(), sample::details(), sample::subscriptions());
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    insta::assert_snapshot!("json_list", text(Format::Json, RowSchema::LIST, Options::default(), &items));
    insta::assert_snapshot!("jsonl_list", text(Format::Jsonl, RowSchema::LIST, Options::default(), &items));
    let items = [
        Item::row(&page[0]).with_details(&details).with_subscriptions(&subscriptions),
        Item::row(&page[1]).with_problem("details: 503 from the server"),
    ];
    insta::assert_snapshot!("json_all", text(Format::Json, ALL, Options::default(), &items));
}

#[test]
fn an_empty_list_is_a_complete_file_in_each_format() {
    let empty = |format| text(format, RowSchema::Resellers, Options::default(), &[]);
    assert_eq!(empty(Format::Json), "[]\n");
    assert_eq!(empty(Format::Jsonl), "");
    assert_eq!(empty(Format::Csv), "reseller-id,company,status,status-code,distributor-id,problem\r\n");
    assert_eq!(empty(Format::Table), "Company  Reseller ID  Status\n");
}

#[test]
fn the_summary_counts_lines_and_names_hidden_columns() {
    let page = sample::page();
    let items: Vec<Item<'_>> = page.iter().map(Item::row).collect();
    let columns = default_columns(RowSchema::LIST, Format::Table);
    let options = Options { width: Some(40), ..Options::default() };
    let (_, summary) = written(Format::Table, &columns, options, &items);
    assert_eq!((summary.items, summary.lines, summary.unreadable), (7, 7, 2));
    assert_eq!(summary.left_out, ["created", "reference"]);
    let subscriptions = sample::subscriptions();
    let items = [Item::row(&page[0]).with_subscriptions(&subscriptions)];
    let (_, summary) = written(Format::Jsonl, &columns, options, &items);
    assert_eq!((summary.items, summary.lines, summary.unreadable), (1, 1, 0), "an item is one value");
    let (_, summary) = written(Format::Csv, &columns, options, &items);
    assert_eq!((summary.items, summary.lines, summary.unreadable), (1, 3, 1));
    assert!(summary.left_out.is_empty());
}
