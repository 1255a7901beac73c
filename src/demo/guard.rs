//! Checks each request: API key, token, and the rules for request and correlation IDs.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, Uri, header};

use super::{errors::Refusal, tokens::Tokens};

/// The number of used IDs that are remembered: the newest.
const REMEMBERED: usize = 10_000;

/// The requirements of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Key and token: the two lists.
    List,
    /// Key, token and correlation ID: everything else.
    Resource,
    /// The key alone.
    Ping,
    /// The key, and a valid token if one is sent.
    PartnerPing,
}

/// Checks the headers of requests.
pub(super) struct Guard {
    pub(super) tokens: Tokens,
    strict: bool,
    ids: Mutex<UsedIds>,
}

impl Guard {
    pub(super) fn new(strict: bool, tokens: Tokens) -> Self {
        Self { tokens, strict, ids: Mutex::default() }
    }

    /// Admits a request, or returns the refusal.
    pub(super) fn admit(&self, headers: &HeaderMap, uri: &Uri, need: Need) -> Result<(), Refusal> {
        if !self.tokens.is_key(text(headers, "x-api-key").unwrap_or_default()) {
            return Err(Refusal::api_key());
        }
        let authorization = text(headers, header::AUTHORIZATION.as_str());
        match authorization.map(bearer) {
            None if self.strict || matches!(need, Need::List | Need::Resource) => {
                return Err(Refusal::token_missing());
            }
            Some(token) if need != Need::Ping && !token.is_some_and(|token| self.tokens.knows(token)) => {
                return Err(Refusal::token_invalid());
            }
            _ => {}
        }
        let correlation = text(headers, "x-correlation-id");
        if correlation.is_none() && (self.strict || need == Need::Resource) {
            return Err(Refusal::correlation_id());
        }
        let request = text(headers, "x-request-id");
        if self.strict {
            check_documented(headers, request)?;
        }
        if matches!(need, Need::Ping | Need::PartnerPing) {
            return Ok(());
        }
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let call = uri.path_and_query().map_or(uri.path(), |call| call.as_str());
        if ids.allow(request, correlation, call) { Ok(()) } else { Err(Refusal::request_id_used()) }
    }
}

/// Checks the headers that the documentation requires, although the service does not insist on them.
fn check_documented(headers: &HeaderMap, request: Option<&str>) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    if request.is_none() {
        wrong.push("X-Request-Id is missing".to_owned());
    }
    for (name, shown) in [("accept", "Accept"), ("content-type", "Content-Type")] {
        if text(headers, name) != Some("application/json") {
            wrong.push(format!("{shown} must be application/json"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::invalid_fields(wrong)) }
}

/// Returns a header's text, if it has any.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
}

/// Returns the token of an `Authorization` header.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The IDs that were used, as hashes, so that long ones cost no more than short ones.
#[derive(Default)]
struct UsedIds {
    hasher: RandomState,
    /// The correlation ID with which each request ID was used.
    requests: HashMap<u64, u64>,
    request_order: VecDeque<u64>,
    /// The calls that were answered, each with its correlation ID.
    answered: HashSet<u64>,
    answered_order: VecDeque<u64>,
}

impl UsedIds {
    /// Records a call, and returns true if it is new or a genuine repetition.
    ///
    /// A call that was answered under its correlation ID gets the same answer again, and its request ID is ignored. The
    /// answer is simply made again, since the portfolio changes only if it drifts on purpose. A request ID that was
    /// used under another correlation ID, or without one, is refused. The same pair of IDs is accepted for several
    /// calls, since clients page through lists like that.
    fn allow(&mut self, request: Option<&str>, correlation: Option<&str>, call: &str) -> bool {
        let under = self.hasher.hash_one(correlation);
        let answer = self.hash((correlation, call));
        if correlation.is_some() && self.answered.contains(&answer) {
            return true;
        }
        if let Some(request) = request {
            let id = self.hash(request);
            match self.requests.get(&id) {
                Some(used) if correlation.is_none() || *used != under => return false,
                Some(_) => {}
                None => {
                    self.requests.insert(id, under);
                    self.request_order.push_back(id);
                }
            }
        }
        if correlation.is_some() {
            self.answered.insert(answer);
            self.answered_order.push_back(answer);
        }
        self.forget();
        true
    }

    fn hash(&self, value: impl Hash) -> u64 {
        self.hasher.hash_one(value)
    }

    fn forget(&mut self) {
        while self.request_order.len() > REMEMBERED {
            if let Some(oldest) = self.request_order.pop_front() {
                self.requests.remove(&oldest);
            }
        }
        while self.answered_order.len() > REMEMBERED {
            if let Some(oldest) = self.answered_order.pop_front() {
                self.answered.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_used_once_but_for_one_pair_and_repetitions() {
        let mut ids = UsedIds::default();
        assert!(ids.allow(Some("r1"), Some("c1"), "/a"));
        assert!(ids.allow(Some("r1"), Some("c1"), "/a"), "a repetition");
        assert!(ids.allow(Some("r1"), Some("c1"), "/b"), "the same pair for another page");
        assert!(!ids.allow(Some("r1"), Some("c2"), "/a"), "another correlation id");
        assert!(!ids.allow(Some("r1"), None, "/a"), "no correlation id");
        assert!(ids.allow(Some("r2"), Some("c1"), "/a"), "a repetition with a new request id");
        assert!(ids.allow(Some("r2"), Some("c2"), "/a"), "it was ignored, so it is unused");
        assert!(ids.allow(None, None, "/a") && ids.allow(None, None, "/a"), "generated ids are new");
        assert!(ids.allow(Some("r3"), None, "/a") && !ids.allow(Some("r3"), None, "/b"));
    }

    #[test]
    fn only_the_newest_ids_are_remembered() {
        let mut ids = UsedIds::default();
        for number in 0..=REMEMBERED {
            assert!(ids.allow(Some(&number.to_string()), Some(&number.to_string()), "/a"));
        }
        assert_eq!((ids.requests.len(), ids.answered.len()), (REMEMBERED, REMEMBERED));
        assert!(!ids.allow(Some("1"), Some("x"), "/a"), "still known");
        assert!(ids.allow(Some("0"), Some("x"), "/a"), "forgotten");
    }
}
