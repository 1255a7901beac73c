//! Opens the account that a command works with, and stores the tokens that it obtained.

use std::sync::Arc;

use super::{
    Arguments,
    context::{CommandContext, demo_options, external_token},
    exit::{Failure, print_api_error, print_error, print_note},
    prompt,
    target_choice::{ChoiceError, TargetChoice},
};
use crate::{
    account::{Account, AccountId},
    api::Network,
    demo::Demo,
    products::ProductNames,
    secrets::TokenStorage,
};

/// Selects the profile or the demo, and prints a note if it was guessed or if the data is fictional.
///
/// # Errors
/// The failure, once the reason has been printed.
pub(super) fn select_target(arguments: &Arguments, context: &CommandContext) -> Result<AccountId, Failure> {
    match context.choose(arguments).and_then(TargetChoice::certain) {
        Ok(choice) => {
            if let Some(note) = &choice.note {
                print_error(note);
            }
            Ok(choice.target)
        }
        Err(error @ ChoiceError::Unknown(_)) => Err(report_target_error(&error)),
        Err(error) => {
            report_target_error(&error);
            Err(Failure::Usage)
        }
    }
}

/// Opens the account that the command line selects.
pub(super) async fn open_named(
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<(Account, Option<Demo>), Failure> {
    open(&select_target(arguments, context)?, arguments, context, &context.network).await
}

/// Prints the reason why no profile could be selected and what to do about it.
pub(super) fn report_target_error(error: &ChoiceError) -> Failure {
    print_error(&error.to_string());
    // The message already lists the profiles.
    if matches!(error, ChoiceError::Unknown(_)) {
        return Failure::NotFound;
    }
    print_note(error.todo());
    Failure::Failed
}

/// Opens the account of a target. The demo server runs until the returned [`Demo`] is dropped.
pub(super) async fn open(
    target: &AccountId,
    arguments: &Arguments,
    context: &CommandContext,
    network: &Network,
) -> Result<(Account, Option<Demo>), Failure> {
    let opened = target.open(external_token(), &context.home.vault, demo_options(arguments), network).await;
    opened.map_err(|error| print_api_error(&error))
}

/// Returns the names of the products of a target, and prints what is wrong with them.
pub(super) fn product_names(target: &AccountId, context: &CommandContext) -> Arc<ProductNames> {
    let loaded = target.product_names(context.data.as_deref());
    if let Some(notice) = &loaded.notice {
        print_error(notice);
    }
    Arc::new(loaded.names)
}

/// Stores issued tokens if there is a place for them, without asking the user.
pub(super) async fn store_tokens_quietly(context: &CommandContext) {
    let vault = &context.home.vault;
    vault.settle().await;
    if let Some(error) = vault.take_unkept() {
        print_note(&error.to_string());
    }
}

/// Stores issued tokens, or prints why they are not stored.
///
/// Without a keyring, a user at a terminal is asked once whether to use files; a script is never asked.
pub(super) async fn store_tokens(context: &CommandContext) {
    store_tokens_quietly(context).await;
    let vault = &context.home.vault;
    if !vault.is_asking() {
        return;
    }
    if !prompt::is_interactive() {
        print_note("No keyring is available, so the access token is forgotten when this command exits.");
        return;
    }
    let question =
        "No keyring is available. Keep access tokens in a file that only you can read until they expire?";
    let Ok(in_files) = prompt::confirm(question) else { return };
    let kept = vault.decide(if in_files { TokenStorage::InFiles } else { TokenStorage::InMemory });
    let remembered = context.home.store.update(|state| state.tokens_in_files = Some(in_files));
    let errors = [kept.err().map(|error| error.to_string()), remembered.err().map(|error| error.to_string())];
    for words in errors.iter().flatten() {
        print_error(words);
    }
}
