//! The timing of requests: concurrency, retries and the waits that callers are told of.
//!
//! Every request can be repeated safely. A temporary failure is retried up to three times with exponential back-off and
//! full jitter, so that clients do not return all at once. A retry budget for the whole process keeps a server that is
//! down from being hammered.

mod budget;
mod concurrency;
mod options;
mod retries;

pub(super) use budget::RetryBudget;
pub(super) use concurrency::{ConcurrencyLimit, Permit};
pub use options::{RequestOptions, Urgency, Wait, WaitReason};
pub(super) use retries::Retries;
