//! The list of profiles: which one is chosen, its test, and whether it is to be removed.

use super::super::{App, Environment, Overlay, remote::Ticket, setup::Configured};
use super::{Checks, Form};
use crate::{
    account::{Draft, Step, Target},
    config::DEMO,
    text,
    tui::app::message::Effect,
};

/// The list's state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Menu {
    /// The name of the profile that the cursor is on: its line may change under the cursor.
    pub(crate) name: String,
    /// The line of that profile; of one that has gone, the line where it was.
    pub(crate) selected: usize,
    /// Whether the selected profile is to be removed: the person is asked.
    pub(crate) removing: bool,
    /// The test of a profile, by its name.
    pub(crate) test: Option<(String, Checks)>,
    /// What is being changed in the configuration.
    pub(crate) changing: Option<Ticket>,
    /// Why something could not be changed.
    pub(crate) error: Option<String>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) reseller_id: String,
    pub(crate) sign_in: String,
    pub(crate) last_used: String,
    /// Whether it is on the screen.
    pub(crate) current: bool,
    /// Whether the program starts with it.
    pub(crate) default: bool,
}

/// The lines of the list: the profiles by name, then the demo, which is always there.
pub(crate) fn entries(app: &App) -> Vec<Entry> {
    let current = app.target.name();
    let today = app.now.wall.date_naive();
    let mut entries: Vec<Entry> = app
        .known
        .profiles
        .iter()
        .map(|listed| {
            let profile = &listed.profile;
            let used = listed.last_used.map(|at| at.with_timezone(app.now.wall.offset()).date_naive());
            Entry {
                name: listed.name.clone(),
                environment: profile.environment.into(),
                reseller_id: profile.reseller_id.clone(),
                sign_in: text::clean(&format!(
                    "{} · {}",
                    profile.sign_in.noun(),
                    profile.sign_in.source().told()
                ))
                .into_owned(),
                last_used: match used {
                    _ if current == Some(listed.name.as_str()) => "in use".to_owned(),
                    None => "never".to_owned(),
                    Some(day) if day == today => "today".to_owned(),
                    Some(day) => crate::model::format_date(day),
                },
                current: current == Some(listed.name.as_str()),
                default: app.known.default.as_ref() == Some(&listed.name),
            }
        })
        .collect();
    entries.push(Entry {
        name: DEMO.to_owned(),
        environment: Environment::Demo,
        reseller_id: app.demo_reseller.clone(),
        sign_in: "invented customers".to_owned(),
        last_used: String::new(),
        current: current.is_none(),
        default: app.known.default.as_deref() == Some(DEMO),
    });
    entries
}

impl App {
    /// Opens the list, with the cursor on what is on the screen.
    pub(crate) fn open_profiles(&mut self) -> bool {
        let current = entries(self).into_iter().find(|entry| entry.current);
        self.open_profiles_at(&current.map(|entry| entry.name).unwrap_or_default())
    }

    /// Opens the list, with the cursor on this profile.
    pub(crate) fn open_profiles_at(&mut self, name: &str) -> bool {
        self.overlay = Some(Overlay::Profiles(Box::new(Menu { name: name.to_owned(), ..Menu::default() })));
        self.follow_profile();
        true
    }

    /// Finds the line of the profile that the cursor is on, after the list has changed. If the profile has gone, the
    /// cursor stays where it was, and no answer to a question about the profile counts any more.
    pub(crate) fn follow_profile(&mut self) {
        let names: Vec<String> = entries(self).into_iter().map(|entry| entry.name).collect();
        let Some(menu) = self.menu() else { return };
        if let Some(line) = names.iter().position(|name| *name == menu.name) {
            menu.selected = line;
        } else {
            // The demo is always there.
            menu.selected = menu.selected.min(names.len().saturating_sub(1));
            menu.name = names.get(menu.selected).cloned().unwrap_or_default();
            menu.removing = false;
        }
    }

    fn menu(&mut self) -> Option<&mut Menu> {
        match &mut self.overlay {
            Some(Overlay::Profiles(menu)) => Some(menu),
            _ => None,
        }
    }

    /// The line that the cursor is on.
    fn selected_entry(&mut self) -> Option<Entry> {
        let name = self.menu()?.name.clone();
        entries(self).into_iter().find(|entry| entry.name == name)
    }

    pub(crate) fn move_in_profiles(&mut self, by: isize) -> bool {
        let names: Vec<String> = entries(self).into_iter().map(|entry| entry.name).collect();
        if let Some(menu) = self.menu() {
            menu.selected = menu.selected.saturating_add_signed(by).min(names.len().saturating_sub(1));
            menu.name = names.get(menu.selected).cloned().unwrap_or_default();
            (menu.removing, menu.error) = (false, None);
        }
        true
    }

