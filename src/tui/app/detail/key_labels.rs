//! The keys that texts name, as they are bound.

use crate::{
    api::{ApiError, Remedy},
    tui::{action::Action, keys::KeyMap},
};

/// The labels of the keys that errors and the detail pane mention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Labels {
    profiles: String,
    refresh: String,
    inspector: String,
    pub(crate) own_record: String,
    pub(crate) order_term: String,
}

/// An error as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorMessage {
    /// What happened.
    pub(crate) what: String,
    /// The next step, with the keys that help in brackets.
    pub(crate) todo: String,
}

impl Labels {
    pub(crate) fn of(keys: &KeyMap) -> Self {
        Self {
            profiles: keys.label(Action::Profiles),
            refresh: keys.label(Action::Refresh),
            inspector: keys.label(Action::Inspector),
            own_record: keys.label(Action::OwnRecord),
            order_term: keys.label(Action::OrderTerm),
        }
    }

    /// Describes an error to the user, with the keys that help as they are bound.
    pub(crate) fn tell(&self, error: &ApiError) -> ErrorMessage {
        let told = error.user_message();
        let help = told.remedies.iter().map(|remedy| match remedy {
            Remedy::Profiles => format!("[{}] profiles", self.profiles),
            Remedy::Retry => format!("[{}] retry", self.refresh),
            Remedy::Inspect => format!("[{}] see it", self.inspector),
        });
        let todo = Some(told.hint).filter(|todo| !todo.is_empty());
        let todo = todo.into_iter().chain(help).collect::<Vec<_>>().join("  ");
        ErrorMessage { what: told.summary, todo }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_keys_that_are_bound() {
        let changes = [("refresh".to_owned(), vec!["f5".to_owned()])];
        let (keys, _) = KeyMap::with(&changes.into_iter().collect());
        let todo = Labels::of(&keys).tell(&ApiError::canceled()).todo;
        assert!(todo.contains("[F5]") && !todo.contains("[r]"), "{todo}");
    }
}
