//! Effects become tasks, and tasks report back: the only way from the app to the network and the clipboard.

use std::{
    collections::HashMap,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, TryLockError},
};

use futures_util::FutureExt;
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    app::{Effect, Message, Outcome, Ticket},
    clipboard::{Clipboard, Copied, Surroundings},
    connection::{Connection, Pending},
};
use crate::api::{Answer, ApiError, OrdersQuery};

/// Orders asked for at a time: the API's limit.
const ORDERS_PAGE: u8 = 100;

/// Finished tasks are forgotten when more than this many are remembered.
const REMEMBERED_TASKS: usize = 64;

/// What a task reports.
#[derive(Debug)]
pub(super) enum Report {
    /// A result for the app.
    Message(Message),
    /// What became of a text that was to be copied; the terminal may have to write it.
    Copied(Copied),
}

/// Runs effects.
pub(super) struct Effects {
    connection: Pending,
    reports: mpsc::UnboundedSender<Report>,
    tasks: HashMap<Ticket, AbortHandle>,
    clipboard: Arc<Mutex<Clipboard>>,
}

impl Effects {
    /// Effects that report to the receiver that comes with them.
    pub(super) fn new(connection: Pending) -> (Self, mpsc::UnboundedReceiver<Report>) {
        let (reports, receiver) = mpsc::unbounded_channel();
        let clipboard = Arc::new(Mutex::new(Clipboard::new(Surroundings::detect())));
        (Self { connection, reports, tasks: HashMap::new(), clipboard }, receiver)
    }

    /// Runs one effect; gives back those that only the loop can run.
    pub(super) fn run(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::FetchPage(ticket, query) => self.fetch(ticket, Message::Page, async move |connection| {
                connection.client.customers(&connection.reseller_id, &query).await
            }),
            Effect::FetchCustomerByLink(ticket, link) => {
                self.fetch(ticket, Message::Customer, async move |connection| {
                    connection.client.customer_by_link(&link).await
                });
            }
            Effect::FetchCustomer(ticket, id) => {
                self.fetch(ticket, Message::Customer, async move |connection| {
                    connection.client.customer(&id).await
                });
            }
            Effect::FetchSubscriptions(ticket, id) => {
                self.fetch(ticket, Message::Subscriptions, async move |connection| {
                    connection.client.subscriptions(&id).await
                });
            }
            Effect::FetchOrders(ticket, id, start_date) => {
                let query = OrdersQuery { limit: ORDERS_PAGE, start_date, ..OrdersQuery::default() };
                self.fetch(ticket, Message::Orders, async move |connection| {
                    connection.client.orders(&id, &query).await
                });
            }
            Effect::FetchOrdersByLink(ticket, link) => {
                self.fetch(ticket, Message::Orders, async move |connection| {
                    connection.client.orders_by_link(&link).await
                });
            }
            Effect::FetchReseller(ticket) => self.fetch(ticket, Message::Reseller, async move |connection| {
                connection.client.reseller(&connection.reseller_id).await
            }),
            Effect::Abort(ticket) => {
                if let Some(task) = self.tasks.remove(&ticket) {
                    task.abort();
                }
            }
            Effect::Copy(text) => self.copy(text),
            Effect::SetMouse(_) | Effect::Suspend | Effect::Quit => return Some(effect),
        }
        None
    }

    /// Gives up everything that is under way.
    pub(super) fn abort_all(&mut self) {
        for (_, task) in self.tasks.drain() {
            task.abort();
        }
    }

    fn fetch<T, F, R>(&mut self, ticket: Ticket, wrap: fn(Ticket, Outcome<T>) -> Message, request: F)
    where
        T: Send + 'static,
        F: FnOnce(Arc<Connection>) -> R + Send + 'static,
        R: Future<Output = Result<Answer<T>, ApiError>> + Send,
    {
        let connection = self.connection.clone();
        let reports = self.reports.clone();
        let task = tokio::spawn(async move {
            let work = async {
                force_panic_if_asked();
                request(connection.ready().await?).await
            };
            // A fault in a task is told where its result would have been; it must not end the program.
            let message = match AssertUnwindSafe(work).catch_unwind().await {
                Ok(result) => wrap(ticket, result.map(Box::new).map_err(Box::new)),
                Err(panic) => Message::TaskFailed(ticket, words_of(&*panic)),
            };
            // Nobody listens any more where the program has ended meanwhile.
            let _ = reports.send(Report::Message(message));
        });
        if self.tasks.len() > REMEMBERED_TASKS {
            self.tasks.retain(|_, task| !task.is_finished());
        }
        self.tasks.insert(ticket, task.abort_handle());
    }

    /// Copies on a blocking thread: clipboards wait for other programs.
    fn copy(&self, text: String) {
        let (clipboard, reports) = (Arc::clone(&self.clipboard), self.reports.clone());
        tokio::task::spawn_blocking(move || {
            let copied = match clipboard.try_lock() {
                Ok(mut clipboard) => clipboard.copy(&text),
                Err(TryLockError::Poisoned(clipboard)) => clipboard.into_inner().copy(&text),
                // One that hangs keeps one thread, not one for each press of the key.
                Err(TryLockError::WouldBlock) => {
                    Copied::Nowhere { reason: "the clipboard is still busy with the last copy".to_owned() }
                }
            };
            let _ = reports.send(Report::Copied(copied));
        });
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}

/// Lets tests see what a fault in a task looks like; not in release builds.
fn force_panic_if_asked() {
    assert!(!super::runtime::forced_panic("task"), "forced in a task");
}
