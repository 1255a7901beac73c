//! `vipmp profile …`.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    account::{keep_tokens, no_target, open},
    arguments::{Arguments, ProfileCommand, ProfileFields},
    ask,
    choice::Choice,
    exit::{Failure, print, print_error, print_note, tell, usage},
    profile_form::{Form, FormError, ask_reseller, save},
    setting::CommandContext,
    signals::Signal,
};
use crate::{
    account::{Account, Credentials, Draft, RESELLERS_TO_CHOOSE, Step, Target},
    api::ApiError,
    config::{DEMO, InlineSecret, Profile, check_name},
    text, tui,
};

/// Runs one of the commands.
pub(super) async fn run(
    command: &ProfileCommand,
    arguments: &Arguments,
    setting: &CommandContext,
) -> ExitCode {
    for notice in &setting.notices {
        print_note(notice);
    }
    match command {
        // They have their own words for it.
        ProfileCommand::List { .. } | ProfileCommand::Test { .. } => {}
        ProfileCommand::Add { .. } => setting.warn(""),
        ProfileCommand::Edit { name, .. }
        | ProfileCommand::Remove { name, .. }
        | ProfileCommand::Use { name } => {
            setting.warn(&setting.loaded.profile(name).err().unwrap_or_default());
        }
    }
    let done = match command {
        ProfileCommand::List { json } => list(setting, *json),
        ProfileCommand::Add { name, fields, no_test, default } => {
            add(setting, name.as_deref(), fields, !*no_test, *default).await
        }
        ProfileCommand::Edit { name, rename, fields, no_test } => {
            edit(setting, name, rename.as_deref(), fields, !*no_test).await
        }
        ProfileCommand::Remove { name, yes } => remove(setting, name, *yes),
        ProfileCommand::Use { name } => choose(setting, name),
        ProfileCommand::Test { name, json } => test(setting, arguments, name.as_deref(), *json).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Interrupted) => Signal::Interrupt.end(),
        Err(failure) => failure.into(),
    }
}

fn list(setting: &CommandContext, as_json: bool) -> Result<(), Failure> {
    let config = &setting.loaded.config;
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
                "last_used": last_used(setting, name),
            })
        };
        let all: Vec<Value> = config.profiles.iter().map(one).collect();
        print(&serde_json::to_string_pretty(&all).unwrap_or_default());
    } else {
        let mut rows = vec![["NAME", "ENVIRONMENT", "RESELLER", "SIGN-IN", "LAST USED"].map(str::to_owned)];
        rows.extend(config.profiles.iter().map(|(name, profile)| {
            let mark = if config.default_profile.as_ref() == Some(name) { " *" } else { "" };
            [
                format!("{name}{mark}"),
                profile.environment.name().to_owned(),
                profile.reseller_id.clone(),
                format!("{} ({})", profile.sign_in.noun(), text::clean(&profile.sign_in.source().told())),
                last_used(setting, name).unwrap_or_else(|| "never".to_owned()),
            ]
        }));
        table(&rows);
        if let Some(absent) = setting.absent() {
            print_note(&format!("{absent}."));
        }
        if setting.loaded.names.is_empty() && setting.loaded.hidden_by().next().is_none() {
            print_note("No profile yet: create one with `vipmp profile add`. The demo is always available.");
        }
    }
    complaints(setting)
}

fn last_used(setting: &CommandContext, name: &str) -> Option<String> {
    let at = setting.state.profiles.get(name)?.last_used?;
    Some(at.format("%Y-%m-%d").to_string())
}

/// Prints rows of text in columns.
fn table<const N: usize>(rows: &[[String; N]]) {
    let width = |column: usize| rows.iter().map(|row| text::width(&row[column])).max().unwrap_or_default();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| text::pad_end(cell, width(column)));
        print(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Tells what is wrong with the configuration; that is no success.
fn complaints(setting: &CommandContext) -> Result<(), Failure> {
    let problems = tui::problems(&setting.loaded);
    for problem in &problems {
        print_error(&problem.to_string());
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Failed) }
}

fn told(error: &FormError) -> Failure {
    print_error(&error.to_string());
    match error {
        FormError::Usage(_) => Failure::Usage,
        FormError::Io(_) | FormError::Stopped => Failure::Failed,
        FormError::Interrupted => Failure::Interrupted,
    }
}

