//! Values that are loaded: requested, ready or failed. The last good value is kept until a better one arrives.

use crate::api::ApiError;

/// The number of a request. Its response has the same ticket, and is dropped if the ticket is no longer awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A value that is loaded, and its state.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Remote<T> {
    /// It has not been requested.
    #[default]
    Idle,
    /// It has been requested; `stale` is the value before.
    Loading { ticket: Ticket, stale: Option<T> },
    /// It has arrived.
    Ready(T),
    /// It is out of date, and has not been requested again.
    Stale(T),
    /// It could not be loaded; `stale` is the value before.
    Failed { error: Box<ApiError>, stale: Option<T> },
}

impl<T> Remote<T> {
    /// Returns the best available value, fresh or stale.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value) | Self::Stale(value) => Some(value),
            Self::Loading { stale, .. } | Self::Failed { stale, .. } => stale.as_ref(),
            Self::Idle => None,
        }
    }

    /// Takes the best available value, to keep it while a new load runs.
    pub(crate) fn take_value(&mut self) -> Option<T> {
        match std::mem::take(self) {
            Self::Ready(value) | Self::Stale(value) => Some(value),
            Self::Loading { stale, .. } | Self::Failed { stale, .. } => stale,
            Self::Idle => None,
        }
    }

    /// Takes a value that is older than the one that is wanted, unless there is a value. Returns true if it did.
    pub(crate) fn lend(&mut self, value: T) -> bool {
        match self {
            Self::Loading { stale: stale @ None, .. } | Self::Failed { stale: stale @ None, .. } => {
                *stale = Some(value);
            }
            Self::Idle => *self = Self::Stale(value),
            _ => return false,
        }
        true
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

    /// Returns true if it has to be requested: it never was, or it is out of date.
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

    /// Takes the response with this ticket; returns false if it is not awaited.
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

    /// Returns the error, if loading has failed.
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

    #[test]
    fn an_older_value_is_lent_only_where_there_is_none() {
        let mut remote = Remote::Idle;
        remote.load(Ticket(1));
        assert!(remote.lend(5) && remote.is_loading());
        assert!(!remote.lend(6));
        remote.settle(Ticket(1), Err(ApiError::canceled()));
        assert_eq!(remote.value(), Some(&5));
        let mut ready = Remote::Ready(1);
        assert!(!ready.lend(2) && ready == Remote::Ready(1));
    }
}
