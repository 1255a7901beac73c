//! Checks that hold whatever comes in: each takes any bytes and panics where a promise is broken.
//!
//! The properties here and the targets in `fuzz/` run the same checks, the ones with generated inputs, the others with
//! mutated ones.

mod config;
mod journal;
mod link;
mod palette;
mod parsers;
mod query;
mod readers;
mod tables;
mod terminal;
mod text;

use std::borrow::Cow;

pub use self::{
    config::config,
    journal::journal,
    link::link,
    palette::palette,
    parsers::parsers,
    query::query,
    readers::{errors, readers},
    tables::tables,
    terminal::terminal,
    text::text,
};

/// A check by the name of its fuzz target.
pub type Check = fn(&[u8]);

/// All of them.
pub const ALL: [(&str, Check); 11] = [
    ("config", config),
    ("errors", errors),
    ("journal", journal),
    ("link", link),
    ("palette", palette),
    ("parsers", parsers),
    ("query", query),
    ("readers", readers),
    ("tables", tables),
    ("terminal", terminal),
    ("text", text),
];

/// The first byte, which chooses among a few cases, and the rest as text.
fn choice_and_text(data: &[u8]) -> (u8, Cow<'_, str>) {
    let (first, rest) = data.split_first().map_or((0, data), |(first, rest)| (*first, rest));
    (first, String::from_utf8_lossy(rest))
}

/// Returns true if a text is fit for one line of a screen.
fn is_clean(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() && !text::is_deceiving(c))
}
