//! The account that a command speaks for.

use super::{
    Arguments,
    context::{CommandContext, demo_options, external_token},
    exit::{Failure, print_api_error, print_error, print_note},
    prompt,
    target_choice::{TargetChoice, TargetError},
};
use crate::{
    account::{Account, Target},
    api::Network,
    demo::Demo,
    secrets::Keep,
};

/// Returns the profile, or the demo, that is meant. What is wrong with it, or fictional, or guessed, is said.
pub(super) fn select_target(arguments: &Arguments, context: &CommandContext) -> Result<Target, Failure> {
    match context.choose(arguments).and_then(TargetChoice::certain) {
        Ok(choice) => {
            if let Some(note) = &choice.note {
                print_error(note);
            }
            Ok(choice.target)
        }
        Err(error @ TargetError::Unknown(_)) => Err(report_target_error(&error)),
        Err(error) => {
            report_target_error(&error);
            Err(Failure::Usage)
        }
    }
}

/// Opens the account that the command line names.
pub(super) async fn open_named(
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<(Account, Option<Demo>), Failure> {
    open(&select_target(arguments, context)?, arguments, context, &context.network).await
}

/// Says why there is no profile to go by, and what to do about it.
pub(super) fn report_target_error(error: &TargetError) -> Failure {
    print_error(&error.to_string());
    // Its own words say which profiles there are.
    if matches!(error, TargetError::Unknown(_)) {
        return Failure::NotFound;
    }
    print_note(error.todo());
    Failure::Failed
}

/// Opens it. The demo's server runs as long as its part of the answer is kept.
pub(super) async fn open(
    target: &Target,
    arguments: &Arguments,
    context: &CommandContext,
    network: &Network,
) -> Result<(Account, Option<Demo>), Failure> {
    let opened = target.open(external_token(), &context.home.vault, demo_options(arguments), network).await;
    opened.map_err(|error| print_api_error(&error))
}

/// Sees to it that issued tokens are kept where they can be; nobody is asked.
pub(super) async fn store_tokens_quietly(context: &CommandContext) {
    let vault = &context.home.vault;
    vault.settle().await;
    if let Some(error) = vault.take_unkept() {
        print_note(&error.to_string());
    }
}

/// Sees to it that issued tokens are kept, or says why they are not. Where no keyring runs, somebody who is there is
/// asked once; nobody else ever is.
pub(super) async fn store_tokens(context: &CommandContext) {
    store_tokens_quietly(context).await;
    let vault = &context.home.vault;
    if !vault.is_asking() {
        return;
    }
    if !prompt::is_interactive() {
        print_note(
            "No keyring here: the access token was kept in memory only and is forgotten when this command exits.",
        );
        return;
    }
    let question =
        "No keyring is available. Keep access tokens in a file that only you can read until they expire?";
    let Ok(in_files) = prompt::confirm(question) else { return };
    let kept = vault.decide(if in_files { Keep::InFiles } else { Keep::InMemory });
    let remembered = context.home.store.update(|state| state.tokens_in_files = Some(in_files));
    let errors = [kept.err().map(|error| error.to_string()), remembered.err().map(|error| error.to_string())];
    for words in errors.iter().flatten() {
        print_error(words);
    }
}
