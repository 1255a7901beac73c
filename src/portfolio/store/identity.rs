//! The identity of the account that a portfolio belongs to.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The identity of the account that a portfolio belongs to. Data of different accounts are never mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A digest of the client ID, which itself is not stored.
    pub(super) client: String,
    /// The API root.
    pub(super) api: String,
}

impl Identity {
    /// Creates the identity of a client at an API.
    pub fn new(client_id: &str, api_root: &str) -> Self {
        let mut client = String::with_capacity(64);
        for byte in Sha256::digest(client_id.as_bytes()) {
            let _ = write!(client, "{byte:02x}");
        }
        // The root is the same with and without the slash at its end.
        Self { client, api: api_root.trim_end_matches('/').to_owned() }
    }

    /// Returns what differs from the identity of stored data, in words; `None` if nothing does.
    pub(super) fn difference(&self, stored: &Self) -> Option<&'static str> {
        match (self.api == stored.api, self.client == stored.client) {
            (true, true) => None,
            (false, _) => Some("another API"),
            (true, false) => Some("another client ID"),
        }
    }
}
