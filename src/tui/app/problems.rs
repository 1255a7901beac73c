//! The fault in the configuration, where tokens are kept where no keyring runs, and what could not be kept: what the
//! person is told of as it comes up.

use super::{
    App, Overlay, TokenStoragePrompt,
    overlays::{KeepTokens, Problems},
    setup::Configured,
};
use crate::tui::action::Action;

impl App {
    /// The configuration was read again, after it was edited for instance.
    pub(super) fn on_configured(&mut self, outcome: Result<Box<Configured>, String>) -> bool {
        let configured = match outcome {
            Ok(configured) => *configured,
            Err(words) => return self.warn_now(words),
        };
        let before = self.target.name().and_then(|name| self.target_of(name));
        let listed = match &self.overlay {
            Some(Overlay::Profiles(menu)) => Some(menu.name.clone()),
            _ => None,
        };
        self.configure(configured);
        self.overlay = None;
        self.leave_missing_profile();
        let now = self.target.name().and_then(|name| self.target_of(name));
        if before != now
            && let Some(target) = now
        {
            self.switch_to(target);
        }
        if self.known.problems.is_empty() {
            // Edited from the list: it is shown as it is now, with the cursor on the same profile.
            if let Some(name) = listed {
                self.open_profiles_at(&name);
            }
            let own = self.known.names.len();
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
    pub(super) fn on_no_keyring(&mut self) -> bool {
        self.keeping = TokenStoragePrompt::ToBeAsked;
        true
    }

    /// Returns true if the user is not in the midst of something.
    fn is_free(&self) -> bool {
        self.overlay.is_none()
            && !self.filter.open
            && self.filter.editing.is_none()
            && !self.detail.search.typing
    }

    /// Says what waits for that, once it hides no other notice.
    pub(super) fn show_pending_notice(&mut self) {
        if self.notice.is_none()
            && self.is_free()
            && let Some(words) = self.pending_notice.take()
        {
            self.warn(words);
        }
    }

    /// Asks where tokens are kept, once the user is not in the midst of something else.
    pub(super) fn ask_to_keep(&mut self) {
        if self.keeping == TokenStoragePrompt::ToBeAsked && self.is_free() && self.has_rows() {
            self.keeping = TokenStoragePrompt::Settled;
            self.overlay = Some(Overlay::KeepTokens(KeepTokens));
        }
    }
}
