//! Property tests: generated texts and JSON are written and read back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Format, Options, csv_injection};
use super::{text, written};
use crate::columns::sample;
use crate::columns::{Cell, Columns, Item, RowSchema};
use crate::text as words;

/// Returns a strategy for arbitrary texts, with the special characters of formats more often than by chance.
pub(super) fn texts() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\r\n",
        ",",
        ";",
        "\"",
        "'",
        " ",
        "\u{feff}",
        "\u{202e}",
        "\x1b[2J",
        "\0",
        "\u{200d}",
        "👩\u{200d}👧",
        "株式会社",
        "شركة",
        "_x0041_",
        "&lt;",
        "]]>",
        "1",
        "00",
        "\u{ffff}",
    ]);
    let piece =
        prop_oneof![special.prop_map(str::to_owned), any::<char>().prop_map(String::from), "[a-zA-Z ]{1,6}"];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Returns a strategy for arbitrary JSON, including numbers that no Rust type can hold.
fn values() -> impl Strategy<Value = Value> {
    let number = "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,4})?";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(|number| serde_json::from_str(&number).unwrap()),
        texts().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((texts(), inner), 0..4).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn csv_read_back_gives_the_cells(names in prop::collection::vec(texts(), 1..6), id in "[0-9]{1,12}", raw: bool) {
        let elements: Vec<Value> = names.iter().map(|name| json!({"customerId": id, "companyProfile": {"companyName": name}})).collect();
        let rows = sample::rows(&Value::from(elements).to_string());
        let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
        let columns = Columns::parse(RowSchema::LIST, "company,customer-id").unwrap();
        let (bytes, _) = written(Format::Csv, &columns, Options { raw, ..Options::default() }, &items);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), names.len());
        for (record, name) in records.iter().zip(&names) {
            let cell = Cell::text(Some(name));
            let field = csv_injection::escape(&cell, raw);
            prop_assert_eq!(&record[0], field.as_ref());
            prop_assert_eq!(&record[1], id.as_str());
            if raw {
                prop_assert_eq!(&record[0], name.as_str());
            } else {
                prop_assert!(!record[0].split(';').any(csv_injection::is_formula));
                prop_assert!(!record[0].contains(char::is_control));
                prop_assert_eq!(record[0].replace('\'', ""), words::clean(name).replace('\'', ""));
            }
        }
    }

    #[test]
    fn json_read_back_is_what_was_sent(sent in prop::collection::vec(values(), 0..6)) {
        let rows = sample::rows(&Value::from(sent.clone()).to_string());
        let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
        let array = text(Format::Json, RowSchema::LIST, Options::default(), &items);
        // Compared as text, so that the order of fields and the digits of numbers count.
        let read: Value = serde_json::from_str(&array).unwrap();
        prop_assert_eq!(read.to_string(), Value::from(sent.clone()).to_string());
        let lines = text(Format::Jsonl, RowSchema::LIST, Options::default(), &items);
        let read: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(Value::from(read).to_string(), Value::from(sent).to_string());
    }

    #[test]
    fn a_table_has_one_line_for_each_row_and_keeps_its_width(
        names in prop::collection::vec(texts(), 1..6), width in 1_usize..120
    ) {
        let rows: Vec<_> = names.iter().map(|name| sample::named(name)).collect();
        let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
        let table = text(Format::Table, RowSchema::LIST, Options { width: Some(width), ..Options::default() }, &items);
        prop_assert_eq!(table.lines().count(), names.len() + 1);
        for line in table.lines() {
            prop_assert!(words::width(line) <= width, "{:?}", line);
            prop_assert!(!line.contains(char::is_control));
        }
    }
}