    /// Puts the cursor on a line; a second time, it is chosen.
    pub(crate) fn click_profile(&mut self, line: usize) -> bool {
        let Some(entry) = entries(self).into_iter().nth(line) else { return true };
        let Some(menu) = self.menu() else { return false };
        if menu.name == entry.name {
            return self.choose_profile();
        }
        (menu.selected, menu.name, menu.removing) = (line, entry.name, false);
        true
    }

    /// Switches to the selected profile.
    pub(crate) fn choose_profile(&mut self) -> bool {
        let Some(entry) = self.selected_entry() else { return true };
        if entry.current {
            self.overlay = None;
            return self.note(format!("{} is on the screen.", entry.name));
        }
        if let Some(target) = self.target_of(&entry.name) {
            self.switch_to(target);
        }
        true
    }

    pub(crate) fn add_profile(&mut self) -> bool {
        self.overlay = Some(Overlay::ProfileForm(Box::new(Form::new())));
        true
    }

    pub(crate) fn edit_profile(&mut self) -> bool {
        let Some(entry) = self.selected_entry() else { return true };
        let listed = self.known.profiles.iter().find(|listed| listed.name == entry.name);
        let Some(listed) = listed else { return self.warn_now("The demo is as it is.") };
        self.overlay = Some(Overlay::ProfileForm(Box::new(Form::of(&listed.name, &listed.profile))));
        true
    }

    /// Tests the selected profile: token, ping, first page.
    pub(crate) fn test_profile(&mut self) -> bool {
        let Some(entry) = self.selected_entry() else { return true };
        let Some(draft) = self.draft_of(&entry.name) else {
            return self.warn_now("The demo needs no test.");
        };
        self.stop_test();
        let mut checks = Checks::default();
        checks.begin(Step::ALL[0], &draft, self.now.mono, &mut self.out);
        if let Some(menu) = self.menu() {
            menu.test = Some((entry.name, checks));
        }
        true
    }

    /// A saved profile as it is.
    fn draft_of(&self, name: &str) -> Option<Draft> {
        let listed = self.known.profiles.iter().find(|listed| listed.name == name)?;
        Some(Draft {
            former: Some(listed.name.clone()),
            name: listed.name.clone(),
            profile: listed.profile.clone(),
            typed: None,
            default: false,
        })
    }

    /// Gives up the test that is under way.
    pub(crate) fn stop_test(&mut self) {
        if let Some(Overlay::Profiles(menu)) = &mut self.overlay
            && let Some((_, checks)) = &mut menu.test
        {
            checks.forget_from(Step::ALL[0], &mut self.out);
        }
    }

    /// What a step of the list's test found; the next one follows.
    pub(crate) fn on_checked_in_menu(
        &mut self,
        ticket: Ticket,
        found: Result<String, Box<crate::api::ApiError>>,
    ) -> bool {
        let now = self.now.mono;
        let Some(menu) = self.menu() else { return false };
        let Some((name, mut checks)) = menu.test.take() else { return false };
        let taken = checks.settle(ticket, found);
        let next = taken
            .filter(|step| checks.is_good(*step))
            .and_then(|step| Step::ALL.into_iter().find(|next| *next > step));
        if let (Some(next), Some(draft)) = (next, self.draft_of(&name)) {
            checks.begin(next, &draft, now, &mut self.out);
        }
        if let Some(menu) = self.menu() {
            menu.test = Some((name, checks));
        }
        taken.is_some()
    }

    /// Asks whether the selected profile is to be removed; asked once more, removes it.
    pub(crate) fn remove_profile(&mut self, sure: bool) -> bool {
        let Some(entry) = self.selected_entry() else { return true };
        if entry.environment == Environment::Demo {
            return self.warn_now("The demo is always there.");
        }
        let ticket = sure.then(|| self.out.ask(|ticket| Effect::RemoveProfile(ticket, entry.name.clone())));
        if let Some(menu) = self.menu() {
            menu.removing = !sure;
            menu.error = None;
            menu.changing = ticket.or(menu.changing);
        }
        true
    }

    /// Starts with the selected profile from now on.
    pub(crate) fn default_profile(&mut self) -> bool {
        let Some(entry) = self.selected_entry() else { return true };
        let ticket = self.out.ask(|ticket| Effect::DefaultProfile(ticket, entry.name));
        if let Some(menu) = self.menu() {
            (menu.changing, menu.error) = (Some(ticket), None);
        }
        true
    }

    /// What came of a change of the configuration.
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

    /// The demo comes in place of a profile that is no longer there.
    pub(crate) fn leave_missing_profile(&mut self) {
        let gone = match self.target.name() {
            Some(name) => !self.known.names.iter().any(|known| known == name),
            None => false,
        };
        if gone {
            let open = self.overlay.take();
            // What is on its screen is remembered by nobody any more.
            self.switch_to(Target::Demo);
            self.source.stands_in = !self.known.problems.is_empty();
            self.overlay = open;
        }
    }
}
