//! CSV as RFC 4180 has it: commas, quotes where they are needed, CRLF at the end of each line, UTF-8.
//!
//! The heading holds the columns' keys, as `--columns` takes them: a script that reads the file asks for a column by the
//! name by which it was written.

use std::io::{self, Write as _};

use csv::{Terminator, Writer, WriterBuilder};

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
        writer.write_record(columns.iter().map(|column| column.key)).map_err(io::Error::from)?;
        Ok(Self { writer, raw })
    }
}

impl Grid for Csv<'_> {
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError> {
        for cell in &line.cells {
            self.writer
                .write_field(csv_injection::escape(cell, self.raw).as_bytes())
                .map_err(io::Error::from)?;
        }
        // What ends the line.
        Ok(self.writer.write_record(None::<&[u8]>).map_err(io::Error::from)?)
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        Ok(self.writer.flush()?)
    }

    fn finish(mut self: Box<Self>) -> Result<usize, OutputError> {
        self.flush()?;
        Ok(0)
    }
}
