//! JSON and JSON Lines: what the server sent, as it sent it.
//!
//! Numbers come out digit by digit as they came in, fields in their order, unknown ones too. Only the spelling may differ:
//! what would act on a terminal is written as JSON's own escape, and an exponent as `e+5` or `e-5`.

use std::io::Write as _;

use super::{OutputError, sink::Out};
use crate::columns::{Item, RowSchema};
use crate::text;

/// Writes values one by one; none is kept.
pub(super) struct Json<'w> {
    out: Out<'w>,
    /// One array around all of them, each on a line of its own; or lines alone.
    array: bool,
    count: u64,
}

impl<'w> Json<'w> {
    pub(super) fn new(mut out: Out<'w>, array: bool) -> Result<Self, OutputError> {
        if array {
            out.write_all(b"[")?;
        }
        Ok(Self { out, array, count: 0 })
    }

    pub(super) fn item(&mut self, item: &Item<'_>, schema: RowSchema) -> Result<(), OutputError> {
        self.value(serde_json::to_string(&item.document(schema)).map_err(std::io::Error::from)?)
    }

    /// Writes a value that is JSON already.
    pub(super) fn value(&mut self, json: String) -> Result<(), OutputError> {
        let json = text::escape_control_chars(json);
        match (self.array, self.count) {
            (true, 0) => writeln!(self.out)?,
            (true, _) => writeln!(self.out, ",")?,
            (false, _) => {}
        }
        self.out.write_all(json.as_bytes())?;
        if !self.array {
            writeln!(self.out)?;
        }
        self.count += 1;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), OutputError> {
        Ok(self.out.flush()?)
    }

    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        match (self.array, self.count) {
            (true, 0) => writeln!(self.out, "]")?,
            (true, _) => writeln!(self.out, "\n]")?,
            (false, _) => {}
        }
        self.flush()
    }
}
