//! CSV according to RFC 4180: commas, quotes where needed, lines that end in CRLF, UTF-8.
//!
//! The heading has the keys that `--columns` takes, so that scripts use one name for a column.

use std::io::{self, Write as _};

use csv::{ErrorKind, Terminator, Writer, WriterBuilder};

use super::{
    OutputError, csv_injection,
    sink::{Grid, GridLine, Out},
};
use crate::columns::Column;

pub(super) struct Csv<'w> {
    writer: Writer<Out<'w>>,
    raw: bool,
}

impl<'w> Csv<'w> {
    pub(super) fn new(
        mut out: Out<'w>,
        columns: &[&Column],
        bom: bool,
        raw: bool,
    ) -> Result<Self, OutputError> {
        if bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        writer.write_record(columns.iter().map(|column| column.key)).map_err(io_error)?;
        Ok(Self { writer, raw })
    }
}

impl Grid for Csv<'_> {
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError> {
        for cell in &line.cells {
            self.writer.write_field(csv_injection::escape(cell, self.raw).as_bytes()).map_err(io_error)?;
        }
        // Ends the line.
        Ok(self.writer.write_record(None::<&[u8]>).map_err(io_error)?)
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        Ok(self.writer.flush()?)
    }

    fn finish(mut self: Box<Self>) -> Result<usize, OutputError> {
        self.flush()?;
        Ok(0)
    }
}

/// Returns the system's error behind one of the library, with its kind: a closed pipe is not a failure.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
