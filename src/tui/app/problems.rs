//! What is wrong with the configuration, where tokens are kept where no keyring runs, and what could not be kept: what the
//! person is told of as it comes up.

use super::{App, Keeping, Overlay, content::wrap, message::Effect, setup::Configured};
use crate::{text, tui::action::Action};

/// The mistakes of the configuration as lines of `width` columns, a blank one between them.
pub(crate) fn problem_lines(problems: &[String], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for problem in problems {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrap(&text::clean(problem), width.max(8)));
    }
    lines
}

impl App {
    /// The configuration was read anew, after it was edited for instance.
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
                0 => "The configuration is in order.".to_owned(),
                _ => format!("The configuration is in order. {profiles} switches to a profile."),
            });
        }
        self.overlay = Some(Overlay::Problems { top: 0 });
        true
    }

    /// An access token waits to be kept.
    pub(super) fn on_no_keyring(&mut self) -> bool {
        self.keeping = Keeping::ToBeAsked;
        true
    }

    /// Whether the person is not in the midst of something.
    fn is_free(&self) -> bool {
        self.overlay.is_none() && self.filter.editing.is_none() && !self.detail.search.typing
    }

    /// Says what waits for that, once it hides no other notice.
    pub(super) fn say_what_waits(&mut self) {
        if self.notice.is_none()
            && self.is_free()
            && let Some(words) = self.unsaid.take()
        {
            self.warn(words);
        }
    }

    /// Asks where tokens are kept, once the person is not in the midst of something else.
    pub(super) fn ask_to_keep(&mut self) {
        if self.keeping == Keeping::ToBeAsked && self.is_free() && self.has_rows() {
            self.keeping = Keeping::Settled;
            self.overlay = Some(Overlay::KeepTokens);
        }
    }

    /// Where access tokens are kept from now on.
    pub(super) fn keep_tokens(&mut self, in_files: bool) -> bool {
        self.overlay = None;
        self.out.send(Effect::KeepTokens(in_files));
        self.note(if in_files {
            "Access tokens are kept in a file that only you can read."
        } else {
            "Access tokens end with vipmp."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_lines_of_the_width() {
        let problems = ["config.toml:1:1: them: unknown key".to_owned(), "b\u{1b}".to_owned()];
        let lines = problem_lines(&problems, 20);
        assert!(lines.iter().all(|line| text::width(line) <= 20), "{lines:?}");
        assert_eq!(lines[lines.len() - 2..], [String::new(), "b␛".to_owned()]);
    }
}
