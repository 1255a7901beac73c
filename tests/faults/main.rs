//! The fault catalogue: one named case for each line of it. `cargo test faults` runs them.
//!
//! Each case says what the person sees and what was sent, or was not. The list of them stands in CONTRIBUTING.md, in words;
//! `catalogue.rs` keeps it true.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

mod catalogue;

// The name of the module is what `cargo test faults` looks for.
#[path = "."]
mod faults {
    pub(crate) mod files;
    pub(crate) mod terminal;
}
