//! The formats tried on the same items: as files to look at, for hostile texts, and for any texts.

mod golden;
mod hostile;
mod large;
mod property;
mod workbook;

use super::{Format, Options, Sink, Summary, default_columns};
use crate::columns::{Columns, Item, RowSchema};

/// Returns what is written of these items, and what is reported about it.
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

/// The same, of a format that is text, with the usual columns.
fn text(format: Format, schema: RowSchema, options: Options, items: &[Item<'_>]) -> String {
    let (bytes, _) = written(format, &default_columns(schema, format), options, items);
    String::from_utf8(bytes).unwrap()
}
