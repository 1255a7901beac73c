//! The token service: a client ID and a secret, random at each start unless given, and the tokens issued for them.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::form_urlencoded;
use uuid::Uuid;

use super::errors::{answer, oauth};

/// The lifetime of a token in seconds.
const LIFETIME: u64 = 86_399;
/// The length below which secrets are not looked for: they protect nothing, and would be found in ordinary words.
const SHORTEST_SECRET: usize = 4;
/// The number of tokens that are valid at the same time: the newest.
const KEPT: usize = 100;

/// The accepted credentials. It has no `Debug`, which would show secrets.
pub(super) struct Tokens {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    strict: bool,
    issued: Mutex<VecDeque<(String, Instant)>>,
}

impl Tokens {
    /// Creates a token service for these credentials; those not given are random.
    pub(super) fn new(strict: bool, client_id: Option<String>, client_secret: Option<SecretString>) -> Self {
        Self {
            client_id: client_id.unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
            client_secret: client_secret.map_or_else(
                || format!("demo-{}", Uuid::new_v4().simple()),
                |secret| secret.expose_secret().to_owned(),
            ),
            strict,
            issued: Mutex::default(),
        }
    }

    /// Answers a token request: a form with `grant_type`, `client_id`, `client_secret` and `scope`.
    pub(super) fn grant(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        let bad = |error, description| oauth(StatusCode::BAD_REQUEST, error, description);
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let form = "application/x-www-form-urlencoded";
        let is_form = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(form));
        if !is_form || (self.strict && kind != form) {
            return bad("invalid_request", "the body must be application/x-www-form-urlencoded");
        }
        let field = |name: &str| {
            let mut pairs = form_urlencoded::parse(body);
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        if field("grant_type") != "client_credentials" {
            return bad("unsupported_grant_type", "grant_type must be client_credentials");
        }
        if self.strict && field("scope").is_empty() {
            return bad("invalid_scope", "scope is missing");
        }
        if !same(&field("client_id"), &self.client_id) {
            return bad("invalid_client", "the client_id is not known");
        }
        if !same(&field("client_secret"), &self.client_secret) {
            return oauth(StatusCode::UNAUTHORIZED, "invalid_client", "the client_secret is wrong");
        }
        let token = format!("demo-{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let mut issued = self.issued();
        issued.push_back((token.clone(), Instant::now()));
        let excess = issued.len().saturating_sub(KEPT);
        issued.drain(..excess);
        drop(issued);
        let body = json!({"access_token": token, "token_type": "bearer", "expires_in": LIFETIME});
        answer(StatusCode::OK, &body)
    }

    /// Returns true if a token was issued and is still valid.
    pub(super) fn knows(&self, token: &str) -> bool {
        let lifetime = Duration::from_secs(LIFETIME);
        let good = |(own, since): &(String, Instant)| same(token, own) & (since.elapsed() < lifetime);
        self.issued().iter().fold(false, |found, own| found | good(own))
    }

    /// Returns true if this is the API key.
    pub(super) fn is_key(&self, key: &str) -> bool {
        same(key, &self.client_id)
    }

    /// Returns true if the secret or an issued token is in a text, as it is or URL-encoded.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let form = |text: &str| decoded(&text.replace('+', " "));
        // Some clients encode twice.
        let (once, once_form) = (decoded(text), form(text));
        let (twice, twice_form) = (decoded(&once), form(&once));
        let forms = [text, &once, &once_form, &twice, &twice_form];
        let has =
            |secret: &str| secret.len() >= SHORTEST_SECRET && forms.iter().any(|form| form.contains(secret));
        has(&self.client_secret) || self.issued().iter().any(|(token, _)| has(token))
    }

    /// Invalidates all issued tokens.
    pub(super) fn expire(&self) {
        self.issued().clear();
    }

    /// Returns the latest token.
    #[cfg(test)]
    pub(super) fn newest(&self) -> Option<String> {
        self.issued().back().map(|(token, _)| token.clone())
    }

    fn issued(&self) -> MutexGuard<'_, VecDeque<(String, Instant)>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares two texts in a time that does not depend on where they differ.
fn same(given: &str, own: &str) -> bool {
    let (given, own) = (given.as_bytes(), own.as_bytes());
    let differing = own.iter().enumerate().fold(0, |differing, (place, byte)| {
        differing | (byte ^ given.get(place).copied().unwrap_or_default())
    });
    (differing == 0) & (given.len() == own.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_whole_texts() {
        assert!(same("abc", "abc") && same("", ""));
        for wrong in ["", "ab", "abd", "abcd", "xbc", "abc\0"] {
            assert!(!same(wrong, "abc"), "{wrong:?}");
        }
    }

    #[test]
    fn each_start_has_its_own_key_and_secret() {
        let (one, other) = (Tokens::new(false, None, None), Tokens::new(false, None, None));
        assert_ne!(one.client_id, other.client_id);
        assert_ne!(one.client_secret, other.client_secret);
        let given = Tokens::new(false, Some("id".into()), Some("secret".into()));
        assert_eq!((given.client_id.as_str(), given.client_secret.as_str()), ("id", "secret"));
    }
}
