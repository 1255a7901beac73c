//! A table for a user: aligned columns, on a terminal within its width, in a pipe as wide as it comes.

mod layout;
mod style;

use std::{borrow::Cow, io::Write as _};

use super::{
    OutputError,
    sink::{Grid, GridLine, Out},
};
use crate::columns::{Cell, Column, ColumnKind};
use crate::text;
pub(super) use style::{Tone, paint, styled};

/// Lines that are looked at for the widths of the columns before the first of them is written. What follows, however
/// much it is, is written as it comes.
const SAMPLE: usize = 1_000;

pub(super) struct Table<'w> {
    out: Out<'w>,
    columns: Vec<&'static Column>,
    limit: Option<usize>,
    colour: bool,
    /// Lines that wait for the widths.
    waiting: Vec<TableRow>,
    /// Of the columns that have room, once they are known.
    widths: Option<Vec<usize>>,
}

/// A line, made fit to be read.
enum TableRow {
    Cells(Vec<(String, Tone)>),
    /// In place of the cells of what could not be read.
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
        let titles = self.columns.iter().map(|column| (column.title.to_owned(), Tone::Strong)).collect();
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
                paint(&mut self.out, self.colour, Tone::Warn, &cut(words, self.limit))?;
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
            // No blanks at the end of a line.
            if place < last {
                write!(self.out, "{:1$}", "", after + layout::GAP)?;
            }
        }
        Ok(writeln!(self.out)?)
    }

    fn cell(&self, cell: &Cell<'_>) -> (String, Tone) {
        let (words, tone) = styled(cell);
        // What no line can hold need not wait for it.
        (cut(&words, self.limit).into_owned(), tone)
    }

    /// Writes the line, or has it wait for the widths.
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

/// At most `columns` columns of a text; all of it where there is no limit.
fn cut(words: &str, columns: Option<usize>) -> Cow<'_, str> {
    columns.map_or(Cow::Borrowed(words), |columns| text::truncate(words, columns))
}
