//! The API client against the demo API over HTTP on loopback: every parameter of the customer list, and the records.
//! The demo is strict: it refuses a request that lacks any documented header.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

mod list;
mod merged;
mod records;
mod setup;
