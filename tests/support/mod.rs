//! The parts that the whole-program tests share.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is expected here and does not come is a failed test"
)]
#![allow(dead_code, reason = "each test program uses its own part")]

#[cfg(unix)]
pub(crate) mod pty;
#[cfg(unix)]
pub(crate) mod scripted;
#[cfg(unix)]
pub(crate) mod served;
#[cfg(unix)]
pub(crate) mod stage;
