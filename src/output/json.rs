//! JSON and JSON Lines: exactly what the server sent.
//!
//! Numbers keep their digits and fields their order; unknown fields are kept too. Only the spelling may differ: control
//! characters are written as JSON escapes, and exponents as `e+5` or `e-5`.

use std::io::Write as _;

use super::{OutputError, sink::Out};
use crate::columns::{Item, RowSchema};
use crate::text;

/// A writer of JSON values that keeps none in memory.
pub(super) struct Json<'w> {
    out: Out<'w>,
    /// True for one array with a value per line, false for JSON Lines.
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

    /// Writes a value that is already JSON.
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
