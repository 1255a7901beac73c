//! The detail pane: its customer, the parts of the record that have arrived, and the requests for the others.

mod content;
mod copied;
mod following;
mod key_labels;
mod orders;
mod search;
mod searching;
mod subject;
mod tab_line;
pub(crate) mod words;

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use chrono::NaiveDate;
use lru::LruCache;

pub(crate) use copied::recalled;
use copied::{Differences, HeldState, Part, origin_of};
pub(crate) use following::NoOwnRecord;
pub(crate) use key_labels::{ErrorMessage, Labels};
use orders::OrderHistory;
pub(crate) use search::Search;
pub(crate) use searching::NoMatch;
pub(crate) use subject::{DetailSubject, Tab};
pub(crate) use tab_line::tab_line;

use super::{
    lines::TextLine,
    message::{Effect, LoadResult, Now, Outbox, Remote, Ticket},
    records::{CustomerPart, Records},
    timing::PATIENCE,
};
use crate::{
    model::{
        Customer, CustomerHistory, OrderPage, OrdersRequest, Priority, Row, Subscription, SubscriptionList,
    },
    products::ProductNames,
    source::Fetched,
};

/// The time for which the selection must not move before its record is requested.
pub(crate) const REST: Duration = Duration::from_millis(120);

/// Histories of orders kept for the session.
const CACHED: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// The number of lines from the end of the orders at which their next page is requested.
const MORE_ORDERS_AT: usize = 20;

/// The detail pane's state.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Detail {
    pub(crate) subject: Option<DetailSubject>,
    pub(crate) tab: Tab,
    pub(crate) customer: Remote<Arc<Customer>>,
    pub(crate) subscriptions: Remote<Arc<SubscriptionList>>,
    pub(crate) orders: Remote<Arc<OrderHistory>>,
    /// The changes that syncs have seen; `None` if no local copy is open.
    pub(crate) history: Remote<Option<CustomerHistory>>,
    /// Orders of all time instead of the current term.
    pub(crate) all_orders: bool,
    /// The time from which the record may be requested, once the selection has rested.
    pub(crate) rest_until: Option<Duration>,
    /// The time since when the user has been waiting for the pane.
    pub(crate) waiting_since: Option<Duration>,
    /// True if the wait is long enough to be shown.
    pub(crate) waits_long: bool,
    /// True if rows of a local copy are on the screen.
    has_copy: bool,
    /// True if the API is known to be out of reach.
    is_offline: bool,
    /// The parts that come from the local copy.
    held: HeldState,
    /// What the current answer has changed, as long as it is highlighted.
    differences: Option<Differences>,
    /// The tab's contents, a line of the screen each.
    pub(crate) lines: Vec<TextLine>,
    /// True if the lines are up to date. They are built when the pane is on the screen.
    rendered: bool,
    width: u16,
    /// The day, for what is said about deadlines.
    pub(crate) today: NaiveDate,
    /// The days between the last change of automatic renewal and the renewal date.
    pub(crate) change_margin: u8,
    /// The resellers whose customers are in the table.
    pub(crate) resellers: Vec<String>,
    /// The name of the customer's reseller, if it is known.
    reseller_name: Option<String>,
    /// The keys that the lines name.
    pub(crate) labels: Labels,
    pub(crate) top: usize,
    pub(crate) search: Search,
    more_orders: Option<Ticket>,
    /// The records and subscriptions that are here, for the table's columns too.
    pub(crate) records: Records,
    histories: LruCache<(String, bool), Arc<OrderHistory>>,
}

impl Detail {
    pub(crate) fn new(labels: Labels) -> Self {
        Self {
            subject: None,
            tab: Tab::Overview,
            customer: Remote::Idle,
            subscriptions: Remote::Idle,
            orders: Remote::Idle,
            history: Remote::Idle,
            all_orders: false,
            rest_until: None,
            waiting_since: None,
            waits_long: false,
            has_copy: false,
            is_offline: false,
            held: HeldState::default(),
            differences: None,
            lines: Vec::new(),
            rendered: false,
            width: 0,
            today: NaiveDate::default(),
            change_margin: 0,
            resellers: Vec::new(),
            reseller_name: None,
            labels,
            top: 0,
            search: Search::default(),
            more_orders: None,
            records: Records::new(),
            histories: LruCache::new(CACHED),
        }
    }

