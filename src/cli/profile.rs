//! `vipmp profile`: lists, adds, edits, removes, selects and tests profiles.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    account::{open, report_target_error, store_tokens},
    arguments::{Arguments, ProfileCommand, ProfileFields},
    context::CommandContext,
    exit::{Failure, print, print_api_error, print_error, print_note, usage},
    portfolio::notes_in_words,
    profile_prompts::{ProfilePrompts, ask_reseller, save},
    prompt::{self, PromptError},
    signals::StopSignal,
    target_choice::TargetChoice,
};
use crate::{
    account::{Account, AccountId, Credentials, ProfileDraft, RESELLERS_TO_CHOOSE, TestStep},
    api::ApiError,
    config::{DEMO, InlineSecret, Profile, check_name},
    text, tui,
};

/// Runs one of the commands.
pub(super) async fn run(
    command: &ProfileCommand,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    for notice in &context.notices {
        print_note(notice);
    }
    match command {
        // These commands report problems themselves.
        ProfileCommand::List { .. } | ProfileCommand::Test { .. } => {}
        ProfileCommand::Add { .. } => context.warn(""),
        ProfileCommand::Edit { name, .. }
        | ProfileCommand::Remove { name, .. }
        | ProfileCommand::Use { name } => {
            context.warn(&context.loaded.profile(name).err().unwrap_or_default());
        }
    }
    let done = match command {
        ProfileCommand::List { json } => list(context, *json),
        ProfileCommand::Add { name, fields, no_test, default } => {
            add(context, name.as_deref(), fields, !*no_test, *default).await
        }
        ProfileCommand::Edit { name, rename, fields, no_test } => {
            edit(context, name, rename.as_deref(), fields, !*no_test).await
        }
        ProfileCommand::Remove { name, yes } => remove(context, name, *yes),
        ProfileCommand::Use { name } => set_default(context, name),
        ProfileCommand::Test { name, json } => test(context, arguments, name.as_deref(), *json).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Interrupted) => StopSignal::Interrupt.end(),
        Err(failure) => failure.into(),
    }
}

fn list(context: &CommandContext, as_json: bool) -> Result<(), Failure> {
    let config = &context.loaded.config;
    if as_json {
        let one = |(name, profile): (&String, &Profile)| {
            json!({
                "name": name,
                "environment": profile.environment.name(),
                "api_url": profile.api_url.as_str(),
                "reseller_id": profile.reseller_id,
                "sign_in": profile.sign_in.key(),
                "secret": profile.sign_in.source().told(),
                "default": config.default_profile.as_ref() == Some(name),
                "last_used": last_used(context, name),
            })
        };
        let all: Vec<Value> = config.profiles.iter().map(one).collect();
        print(&serde_json::to_string_pretty(&all).unwrap_or_default())?;
    } else {
        let mut rows = vec![["NAME", "ENVIRONMENT", "RESELLER", "SIGN-IN", "LAST USED"].map(str::to_owned)];
        rows.extend(config.profiles.iter().map(|(name, profile)| {
            let mark = if config.default_profile.as_ref() == Some(name) { " *" } else { "" };
            [
                format!("{name}{mark}"),
                profile.environment.name().to_owned(),
                profile.reseller_id.clone(),
                format!("{} ({})", profile.sign_in.noun(), text::clean(&profile.sign_in.source().told())),
                last_used(context, name).unwrap_or_else(|| "never".to_owned()),
            ]
        }));
        table(&rows)?;
        if let Some(absent) = context.missing_config() {
            print_note(&format!("{absent}."));
        }
        if context.loaded.names.is_empty() && context.loaded.hidden_by().next().is_none() {
            print_note("No profile yet: create one with `vipmp profile add`. The demo is always available.");
        }
    }
    report_problems(context)
}

fn last_used(context: &CommandContext, name: &str) -> Option<String> {
    let at = context.state.profiles.get(name)?.last_used?;
    Some(at.format("%Y-%m-%d").to_string())
}

/// Prints rows of text in aligned columns.
fn table<const N: usize>(rows: &[[String; N]]) -> Result<(), Failure> {
    let width = |column: usize| rows.iter().map(|row| text::width(&row[column])).max().unwrap_or_default();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| text::pad_end(cell, width(column)));
        print(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Prints the problems of the configuration.
///
/// # Errors
/// [`Failure::Failed`] if there are any.
fn report_problems(context: &CommandContext) -> Result<(), Failure> {
    let problems = tui::problems(&context.loaded);
    for problem in &problems {
        print_error(&problem.to_string());
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Failed) }
}

fn report(error: &PromptError) -> Failure {
    print_error(&error.to_string());
    match error {
        PromptError::Usage(_) => Failure::Usage,
        PromptError::Io(_) | PromptError::Stopped => Failure::Failed,
        PromptError::Interrupted => Failure::Interrupted,
    }
}

