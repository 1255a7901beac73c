//! Answers to the requests of the app, as the portfolio gives them, or errors.

use futures_util::FutureExt;

use super::{
    super::{Configured, Effect, Message, NotSaved, Ticket},
    Portfolio, Stage,
    portfolio::PortfolioServer,
    samples::{customer, exchange, fetched_at, order_page, reseller, resellers},
    summary::figures,
    ticket_of,
};
use crate::{
    account::Resellers,
    api::{ApiError, RequestOptions, Urgency},
    model::{
        CustomerNote, NoteChange, NoteOutcome, OrdersRequest, Priority, RecordKey, RowsRequest, StatusCounts,
        SubscriptionList,
    },
    source::Window,
};

impl Stage {
    /// Answers all requests, those that the answers lead to included.
    pub(crate) fn answer(&mut self) -> &mut Self {
        for _ in 0..1_000 {
            let Some(effect) = self.pending.first().cloned() else { return self };
            self.answer_one(&effect);
        }
        panic!("requests without end: {:?}", self.pending);
    }

    /// Answers one pending request as the portfolio would.
    pub(crate) fn answer_one(&mut self, effect: &Effect) {
        self.pending.retain(|pending| pending != effect);
        if let Effect::LoadRecord(ticket, _, _)
        | Effect::LoadSubscriptions(ticket, _, _)
        | Effect::LoadOrders(ticket, _)
        | Effect::FetchReseller(ticket) = effect
        {
            self.send(Message::Exchange(*ticket, Box::new(exchange())));
        }
        let message = match effect {
            Effect::LoadRows(ticket, request, priority) => {
                let window = self.window(*ticket, request, *priority);
                Message::Rows(*ticket, window.map(Box::new).map_err(Box::new))
            }
            Effect::LoadCounts(ticket, filter) if self.source.is_some() => {
                let counts = self
                    .source
                    .as_ref()
                    .map(|source| source.counts(filter.clone(), RequestOptions::default()));
                Message::Counts(*ticket, counts.and_then(FutureExt::now_or_never).unwrap())
            }
            Effect::LoadCounts(ticket, filter) => {
                let server = PortfolioServer::new(&self.portfolio, self.now, true);
                let options = RequestOptions::default();
                let counts = self.rows.counts(&server, filter, &options).now_or_never().unwrap();
                for _ in server.asked.into_inner().unwrap() {
                    self.send(Message::Exchange(*ticket, Box::new(exchange())));
                }
                Message::Counts(*ticket, counts)
            }
            Effect::LoadRecord(ticket, RecordKey::Link(link), _) => {
                let id = link.uri.rsplit('/').next().unwrap_or_default();
                Message::Record(*ticket, fetched_at(self.now.wall, customer(&Portfolio::record(id))))
            }
            Effect::LoadRecord(ticket, RecordKey::Id(id), _) => {
                Message::Record(*ticket, fetched_at(self.now.wall, customer(&Portfolio::record(id))))
            }
            Effect::LoadSubscriptions(ticket, _, _) => {
                let body = Portfolio::subscriptions().to_string();
                let list = SubscriptionList::from_slice(body.as_bytes()).unwrap();
                Message::Subscriptions(*ticket, fetched_at(self.now.wall, list))
            }
            Effect::LoadOrders(ticket, OrdersRequest::First { .. }) => {
                Message::Orders(*ticket, fetched_at(self.now.wall, order_page(&self.portfolio.orders(0))))
            }
            Effect::LoadOrders(ticket, OrdersRequest::Next(link)) => {
                let offset = link.uri.rsplit('=').next().unwrap().parse().unwrap();
                Message::Orders(
                    *ticket,
                    fetched_at(self.now.wall, order_page(&self.portfolio.orders(offset))),
                )
            }
            Effect::LoadHistory(ticket, _) => Message::History(*ticket, Ok(Box::new(None))),
            Effect::FindCustomer(ticket, _) => Message::FoundCustomers(*ticket, Ok(Box::default())),
            Effect::LoadFacets(ticket, _) => Message::Facets(*ticket, Ok(Box::default())),
            Effect::LoadToday(ticket, _) => Message::Today(*ticket, Ok(Box::default())),
            Effect::LoadSummary(ticket, ..) => {
                Message::Summary(*ticket, Ok(Box::new(super::summary::answer_with(figures(), self.now))))
            }
            Effect::LoadRenewalWeeks(ticket, _, span) => {
                Message::RenewalWeeks(*ticket, Ok(Box::new(super::summary::renewal_weeks(*span))))
            }
            Effect::LoadHeld(ticket, _) => Message::Held(*ticket, Ok(Box::default())),
            Effect::LoadNotes(ticket) => Message::Notes(*ticket, Ok(Box::new(self.notes.clone()))),
            Effect::SaveNote(ticket, change) => {
                let outcome = self.save_note(change);
                Message::NoteSaved(*ticket, Ok(Box::new(outcome)))
            }
            Effect::LoadResellers(ticket) => {
                let list = Resellers { rows: resellers(), unreadable: 0, doubt: None };
                Message::AccountResellers(*ticket, Ok(Box::new(list)))
            }
            Effect::FetchReseller(ticket) => Message::Reseller(*ticket, Ok(Box::new(reseller()))),
            Effect::CheckProfile(ticket, _, step) => {
                Message::Checked(*ticket, Ok(format!("{} is in order", step.title())))
            }
            Effect::ListResellers(ticket, _) => Message::Resellers(*ticket, Ok(resellers())),
            Effect::SaveProfile(ticket, draft) => {
                let mut configured = self.app.session.configuration.clone();
                configured.put(draft);
                Message::ProfileSaved(*ticket, Ok(Box::new(configured)))
            }
            Effect::RemoveProfile(ticket, name) => {
                let mut configured = self.app.session.configuration.clone();
                configured.profiles.retain(|listed| listed.name != *name);
                configured.names.retain(|known| known != name);
                Message::ProfilesChanged(*ticket, Ok(Box::new(configured)))
            }
            Effect::DefaultProfile(ticket, name) => {
                let configured =
                    Configured { default: Some(name.clone()), ..self.app.session.configuration.clone() };
                Message::ProfilesChanged(*ticket, Ok(Box::new(configured)))
            }
            other => panic!("{other:?} is no request"),
        };
        self.settle(effect, message);
    }