    /// Shows products by these names from now on.
    pub(crate) fn name_products(&mut self, products: &Arc<ProductNames>) {
        if self.records.name_products(products) {
            self.render();
        }
    }

    /// Shows another subject: what is cached at once, the rest when the selection has rested.
    pub(crate) fn show(&mut self, subject: Option<DetailSubject>, now: Now, out: &mut Outbox) {
        self.abandon(out);
        self.subject = subject;
        self.top = 0;
        self.search = Search::default();
        self.all_orders = false;
        self.differences = None;
        self.rest_until = self.subject.is_some().then_some(now.mono + REST);
        self.recall();
        self.render();
    }

    /// Leaves a customer that was opened by ID; the pane follows the selection again.
    pub(crate) fn leave_id(&mut self, now: Now, out: &mut Outbox) {
        if matches!(self.subject, Some(DetailSubject::Id(_))) {
            self.show(None, now, out);
        }
    }

    /// Replaces the row by the same customer's row of a newer response.
    pub(crate) fn renew_row(&mut self, newer: Arc<Row>) {
        if let Some(DetailSubject::Row(row) | DetailSubject::Own(row)) = &mut self.subject {
            *row = newer;
            self.render();
        }
    }

    /// Discards the cached parts of the subject and requests them again.
    pub(crate) fn refresh(&mut self, now: Now, out: &mut Outbox) {
        self.records.clear(out);
        self.histories.clear();
        for ticket in self.awaited() {
            out.abort(Some(ticket));
        }
        self.more_orders = None;
        self.customer.outdate();
        self.subscriptions.outdate();
        self.orders.outdate();
        self.history.outdate();
        self.rest_until = self.subject.is_some().then_some(now.mono);
    }

    /// Aborts every request of the pane.
    fn abandon(&mut self, out: &mut Outbox) {
        for ticket in self.awaited() {
            out.abort(Some(ticket));
        }
        self.more_orders = None;
        self.waiting_since = None;
    }

    /// Aborts the requests of the pane and keeps what has arrived. Returns true if a request was under way.
    pub(crate) fn stop(&mut self, out: &mut Outbox) -> bool {
        let waited = !self.awaited().is_empty();
        self.abandon(out);
        // A term that did not come is no longer asked for where the other one is here.
        if self.orders.is_loading()
            && self.orders.value().is_some_and(|orders| orders.all_time != self.all_orders)
        {
            self.all_orders = !self.all_orders;
            self.orders = self.orders.take_value().map_or(Remote::Idle, Remote::Ready);
        }
        self.customer.give_up();
        self.subscriptions.give_up();
        self.orders.give_up();
        self.history.give_up();
        self.rest_until = None;
        self.render();
        waited
    }

