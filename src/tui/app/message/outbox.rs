//! The effects of one update, and the tickets of their requests.

use super::{Effect, Ticket};

/// Collects the effects of one update and hands out tickets.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) effects: Vec<Effect>,
    issued: u64,
}

impl Outbox {
    /// Issues a new ticket.
    pub(crate) fn ticket(&mut self) -> Ticket {
        self.issued += 1;
        Ticket(self.issued)
    }

    /// Sends a request with a new ticket, and returns the ticket.
    pub(crate) fn ask(&mut self, effect: impl FnOnce(Ticket) -> Effect) -> Ticket {
        let ticket = self.ticket();
        self.effects.push(effect(ticket));
        ticket
    }

    /// Sends any other effect.
    pub(crate) fn send(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Aborts the request with this ticket, if there is one.
    pub(crate) fn abort(&mut self, ticket: Option<Ticket>) {
        self.effects.extend(ticket.map(Effect::Abort));
    }
}
