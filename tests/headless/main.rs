//! Tests of the commands without the screen, run as a user or a script runs them: the built program with an empty
//! environment, a home folder of its own, and `vipmp serve` as the API.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a panic fails the test")]

#[path = "../support/mod.rs"]
mod support;

mod account_choice;
mod add_prompts;
mod completions_and_manual;
mod config_file;
mod contradictions;
mod damaged_json;
mod derived;
mod doctor;
mod edit;
mod edit_prompts;
mod examples;
mod export_targets;
mod failures;
mod notes;
mod other_programs;
mod output;
mod partial_lists;
mod portfolio;
mod precedence;
mod products;
mod reconcile;
mod report;
mod rows;
mod secrets;
mod serve;
mod show;
mod sign_in;
mod signals;
mod small_portfolio;
mod summary;
mod to_order;
mod today;
mod whole_lists;
mod wrong_totals;

use support::{scripted, served, stage};