async fn add(
    setting: &CommandContext,
    name: Option<&str>,
    fields: &ProfileFields,
    test: bool,
    default: bool,
) -> Result<(), Failure> {
    let can_ask = ask::can_ask();
    let name = match name {
        Some(name) => name.to_owned(),
        None if can_ask => ask_name(setting).map_err(|error| told(&error))?,
        None => return Err(usage("the name of the profile is missing")),
    };
    check_name(&name).map_err(|why| usage(&format!("{name:?}: {why}")))?;
    if setting.loaded.names.contains(&name) {
        return Err(usage(&format!(
            "profile {name} already exists: change it with `vipmp profile edit {name}`"
        )));
    }
    let default = default || setting.loaded.names.is_empty();
    make(setting, Making { name, former: None, base: None, default }, fields, test, can_ask).await
}

/// Asks for the name of a new profile until it can be used.
fn ask_name(setting: &CommandContext) -> Result<String, FormError> {
    loop {
        let answer = ask::line("Name of the profile, such as emea-prod", None)?.ok_or(FormError::Stopped)?;
        match check_name(&answer) {
            Ok(()) if setting.loaded.names.contains(&answer) => {
                print_note("  this profile already exists");
            }
            Ok(()) => return Ok(answer),
            Err(why) => print_note(&format!("  {why}")),
        }
    }
}

async fn edit(
    setting: &CommandContext,
    name: &str,
    rename: Option<&str>,
    fields: &ProfileFields,
    test: bool,
) -> Result<(), Failure> {
    let base = known(setting, name)?;
    if let Some(new) = rename.filter(|new| *new != name) {
        check_name(new).map_err(|why| usage(&format!("{new:?}: {why}")))?;
        if setting.loaded.names.iter().any(|known| known == new) {
            return Err(usage(&format!("profile {new} already exists")));
        }
    }
    let can_ask = ask::can_ask() && fields.is_empty() && rename.is_none();
    let making = Making {
        name: rename.unwrap_or(name).to_owned(),
        former: Some(name.to_owned()),
        base: Some(base),
        default: false,
    };
    make(setting, making, fields, test, can_ask).await
}

/// A profile that is there, or the words that say that it is not.
fn known<'s>(setting: &'s CommandContext, name: &str) -> Result<&'s Profile, Failure> {
    setting.loaded.profile(name).map_err(|why| {
        print_error(&why);
        if setting.loaded.may_have(name) { Failure::Failed } else { Failure::NotFound }
    })
}

/// A profile that is added or changed.
struct Making<'s> {
    name: String,
    former: Option<String>,
    base: Option<&'s Profile>,
    default: bool,
}