    /// Writes a note as the history does.
    fn save_note(&mut self, change: &NoteChange) -> NoteOutcome {
        let stored = self.notes.notes.get(&change.customer_id).cloned();
        if stored != change.replaces {
            return NoteOutcome::Conflict(stored);
        }
        let NoteChange { customer_id, text, follow_up, .. } = change.clone();
        let written_at = self.now.wall.to_utc();
        if change.is_deletion() {
            self.notes.notes.remove(&customer_id);
        } else {
            self.notes.notes.insert(customer_id, CustomerNote { text, follow_up, written_at });
        }
        NoteOutcome::Kept
    }

    /// Reads a window from the portfolio; the app hears of the requests that this takes.
    fn window(
        &mut self,
        ticket: Ticket,
        request: &RowsRequest,
        priority: Priority,
    ) -> Result<Window, ApiError> {
        if let Some(source) = &self.source {
            return source.rows(request.clone(), RequestOptions::default()).now_or_never().unwrap();
        }
        let urgency = match priority {
            Priority::Visible => Urgency::foreground(),
            Priority::Prefetch => Urgency::background(),
        };
        let server = PortfolioServer::new(&self.portfolio, self.now, true);
        let options = RequestOptions::new(urgency);
        let window = self.rows.window(&server, request, &options).now_or_never().unwrap();
        for _ in server.asked.into_inner().unwrap() {
            self.send(Message::Exchange(ticket, Box::new(exchange())));
        }
        window
    }

    /// Answers one pending request with an error.
    pub(crate) fn fail_one(&mut self, effect: &Effect, error: ApiError) {
        if let (Some(ticket), Some(exchange)) = (ticket_of(effect), &error.exchange) {
            self.send(Message::Exchange(ticket, exchange.clone()));
        }
        let error = Box::new(error);
        let message = match effect {
            Effect::LoadRows(ticket, ..) => Message::Rows(*ticket, Err(error)),
            Effect::LoadCounts(ticket, _) => Message::Counts(*ticket, StatusCounts::failed(&*error)),
            Effect::LoadRecord(ticket, _, _) => Message::Record(*ticket, Err(error)),
            Effect::LoadSubscriptions(ticket, _, _) => Message::Subscriptions(*ticket, Err(error)),
            Effect::LoadOrders(ticket, _) => Message::Orders(*ticket, Err(error)),
            Effect::LoadHistory(ticket, _) => Message::History(*ticket, Err(error)),
            Effect::FindCustomer(ticket, _) => Message::FoundCustomers(*ticket, Err(error)),
            Effect::LoadFacets(ticket, _) => Message::Facets(*ticket, Err(error)),
            Effect::LoadToday(ticket, _) => Message::Today(*ticket, Err(error)),
            Effect::LoadSummary(ticket, ..) => Message::Summary(*ticket, Err(error)),
            Effect::LoadRenewalWeeks(ticket, ..) => Message::RenewalWeeks(*ticket, Err(error)),
            Effect::LoadHeld(ticket, _) => Message::Held(*ticket, Err(error)),
            Effect::LoadNotes(ticket) => Message::Notes(*ticket, Err(error)),
            Effect::SaveNote(ticket, _) => Message::NoteSaved(*ticket, Err(error)),
            Effect::LoadResellers(ticket) => Message::AccountResellers(*ticket, Err(error)),
            Effect::FetchReseller(ticket) => Message::Reseller(*ticket, Err(error)),
            Effect::CheckProfile(ticket, ..) => Message::Checked(*ticket, Err(error)),
            Effect::ListResellers(ticket, _) => Message::Resellers(*ticket, Err(error)),
            Effect::SaveProfile(ticket, _) => {
                Message::ProfileSaved(*ticket, Err(NotSaved::Failed(error.to_string())))
            }
            Effect::RemoveProfile(ticket, _) | Effect::DefaultProfile(ticket, _) => {
                Message::ProfilesChanged(*ticket, Err(error.to_string()))
            }
            other => panic!("{other:?} is no request"),
        };
        self.settle(effect, message);
    }

    /// Answers everything with this error.
    pub(crate) fn fail(&mut self, error: &ApiError) -> &mut Self {
        while let Some(effect) = self.pending.first().cloned() {
            self.fail_one(&effect, error.clone());
        }
        self
    }

    /// Answers one pending request with a message of the test's own.
    pub(crate) fn settle(&mut self, effect: &Effect, message: Message) {
        self.pending.retain(|pending| pending != effect);
        self.send(message);
    }
}
