//! The keys that texts name, as they are bound.

use crate::{
    api::{ApiError, Told},
    tui::{action::Action, keys::KeyMap},
};

/// The labels of the keys that errors and the detail pane tell about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Labels {
    refresh: String,
    inspector: String,
    pub(crate) own_record: String,
    pub(crate) order_term: String,
}

impl Labels {
    pub(crate) fn of(keys: &KeyMap) -> Self {
        Self {
            refresh: keys.label(Action::Refresh),
            inspector: keys.label(Action::Inspector),
            own_record: keys.label(Action::OwnRecord),
            order_term: keys.label(Action::OrderTerm),
        }
    }

    /// An error as it is told to the person: the API layer names the default keys, here stand those that are bound.
    pub(crate) fn tell(&self, error: &ApiError) -> Told {
        let told = error.tell();
        let bound = |text: &str| {
            text.replace("[r]", &format!("[{}]", self.refresh))
                .replace("[i]", &format!("[{}]", self.inspector))
        };
        Told { what: bound(&told.what), todo: bound(&told.todo) }
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
