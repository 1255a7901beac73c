//! The sink that items are written to, in any format.

use std::io::{BufWriter, Write};

use super::{Format, OutputError, csv::Csv, json::Json, table::Table, xlsx::Xlsx};
use crate::columns::{Cell, Column, Columns, Item};

/// The buffered destination of the format writers.
pub(super) type Out<'w> = BufWriter<Box<dyn Write + Send + 'w>>;

/// The options of the formats. Each applies to the formats that its comment names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Table: the width of the terminal in columns. `None`, for pipes and files, cuts nothing.
    pub width: Option<usize>,
    /// Table: coloured statuses and a bold heading.
    pub colour: bool,
    /// CSV: a byte order mark at the start. Without it, Excel assumes the code page of the system for a file opened with a
    /// double click; with it, other programs may read it as part of the first heading.
    pub bom: bool,
    /// CSV and workbooks: text exactly as the server sent it, even if a spreadsheet may take it for a formula.
    pub raw: bool,
}

/// Statistics of what was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The number of items.
    pub items: u64,
    /// The number of lines: at least one per item, and exactly one in JSON.
    pub lines: u64,
    /// The number of unreadable lines.
    pub unreadable: u64,
    /// The keys of columns that did not fit on the terminal.
    pub left_out: Vec<&'static str>,
}

/// A sink that writes items one by one. The output is complete only after [`Sink::finish`].
pub struct Sink<'w> {
    writer: FormatWriter<'w>,
    columns: Columns,
    summary: Summary,
}

enum FormatWriter<'w> {
    Json(Json<'w>),
    Grid { grid: Box<dyn Grid + 'w>, columns: Vec<&'static Column> },
}

/// A format with lines and columns.
pub(super) trait Grid: Send {
    /// Writes a line.
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError>;

    /// Flushes whatever can be written before the end.
    fn flush(&mut self) -> Result<(), OutputError>;

    /// Writes the rest. Returns the number of columns, counted from the last, that did not fit.
    fn finish(self: Box<Self>) -> Result<usize, OutputError>;
}

/// One line of a [`Grid`].
pub(super) struct GridLine<'a> {
    /// The cells, one per column.
    pub(super) cells: Vec<Cell<'a>>,
    /// The reason why the line could not be read.
    pub(super) unreadable: Option<&'static str>,
    /// The problem that may have left cells empty; empty if there is none.
    pub(super) note: &'a str,
    /// The number of the line, from 1.
    pub(super) number: u64,
}

impl<'w> Sink<'w> {
    /// Creates a sink and writes whatever precedes the first item, such as the heading.
    ///
    /// CSV and workbooks always have the column `problem`, by default as the last one, for unreadable rows. A table shows
    /// the problem in place of the line.
    ///
    /// Write workbooks on a blocking thread (`spawn_blocking`): they take time, and their library panics if the temporary
    /// file cannot be written. The panic is caught and becomes [`OutputError::Temporary`], but on the drawing thread the
    /// panic hook would restore the terminal.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn new(
        format: Format,
        columns: &Columns,
        options: Options,
        writer: impl Write + Send + 'w,
    ) -> Result<Self, OutputError> {
        let out: Out<'w> = BufWriter::new(Box::new(writer));
        let shown = match format {
            Format::Csv | Format::Xlsx => columns.with_problem(),
            _ => columns.as_slice().to_vec(),
        };
        let grid: Box<dyn Grid + 'w> = match format {
            Format::Json | Format::Jsonl => {
                let writer = FormatWriter::Json(Json::new(out, format == Format::Json)?);
                return Ok(Self { writer, columns: columns.clone(), summary: Summary::default() });
            }
            Format::Table => Box::new(Table::new(out, &shown, options.width, options.colour)),
            Format::Csv => Box::new(Csv::new(out, &shown, options.bom, options.raw)?),
            Format::Xlsx => Box::new(Xlsx::new(out, &shown, columns.schema().sheet(), options.raw)?),
        };
        let writer = FormatWriter::Grid { grid, columns: shown };
        Ok(Self { writer, columns: columns.clone(), summary: Summary::default() })
    }

    /// Writes an item.
    ///
    /// # Errors
    /// If it cannot be written. The sink must not be used afterwards.
    pub fn item(&mut self, item: &Item<'_>) -> Result<(), OutputError> {
        self.summary.items += 1;
        match &mut self.writer {
            FormatWriter::Json(json) => {
                self.summary.lines += 1;
                self.summary.unreadable += u64::from(item.is_unreadable());
                json.item(item, self.columns.schema())
            }
            FormatWriter::Grid { grid, columns } => {
                for record in &self.columns.lines(item) {
                    self.summary.lines += 1;
                    self.summary.unreadable += u64::from(record.unreadable.is_some());
                    let cells = columns.iter().map(|column| column.read(record)).collect();
                    grid.line(&GridLine {
                        cells,
                        unreadable: record.unreadable,
                        note: &record.note,
                        number: self.summary.lines,
                    })?;
                }
                Ok(())
            }
        }
    }

    /// Returns true if the format accepts ready-made JSON ([`Sink::json`]).
    pub fn takes_json(&self) -> bool {
        matches!(self.writer, FormatWriter::Json(_))
    }

    /// Writes an item that is already JSON on one line. Ignored by formats other than JSON.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn json(&mut self, json: &str) -> Result<(), OutputError> {
        let FormatWriter::Json(writer) = &mut self.writer else { return Ok(()) };
        self.summary.items += 1;
        self.summary.lines += 1;
        writer.value(json.to_owned())
    }

    /// Flushes the items so far, so that a reader sees them; call it between batches. Tables hold lines back until their
    /// widths are known, and workbooks until the end.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn flush(&mut self) -> Result<(), OutputError> {
        match &mut self.writer {
            FormatWriter::Json(json) => json.flush(),
            FormatWriter::Grid { grid, .. } => grid.flush(),
        }
    }

    /// Writes whatever follows the last item, and returns statistics.
    ///
    /// # Errors
    /// If it cannot be written; the output is then incomplete.
    pub fn finish(self) -> Result<Summary, OutputError> {
        let mut summary = self.summary;
        match self.writer {
            FormatWriter::Json(json) => json.finish()?,
            FormatWriter::Grid { grid, columns } => {
                let without_room = grid.finish()?;
                let left_out = columns.iter().skip(columns.len() - without_room);
                summary.left_out = left_out.map(|column| column.key).collect();
            }
        }
        Ok(summary)
    }
}