    /// Returns the tickets of the requests under way.
    pub(crate) fn awaited(&self) -> Vec<Ticket> {
        [
            self.customer.awaited(),
            self.subscriptions.awaited(),
            self.orders.awaited(),
            self.history.awaited(),
            self.more_orders,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Returns true if anything that the pane shows is on its way.
    pub(crate) fn is_loading(&self) -> bool {
        !self.awaited().is_empty()
    }

    fn recall(&mut self) {
        self.history = Remote::Idle;
        self.recall_parts();
        let id = self.subject.as_ref().and_then(DetailSubject::customer_id).map(str::to_owned);
        self.orders = id
            .and_then(|id| self.histories.get(&(id, self.all_orders)).cloned())
            .map_or(Remote::Idle, Remote::Ready);
    }

    /// Requests the record even if the tab does not show it.
    pub(crate) fn load_record(&mut self, now: Now, out: &mut Outbox) {
        if !self.customer.is_wanted() {
            return;
        }
        let Some(key) = self.subject.as_ref().and_then(DetailSubject::record_key) else { return };
        let ticket = out.ask(|ticket| Effect::LoadRecord(ticket, key, Priority::Visible));
        self.customer.load(ticket);
        self.waiting_since = Some(now.mono);
        self.render();
    }

    /// Requests what the tab needs, if the pane is on the screen and the selection has rested.
    pub(crate) fn load(&mut self, on_screen: bool, now: Now, out: &mut Outbox) {
        if !on_screen || self.rest_until.is_some_and(|until| now.mono < until) {
            return;
        }
        self.rest_until = None;
        let Some(subject) = &self.subject else { return };
        let Some(id) = subject.customer_id().map(str::to_owned) else { return };
        let asked = match self.tab {
            Tab::Overview | Tab::Contacts | Tab::Raw => {
                self.load_record(now, out);
                false
            }
            Tab::Products if self.subscriptions.is_wanted() => {
                let ticket = out.ask(|ticket| Effect::LoadSubscriptions(ticket, id, Priority::Visible));
                self.subscriptions.load(ticket);
                true
            }
            Tab::Orders if self.orders.is_wanted() => {
                let since = self.all_orders.then(|| self.first_day());
                let request = OrdersRequest::First { customer_id: id, since };
                let ticket = out.ask(|ticket| Effect::LoadOrders(ticket, request));
                self.orders.load(ticket);
                true
            }
            Tab::History if self.history.is_wanted() => {
                let ticket = out.ask(|ticket| Effect::LoadHistory(ticket, id));
                self.history.load(ticket);
                true
            }
            _ => false,
        };
        if asked {
            self.waiting_since = Some(now.mono);
            self.render();
        }
    }

    /// Loads parts that visible cells of the table need, once the selection has rested; not those that the pane itself is
    /// loading.
    pub(crate) fn load_parts(&mut self, mut wanted: Vec<CustomerPart>, now: Now, out: &mut Outbox) {
        if !wanted.is_empty() {
            if self.rest_until.is_some_and(|until| now.mono < until) {
                return;
            }
            // Once it is over, a rest wakes nobody again.
            self.rest_until = None;
            wanted.retain(|part| !self.is_loading_part(part));
        }
        self.records.load(&wanted, out);
    }

    fn is_loading_part(&self, part: &CustomerPart) -> bool {
        let Some(subject) = &self.subject else { return false };
        match part {
            CustomerPart::Record(key) => {
                self.customer.is_loading() && subject.record_key().as_ref() == Some(key)
            }
            CustomerPart::Subscriptions(id) => {
                self.subscriptions.is_loading() && subject.customer_id() == Some(id)
            }
        }
    }

    /// Returns a day before any order of the subject.
    fn first_day(&self) -> NaiveDate {
        let row = self.subject.as_ref().and_then(DetailSubject::row).and_then(Row::customer);
        let of_row = row.and_then(|row| row.creation_date.as_ref());
        let of_record = self.customer.value().and_then(|customer| customer.creation_date.as_ref());
        of_row.or(of_record).and_then(crate::model::Timestamp::date).unwrap_or_default()
    }

    /// Requests the next page of orders if the end of the loaded ones is near.
    pub(crate) fn load_more_orders(&mut self, height: usize, out: &mut Outbox) {
        if self.tab != Tab::Orders || self.more_orders.is_some() {
            return;
        }
        let Remote::Ready(orders) = &self.orders else { return };
        if let Some(next) = orders.next.clone()
            && self.top + height + MORE_ORDERS_AT >= self.lines.len()
        {
            self.more_orders = Some(out.ask(|ticket| Effect::LoadOrders(ticket, OrdersRequest::Next(next))));
        }
    }

    /// Returns the ID of the customer's reseller.
    pub(crate) fn reseller_id(&self) -> Option<&str> {
        let of_record = self.customer.value().and_then(|customer| customer.reseller_id.as_deref());
        let row = self.subject.as_ref().and_then(DetailSubject::row).and_then(|row| row.customer());
        of_record.or_else(|| row?.reseller_id.as_deref())
    }

    /// Sets the name of the customer's reseller.
    pub(crate) fn set_reseller_name(&mut self, name: Option<String>) {
        if self.reseller_name != name {
            self.reseller_name = name;
            self.render();
        }
    }

    /// Returns a reseller by name and ID, or by its ID alone.
    fn reseller_in_words(&self, id: &str) -> String {
        words::reseller(self.reseller_name.as_deref(), id)
    }

    /// Shows the notes that are known now.
    pub(crate) fn show_notes(&mut self) {
        self.render();
    }

    /// Takes a customer's changes; returns true if they were awaited.
    pub(crate) fn on_history(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Option<CustomerHistory>>,
    ) -> bool {
        if !self.history.settle(ticket, outcome.map(|history| *history).map_err(|error| *error)) {
            return false;
        }
        self.render();
        true
    }

    /// Takes a customer's record; returns true if it was awaited.
    pub(crate) fn on_customer(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Fetched<Customer>>,
        now: Now,
    ) -> bool {
        if self.customer.awaited() != Some(ticket) {
            return false;
        }
        let origin = origin_of(&outcome);
        self.note_arrival(Part::Record, origin.as_ref(), now);
        let result = outcome.map(|answer| Arc::new(answer.value)).map_err(|error| *error);
        self.customer.settle(ticket, result);
        if let (Remote::Ready(customer), Some(source), Some(origin)) =
            (&self.customer, self.subject.as_ref().and_then(DetailSubject::record_key), origin)
        {
            self.records.keep_customer(source, Arc::clone(customer), &origin);
        }
        self.render();
        true
    }

    /// Takes subscriptions; returns true if they were awaited.
    pub(crate) fn on_subscriptions(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Fetched<SubscriptionList>>,
        now: Now,
    ) -> bool {
        if self.subscriptions.awaited() != Some(ticket) {
            return false;
        }
        let origin = origin_of(&outcome);
        self.note_arrival(Part::Subscriptions, origin.as_ref(), now);
        let result = outcome.map(|answer| Arc::new(answer.value)).map_err(|error| *error);
        self.subscriptions.settle(ticket, result);
        if let (Remote::Ready(list), Some(id), Some(origin)) =
            (&self.subscriptions, self.subject.as_ref().and_then(DetailSubject::customer_id), origin)
        {
            self.records.keep_subscriptions(id.to_owned(), Arc::clone(list), &origin);
        }
        self.render();
        true
    }

    /// Takes the first or a further page of orders; returns true if it was awaited.
    pub(crate) fn on_orders(&mut self, ticket: Ticket, outcome: LoadResult<Fetched<OrderPage>>) -> bool {
        let mut is_copy = false;
        if self.more_orders == Some(ticket) {
            self.more_orders = None;
            if let Remote::Ready(orders) = &mut self.orders {
                let orders = Arc::make_mut(orders);
                match outcome {
                    Ok(answer) => orders.append(answer.value),
                    Err(error) => orders.give_up(*error),
                }
            }
        } else {
            let all_time = self.all_orders;
            is_copy = outcome.as_ref().is_ok_and(|answer| answer.origin.copy.is_some());
            let result = outcome.map(|answer| Arc::new(OrderHistory::of(answer.value, all_time)));
            if !self.orders.settle(ticket, result.map_err(|error| *error)) {
                return false;
            }
        }
        if let (Remote::Ready(orders), Some(id)) =
            (&self.orders, self.subject.as_ref().and_then(DetailSubject::customer_id))
        {
            let key = (id.to_owned(), self.all_orders);
            // A history whose rest could not be loaded is asked for again when it is opened next; so are orders of the copy.
            if orders.failed.is_none() && !is_copy {
                self.histories.put(key, Arc::clone(orders));
            } else {
                self.histories.pop(&key);
            }
        }
        self.render();
        true
    }

    /// Shows a wait once it is long, and hides it once it is over.
    pub(crate) fn notice_wait(&mut self, now: Now) {
        if !self.is_loading() {
            self.waiting_since = None;
        }
        let waits_long = self.waiting_since.is_some_and(|since| now.mono.saturating_sub(since) >= PATIENCE);
        if self.waits_long != waits_long {
            self.waits_long = waits_long;
            self.render();
        }
    }

    /// Returns true if the pane waits for the answer with this ticket.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.awaited().contains(&ticket)
    }

    /// Returns the tabs that there are.
    pub(crate) fn tabs(&self) -> &'static [Tab] {
        Tab::all(self.has_copy)
    }

