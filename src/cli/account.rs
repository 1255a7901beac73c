//! The account that a command speaks for.

use super::{
    Arguments, ask,
    choice::{Choice, NoTarget},
    exit::{Failure, print_error, print_note, tell},
    setting::{CommandContext, brought_token, demo_options},
};
use crate::{
    account::{Account, Target},
    api::Network,
    demo::Demo,
    secrets::Keep,
};

/// Returns the profile, or the demo, that is meant. What is wrong with it, or fictional, or guessed, is said.
pub(super) fn target(arguments: &Arguments, setting: &CommandContext) -> Result<Target, Failure> {
    match setting.choose(arguments).and_then(Choice::certain) {
        Ok(choice) => {
            if let Some(note) = &choice.note {
                print_error(note);
            }
            Ok(choice.target)
        }
        Err(error @ NoTarget::Unknown(_)) => Err(no_target(&error)),
        Err(error) => {
            no_target(&error);
            Err(Failure::Usage)
        }
    }
}

/// Opens the account that the command line names.
pub(super) async fn named(
    arguments: &Arguments,
    setting: &CommandContext,
) -> Result<(Account, Option<Demo>), Failure> {
    open(&target(arguments, setting)?, arguments, setting, &setting.network).await
}

/// Says why there is no profile to go by, and what to do about it.
pub(super) fn no_target(error: &NoTarget) -> Failure {
    print_error(&error.to_string());
    // Its own words say which profiles there are.
    if matches!(error, NoTarget::Unknown(_)) {
        return Failure::NotFound;
    }
    print_note(error.todo());
    Failure::Failed
}

/// Opens it. The demo's server runs as long as its part of the answer is kept.
pub(super) async fn open(
    target: &Target,
    arguments: &Arguments,
    setting: &CommandContext,
    network: &Network,
) -> Result<(Account, Option<Demo>), Failure> {
    let opened = target.open(brought_token(), &setting.home.vault, demo_options(arguments), network).await;
    opened.map_err(|error| tell(&error))
}

/// Sees to it that issued tokens are kept where they can be; nobody is asked.
pub(super) async fn keep_quietly(setting: &CommandContext) {
    let vault = &setting.home.vault;
    vault.settle().await;
    if let Some(error) = vault.take_unkept() {
        print_note(&error.to_string());
    }
}

/// Sees to it that issued tokens are kept, or says why they are not. Where no keyring runs, somebody who is there is
/// asked once; nobody else ever is.
pub(super) async fn keep_tokens(setting: &CommandContext) {
    keep_quietly(setting).await;
    let vault = &setting.home.vault;
    if !vault.is_asking() {
        return;
    }
    if !ask::can_ask() {
        print_note(
            "No keyring here: the access token was kept in memory only and is forgotten when this command exits.",
        );
        return;
    }
    let question =
        "No keyring is available. Keep access tokens in a file that only you can read until they expire?";
    let Ok(in_files) = ask::yes(question) else { return };
    let kept = vault.decide(if in_files { Keep::InFiles } else { Keep::InMemory });
    let remembered = setting.home.store.update(|state| state.tokens_in_files = Some(in_files));
    let errors = [kept.err().map(|error| error.to_string()), remembered.err().map(|error| error.to_string())];
    for words in errors.iter().flatten() {
        print_error(words);
    }
}
