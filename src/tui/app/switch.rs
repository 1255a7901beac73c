//! From one account to another: what belongs to the old one goes, what was on the screen of the new one comes back.

use super::{
    App, CustomerTable, Detail, FilterPanel, Labels, Marks, NOTICE, Notice, Pane, Source, Tone,
    message::Effect,
    remote::Remote,
    setup::Configured,
    view::{columns_of, filter_of},
};
use crate::{account::Target, model::CustomerFilter, tui::action::Action};

impl App {
    /// Leaves the account on the screen, and opens another one, or the same again.
    pub(crate) fn switch_to(&mut self, target: Target) {
        self.keep_view();
        // Answers to anything that was asked up to now are of the old account: nobody shows them any more.
        self.floor = self.out.ticket();
        self.out.send(Effect::Connect(target.clone()));
        self.target = target;
        self.open_account();
    }

    /// Keeps what is on the screen of the profile for when it is opened next.
    fn keep_view(&mut self) {
        let Some((name, view)) = self.view() else { return };
        if let Some(listed) = self.known.profiles.iter_mut().find(|listed| listed.name == name) {
            listed.view = Some(view.clone());
            listed.last_used = Some(self.now.wall.to_utc());
            self.out.send(Effect::SaveView(name, Box::new(view)));
        }
    }

    /// Begins with the account as its last start has left it.
    pub(super) fn open_account(&mut self) {
        self.source = Source::of(&self.target, &self.demo_reseller);
        let name = self.target.name();
        let listed = self.known.profiles.iter().find(|listed| Some(listed.name.as_str()) == name);
        let view = listed.and_then(|listed| listed.view.clone());
        let page_size = self.known.page_size;
        let usual = CustomerFilter { page_size, ..CustomerFilter::default() };
        let filter = if let Some(view) = &view {
            let (filter, typed) = filter_of(view, page_size, self.now.today());
            self.columns = columns_of(view);
            self.filter = FilterPanel { typed, ..FilterPanel::new() };
            filter
        } else {
            self.columns = super::TableColumns::default();
            self.filter = FilterPanel::new();
            usual
        };
        self.filter.point_at(&filter.status);
        self.table = CustomerTable::new(filter.clone());
        self.detail = Detail::new();
        self.detail.labels = Labels::of(&self.keys);
        self.marks = Marks::default();
        self.emails = None;
        self.exchanges.clear();
        self.overlay = None;
        self.focus = Pane::Table;
        self.zoom = false;
        match view {
            Some(view) => {
                let row = (view.row, view.customer_id);
                self.table.resume(filter, view.place, row, self.now, &mut self.out);
            }
            None => self.table.apply(filter, self.now, &mut self.out),
        }
        self.reseller = Remote::Idle;
        self.resellers = super::AccountResellers::default();
        self.load_names_of_resellers();
        let ticket = self.out.ask(Effect::FetchReseller);
        self.reseller.load(ticket);
        self.welcome();
    }

    /// The quiet line of the first moments: the demo says what it is.
    fn welcome(&mut self) {
        if self.target != Target::Demo {
            self.notice = None;
            return;
        }
        let until = Some(self.now.mono + NOTICE);
        self.notice = Some(Notice { text: self.demo_words(), tone: Tone::Dim, until });
    }

    /// Returns what the demo says of itself.
    pub(super) fn demo_words(&self) -> String {
        let profiles = self.keys.label(Action::Profiles);
        if self.known.names.is_empty() {
            format!("Demo data. Press {profiles} to add your own profile.")
        } else {
            format!("Demo data. {profiles} goes to your own profiles.")
        }
    }

    /// Takes over what the configuration says now. The account on the screen is opened again where its profile has changed.
    pub(super) fn configure(&mut self, configured: Configured) {
        self.keys.clone_from(&configured.keys);
        self.detail.labels = Labels::of(&configured.keys);
        let views: Vec<_> = std::mem::take(&mut self.known.profiles);
        self.known = configured;
        for listed in &mut self.known.profiles {
            // What was on the screen in this run is newer than what the file has.
            let held = views.iter().find(|held| held.name == listed.name);
            if let Some(view) = held.and_then(|held| held.view.clone()) {
                listed.view = Some(view);
            }
        }
        self.follow_profile();
    }

    /// The target of this name: a profile that can be used, or the demo.
    pub(crate) fn target_of(&self, name: &str) -> Option<Target> {
        if name == crate::config::DEMO {
            return Some(Target::Demo);
        }
        let listed = self.known.profiles.iter().find(|listed| listed.name == name)?;
        Some(Target::Profile { name: listed.name.clone(), profile: Box::new(listed.profile.clone()) })
    }
}
