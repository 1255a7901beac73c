//! Things that come from far away: asked for, here, or failed, with the last good value kept until better comes.

use crate::api::ApiError;

/// Names one request; its answer carries the same ticket, and an answer nobody waits for any more is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A remote value and what is known of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Remote<T> {
    /// Nobody asked yet.
    #[default]
    Idle,
    /// Asked for; `stale` is what was there before.
    Loading { ticket: Ticket, stale: Option<T> },
    /// Here.
    Ready(T),
    /// Here, but no longer what is wanted; nobody asked for better yet.
    Stale(T),
    /// It did not come; `stale` is what was there before.
    Failed { error: Box<ApiError>, stale: Option<T> },
}

impl<T> Remote<T> {
    /// The best value there is, whether fresh or stale.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value) | Self::Stale(value) => Some(value),
            Self::Loading { stale, .. } | Self::Failed { stale, .. } => stale.as_ref(),
            Self::Idle => None,
        }
    }

    /// The same, to be kept when a new load begins.
    pub(crate) fn take_value(&mut self) -> Option<T> {
        match std::mem::take(self) {
            Self::Ready(value) | Self::Stale(value) => Some(value),
            Self::Loading { stale, .. } | Self::Failed { stale, .. } => stale,
            Self::Idle => None,
        }
    }

    /// Begins a load, keeping what is there as stale.
    pub(crate) fn load(&mut self, ticket: Ticket) {
        *self = Self::Loading { ticket, stale: self.take_value() };
    }

    /// Declares what is here to be no longer what is wanted.
    pub(crate) fn outdate(&mut self) {
        *self = self.take_value().map_or(Self::Idle, Self::Stale);
    }

    /// Goes back from a load that is given up: what is here stays, and is not asked for again on its own.
    pub(crate) fn give_up(&mut self) {
        if self.is_loading() {
            *self = Self::Failed { error: Box::new(ApiError::canceled()), stale: self.take_value() };
        }
    }

    /// Returns true if it has to be asked for: nobody did yet, or what is here is no longer what is wanted.
    pub(crate) fn is_wanted(&self) -> bool {
        matches!(self, Self::Idle | Self::Stale(_))
    }

    /// The ticket of the answer that is awaited.
    pub(crate) fn awaited(&self) -> Option<Ticket> {
        match self {
            Self::Loading { ticket, .. } => Some(*ticket),
            _ => None,
        }
    }

    /// Takes the answer with this ticket, or says that nobody waits for it.
    pub(crate) fn settle(&mut self, ticket: Ticket, result: Result<T, ApiError>) -> bool {
        if self.awaited() != Some(ticket) {
            return false;
        }
        *self = match result {
            Ok(value) => Self::Ready(value),
            Err(error) => Self::Failed { error: Box::new(error), stale: self.take_value() },
        };
        true
    }

    /// Returns the error, where something did.
    pub(crate) fn error(&self) -> Option<&ApiError> {
        match self {
            Self::Failed { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Returns true if an answer is awaited.
    pub(crate) fn is_loading(&self) -> bool {
        self.awaited().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_stays_until_a_better_one_comes() {
        let mut remote = Remote::Idle;
        remote.load(Ticket(1));
        assert_eq!(remote.value(), None);
        assert!(remote.settle(Ticket(1), Ok(7)));
        remote.load(Ticket(2));
        assert_eq!(remote.value(), Some(&7));
        assert!(!remote.settle(Ticket(1), Ok(9)), "an answer to an older request is dropped");
        assert!(remote.settle(Ticket(2), Err(ApiError::canceled())));
        assert_eq!(remote.value(), Some(&7));
        assert!(remote.error().is_some() && !remote.is_loading());
        remote.outdate();
        assert_eq!((&remote, remote.is_wanted()), (&Remote::Stale(7), true));
        remote.load(Ticket(3));
        remote.give_up();
        assert!(remote.error().is_some() && remote.value() == Some(&7) && !remote.is_wanted());
    }
}
