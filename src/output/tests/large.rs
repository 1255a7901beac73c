//! Many rows: they are written as they arrive and in order.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use super::super::{Format, Options, OutputError, Sink, default_columns};
use crate::columns::sample;
use crate::columns::{Item, RowSchema};

/// A writer whose content can be read while it is written to.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn lines(&self) -> usize {
        String::from_utf8_lossy(&self.0.lock().unwrap()).matches('\n').count()
    }
}

#[test]
fn each_batch_can_be_read_once_it_is_flushed() {
    let page = sample::page();
    for (format, lines) in [(Format::Jsonl, 7), (Format::Json, 7), (Format::Csv, 8)] {
        let out = Shared::default();
        let columns = default_columns(RowSchema::LIST, format);
        let mut sink = Sink::new(format, &columns, Options::default(), out.clone()).unwrap();
        for batch in 1..=3 {
            for row in &page {
                sink.item(&Item::row(row)).unwrap();
            }
            sink.flush().unwrap();
            // The heading, if any, came with the first.
            assert_eq!(out.lines(), 7 * batch + lines - 7, "{format}");
        }
    }
}

#[test]
fn a_table_waits_for_a_thousand_lines_and_then_for_none() {
    let row = sample::named("Quillfern");
    let wide = sample::named("A name that is wider than any of the first thousand");
    let out = Shared::default();
    let columns = default_columns(RowSchema::LIST, Format::Table);
    let mut sink = Sink::new(Format::Table, &columns, Options::default(), out.clone()).unwrap();
    for number in 1..=1_500 {
        sink.item(&Item::row(if number > 1_000 { &wide } else { &row })).unwrap();
        sink.flush().unwrap();
        assert_eq!(out.lines(), if number < 1_000 { 0 } else { number + 1 });
    }
    sink.finish().unwrap();
    let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.lines()
            .last()
            .unwrap()
            .starts_with("A name that is wider than any of the first thousand  1006500001")
    );
}

/// A writer that fails after a number of bytes.
struct Full(usize, io::ErrorKind);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(self.1.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_and_a_closed_pipe_are_errors_of_every_format() {
    let page = sample::page();
    for format in Format::ALL {
        for (kind, closed) in [(io::ErrorKind::StorageFull, false), (io::ErrorKind::BrokenPipe, true)] {
            let columns = default_columns(RowSchema::LIST, format);
            let written =
                Sink::new(format, &columns, Options::default(), Full(20, kind)).and_then(|mut sink| {
                    for row in &page {
                        sink.item(&Item::row(row))?;
                    }
                    sink.finish()
                });
            let error = written.unwrap_err();
            assert!(matches!(error, OutputError::Write(_)), "{format}: {error}");
            assert_eq!(error.is_closed(), closed, "{format}: {error}");
        }
    }
}

#[test]
fn a_sink_can_move_to_the_thread_that_writes() {
    fn moves<T: Send>() {}
    moves::<Sink<'static>>();
}
