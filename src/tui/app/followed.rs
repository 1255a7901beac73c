//! An answer of the local copy that is asked for again once the copy has changed.

use super::{
    Remote,
    message::{Effect, LoadResult, Outbox, Ticket},
};
use crate::api::ApiError;

/// An answer of the local copy, with the question whether a newer one is to follow it.
#[derive(Debug, Clone)]
pub(crate) struct Followed<T> {
    answer: Remote<T>,
    /// True if the copy has changed since the answer on its way was asked for.
    is_outdated: bool,
}

impl<T> Default for Followed<T> {
    fn default() -> Self {
        Self { answer: Remote::Idle, is_outdated: false }
    }
}

impl<T> Followed<T> {
    /// Returns the latest answer.
    pub(crate) fn value(&self) -> Option<&T> {
        self.answer.value()
    }

    /// Returns the reason why there is no newer answer.
    pub(crate) fn error(&self) -> Option<&ApiError> {
        self.answer.error()
    }

    /// Asks for an answer in place of one that is on its way.
    pub(crate) fn ask(&mut self, out: &mut Outbox, effect: impl FnOnce(Ticket) -> Effect) {
        out.abort(self.answer.awaited());
        self.answer.load(out.ask(effect));
        self.is_outdated = false;
    }

    /// Asks again, because the copy has changed; an answer that is on its way comes first. Returns true if it has asked.
    pub(crate) fn follow(&mut self, out: &mut Outbox, effect: impl FnOnce(Ticket) -> Effect) -> bool {
        if self.answer.is_loading() {
            self.is_outdated = true;
            return false;
        }
        self.ask(out, effect);
        true
    }

    /// Takes an answer, or why there is none; returns true if it was awaited.
    pub(crate) fn settle(&mut self, ticket: Ticket, outcome: LoadResult<T>) -> bool {
        self.answer.settle(ticket, outcome.map(|answer| *answer).map_err(|error| *error))
    }

    /// Returns true if the answer is older than the copy, so that another one has to be asked for.
    pub(crate) fn is_outdated(&self) -> bool {
        self.is_outdated
    }
}
