//! The commands without the screen, run as a user or a script runs them: the built program, an empty environment, a
//! home folder of its own, and `vipmp serve` as the API.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

#[path = "../support/mod.rs"]
mod support;

mod asked;
mod asked_edit;
mod config_file;
mod counts;
mod damage;
mod doctor;
mod edit;
mod examples;
mod failures;
mod generated;
mod meant;
mod output;
mod part;
mod precedence;
mod rows;
mod secrets;
mod serve;
mod show;
mod sign_in;
mod signals;
mod targets;
mod whole_lists;

use support::{scripted, served, stage};
