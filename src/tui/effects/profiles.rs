//! Effects that test, save, change or remove profiles, and that decide where tokens are stored.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use super::Effects;
use crate::{
    account::{self, Account, ChangeError, Credentials, ProfileDraft, ProfileStore},
    api::ApiError,
    config::InlineSecret,
    secrets::TokenStorage,
    text::sentence,
    tui::{
        app::{Configured, Effect, Message, NotSaved, Ticket},
        load,
        report::Report,
    },
};

impl Effects {
    /// Runs an effect on profiles or token storage.
    pub(super) fn run_profile_effect(&mut self, effect: Effect) {
        match effect {
            Effect::CheckProfile(ticket, draft, step) => {
                let account = self.tested_account(&draft);
                self.task(ticket, async move {
                    let found = match account {
                        Ok(account) => account.check(step).await,
                        Err(error) => Err(error),
                    };
                    Message::Checked(ticket, found.map_err(Box::new))
                });
            }
            Effect::ListResellers(ticket, draft) => {
                let account = self.tested_account(&draft);
                self.task(ticket, async move {
                    let found = match account {
                        Ok(account) => account.resellers(account::RESELLERS_TO_CHOOSE).await,
                        Err(error) => Err(error),
                    };
                    let found = found.map(|resellers| resellers.rows);
                    Message::Resellers(ticket, found.map_err(Box::new))
                });
            }
            Effect::SaveProfile(ticket, draft) => {
                if let Some(former) = draft.former.as_deref().filter(|former| *former != draft.name) {
                    self.release(former);
                }
                self.change(
                    ticket,
                    move |home| home.save(&draft),
                    |ticket, outcome| {
                        let outcome = outcome.map_err(|error| match error {
                            ChangeError::NoKeyring(why) => NotSaved::NoKeyring(why.to_string()),
                            other => NotSaved::Failed(sentence(&other.to_string())),
                        });
                        Message::ProfileSaved(ticket, outcome)
                    },
                );
            }
            Effect::RemoveProfile(ticket, name) => {
                self.release(&name);
                self.change(ticket, move |home| home.remove(&name), changed);
            }
            Effect::DefaultProfile(ticket, name) => {
                self.change(ticket, move |home| home.set_default(&name), changed);
            }
            Effect::KeepTokens(in_files) => self.keep_tokens(in_files),
            _ => {}
        }
    }

    /// Changes the configuration on a blocking thread, and reads it again.
    fn change(
        &mut self,
        ticket: Ticket,
        change: impl FnOnce(&ProfileStore) -> Result<(), ChangeError> + Send + 'static,
        wrap: impl FnOnce(Ticket, Result<Box<Configured>, ChangeError>) -> Message + Send + 'static,
    ) {
        let (home, reports) = (self.world.home.clone(), self.reports.clone());
        let change_margin = Arc::clone(&self.change_margin);
        // Not aborted with the rest, so that no change is left half-done.
        tokio::task::spawn_blocking(move || {
            let outcome = change(&home).map(|()| {
                let (configured, config) = load::read(&home);
                change_margin.store(config.portfolio.change_margin_days, Ordering::Relaxed);
                Box::new(configured)
            });
            let _ = reports.send(Report::Message(wrap(ticket, outcome)));
        });
    }

    /// Returns the account of a profile that may not be saved yet. The steps of one test share it, and with it the
    /// sign-in.
    fn tested_account(&self, draft: &ProfileDraft) -> Result<Account, ApiError> {
        let mut tested = self.tested.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((held, account)) = &*tested
            && same_credentials(held, draft)
        {
            return Ok(account.for_reseller(&draft.profile.reseller_id));
        }
        // Its secrets are still stored under its former name.
        let name = draft.former.as_deref().unwrap_or(&draft.name);
        let typed = draft.typed.as_ref().map(InlineSecret::secret).cloned();
        let credentials = typed.map_or(Credentials::Fresh, Credentials::Typed);
        let world = &self.world;
        let account = Account::open(name, &draft.profile, credentials, &world.home.vault, &world.network)?;
        *tested = Some((draft.clone(), account.clone()));
        Ok(account)
    }

    fn keep_tokens(&self, in_files: bool) {
        let (home, reports) = (self.world.home.clone(), self.reports.clone());
        tokio::task::spawn_blocking(move || {
            let kept =
                home.vault.decide(if in_files { TokenStorage::InFiles } else { TokenStorage::InMemory });
            let remembered = home.store.update(|state| state.tokens_in_files = Some(in_files));
            let failed = kept.err().map(|error| error.to_string());
            let failed = failed.or_else(|| remembered.err().map(|error| error.to_string()));
            if let Some(words) = failed {
                let _ = reports.send(Report::Message(Message::Configured(Err(words))));
            }
        });
    }
}

/// Returns true if both drafts sign in to the same place with the same credentials.
fn same_credentials(one: &ProfileDraft, other: &ProfileDraft) -> bool {
    one.former == other.former
        && one.name == other.name
        && one.typed == other.typed
        && one.profile.api_url == other.profile.api_url
        && one.profile.token_url == other.profile.token_url
        && one.profile.client_id == other.profile.client_id
        && one.profile.sign_in == other.profile.sign_in
}

fn changed(ticket: Ticket, outcome: Result<Box<Configured>, ChangeError>) -> Message {
    Message::ProfilesChanged(ticket, outcome.map_err(|error| sentence(&error.to_string())))
}