    /// Returns the tab after or before this one.
    pub(crate) fn next_tab(&self, forward: bool) -> Tab {
        self.tab.step(forward, self.has_copy)
    }

    /// Shows a history of changes only where a local copy is on the screen.
    pub(crate) fn set_has_copy(&mut self, has_copy: bool) {
        if self.has_copy != has_copy {
            self.has_copy = has_copy;
            if self.tab == Tab::History {
                self.tab = Tab::Overview;
                self.render();
            }
        }
    }

    /// Shows another tab.
    pub(crate) fn switch(&mut self, tab: Tab) {
        if self.tab != tab {
            self.tab = tab;
            self.differences = None;
            self.top = 0;
            self.render();
        }
    }

    /// Shows the orders of the current term, or of all time.
    pub(crate) fn switch_term(&mut self, out: &mut Outbox) {
        out.abort(self.orders.awaited());
        out.abort(self.more_orders.take());
        self.all_orders = !self.all_orders;
        let id = self.subject.as_ref().and_then(DetailSubject::customer_id).map(str::to_owned);
        let cached = id.and_then(|id| self.histories.get(&(id, self.all_orders)).cloned());
        match cached {
            Some(orders) => self.orders = Remote::Ready(orders),
            // The other list stays until this one is here.
            None => self.orders.outdate(),
        }
        self.top = 0;
        self.render();
    }