async fn add(
    context: &CommandContext,
    name: Option<&str>,
    fields: &ProfileFields,
    test: bool,
    default: bool,
) -> Result<(), Failure> {
    let can_ask = prompt::is_interactive();
    let name = match name {
        Some(name) => name.to_owned(),
        None if can_ask => ask_name(context).map_err(|error| report(&error))?,
        None => return Err(usage("the name of the profile is missing: use `vipmp profile add NAME`")),
    };
    check_name(&name).map_err(|why| usage(&format!("{name:?}: {why}")))?;
    if context.loaded.names.contains(&name) {
        return Err(usage(&format!(
            "profile {name} already exists: change it with `vipmp profile edit {name}`"
        )));
    }
    let default = default || context.loaded.names.is_empty();
    apply_change(context, ProfileChange { name, former: None, base: None, default }, fields, test, can_ask)
        .await
}

/// Prompts for the name of a new profile until it is valid.
fn ask_name(context: &CommandContext) -> Result<String, PromptError> {
    loop {
        let answer =
            prompt::line("Name of the profile, such as emea-prod", None)?.ok_or(PromptError::Stopped)?;
        match check_name(&answer) {
            Ok(()) if context.loaded.names.contains(&answer) => {
                print_note("  A profile with this name already exists.");
            }
            Ok(()) => return Ok(answer),
            Err(why) => print_note(&format!("  {why}")),
        }
    }
}

async fn edit(
    context: &CommandContext,
    name: &str,
    rename: Option<&str>,
    fields: &ProfileFields,
    test: bool,
) -> Result<(), Failure> {
    let base = find_profile(context, name)?;
    if let Some(new) = rename.filter(|new| *new != name) {
        check_name(new).map_err(|why| usage(&format!("{new:?}: {why}")))?;
        if context.loaded.names.iter().any(|known| known == new) {
            return Err(usage(&format!("profile {new} already exists: choose another name")));
        }
    }
    let can_ask = prompt::is_interactive() && fields.is_empty() && rename.is_none();
    let change = ProfileChange {
        name: rename.unwrap_or(name).to_owned(),
        former: Some(name.to_owned()),
        base: Some(base),
        default: false,
    };
    apply_change(context, change, fields, test, can_ask).await
}

/// Returns a profile by name, or prints why it cannot be used.
fn find_profile<'s>(context: &'s CommandContext, name: &str) -> Result<&'s Profile, Failure> {
    context.loaded.profile(name).map_err(|why| {
        print_error(&why);
        if context.loaded.may_have(name) { Failure::Failed } else { Failure::NotFound }
    })
}

/// A profile that is being added or changed.
struct ProfileChange<'s> {
    name: String,
    former: Option<String>,
    base: Option<&'s Profile>,
    default: bool,
}

async fn apply_change(
    context: &CommandContext,
    change: ProfileChange<'_>,
    fields: &ProfileFields,
    test: bool,
    can_ask: bool,
) -> Result<(), Failure> {
    let prompts = ProfilePrompts { fields, base: change.base, ask: can_ask };
    let mut filled = prompts.fill().map_err(|error| report(&error))?;
    if !can_ask && filled.profile.reseller_id.is_empty() {
        return Err(usage("--reseller-id is missing"));
    }
    // Stored secrets and tokens are still under the old name.
    let kept_as = change.former.as_deref().unwrap_or(&change.name);
    let open = |profile: &Profile, typed: Option<&secrecy::SecretString>| {
        let credentials = typed.cloned().map_or(Credentials::Fresh, Credentials::Typed);
        Account::open(kept_as, profile, credentials, &context.home.vault, &context.network)
            .map_err(|error| print_api_error(&error))
    };
    let mut account = open(&filled.profile, filled.typed.as_ref())?;
    if test {
        while let Err(error) = run_steps(&account, &[TestStep::Token, TestStep::Ping], print_note).await {
            let failure = print_api_error(&error);
            let again = can_ask && filled.typed.is_some() && failure == Failure::Authentication;
            let secret = if again {
                let noun = filled.profile.sign_in.noun();
                prompt::typed_secret(&format!("Type the {noun} again (leave empty to cancel)"), noun)
                    .map_err(|error| report(&error))?
            } else {
                None
            };
            match secret {
                Some(secret) => filled.typed = Some(secret),
                None if can_ask && save_anyway()? => break,
                None => return Err(failure),
            }
            account = open(&filled.profile, filled.typed.as_ref())?;
        }
    }
    if filled.profile.reseller_id.is_empty() || (can_ask && change.base.is_some()) {
        let current = Some(filled.profile.reseller_id.as_str()).filter(|id| !id.is_empty());
        // With --no-test there are no requests, and so there is no list to choose from.
        let all = if test {
            account.resellers(RESELLERS_TO_CHOOSE).await.unwrap_or_default().rows
        } else {
            Vec::new()
        };
        let chosen = ask_reseller(&all, current).map_err(|error| report(&error))?;
        filled.profile.reseller_id = chosen;
        account = open(&filled.profile, filled.typed.as_ref())?;
    }
    if test && let Err(error) = run_steps(&account, &[TestStep::FirstPage], print_note).await {
        let failure = print_api_error(&error);
        if !(can_ask && save_anyway()?) {
            return Err(failure);
        }
    }
    let verb = if change.former.is_some() { "changed" } else { "added" };
    let name = change.name.clone();
    let draft = ProfileDraft {
        former: change.former,
        name: change.name,
        profile: filled.profile,
        typed: filled.typed.map(InlineSecret::new),
        default: change.default,
    };
    save(&context.home, draft, can_ask).await.map_err(|words| {
        print_error(&words);
        Failure::Failed
    })?;
    let start = if change.default { " and set as the default" } else { "" };
    print_note(&format!("Profile {name} {verb}{start}."));
    store_tokens(context).await;
    Ok(())
}

