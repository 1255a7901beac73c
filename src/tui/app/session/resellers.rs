//! Other resellers of the account: their list, and which of them a typed word means.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use super::{Session, saved_view::distinct};
use crate::{
    account::Resellers,
    api::ApiError,
    model::{CustomerFilter, ResellerRow},
    text,
    tui::app::message::{Effect, LoadResult, Outbox, Remote, Ticket},
};

/// The word for all resellers of the account.
const ALL: &str = "all";
/// The word for the account's own reseller.
const OWN: &str = "own";

/// The resellers of the account.
#[derive(Debug, Default)]
pub(crate) struct AccountResellers {
    list: Remote<Box<Resellers>>,
    /// The text that was typed before the list had arrived.
    wanted: Option<String>,
    /// The names that the local copy knows, by IDs.
    of_copy: Arc<HashMap<String, String>>,
}

/// The meaning of a typed word for resellers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ResellerChoice {
    /// The resellers with these IDs. Empty means the account's own.
    Ids(Vec<String>),
    /// The list of resellers has been requested: the word is read once it is here.
    Requested,
}

/// The consequence of the list of resellers, or of its failure.
#[derive(Debug)]
pub(crate) struct ResellersArrived {
    /// The word that waited for the list.
    pub(crate) wanted: Option<String>,
    /// The reason why the list did not arrive.
    pub(crate) error: Option<Box<ApiError>>,
}

impl Session {
    /// Returns the resellers that a word means: a reseller's ID, a part of its name that no other reseller has, `all` or
    /// `own`. Requests the list of resellers if it is needed.
    ///
    /// # Errors
    /// Says which resellers a name fits, if not exactly one.
    pub(crate) fn choose_resellers(
        &mut self,
        typed: &str,
        out: &mut Outbox,
    ) -> Result<ResellerChoice, String> {
        let ids = self.resellers_called(typed)?;
        Ok(if let Some(ids) = ids {
            self.resellers.wanted = None;
            ResellerChoice::Ids(ids)
        } else {
            self.resellers.wanted = Some(typed.to_owned());
            self.load_resellers(out);
            ResellerChoice::Requested
        })
    }

    /// Returns the IDs that a word means; `None` if that takes the list of resellers.
    fn resellers_called(&self, typed: &str) -> Result<Option<Vec<String>>, String> {
        let typed = typed.trim();
        if typed.eq_ignore_ascii_case(OWN) || typed == self.source.reseller_id {
            return Ok(Some(Vec::new()));
        }
        if typed.len() == 10 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Some(vec![typed.to_owned()]));
        }
        let Remote::Ready(list) = &self.resellers.list else { return Ok(None) };
        if typed.eq_ignore_ascii_case(ALL) {
            let ids: Vec<String> = list.rows.iter().map(|row| row.reseller_id.clone()).collect();
            // A server may list a reseller twice.
            let ids = distinct(&ids);
            return if ids.is_empty() {
                Err("this account has no other resellers".to_owned())
            } else {
                Ok(Some(ids))
            };
        }
        let folded = text::fold_case(typed);
        let name = |row: &ResellerRow| text::fold_case(row.company_name.as_deref().unwrap_or_default());
        let fitting: Vec<_> = list.rows.iter().filter(|row| name(row).contains(folded.as_str())).collect();
        let exact = fitting.iter().find(|row| name(row) == folded);
        let one = exact.or(if fitting.len() == 1 { fitting.first() } else { None });
        match (one, fitting.as_slice()) {
            (Some(one), _) => {
                let own = one.reseller_id == self.source.reseller_id;
                Ok(Some(if own { Vec::new() } else { vec![one.reseller_id.clone()] }))
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

    /// Returns a warning if the resellers that `all` means may not be all of them.
    pub(crate) fn warning_of_missing_resellers(&self, typed: &str) -> Option<String> {
        let Remote::Ready(list) = &self.resellers.list else { return None };
        if !typed.trim().eq_ignore_ascii_case(ALL) {
            return None;
        }
        if let Some(doubt) = &list.doubt {
            return Some(format!("The list of resellers may be incomplete: {doubt}."));
        }
        (list.unreadable > 0).then(|| {
            let rows = text::pluralize(list.unreadable, "reseller has", "resellers have");
            format!("{rows} no readable ID: their customers are missing.")
        })
    }

    /// Returns the words that `:reseller` takes: names too if the list is here.
    pub(crate) fn reseller_words(&self) -> Vec<String> {
        let names = self.resellers.list.value().into_iter().flat_map(|list| &list.rows);
        let names = names.filter_map(|row| row.company_name.clone());
        [ALL, OWN].map(str::to_owned).into_iter().chain(names).collect()
    }

    /// Requests the list of resellers, unless it is known or on its way.
    pub(crate) fn name_resellers(&mut self, out: &mut Outbox) {
        if self.resellers.list.value().is_none() {
            self.load_resellers(out);
        }
    }

    /// Requests the list of resellers, unless it is on its way.
    pub(crate) fn load_resellers(&mut self, out: &mut Outbox) {
        if !self.resellers.list.is_loading() {
            let ticket = out.ask(Effect::LoadResellers);
            self.resellers.list.load(ticket);
        }
    }

    /// Takes the list of resellers, or why it did not arrive; returns `None` if it was not awaited.
    pub(crate) fn on_account_resellers(
        &mut self,
        ticket: Ticket,
        outcome: LoadResult<Resellers>,
    ) -> Option<ResellersArrived> {
        let error = outcome.as_ref().err().cloned();
        if !self.resellers.list.settle(ticket, outcome.map_err(|error| *error)) {
            return None;
        }
        Some(ResellersArrived { wanted: self.resellers.wanted.take(), error })
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
        let name = row.and_then(|row| row.company_name.as_deref());
        Cow::Borrowed(name.or_else(|| self.resellers.of_copy.get(id).map(String::as_str)).unwrap_or(id))
    }

    /// Takes the names of resellers that the local copy knows.
    pub(crate) fn take_names_of_copy(&mut self, of_copy: &Arc<HashMap<String, String>>) {
        self.resellers.of_copy = Arc::clone(of_copy);
    }

    /// Returns the resellers of a filter in a few words, if they are not the account's own.
    pub(crate) fn other_resellers(&self, filter: &CustomerFilter) -> Option<String> {
        match filter.resellers.as_slice() {
            [] => None,
            [one] => {
                let name = self.reseller_name(one);
                Some(if name == *one { format!("reseller {one}") } else { format!("{name} · {one}") })
            }
            several => Some(format!("{} resellers", several.len())),
        }
    }
}
