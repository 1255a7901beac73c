//! Opening the list and the form of profiles, and the answers to what they asked for.

use super::{
    super::{
        App, Overlay,
        message::{Configured, NotSaved, Ticket},
    },
    Menu, ProfileForm,
    menu::{draft_of, entries},
};
use crate::{account::TestStep, api::ApiError, model::ResellerRow};

impl App {
    /// Opens the list, with the cursor on what is on screen.
    pub(crate) fn open_profiles(&mut self) -> bool {
        let current = entries(self).into_iter().find(|entry| entry.current);
        self.open_profiles_at(&current.map(|entry| entry.name).unwrap_or_default())
    }

    /// Opens the list, with the cursor on this profile.
    pub(crate) fn open_profiles_at(&mut self, name: &str) -> bool {
        let mut menu = Menu::at(name);
        menu.follow(&entries(self));
        self.open(Overlay::Profiles(Box::new(menu)))
    }

    /// Follows a change of the profiles in the open list.
    pub(crate) fn follow_profile(&mut self) {
        let entries = entries(self);
        if let Some(menu) = self.menu() {
            menu.follow(&entries);
        }
    }

    fn menu(&mut self) -> Option<&mut Menu> {
        match self.dialog_below_help()? {
            Overlay::Profiles(menu) => Some(menu),
            _ => None,
        }
    }

    /// Takes the result of a step of the list's test; the next one follows.
    pub(crate) fn on_checked_in_menu(
        &mut self,
        ticket: Ticket,
        found: Result<String, Box<ApiError>>,
    ) -> bool {
        let now = self.now.mono;
        let Some(menu) = self.menu() else { return false };
        let Some((name, mut checks)) = menu.test.take() else { return false };
        let taken = checks.settle(ticket, found);
        let next = taken
            .filter(|step| checks.is_good(*step))
            .and_then(|step| TestStep::ALL.into_iter().find(|next| *next > step));
        if let (Some(next), Some(draft)) = (next, draft_of(self, &name)) {
            checks.begin(next, &draft, now, &mut self.out);
        }
        if let Some(menu) = self.menu() {
            menu.test = Some((name, checks));
        }
        taken.is_some()
    }

    /// Takes the outcome of a change of the configuration.
    pub(crate) fn on_profiles_changed(
        &mut self,
        ticket: Ticket,
        outcome: Result<Box<Configured>, String>,
    ) -> bool {
        let awaited = self.menu().is_some_and(|menu| menu.changing == Some(ticket));
        match outcome {
            Ok(configured) => {
                self.configure(*configured);
                self.leave_missing_profile();
            }
            Err(words) if awaited => {
                if let Some(menu) = self.menu() {
                    menu.error = Some(words);
                }
            }
            Err(words) => {
                self.warn_now(words);
            }
        }
        if let Some(menu) = self.menu() {
            menu.changing = None;
            menu.removing = false;
        }
        true
    }

    fn form(&mut self) -> Option<&mut ProfileForm> {
        match self.dialog_below_help()? {
            Overlay::ProfileForm(form) => Some(form),
            _ => None,
        }
    }

    /// Takes the result of a step of a profile's test; the next one follows.
    pub(crate) fn on_checked(&mut self, ticket: Ticket, found: Result<String, Box<ApiError>>) -> bool {
        let Some(Overlay::ProfileForm(mut form)) =
            self.overlay.take_if(|it| matches!(it, Overlay::ProfileForm(_)))
        else {
            return self.on_checked_in_menu(ticket, found);
        };
        let taken = form.checks.settle(ticket, found).is_some();
        if taken {
            form.on_refused();
            form.test(self);
        }
        self.overlay = Some(Overlay::ProfileForm(form));
        taken
    }

    /// Takes the resellers that may be listed.
    pub(crate) fn on_resellers(
        &mut self,
        ticket: Ticket,
        found: Result<Vec<ResellerRow>, Box<ApiError>>,
    ) -> bool {
        let Some(form) = self.form().filter(|form| form.listing == Some(ticket)) else { return false };
        form.listing = None;
        // Not every account may list them: then the id is typed.
        form.resellers = Some(found.unwrap_or_default());
        true
    }

    /// Takes the outcome of saving.
    pub(crate) fn on_profile_saved(
        &mut self,
        ticket: Ticket,
        outcome: Result<Box<Configured>, NotSaved>,
    ) -> bool {
        let Some(form) = self.form().filter(|form| form.saving == Some(ticket)) else {
            // The form was left meanwhile: what was saved is there nevertheless.
            if let Ok(configured) = outcome {
                self.configure(*configured);
                self.leave_missing_profile();
            }
            return true;
        };
        form.saving = None;
        match outcome {
            Err(NotSaved::NoKeyring(why)) => form.no_keyring = Some(why),
            Err(NotSaved::Failed(why)) => form.error = Some(why),
            Ok(configured) => {
                let name = form.name.value().trim().to_owned();
                let former = form.former.as_ref().map(|(former, _)| former.clone());
                self.configure(*configured);
                let current = self.session.target.name().map(str::to_owned);
                if former.is_none() || current == former {
                    if let (Some(former), Some(current)) = (&former, &current)
                        && former == current
                        && *current != name
                    {
                        self.rename_current(&name);
                    }
                    if let Some(target) = self.session.target_of(&name) {
                        self.switch_to(target);
                    }
                } else {
                    self.open_profiles_at(&name);
                }
                self.note(format!("Profile {name} saved."));
            }
        }
        true
    }

    /// The profile on the screen has another name: its view goes with it.
    fn rename_current(&mut self, name: &str) {
        if let (Some((_, view)), Some(listed)) =
            (self.view(), self.session.configuration.profiles.iter_mut().find(|listed| listed.name == name))
        {
            listed.view = Some(view);
        }
    }
}
