//! The sink of items: one writer for each format, behind one door.

use std::io::{BufWriter, Write};

use super::{Format, OutputError, csv::Csv, json::Json, table::Table, xlsx::Xlsx};
use crate::columns::{Cell, Column, Columns, Item};

/// The destination of the writers.
pub(super) type Out<'w> = BufWriter<Box<dyn Write + Send + 'w>>;

/// The options of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Table: the columns that a line may take, those of the terminal. Without it nothing is cut: for pipes and files.
    pub width: Option<usize>,
    /// Table: statuses in colour, and the heading bold.
    pub colour: bool,
    /// CSV: a byte order mark at the start. Without one, Excel takes a file that it opens with a double click for one
    /// in the code page of the system; with one, other programs may take it for a part of the first heading.
    pub bom: bool,
    /// CSV and workbooks: texts exactly as the server sent them, though a spreadsheet may take one for a formula.
    pub raw: bool,
}

/// The numbers of what was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Items: values of JSON.
    pub items: u64,
    /// Lines of a table; an item is one at least, and in JSON one exactly.
    pub lines: u64,
    /// Lines of what could not be read.
    pub unreadable: u64,
    /// The columns that found no room on the terminal, by their keys.
    pub left_out: Vec<&'static str>,
}

/// Takes items one after another and writes them. Without [`Sink::finish`] what was written is no whole file.
pub struct Sink<'w> {
    writer: FormatWriter<'w>,
    columns: Columns,
    summary: Summary,
}

enum FormatWriter<'w> {
    Json(Json<'w>),
    Grid { grid: Box<dyn Grid + 'w>, columns: Vec<&'static Column> },
}

/// A format of lines and columns.
pub(super) trait Grid: Send {
    /// Writes one line.
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError>;

    /// Hands on what can be handed on.
    fn flush(&mut self) -> Result<(), OutputError>;

    /// Writes the rest. Tells how many columns, the last ones, found no room.
    fn finish(self: Box<Self>) -> Result<usize, OutputError>;
}

/// One line of a [`Grid`].
pub(super) struct GridLine<'a> {
    /// A cell for each column.
    pub(super) cells: Vec<Cell<'a>>,
    /// The reason why it could not be read.
    pub(super) unreadable: Option<&'static str>,
    /// The error with what is empty in it; empty where nothing did.
    pub(super) note: &'a str,
    /// Its place among all lines, from 1.
    pub(super) number: u64,
}

impl<'w> Sink<'w> {
    /// Begins to write: the heading, or what else comes before the first item.
    ///
    /// CSV and workbooks always have the column `problem`, as the last one where it was not asked for, so that what could
    /// not be read is told in them. A table tells it in place of such a line.
    ///
    /// A workbook is best written on a thread of its own kind (`spawn_blocking`): it takes its time, and where its
    /// temporary file takes no more, its library panics. That is caught, and told as [`OutputError::Temporary`], but the
    /// thread that draws would give back the terminal over it.
    ///
    /// # Errors
    /// Where it cannot be written.
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

    /// Writes one item.
    ///
    /// # Errors
    /// Where it cannot be written; nothing more can be then.
    pub fn item(&mut self, item: &Item<'_>) -> Result<(), OutputError> {
        self.summary.items += 1;
        match &mut self.writer {
            FormatWriter::Json(json) => {
                self.summary.lines += 1;
                self.summary.unreadable += u64::from(item.is_unreadable());
                json.item(item, self.columns.schema())
            }
            FormatWriter::Grid { grid, columns } => {
                for record in &item.records() {
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

    /// Returns true if values can be written as JSON that is made already.
    pub fn takes_json(&self) -> bool {
        matches!(self.writer, FormatWriter::Json(_))
    }

    /// Writes one item that is JSON already, on one line. Nothing else than JSON takes it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn json(&mut self, json: &str) -> Result<(), OutputError> {
        let FormatWriter::Json(writer) = &mut self.writer else { return Ok(()) };
        self.summary.items += 1;
        self.summary.lines += 1;
        writer.value(json.to_owned())
    }

    /// Hands on what was written so far, for whoever waits at the other end. Call it between batches. Tables and
    /// workbooks keep what they need to know more of.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn flush(&mut self) -> Result<(), OutputError> {
        match &mut self.writer {
            FormatWriter::Json(json) => json.flush(),
            FormatWriter::Grid { grid, .. } => grid.flush(),
        }
    }

    /// Writes what comes after the last item, and tells what was written.
    ///
    /// # Errors
    /// Where it cannot be written: the file is then no whole one.
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