fn save_anyway() -> Result<bool, Failure> {
    prompt::confirm("Save it anyway?").map_err(|error| report(&error.into()))
}

/// Runs steps of the profile test and reports each, up to the first that fails.
async fn run_steps(account: &Account, steps: &[TestStep], say: fn(&str)) -> Result<(), ApiError> {
    for step in steps {
        let found = account.check(*step).await?;
        say(&format!("{}  {found}", text::pad_end(step.title(), 12)));
    }
    Ok(())
}

fn remove(context: &CommandContext, name: &str, yes: bool) -> Result<(), Failure> {
    if !context.loaded.names.iter().any(|known| known == name) {
        find_profile(context, name)?;
    }
    let notes = notes_in_words(context, name).map(|notes| format!(", with {notes}")).unwrap_or_default();
    if !yes {
        if !prompt::is_interactive() {
            return Err(usage("removing a profile needs a confirmation: add --yes"));
        }
        let question = format!("Remove profile {name}, its secret, its token and its local copy{notes}?");
        let sure = prompt::confirm(&question);
        if !sure.map_err(|error| report(&error.into()))? {
            print_note("Nothing was changed.");
            return Err(Failure::Failed);
        }
    }
    context.home.remove(name).map_err(|error| {
        print_error(&error.to_string());
        Failure::Failed
    })?;
    print_note(&format!("Profile {name} removed{notes}."));
    Ok(())
}

fn set_default(context: &CommandContext, name: &str) -> Result<(), Failure> {
    if name != DEMO {
        find_profile(context, name)?;
    }
    context.home.set_default(name).map_err(|error| {
        print_error(&error.to_string());
        Failure::Failed
    })?;
    print_note(&format!("Profile {name} is now the default."));
    Ok(())
}

async fn test(
    context: &CommandContext,
    arguments: &Arguments,
    name: Option<&str>,
    as_json: bool,
) -> Result<(), Failure> {
    let choice = match name {
        Some(name) => context.named(name).map(TargetChoice::of),
        None => context.choose(arguments).and_then(TargetChoice::certain),
    };
    // The problem that is the reason is not printed twice.
    context.warn(&choice.as_ref().err().map(ToString::to_string).unwrap_or_default());
    let TargetChoice { target, note, .. } = choice.map_err(|error| report_target_error(&error))?;
    if let Some(note) = note {
        print_error(&note);
    }
    let (account, _demo) = open(&target, arguments, context, &context.network).await?;
    let mut findings = Vec::new();
    let mut failed = None;
    for step in TestStep::ALL {
        if failed.is_some() {
            findings.push(json!({"check": step.name(), "state": "skipped"}));
            continue;
        }
        match account.check(step).await {
            Ok(found) => {
                if !as_json {
                    print(&format!("ok      {}  {found}", text::pad_end(step.title(), 12)))?;
                }
                findings.push(json!({"check": step.name(), "state": "ok", "found": found}));
            }
            Err(error) => {
                let told = error.user_message();
                if !as_json {
                    print(&format!("failed  {}", step.title()))?;
                    print_api_error(&error);
                }
                findings.push(json!({
                    "check": step.name(), "state": "failed", "found": told.summary, "todo": told.hint,
                    "request_id": error.request_id(),
                }));
                failed = Some(Failure::of(&error));
            }
        }
    }
    if as_json {
        print(&serde_json::to_string_pretty(&findings).unwrap_or_default())?;
    }
    if matches!(target, AccountId::Profile { .. }) {
        store_tokens(context).await;
    }
    failed.map_or(Ok(()), Err)
}
