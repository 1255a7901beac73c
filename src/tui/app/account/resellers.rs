//! Other resellers in the table.

use super::super::{
    App,
    message::{LoadResult, Ticket},
    session::ResellerChoice,
};
use crate::{account::Resellers, model::CustomerFilter, text};

impl App {
    /// Shows the customers of another reseller, of all resellers (`all`), or of the account's own (`own`). A reseller is
    /// named by its ID, or by a part of its name that no other reseller has.
    ///
    /// # Errors
    /// Says which resellers a name fits, if not exactly one.
    pub(in crate::tui::app) fn choose_resellers(&mut self, typed: &str) -> Result<(), String> {
        match self.session.choose_resellers(typed, &mut self.out)? {
            ResellerChoice::Ids(mut resellers) => {
                // A view without a choice has the customers of all resellers, not of the account's own.
                if resellers.is_empty() && self.table.filter.portfolio.is_some() {
                    resellers.push(self.session.source.reseller_id.clone());
                }
                let filter = CustomerFilter { resellers, ..self.table.filter.clone() };
                self.filtering().show(filter);
                if let Some(words) = self.session.warning_of_missing_resellers(typed) {
                    self.notices.warn(words);
                }
            }
            ResellerChoice::Requested => {
                self.note("Loading the resellers of this account…");
            }
        }
        Ok(())
    }

    /// Takes the list of resellers, or why it did not arrive; returns true if it was awaited.
    pub(in crate::tui::app) fn on_account_resellers(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Resellers>,
    ) -> bool {
        let Some(arrived) = self.session.on_account_resellers(ticket, outcome) else { return false };
        let Some(wanted) = arrived.wanted else { return true };
        self.notices.dismiss();
        if let Some(error) = arrived.error {
            let words = error.user_message().summary;
            self.notices.warn(format!("The resellers of this account could not be listed. {words}"));
        } else if let Err(words) = self.choose_resellers(&wanted) {
            self.notices.warn(text::sentence(&words));
        }
        true
    }
}
