//! Other resellers of the account: their list, and whose customers are in the table.

use std::borrow::Cow;

use super::{
    App,
    message::{Effect, Outcome},
    remote::{Remote, Ticket},
    view::distinct,
};
use crate::{account::Resellers, api::ApiError, model::CustomerFilter, text};

/// The word for all resellers of the account.
const ALL: &str = "all";
/// The word for the account's own reseller.
const OWN: &str = "own";

/// The resellers of the account.
#[derive(Debug, Default)]
pub(crate) struct AccountResellers {
    list: Remote<Box<Resellers>>,
    /// The text that was typed when the list was not here yet.
    wanted: Option<String>,
}

/// The meaning of a typed word for resellers.
enum Choice {
    /// The resellers with these IDs; none stands for the account's own.
    Ids(Vec<String>),
    /// The list of resellers has to be here first.
    Unknown,
}

impl App {
    /// Shows the customers of another reseller, of all resellers (`all`), or of the account's own (`own`).
    ///
    /// A reseller is named by its ID, or by a part of its name that no other reseller has.
    ///
    /// # Errors
    /// Says which resellers a name fits, if not exactly one.
    pub(super) fn choose_resellers(&mut self, typed: &str) -> Result<(), String> {
        match self.resellers_of(typed)? {
            Choice::Ids(resellers) => {
                self.resellers.wanted = None;
                self.show(CustomerFilter { resellers, ..self.table.filter.clone() });
                self.warn_of_missing_resellers(typed);
            }
            Choice::Unknown => {
                self.resellers.wanted = Some(typed.to_owned());
                self.load_resellers();
                self.note("Loading the resellers of this account…");
            }
        }
        Ok(())
    }

    fn resellers_of(&self, typed: &str) -> Result<Choice, String> {
        let typed = typed.trim();
        if typed.eq_ignore_ascii_case(OWN) || typed == self.source.reseller_id {
            return Ok(Choice::Ids(Vec::new()));
        }
        if typed.len() == 10 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Choice::Ids(vec![typed.to_owned()]));
        }
        let Remote::Ready(list) = &self.resellers.list else { return Ok(Choice::Unknown) };
        if typed.eq_ignore_ascii_case(ALL) {
            let ids: Vec<String> = list.rows.iter().map(|row| row.reseller_id.clone()).collect();
            // A server may list a reseller twice.
            let ids = distinct(&ids);
            return if ids.is_empty() {
                Err("this account has no other resellers".to_owned())
            } else {
                Ok(Choice::Ids(ids))
            };
        }
        let folded = text::folded(typed);
        let name =
            |row: &crate::model::ResellerRow| text::folded(row.company_name.as_deref().unwrap_or_default());
        let fitting: Vec<_> = list.rows.iter().filter(|row| name(row).contains(folded.as_str())).collect();
        let exact = fitting.iter().find(|row| name(row) == folded);
        let one = exact.or(if fitting.len() == 1 { fitting.first() } else { None });
        match (one, fitting.as_slice()) {
            (Some(one), _) => {
                let own = one.reseller_id == self.source.reseller_id;
                Ok(Choice::Ids(if own { Vec::new() } else { vec![one.reseller_id.clone()] }))
            }
            (None, []) => Err(format!("no reseller of this account is called {}", text::clean(typed))),
            (None, several) => {
                let names = several.iter().take(3).filter_map(|row| row.company_name.as_deref());
                let names: Vec<Cow<'_, str>> = names.map(text::clean).collect();
                Err(format!(
                    "{} resellers are called so: {}…; type more of the name",
                    several.len(),
                    names.join(", ")
                ))
            }
        }
    }

    /// Says that there may be other resellers than those that are shown as all.
    fn warn_of_missing_resellers(&mut self, typed: &str) {
        let Remote::Ready(list) = &self.resellers.list else { return };
        if !typed.trim().eq_ignore_ascii_case(ALL) {
            return;
        }
        if let Some(doubt) = &list.doubt {
            self.warn(format!("The list of resellers may be incomplete: {doubt}."));
        } else if list.unreadable > 0 {
            let rows = text::pluralize(list.unreadable, "reseller has", "resellers have");
            self.warn(format!("{rows} no readable ID: their customers are missing."));
        }
    }

    /// Returns the words that `:reseller` takes: names if the list is here.
    pub(super) fn reseller_words(&self) -> Vec<String> {
        let names = self.resellers.list.value().into_iter().flat_map(|list| &list.rows);
        let names = names.filter_map(|row| row.company_name.clone());
        [ALL, OWN].map(str::to_owned).into_iter().chain(names).collect()
    }

    fn load_resellers(&mut self) {
        if !self.resellers.list.is_loading() {
            let ticket = self.out.ask(Effect::LoadResellers);
            self.resellers.list.load(ticket);
        }
    }

    /// Asks for the list of resellers if the table needs their names.
    pub(super) fn load_names_of_resellers(&mut self) {
        if !self.table.filter.resellers.is_empty() {
            self.load_resellers();
        }
    }

    /// Takes the list of resellers, or why it did not arrive; returns true if it was awaited.
    pub(super) fn on_account_resellers(&mut self, ticket: Ticket, outcome: Outcome<Resellers>) -> bool {
        let failed: Option<Box<ApiError>> = outcome.as_ref().err().cloned();
        if !self.resellers.list.settle(ticket, outcome.map_err(|error| *error)) {
            return false;
        }
        let Some(wanted) = self.resellers.wanted.take() else { return true };
        self.notice = None;
        if let Some(error) = failed {
            let words = error.tell().what;
            self.warn(format!("The resellers of this account could not be listed. {words}"));
        } else if let Err(words) = self.choose_resellers(&wanted) {
            self.warn(text::sentence(&words));
        }
        true
    }

    /// Returns the name of a reseller of the account; its ID if the name is not known.
    pub(crate) fn reseller_name<'a>(&'a self, id: &'a str) -> Cow<'a, str> {
        if id == self.source.reseller_id
            && let Some(name) = self.reseller.value().and_then(|reseller| reseller.company_name.as_deref())
        {
            return Cow::Borrowed(name);
        }
        let list = self.resellers.list.value();
        let row = list.and_then(|list| list.rows.iter().find(|row| row.reseller_id == id));
        Cow::Borrowed(row.and_then(|row| row.company_name.as_deref()).unwrap_or(id))
    }

    /// Returns the resellers in the table in a few words, if they are not the account's own.
    pub(crate) fn other_resellers(&self) -> Option<String> {
        match self.table.filter.resellers.as_slice() {
            [] => None,
            [one] => {
                let name = self.reseller_name(one);
                Some(if name == *one { format!("reseller {one}") } else { format!("{name} · {one}") })
            }
            several => Some(format!("{} resellers", several.len())),
        }
    }
}
