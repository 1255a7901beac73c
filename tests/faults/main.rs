//! The fault catalogue, with a named test for each fault. `cargo test faults` runs them.
//!
//! Each test checks what the user sees, and what was sent or not sent. CONTRIBUTING.md contains the list in words;
//! `catalogue.rs` keeps it up to date.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

mod catalogue;
#[path = "../api_client/gzip.rs"]
#[allow(dead_code, reason = "not every kind of it is a case")]
mod gzip;
#[path = "../api_client/server.rs"]
#[allow(dead_code, reason = "the program makes its own clients")]
mod server;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod writer;

// The module has this name for `cargo test faults`.
#[path = "."]
mod faults {
    pub(crate) mod body;
    pub(crate) mod files;
    pub(crate) mod local_copy;
    pub(crate) mod promises;
    pub(crate) mod status;
    pub(crate) mod terminal;
    pub(crate) mod time;
    pub(crate) mod transport;
}