async fn make(
    setting: &CommandContext,
    making: Making<'_>,
    fields: &ProfileFields,
    test: bool,
    can_ask: bool,
) -> Result<(), Failure> {
    let form = Form { fields, base: making.base, ask: can_ask };
    let mut filled = form.fill().map_err(|error| told(&error))?;
    if !can_ask && filled.profile.reseller_id.is_empty() {
        return Err(usage("--reseller-id is missing"));
    }
    // What is kept is kept under the name up to now.
    let kept_as = making.former.as_deref().unwrap_or(&making.name);
    let open = |profile: &Profile, typed: Option<&secrecy::SecretString>| {
        let credentials = typed.cloned().map_or(Credentials::Fresh, Credentials::Typed);
        Account::open(kept_as, profile, credentials, &setting.home.vault, &setting.network)
            .map_err(|error| tell(&error))
    };
    let mut account = open(&filled.profile, filled.typed.as_ref())?;
    if test {
        while let Err(error) = steps(&account, &[Step::Token, Step::Ping], print_note).await {
            let failure = tell(&error);
            let again = can_ask && filled.typed.is_some() && failure == Failure::Authentication;
            let secret = if again {
                let noun = filled.profile.sign_in.noun();
                ask::typed_secret(&format!("Type the {noun} again (leave empty to cancel)"), noun)
                    .map_err(|error| told(&error))?
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
    if filled.profile.reseller_id.is_empty() || (can_ask && making.base.is_some()) {
        let current = Some(filled.profile.reseller_id.as_str()).filter(|id| !id.is_empty());
        // Without a test, nothing is asked of the network, and so there is no list to choose from.
        let all = if test {
            account.resellers(RESELLERS_TO_CHOOSE).await.unwrap_or_default().rows
        } else {
            Vec::new()
        };
        let chosen = ask_reseller(&all, current).map_err(|error| told(&error))?;
        filled.profile.reseller_id = chosen;
        account = open(&filled.profile, filled.typed.as_ref())?;
    }
    if test && let Err(error) = steps(&account, &[Step::FirstPage], print_note).await {
        let failure = tell(&error);
        if !(can_ask && save_anyway()?) {
            return Err(failure);
        }
    }
    let verb = if making.former.is_some() { "changed" } else { "added" };
    let name = making.name.clone();
    let draft = Draft {
        former: making.former,
        name: making.name,
        profile: filled.profile,
        typed: filled.typed.map(InlineSecret::new),
        default: making.default,
    };
    save(&setting.home, draft, can_ask).await.map_err(|words| {
        print_error(&words);
        Failure::Failed
    })?;
    let start = if making.default { " and set as the default" } else { "" };
    print_note(&format!("Profile {name} {verb}{start}."));
    keep_tokens(setting).await;
    Ok(())
}

fn save_anyway() -> Result<bool, Failure> {
    ask::yes("Save it anyway?").map_err(|error| told(&error.into()))
}

/// Takes steps of the check and tells each; ends at the first that fails.
async fn steps(account: &Account, steps: &[Step], say: fn(&str)) -> Result<(), ApiError> {
    for step in steps {
        let found = account.check(*step).await?;
        say(&format!("{}  {found}", text::pad_end(step.title(), 12)));
    }
    Ok(())
}

fn remove(setting: &CommandContext, name: &str, yes: bool) -> Result<(), Failure> {
    if !setting.loaded.names.iter().any(|known| known == name) {
        known(setting, name)?;
    }
    if !yes {
        if !ask::can_ask() {
            return Err(usage("without a terminal, confirm with --yes"));
        }
        let sure = ask::yes(&format!("Remove profile {name}, its secret and its token?"));
        if !sure.map_err(|error| told(&error.into()))? {
            print_note("Nothing was changed.");
            return Err(Failure::Failed);
        }
    }
    setting.home.remove(name).map_err(|error| {
        print_error(&error.to_string());
        Failure::Failed
    })?;
    print_note(&format!("Profile {name} removed."));
    Ok(())
}

fn choose(setting: &CommandContext, name: &str) -> Result<(), Failure> {
    if name != DEMO {
        known(setting, name)?;
    }
    setting.home.set_default(name).map_err(|error| {
        print_error(&error.to_string());
        Failure::Failed
    })?;
    print_note(&format!("{name} is now the default profile."));
    Ok(())
}

async fn test(
    setting: &CommandContext,
    arguments: &Arguments,
    name: Option<&str>,
    as_json: bool,
) -> Result<(), Failure> {
    let choice = match name {
        Some(name) => setting.named(name).map(Choice::of),
        None => setting.choose(arguments).and_then(Choice::certain),
    };
    // What is told as the reason is not told twice.
    setting.warn(&choice.as_ref().err().map(ToString::to_string).unwrap_or_default());
    let Choice { target, note, .. } = choice.map_err(|error| no_target(&error))?;
    if let Some(note) = note {
        print_error(&note);
    }
    let (account, _demo) = open(&target, arguments, setting, &setting.network).await?;
    let mut findings = Vec::new();
    let mut failed = None;
    for step in Step::ALL {
        if failed.is_some() {
            findings.push(json!({"check": step.name(), "state": "skipped"}));
            continue;
        }
        match account.check(step).await {
            Ok(found) => {
                if !as_json {
                    print(&format!("ok      {}  {found}", text::pad_end(step.title(), 12)));
                }
                findings.push(json!({"check": step.name(), "state": "ok", "found": found}));
            }
            Err(error) => {
                let told = error.tell();
                if !as_json {
                    print(&format!("failed  {}", step.title()));
                    tell(&error);
                }
                findings.push(json!({
                    "check": step.name(), "state": "failed", "found": told.what, "todo": told.todo,
                    "request_id": error.request_id(),
                }));
                failed = Some(Failure::of(&error));
            }
        }
    }
    if as_json {
        print(&serde_json::to_string_pretty(&findings).unwrap_or_default());
    }
    if matches!(target, Target::Profile { .. }) {
        keep_tokens(setting).await;
    }
    failed.map_or(Ok(()), Err)
}
