//! Tests of the output of every command in every format, in a pipe and on a terminal, as snapshots; and that other programs
//! read the server's data from it.
//!
//! `INSTA_UPDATE=always cargo test --test golden`, then `git diff`: look at what changed before you accept it.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod cells;
mod commands;
mod json;
mod program;
mod round_trips;
mod transcript;

use support::{scripted, served, stage};
