//! Tests of all formats with the same items: snapshots, hostile texts, and generated texts.

mod golden;
mod hostile;
mod large;
mod property;
mod workbook;

use super::{Format, Options, Sink, Summary, default_columns};
use crate::columns::{Columns, Item, RowSchema};

/// Writes items, and returns the output and the summary.
fn written(format: Format, columns: &Columns, options: Options, items: &[Item<'_>]) -> (Vec<u8>, Summary) {
    let mut bytes = Vec::new();
    let mut sink = Sink::new(format, columns, options, &mut bytes).unwrap();
    for item in items {
        sink.item(item).unwrap();
        sink.flush().unwrap();
    }
    let summary = sink.finish().unwrap();
    (bytes, summary)
}

/// Writes items in a text format with the default columns, and returns the text.
fn text(format: Format, schema: RowSchema, options: Options, items: &[Item<'_>]) -> String {
    let (bytes, _) = written(format, &default_columns(schema, format), options, items);
    String::from_utf8(bytes).unwrap()
}
