//! Effects that load something for the account on screen.

use std::{
    future::Future,
    sync::{Arc, atomic::Ordering},
};

use super::Effects;
use crate::{
    api::{ApiError, RequestOptions, Urgency},
    model::{Priority, StatusCounts},
    portfolio::PortfolioSource,
    source::CustomerSource,
    tui::{
        app::{Effect, LoadResult, Message, Ticket},
        connection::Connection,
        forced_panic::is_panic_forced,
        report::Report,
    },
};

impl Effects {
    /// Runs an effect that loads something for the account on screen.
    pub(super) fn run_load(&mut self, effect: Effect) {
        match effect {
            Effect::LoadRows(ticket, request, priority) => {
                self.load(ticket, urgency(priority), Message::Rows, async move |source, options| {
                    source.rows(request, options).await
                });
            }
            Effect::LoadCounts(ticket, filter) => {
                let counted = |ticket, outcome: LoadResult<StatusCounts<ApiError>>| {
                    let counts = outcome.map_or_else(|error| StatusCounts::failed(&*error), |counts| *counts);
                    Message::Counts(ticket, counts)
                };
                self.load(ticket, Urgency::background(), counted, async move |source, options| {
                    Ok(source.counts(filter, options).await)
                });
            }
            Effect::LoadRecord(ticket, key, priority) => {
                self.load(ticket, urgency(priority), Message::Record, async move |source, options| {
                    source.customer(key, options).await
                });
            }
            Effect::LoadSubscriptions(ticket, id, priority) => {
                self.load(ticket, urgency(priority), Message::Subscriptions, async move |source, options| {
                    source.subscriptions(id, options).await
                });
            }
            Effect::LoadOrders(ticket, request) => {
                self.load(ticket, Urgency::foreground(), Message::Orders, async move |source, options| {
                    source.orders(request, options).await
                });
            }
            Effect::LoadHistory(ticket, id) => {
                self.load(ticket, Urgency::foreground(), Message::History, async move |source, _| {
                    source.changes(id).await
                });
            }
            Effect::LoadFacets(ticket, filter) => {
                self.load(ticket, Urgency::foreground(), Message::Facets, async move |source, _| {
                    source.facets(filter).await
                });
            }
            Effect::LoadToday(ticket, refresh) => {
                self.load(ticket, Urgency::foreground(), Message::Today, async move |source, _| {
                    source.today(refresh).await
                });
            }
            Effect::LoadSummary(ticket, filter, refresh) => {
                self.load(ticket, Urgency::foreground(), Message::Summary, async move |source, _| {
                    source.summary(filter, refresh).await
                });
            }
            Effect::LoadRenewalWeeks(ticket, filter, span) => {
                self.load(ticket, Urgency::foreground(), Message::RenewalWeeks, async move |source, _| {
                    source.renewal_weeks(filter, span).await
                });
            }
            Effect::LoadHeld(ticket, ids) => {
                self.load(ticket, Urgency::foreground(), Message::Held, async move |source, _| {
                    source.held(ids).await
                });
            }
            Effect::LoadNotes(ticket) => {
                self.load(ticket, Urgency::foreground(), Message::Notes, async move |source, _| {
                    source.notes().await
                });
            }
            Effect::SaveNote(ticket, change) => {
                self.load(ticket, Urgency::foreground(), Message::NoteSaved, async move |source, _| {
                    source.put_note(*change).await
                });
            }
            Effect::FindCustomer(ticket, text) => {
                self.load(ticket, Urgency::foreground(), Message::FoundCustomers, async move |source, _| {
                    source.named(text).await
                });
            }
            Effect::LoadResellers(ticket) => {
                self.fetch(
                    ticket,
                    Urgency::foreground(),
                    Message::AccountResellers,
                    async move |connection, options| {
                        connection.account.with(options).resellers(usize::MAX).await
                    },
                );
            }
            Effect::FetchReseller(ticket) => {
                self.fetch(
                    ticket,
                    Urgency::background(),
                    Message::Reseller,
                    async move |connection, options| {
                        let account = &connection.account;
                        let answer =
                            account.client.with_options(options).reseller(&account.reseller_id).await?;
                        Ok(answer.value)
                    },
                );
            }
            _ => {}
        }
    }

    /// Loads something from the account's source.
    fn load<T, F, R>(
        &mut self,
        ticket: Ticket,
        urgency: Urgency,
        wrap: fn(Ticket, LoadResult<T>) -> Message,
        request: F,
    ) where
        T: Send + 'static,
        F: FnOnce(Arc<PortfolioSource>, RequestOptions) -> R + Send + 'static,
        R: Future<Output = Result<T, ApiError>> + Send,
    {
        self.fetch(ticket, urgency, wrap, async move |connection, options| {
            request(Arc::clone(&connection.source), options).await
        });
    }

    fn fetch<T, F, R>(
        &mut self,
        ticket: Ticket,
        urgency: Urgency,
        wrap: fn(Ticket, LoadResult<T>) -> Message,
        request: F,
    ) where
        T: Send + 'static,
        F: FnOnce(Arc<Connection>, RequestOptions) -> R + Send + 'static,
        R: Future<Output = Result<T, ApiError>> + Send,
    {
        let connection = self.connection.clone();
        let (reports, asked, vault) =
            (self.reports.clone(), Arc::clone(&self.asked), Arc::clone(&self.world.home.vault));
        let unkept = self.unkept.clone();
        let (waits, exchanges) = (self.reports.clone(), self.reports.clone());
        let options = RequestOptions::new(urgency.clone())
            .on_wait(move |wait| {
                let _ = waits.send(Report::Message(Message::Waiting(ticket, wait)));
            })
            .on_exchange(move |exchange| {
                let exchange = Box::new(exchange.clone());
                let _ = exchanges.send(Report::Message(Message::Exchange(ticket, exchange)));
            });
        self.hurried_task(ticket, urgency, async move {
            assert!(!is_panic_forced("task"), "forced in a task");
            let outcome = match connection.ready().await {
                // The request holds the connection: the demo server stops when the last reference is dropped.
                Ok(connection) => request(Arc::clone(&connection), options)
                    .await
                    .map_err(|error| connection.account.error(error)),
                Err(error) => Err(error),
            };
            if outcome.is_ok() && !asked.load(Ordering::Acquire) {
                tokio::spawn(async move {
                    vault.settle().await;
                    if let Some(error) = vault.take_unkept() {
                        unkept.warn(error.to_string());
                    }
                    if vault.is_asking() && !asked.swap(true, Ordering::AcqRel) {
                        let _ = reports.send(Report::Message(Message::NoKeyring));
                    }
                });
            }
            wrap(ticket, outcome.map(Box::new).map_err(Box::new))
        });
    }
}

/// Returns the urgency of requests with this priority.
fn urgency(priority: Priority) -> Urgency {
    match priority {
        Priority::Visible => Urgency::foreground(),
        Priority::Prefetch => Urgency::background(),
    }
}
