//! Patience: when a request is sent, when it is sent again, and what is told of the waiting.
//!
//! Everything that this program sends can be repeated without harm. What can pass on its own is tried again at most
//! three times, with waits that grow and are drawn at random, so that many clients do not return at once; as long as
//! the budget of the process has something left, so that a server that is down is left alone.

mod budget;
mod gate;
mod retry;
mod wait;

pub(super) use budget::RetryBudget;
pub(super) use gate::{ConcurrencyLimit, Permit};
pub(super) use retry::Retries;
pub use wait::{RequestOptions, Urgency, Wait, Waiting};