    /// Returns the customer of the response and that of the row, if they differ.
    pub(crate) fn led_elsewhere(&self) -> Option<(&str, &str)> {
        let customer = self.customer.value()?.customer_id.as_deref()?;
        let row = self.subject.as_ref()?.customer_id()?;
        (customer != row).then_some((customer, row))
    }

    /// Returns the reseller of the customer, if it is not one of those in the table.
    pub(crate) fn foreign_reseller(&self) -> Option<&str> {
        // Views are about every reseller.
        if self.has_copy {
            return None;
        }
        let reseller = self.customer.value()?.reseller_id.as_deref()?;
        (!self.resellers.iter().any(|known| known == reseller)).then_some(reseller)
    }

    /// Rebuilds the lines if they are out of date, for a pane of this width.
    pub(crate) fn fit(&mut self, width: u16) {
        if self.width != width || !self.rendered {
            (self.width, self.rendered) = (width, true);
            self.lines = content::lines(self, usize::from(width));
            self.mark_differences();
            self.search.find(&self.lines);
        }
    }

    /// Marks the lines as out of date.
    fn render(&mut self) {
        self.rendered = false;
    }

    /// Scrolls by some lines, within a pane of this height.
    pub(crate) fn scroll(&mut self, by: isize, height: usize) {
        self.scroll_to(self.top.saturating_add_signed(by), height);
    }

    /// Scrolls so that this line is the first, as far as there are lines.
    pub(crate) fn scroll_to(&mut self, top: usize, height: usize) {
        self.top = top.min(self.lines.len().saturating_sub(height.max(1)));
    }

    /// Returns the subscriptions that have arrived.
    pub(crate) fn products(&self) -> &[Subscription] {
        self.subscriptions.value().map_or(&[], |list| &list.items)
    }
}
