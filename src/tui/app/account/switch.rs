//! From one account to another: what belongs to the old one goes, what was on the screen of the new one comes back.

use super::super::{
    App, Marks, RenewalStrip,
    detail::{Detail, Labels},
    filter::{FilterPanel, Typed},
    layout::Pane,
    message::{Configured, Effect},
    session::{columns_of, filter_of, view_of},
    table::{ColumnSets, CustomerTable, TableColumns},
};
use crate::{account::AccountId, model::CustomerFilter, state::View};

impl App {
    /// Leaves the account on the screen, and opens another one, or the same again.
    pub(crate) fn switch_to(&mut self, target: AccountId) {
        self.keep_view();
        self.session.connect(target, &mut self.out);
        self.open_account();
    }

    /// Returns the profile and what is on its screen; `None` for the demo, which begins again each time.
    pub fn view(&self) -> Option<(String, View)> {
        let name = self.session.target.name()?.to_owned();
        let page_size = self.session.configuration.page_size;
        let last = self.session.last_view();
        let sets = &self.column_sets;
        let columns = (sets.live(&self.columns), sets.views(&self.columns));
        Some((name, view_of(&self.table, &self.filter.typed, columns, page_size, last)))
    }

    /// Keeps what is on the screen of the profile for when it is opened next.
    fn keep_view(&mut self) {
        let Some((name, view)) = self.view() else { return };
        let used = self.now.wall.to_utc();
        let profiles = &mut self.session.configuration.profiles;
        if let Some(listed) = profiles.iter_mut().find(|listed| listed.name == name) {
            listed.view = Some(view.clone());
            listed.last_used = Some(used);
            self.out.send(Effect::SaveView(name, Box::new(view)));
        }
    }

    /// Begins with the account as its last start has left it.
    pub(in crate::tui::app) fn open_account(&mut self) {
        let view = self.session.last_view().cloned();
        let page_size = self.session.configuration.page_size;
        (self.filter, self.columns) = (FilterPanel::new(), TableColumns::default());
        self.column_sets = ColumnSets::default();
        let filter = if let Some(view) = &view {
            let (mut filter, mut typed) = filter_of(view, page_size, self.now.today());
            // A copy that was kept for the last session only is gone.
            if filter.portfolio.is_some() && self.has_to_ask_for_copy() {
                (filter, typed) =
                    (CustomerFilter { page_size, ..CustomerFilter::default() }, Typed::default());
            }
            (self.filter.typed, self.columns) = (typed, columns_of(&view.columns));
            let of_views = (!view.view_columns.is_empty()).then(|| columns_of(&view.view_columns));
            self.column_sets = ColumnSets::with_views(of_views);
            filter
        } else {
            CustomerFilter { page_size, ..CustomerFilter::default() }
        };
        self.filter.point_at(&filter.status);
        self.table = CustomerTable::new(filter.clone());
        self.show_columns_of_view();
        self.detail = Detail::new(Labels::of(&self.keys));
        self.out.abort(self.strip.awaited());
        self.strip = RenewalStrip::default();
        self.marks = Marks::default();
        (self.emails, self.comparison) = (None, None);
        self.overlay = None;
        (self.screen.focus, self.screen.zoom) = (Pane::Table, false);
        match view {
            Some(view) => {
                let row = (view.row, view.customer_id);
                self.table.resume(filter, view.place, row, self.now, &mut self.out);
            }
            None => self.table.apply(filter, self.now, &mut self.out),
        }
        // The table shows the names of other resellers.
        let needs_names = !self.table.filter.resellers.is_empty();
        self.session.begin(needs_names, &mut self.out);
        self.welcome();
    }

    /// Shows the quiet line of the first moments: the demo says what it is.
    fn welcome(&mut self) {
        self.notices.dismiss();
        if self.session.target == AccountId::Demo {
            let words = self.session.demo_notice(&self.keys);
            self.notices.whisper(words, self.now);
        }
    }

    /// Takes over what the configuration says now.
    pub(in crate::tui::app) fn configure(&mut self, configured: Configured) {
        self.keys.clone_from(&configured.keys);
        self.detail.labels = Labels::of(&configured.keys);
        self.session.configure(configured);
        self.follow_profile();
    }

    /// Switches to the demo if the profile on the screen no longer exists.
    pub(crate) fn leave_missing_profile(&mut self) {
        if self.session.has_lost_its_profile() {
            let open = self.overlay.take();
            // The view of a profile that is gone is not kept.
            self.switch_to(AccountId::Demo);
            self.session.source.stands_in = !self.session.configuration.problems.is_empty();
            self.overlay = open;
        }
    }
}
