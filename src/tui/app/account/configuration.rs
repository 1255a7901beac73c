//! A configuration that was read again, and the question where access tokens are kept if there is no keyring.

use super::super::{
    App, Overlay,
    message::Configured,
    overlays::{KeepTokens, Problems},
    session::TokenStoragePrompt,
};
use crate::tui::action::Action;

impl App {
    /// Takes the configuration, which was read again after it was edited for instance, or why it could not be read.
    pub(in crate::tui::app) fn on_configured(&mut self, outcome: Result<Box<Configured>, String>) -> bool {
        let configured = match outcome {
            Ok(configured) => *configured,
            Err(words) => return self.warn_now(words),
        };
        let before = self.session.target.name().and_then(|name| self.session.target_of(name));
        let listed = match &self.overlay {
            Some(Overlay::Profiles(menu)) => Some(menu.name.clone()),
            _ => None,
        };
        self.configure(configured);
        self.overlay = None;
        self.leave_missing_profile();
        let now = self.session.target.name().and_then(|name| self.session.target_of(name));
        if before != now
            && let Some(target) = now
        {
            self.switch_to(target);
        }
        if self.session.configuration.problems.is_empty() {
            // Edited from the list: it is shown as it is now, with the cursor on the same profile.
            if let Some(name) = listed {
                self.open_profiles_at(&name);
            }
            let own = self.session.configuration.names.len();
            let profiles = self.keys.label(Action::Profiles);
            return self.note(match own {
                0 => "No problems in the configuration.".to_owned(),
                _ => format!("No problems in the configuration. {profiles} switches to a profile."),
            });
        }
        self.overlay = Some(Overlay::Problems(Problems::default()));
        true
    }

    /// An access token waits to be kept.
    pub(in crate::tui::app) fn on_no_keyring(&mut self) -> bool {
        self.session.token_storage = TokenStoragePrompt::ToBeAsked;
        true
    }

    /// Returns true if the user is not in the midst of something.
    fn is_free(&self) -> bool {
        self.overlay.is_none()
            && !self.filter.open
            && self.filter.editing.is_none()
            && !self.detail.search.typing
    }

    /// Shows the warning that waits, if the user is not busy with something else.
    pub(in crate::tui::app) fn show_pending_notice(&mut self) {
        if self.is_free() {
            self.notices.show_pending();
        }
    }

    /// Asks where tokens are kept, once the user is not busy with something else.
    pub(in crate::tui::app) fn ask_to_keep(&mut self) {
        if self.session.token_storage == TokenStoragePrompt::ToBeAsked && self.is_free() && self.has_rows() {
            self.session.token_storage = TokenStoragePrompt::Settled;
            self.overlay = Some(Overlay::KeepTokens(KeepTokens));
        }
    }
}
