//! Tests of the API client against small servers on loopback, scripted by each test.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

#[cfg(unix)]
mod descriptors;
mod encodings;
mod faults;
mod gzip;
mod redirects;
mod requests;
mod retries;
mod server;
mod tokens;
