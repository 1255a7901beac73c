//! Properties for any input: generated inputs here, mutated ones in `fuzz/`, the same checks for both.
//!
//! A case that fails is kept beside its test (`*.regressions`) and tried first from then on.

#![allow(clippy::expect_used, reason = "what does not hold is a failed test")]
#![allow(unreachable_pub, reason = "the checks are taken by the fuzz targets too")]

mod checks;

mod config;
mod errors;
mod journal;
mod json;
mod link;
mod palette;
mod parsers;
mod query;
mod readers;
mod redact;
mod replay;
mod tables;
mod terminal;
mod text;

use proptest::test_runner::{Config, FileFailurePersistence};

/// So many cases, and those that fail are kept beside the test.
fn cases(cases: u32) -> Config {
    let beside = FileFailurePersistence::WithSource("regressions");
    Config { cases, failure_persistence: Some(Box::new(beside)), ..Config::default() }
}

/// The input of a check: the byte that chooses, and the text.
fn chosen(choice: u8, text: &str) -> Vec<u8> {
    [&[choice], text.as_bytes()].concat()
}
