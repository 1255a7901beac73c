//! `vipmp`, a terminal browser for the customers of a reseller in Adobe VIP Marketplace.
//!
//! The program is a library with a thin `main`, so that tests and benches can reach every room. ARCHITECTURE.md
//! holds the picture and the rules of who may know whom.

pub mod account;
pub mod api;
pub mod cli;
pub mod collect;
pub mod columns;
pub mod config;
pub mod demo;
pub mod export;
pub mod files;
pub mod logging;
pub mod model;
pub mod output;
pub mod panic;
pub mod redact;
pub mod secrets;
pub mod source;
pub mod state;
pub mod text;
pub mod tui;
