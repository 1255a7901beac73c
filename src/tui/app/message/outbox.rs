//! The effects of one update, and the tickets of their requests.

use super::{Effect, Ticket};

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
