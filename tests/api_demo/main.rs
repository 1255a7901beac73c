//! The API client against the demo API over loopback HTTP: every parameter, every error of the demo, and the rules for
//! links. The demo is strict: it refuses a request that lacks any documented header.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

mod access;
mod collected;
mod errors;
mod exported;
mod links;
mod list;
mod merged;
mod records;
mod relay;
mod setup;
mod timing;
