//! `vipmp`, a terminal browser for the customers of a reseller in Adobe VIP Marketplace.
//!
//! The program is a library with a thin `main`, so that tests and benchmarks can reach every room. ARCHITECTURE.md
//! describes the rooms and the rules for their imports.

pub mod account;
pub mod api;
pub mod calendar;
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
pub mod portfolio;
pub mod products;
pub mod reconcile;
pub mod redact;
pub mod report;
pub mod secrets;
pub mod source;
pub mod state;
pub mod tables;
pub mod text;
pub mod tui;
