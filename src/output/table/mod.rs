//! Tables for reading: aligned columns, as wide as the terminal or, in a pipe, as wide as the cells, within reason.

mod layout;
mod style;

use std::{borrow::Cow, io::Write as _};

use super::{
    OutputError,
    sink::{Grid, GridLine, Out},
};
use crate::columns::{Cell, Column, ColumnKind};
use crate::text;
pub(super) use style::{CellStyle, paint, styled};

/// The number of lines that decide the widths of the columns before any is written. Later lines are written as they arrive.
const SAMPLE: usize = 1_000;

pub(super) struct Table<'w> {
    out: Out<'w>,
    columns: Vec<&'static Column>,
    limit: Option<usize>,
    colour: bool,
    /// The lines that wait for the widths.
    waiting: Vec<TableRow>,
    /// The widths of the columns that fit, once they are known.
    widths: Option<Vec<usize>>,
}

/// A formatted line.
enum TableRow {
    Cells(Vec<(String, CellStyle)>),
    /// A note, in place of cells or below them.
    Note(String),
}

impl<'w> Table<'w> {
    pub(super) fn new(out: Out<'w>, columns: &[&'static Column], limit: Option<usize>, colour: bool) -> Self {
        let limit = limit.map(|limit| limit.max(1));
        Self { out, columns: columns.to_vec(), limit, colour, waiting: Vec::new(), widths: None }
    }

    /// Decides the widths, and writes the heading and the lines that waited.
    fn settle(&mut self) -> Result<(), OutputError> {
        let mut natural: Vec<usize> = self.columns.iter().map(|column| text::width(column.title)).collect();
        for row in &self.waiting {
            let TableRow::Cells(cells) = row else { continue };
            for (natural, (words, _)) in natural.iter_mut().zip(cells) {
                *natural = (*natural).max(text::width(words));
            }
        }
        let widths = layout::widths(&self.columns, &natural, self.limit);
        let titles = self.columns.iter().map(|column| (column.title.to_owned(), CellStyle::Strong)).collect();
        self.write(&TableRow::Cells(titles), &widths)?;
        for row in std::mem::take(&mut self.waiting) {
            self.write(&row, &widths)?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    fn write(&mut self, row: &TableRow, widths: &[usize]) -> Result<(), OutputError> {
        let cells = match row {
            TableRow::Cells(cells) => cells,
            TableRow::Note(words) => {
                paint(&mut self.out, self.colour, CellStyle::Warn, &cut(words, self.limit))?;
                return Ok(writeln!(self.out)?);
            }
        };
        let last = widths.len().saturating_sub(1);
        for (place, (((words, tone), width), column)) in
            cells.iter().zip(widths).zip(&self.columns).enumerate()
        {
            let words = cut(words, self.limit.map(|_| *width));
            let blanks = width.saturating_sub(text::width(&words));
            let (before, after) = if column.kind == ColumnKind::Number { (blanks, 0) } else { (0, blanks) };
            write!(self.out, "{:before$}", "")?;
            paint(&mut self.out, self.colour, *tone, &words)?;
            // Not at the end of a line.
            if place < last {
                write!(self.out, "{:1$}", "", after + layout::GAP)?;
            }
        }
        Ok(writeln!(self.out)?)
    }

    fn cell(&self, cell: &Cell<'_>) -> (String, CellStyle) {
        let (words, tone) = styled(cell);
        // Cut early, so that waiting lines take no more memory than needed.
        (cut(&words, self.limit).into_owned(), tone)
    }

    /// Writes the line, or keeps it until the widths are known.
    fn row(&mut self, row: TableRow) -> Result<(), OutputError> {
        if let Some(widths) = self.widths.take() {
            let written = self.write(&row, &widths);
            self.widths = Some(widths);
            return written;
        }
        self.waiting.push(row);
        if self.waiting.len() >= SAMPLE { self.settle() } else { Ok(()) }
    }
}

impl Grid for Table<'_> {
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError> {
        let row = match line.unreadable {
            Some(reason) => {
                TableRow::Note(format!("? unreadable row {} ({reason})", text::group_digits(line.number)))
            }
            None => TableRow::Cells(line.cells.iter().map(|cell| self.cell(cell)).collect()),
        };
        self.row(row)?;
        match line.note {
            "" => Ok(()),
            note => self.row(TableRow::Note(format!("! {}", text::clean(note)))),
        }
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        Ok(self.out.flush()?)
    }

    fn finish(mut self: Box<Self>) -> Result<usize, OutputError> {
        if self.widths.is_none() {
            self.settle()?;
        }
        self.flush()?;
        Ok(self.columns.len() - self.widths.map_or(0, |widths| widths.len()))
    }
}

/// Truncates a text to `columns` columns, if there is a limit.
fn cut(words: &str, columns: Option<usize>) -> Cow<'_, str> {
    columns.map_or(Cow::Borrowed(words), |columns| text::truncate(words, columns))
}
