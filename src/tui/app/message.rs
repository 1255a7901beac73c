//! What reaches the app, and what the app asks of the world: both as data.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate};
use crossterm::event::{KeyEvent, MouseEvent};

use super::remote::Ticket;
use crate::{
    api::{Answer, ApiError},
    model::{Customer, CustomerPage, CustomerQuery, Link, OrderPage, Reseller, SubscriptionList},
};

/// The time of a message: the app reads no clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Now {
    /// Since the program started; only ever grows.
    pub mono: Duration,
    /// The clock on the wall, in the person's zone.
    pub wall: DateTime<FixedOffset>,
}

impl Now {
    /// The day by which the API filters: UTC's.
    pub fn today(&self) -> NaiveDate {
        self.wall.to_utc().date_naive()
    }
}

/// The answer of a request, or what went wrong.
pub type Outcome<T> = Result<Box<Answer<T>>, Box<ApiError>>;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key.
    Key(KeyEvent),
    /// The mouse.
    Mouse(MouseEvent),
    /// A bracketed paste.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The time that [`super::App::next_wake`] asked for has come.
    Wake,
    /// A page of the customer list, or a count.
    Page(Ticket, Outcome<CustomerPage>),
    /// A customer.
    Customer(Ticket, Outcome<Customer>),
    /// A customer's subscriptions.
    Subscriptions(Ticket, Outcome<SubscriptionList>),
    /// A page of a customer's orders.
    Orders(Ticket, Outcome<OrderPage>),
    /// The reseller.
    Reseller(Ticket, Outcome<Reseller>),
    /// Something was copied, in the words of the clipboard, or why not.
    Copied(Result<String, String>),
    /// A task ended without a result because of a fault of this program's own.
    TaskFailed(Ticket, String),
    /// The program was asked from outside to suspend itself.
    Suspend,
}

/// Something that the world is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Fetch a page of the customer list; answered by [`Message::Page`].
    FetchPage(Ticket, CustomerQuery),
    /// Fetch a customer by a row's link; answered by [`Message::Customer`].
    FetchCustomerByLink(Ticket, Link),
    /// Fetch a customer by its id; answered by [`Message::Customer`].
    FetchCustomer(Ticket, String),
    /// Fetch a customer's subscriptions; answered by [`Message::Subscriptions`].
    FetchSubscriptions(Ticket, String),
    /// Fetch the first page of a customer's orders since a day; answered by [`Message::Orders`].
    FetchOrders(Ticket, String, Option<NaiveDate>),
    /// Fetch a further page of orders by its link; answered by [`Message::Orders`].
    FetchOrdersByLink(Ticket, Link),
    /// Fetch the reseller; answered by [`Message::Reseller`].
    FetchReseller(Ticket),
    /// Give up a request: its answer is no longer wanted.
    Abort(Ticket),
    /// Put this text on the clipboard; answered by [`Message::Copied`].
    Copy(String),
    /// Take the mouse, or give it back to the terminal.
    SetMouse(bool),
    /// Suspend the program as Ctrl-Z does.
    Suspend,
    /// End the program.
    Quit,
}

/// Collects the effects of one update and hands out tickets.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) effects: Vec<Effect>,
    issued: u64,
}

impl Outbox {
    /// A ticket that was never issued before.
    pub(crate) fn ticket(&mut self) -> Ticket {
        self.issued += 1;
        Ticket(self.issued)
    }

    /// Asks for a request that gets a new ticket.
    pub(crate) fn ask(&mut self, effect: impl FnOnce(Ticket) -> Effect) -> Ticket {
        let ticket = self.ticket();
        self.effects.push(effect(ticket));
        ticket
    }

    /// Asks for anything else.
    pub(crate) fn send(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Gives up the request that `ticket` names, if any.
    pub(crate) fn abort(&mut self, ticket: Option<Ticket>) {
        self.effects.extend(ticket.map(Effect::Abort));
    }
}
