//! Results of what the app asked of the world, each given to the part that waits for it.

use std::sync::Arc;

use super::{
    App, Overlay,
    emails::Emails,
    layout::Pane,
    message::{LoadResult, Message, NotSaved, Ticket},
    records::{Cached, Taken},
    table::{QueuedKeys, SelectionTarget},
};
use crate::{
    api::{ApiError, Exchange},
    model::{Customer, StatusCounts, SubscriptionList},
    source::{Fetched, Window},
    text,
    tui::action::Action,
};

impl App {
    /// Gives an answer to the part that waits for it; returns true if anything visible may have changed.
    pub(super) fn on_answer(&mut self, answer: Message) -> bool {
        if answer.account_ticket().is_some_and(|ticket| self.session.is_of_previous_account(ticket)) {
            return false;
        }
        match answer {
            Message::Rows(ticket, outcome) => self.on_rows(ticket, outcome),
            Message::Counts(ticket, counts) => self.table.on_counts(ticket, &counts),
            Message::Record(ticket, outcome) => self.on_record(ticket, outcome),
            Message::Subscriptions(ticket, outcome) => self.on_subscriptions(ticket, outcome),
            Message::Orders(ticket, outcome) => self.detail.on_orders(ticket, outcome),
            Message::History(ticket, outcome) => self.detail.on_history(ticket, outcome),
            Message::Facets(ticket, outcome) => self.on_facets(ticket, outcome),
            Message::Today(ticket, outcome) => self.on_today(ticket, outcome),
            Message::Summary(ticket, outcome) => self.on_summary(ticket, outcome),
            Message::RenewalWeeks(ticket, outcome) => self.strip.take(ticket, outcome),
            Message::Held(ticket, outcome) => self.on_held(ticket, outcome),
            Message::Notes(ticket, outcome) => self.on_notes(ticket, outcome),
            Message::NoteSaved(ticket, outcome) => self.on_note_saved(ticket, outcome),
            Message::FoundCustomers(ticket, outcome) => self.on_found_customers(ticket, &outcome),
            Message::Reseller(ticket, outcome) => {
                let outcome = outcome.map(|value| *value).map_err(|error| *error);
                self.session.reseller.settle(ticket, outcome)
            }
            Message::AccountResellers(ticket, outcome) => self.on_account_resellers(ticket, outcome),
            Message::Exchange(_, exchange) => {
                self.keep_exchange(*exchange);
                true
            }
            Message::Waiting(ticket, wait) => {
                self.session.waits.tell(ticket, wait, self.now.mono);
                true
            }
            Message::Checked(ticket, found) => {
                if let Some(exchange) = found.as_ref().err().and_then(|error| error.exchange.as_deref()) {
                    self.keep_exchange(exchange.clone());
                }
                self.on_checked(ticket, found)
            }
            Message::Resellers(ticket, found) => self.on_resellers(ticket, found),
            Message::ProfileSaved(ticket, outcome) => self.on_profile_saved(ticket, outcome),
            Message::ProfilesChanged(ticket, outcome) => self.on_profiles_changed(ticket, outcome),
            Message::Configured(outcome) => self.on_configured(outcome),
            Message::PortfolioChanged => self.on_portfolio_changed(),
            Message::NoKeyring => self.on_no_keyring(),
            Message::ViewsSaved(Ok(said)) => said.is_some_and(|said| self.note(said)),
            Message::NotKept(words) => {
                self.notices.warn_later(words);
                true
            }
            Message::Copied(Ok(words)) => match self.copying.take() {
                Some(what) => self.note(copied_sentence(&what, &words)),
                None => self.note(words),
            },
            Message::Copied(Err(words)) | Message::ViewsSaved(Err(words)) => self.warn_now(words),
            Message::Exporting(words) => self.on_exporting(words),
            Message::Exported(outcome) => self.on_exported(outcome),
            Message::TaskFailed(ticket, words) => self.on_task_failed(ticket, &words),
            Message::Key(_)
            | Message::Mouse(_)
            | Message::Paste(_)
            | Message::Resize(..)
            | Message::Wake
            | Message::Suspend => false,
        }
    }

    /// Settles a request whose task ended without a result: whatever waits for it would load for ever.
    fn on_task_failed(&mut self, ticket: Ticket, words: &str) -> bool {
        let error = Box::new(ApiError::internal(words));
        self.on_rows(ticket, Err(error.clone()))
            || self.table.on_counts(ticket, &StatusCounts::failed(&error))
            || self.on_record(ticket, Err(error.clone()))
            || self.on_subscriptions(ticket, Err(error.clone()))
            || self.detail.on_orders(ticket, Err(error.clone()))
            || self.detail.on_history(ticket, Err(error.clone()))
            || self.on_found_customers(ticket, &Err(error.clone()))
            || self.on_facets(ticket, Err(error.clone()))
            || self.on_summary(ticket, Err(error.clone()))
            || self.on_today(ticket, Err(error.clone()))
            || self.strip.take(ticket, Err(error.clone()))
            || self.on_held(ticket, Err(error.clone()))
            || self.on_notes(ticket, Err(error.clone()))
            || self.on_note_saved(ticket, Err(error.clone()))
            || self.session.reseller.settle(ticket, Err(*error.clone()))
            || self.on_account_resellers(ticket, Err(error.clone()))
            || self.on_checked(ticket, Err(error))
            || self.on_resellers(ticket, Err(Box::new(ApiError::canceled())))
            || self.on_profile_saved(ticket, Err(NotSaved::Failed(words.to_owned())))
    }

    /// Takes rows, or why they did not arrive; returns true if they were awaited.
    fn on_rows(&mut self, ticket: Ticket, outcome: LoadResult<Window>) -> bool {
        let arrived = self.table.on_rows(ticket, outcome, self.now, &mut self.out);
        if let Some(news) = arrived.news {
            self.warn_now(news);
        }
        if let Some(window) = self.table.shown() {
            self.detail.take_parts(window);
            if let Some(coverage) = &window.coverage {
                self.session.take_names_of_copy(&coverage.reseller_names);
                if !coverage.is_from_last_time {
                    self.filter.values = Arc::clone(&coverage.values);
                }
            }
        }
        self.press_queued(arrived.due);
        self.table.reread_changed(self.now, &mut self.out);
        arrived.awaited
    }

    /// Presses the keys that waited for a page: those past its other edge wait for the next one.
    fn press_queued(&mut self, due: QueuedKeys) {
        // They were meant for the table: a user who has gone elsewhere meanwhile does not want them there.
        if self.screen.focus != Pane::Table || self.overlay.is_some() || self.filter.open {
            return;
        }
        for _ in 0..due.rows {
            self.move_selection(1, due.down, true);
        }
        for _ in 0..due.pages {
            self.turn(true, SelectionTarget::First);
        }
    }

    /// Takes a record for the e-mail addresses, the comparison, the visible cells or the detail pane; returns true if it was
    /// awaited.
    fn on_record(&mut self, ticket: Ticket, outcome: LoadResult<Fetched<Customer>>) -> bool {
        if let Some(emails) = &mut self.emails {
            // A record of a copy without contacts says nothing about them.
            let record = outcome
                .as_ref()
                .ok()
                .filter(|fetched| fetched.origin.copy.is_none_or(|copy| copy.keeps_contacts))
                .map(|fetched| &fetched.value);
            if emails.on_record(ticket, record, &mut self.out) {
                self.copy_collected_emails();
                return true;
            }
        }
        if let Some(comparison) = self.comparison.as_mut().filter(|comparison| comparison.awaits(ticket)) {
            comparison.on_record(ticket, outcome, &mut self.detail.records);
            return true;
        }
        let taken = self.detail.records.on_record(ticket, &outcome, self.now.wall);
        self.took_for_cells(taken) || self.detail.on_customer(ticket, outcome, self.now)
    }

    /// Takes subscriptions for the comparison, the visible cells or the detail pane; returns true if they were awaited.
    fn on_subscriptions(&mut self, ticket: Ticket, outcome: LoadResult<Fetched<SubscriptionList>>) -> bool {
        if let Some(comparison) = self.comparison.as_mut().filter(|comparison| comparison.awaits(ticket)) {
            comparison.on_subscriptions(ticket, outcome, &mut self.detail.records);
            return true;
        }
        let taken = self.detail.records.on_subscriptions(ticket, &outcome, self.now.wall);
        self.took_for_cells(taken) || self.detail.on_subscriptions(ticket, outcome, self.now)
    }

    /// Returns true if cells have taken an answer; says once that some could not be loaded.
    fn took_for_cells(&mut self, taken: Taken) -> bool {
        if taken == Taken::FirstFailure {
            let refresh = self.keys.label(Action::Refresh);
            self.warn_now(format!("Some cells could not be loaded and show ?: [{refresh}] retries."));
        }
        taken != Taken::NotAwaited
    }

    /// Begins to collect the e-mail addresses of the marked customers, in place of a collection under way.
    pub(super) fn copy_emails(&mut self) -> bool {
        let ids: Vec<String> = self.marks.rows().map(|row| row.customer_id.clone()).collect();
        if ids.is_empty() {
            return self.warn_now("No row is marked.");
        }
        if let Some(emails) = self.emails.take() {
            emails.stop(&mut self.out);
        }
        let records = &self.detail.records;
        let known = self.marks.rows().filter_map(|row| match records.record_of(row) {
            Cached::Here(customer) if !records.is_held(row) => Some((row.customer_id.clone(), customer)),
            _ => None,
        });
        self.emails = Some(Emails::start(ids, known, &mut self.out));
        self.copy_collected_emails();
        true
    }

    /// Copies the e-mail addresses once all of them have arrived.
    fn copy_collected_emails(&mut self) {
        let Some(emails) = self.emails.take_if(|emails| emails.is_complete()) else { return };
        let (known, words) = emails.result();
        if known.is_empty() {
            self.notices.warn(format!("Nothing was copied: {words}."));
        } else {
            self.copy_text(known.join("\n"), words);
        }
    }

    /// Keeps an exchange for the inspector.
    fn keep_exchange(&mut self, exchange: Exchange) {
        self.session.keep_exchange(exchange);
        if let Some(Overlay::Requests(requests)) = &mut self.overlay {
            requests.on_exchange(self.session.exchanges.len());
        }
    }
}

/// Returns the sentence about a copy, whose `words` begin with a verb: `Copied 2 references to the clipboard.`
fn copied_sentence(what: &str, words: &str) -> String {
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    text::sentence([verb, what, rest].join(" ").trim())
}
