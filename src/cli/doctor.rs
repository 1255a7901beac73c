//! `vipmp doctor`: checks everything that vipmp needs, and explains how to fix what is wrong.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    Arguments,
    account::store_tokens,
    context::{CommandContext, demo_options, external_token},
    doctor_network::{NETWORK, network},
    exit::{Failure, print},
    output_args::terminal_columns,
    target_choice::{ChoiceError, TargetChoice},
};
use crate::{
    account::{AccountId, TestStep},
    api::ApiError,
    config::SecretSource,
    files,
    portfolio::{Identity, PortfolioStore, StoreError, folder_of},
    secrets::KeyringError,
    text, tui,
};

/// The width of the columns before the finding.
const BEFORE: usize = 26;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckState {
    Ok,
    /// It works, but should be fixed.
    Warning,
    Failed,
    /// Not checked, because an earlier check failed or because it does not apply.
    Skipped,
}

impl CheckState {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// The outcome of one check, for the user.
#[derive(Debug, Clone)]
struct Finding {
    check: &'static str,
    title: &'static str,
    state: CheckState,
    found: String,
    todo: Option<String>,
    request_id: Option<String>,
}

/// The findings so far, and the failure to exit with.
#[derive(Default)]
pub(super) struct DoctorReport {
    findings: Vec<Finding>,
    failure: Option<Failure>,
}

impl DoctorReport {
    pub(super) fn add(
        &mut self,
        check: &'static str,
        title: &'static str,
        state: CheckState,
        found: impl Into<String>,
        todo: Option<String>,
    ) {
        if state == CheckState::Failed {
            self.failure.get_or_insert(Failure::Failed);
        }
        let found = found.into();
        self.findings.push(Finding { check, title, state, found, todo, request_id: None });
    }

    pub(super) fn ok(&mut self, check: &'static str, title: &'static str, found: impl Into<String>) {
        self.add(check, title, CheckState::Ok, found, None);
    }

    pub(super) fn skip(&mut self, check: &'static str, title: &'static str, why: &str) {
        self.add(check, title, CheckState::Skipped, why, None);
    }

    pub(super) fn error(&mut self, check: &'static str, title: &'static str, error: &ApiError) {
        let told = error.user_message();
        self.failure.get_or_insert(Failure::of(error));
        self.findings.push(Finding {
            check,
            title,
            state: CheckState::Failed,
            found: told.summary,
            todo: (!told.hint.is_empty()).then_some(told.hint),
            request_id: error.request_id().map(str::to_owned),
        });
    }

    fn print(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let one = |finding: &Finding| -> Value {
                json!({
                    "check": finding.check, "state": finding.state.word(), "found": finding.found,
                    "todo": finding.todo, "request_id": finding.request_id,
                })
            };
            let all: Vec<Value> = self.findings.iter().map(one).collect();
            return print(&serde_json::to_string_pretty(&all).unwrap_or_default());
        }
        let room = terminal_columns().map(|columns| columns.saturating_sub(BEFORE).max(20));
        for finding in &self.findings {
            let title = text::pad_end(finding.title, 16);
            let all = finding.found.lines().chain(finding.todo.iter().flat_map(|todo| todo.lines()));
            // Lines that fit are not wrapped: wrapping would collapse their blanks.
            let wrapped = |line: &str| match room {
                Some(room) if text::width(line) > room => text::wrap(line, room),
                _ => vec![line.to_owned()],
            };
            let mut lines = all.flat_map(wrapped);
            let first = lines.next().unwrap_or_default();
            print(&format!("{:<8} {title} {first}", finding.state.word()))?;
            for line in lines {
                print(&format!("{:BEFORE$}{line}", ""))?;
            }
        }
        Ok(())
    }
}

/// Runs all checks in order and prints the findings.
pub(super) async fn run(arguments: &Arguments, context: &CommandContext, as_json: bool) -> ExitCode {
    let mut report = DoctorReport::default();
    let choice = context.choose(arguments).and_then(TargetChoice::certain);
    let is_demo = matches!(&choice, Ok(TargetChoice { target: AccountId::Demo, .. }));
    configuration(&mut report, context, is_demo);
    permissions(&mut report, context);
    let needed = matches!(&choice, Ok(TargetChoice { target: AccountId::Profile { profile, .. }, .. })
        if *profile.sign_in.source() == SecretSource::Keyring);
    keyring(&mut report, context, needed).await;
    match &choice {
        Ok(choice) => {
            local_copy(&mut report, context, &choice.target);
            account(&mut report, arguments, context, choice).await;
        }
        Err(error) => {
            if matches!(error, ChoiceError::Unknown(_)) {
                report.failure.get_or_insert(Failure::NotFound);
            }
            report.add(
                "profile",
                "Profile",
                CheckState::Failed,
                error.to_string(),
                Some(error.todo().to_owned()),
            );
            for (check, title) in NETWORK {
                report.skip(check, title, "needs a profile");
            }
        }
    }
    let printed = report.print(as_json);
    store_tokens(context).await;
    report.failure.or(printed.err()).map_or(ExitCode::SUCCESS, ExitCode::from)
}

/// Checks that the configuration exists and is valid. The demo does not need one, so a missing file is only a warning.
fn configuration(report: &mut DoctorReport, context: &CommandContext, is_demo: bool) {
    const CHECK: (&str, &str) = ("configuration", "Configuration");
    let loaded = &context.loaded;
    let Some(file) = &loaded.file else {
        let todo = "Set HOME or VIPMP_CONFIG_DIR, or use --config.".to_owned();
        return report.add(
            CHECK.0,
            CHECK.1,
            CheckState::Warning,
            "the system has no folder for config.toml",
            Some(todo),
        );
    };
    let shown = text::display_path(file);
    let problems = tui::problems(loaded);
    if !problems.is_empty() {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let todo = format!("Fix {shown}. Until then, only its valid settings apply.");
        return report.add(CHECK.0, CHECK.1, CheckState::Failed, all.join("\n"), Some(todo));
    }
    if let Some(absent) = context.missing_config() {
        let (state, todo) = if is_demo {
            (CheckState::Warning, "Check the path. The demo does not need the file.")
        } else {
            (CheckState::Failed, absent.todo())
        };
        return report.add(CHECK.0, CHECK.1, state, absent.to_string(), Some(todo.to_owned()));
    }
    let found = match (loaded.found, loaded.config.profiles.len()) {
        (false, _) => format!("{shown} does not exist, so the demo and default settings are used"),
        (true, 1) => format!("{shown}, 1 profile"),
        (true, count) => format!("{shown}, {count} profiles"),
    };
    report.ok(CHECK.0, CHECK.1, found);
}

fn permissions(report: &mut DoctorReport, context: &CommandContext) {
    const CHECK: (&str, &str) = ("permissions", "Permissions");
    let mut exposed = Vec::new();
    // A configuration that holds secrets is reported among the notices.
    let is_reported = context.loaded.names.is_empty() || !context.loaded.literals().is_empty();
    if let Some(file) = context.loaded.file.as_deref().filter(|_| !is_reported) {
        exposed.extend(
            files::exposure_warning(file).map(|words| format!("{}: {words}", text::display_path(file))),
        );
    }
    exposed.extend(context.notices.iter().cloned());
    if exposed.is_empty() {
        report.ok(CHECK.0, CHECK.1, "only you can read vipmp's files");
    } else {
        report.add(CHECK.0, CHECK.1, CheckState::Warning, exposed.join("\n"), None);
    }
}

async fn keyring(report: &mut DoctorReport, context: &CommandContext, needed: bool) {
    const CHECK: (&str, &str) = ("keyring", "Keyring");
    let vault = context.home.vault.clone();
    let checked = tokio::task::spawn_blocking(move || vault.check_keyring()).await;
    match checked.unwrap_or_else(|_| Err(KeyringError::Unavailable("an internal error".to_owned()))) {
        Ok(()) => report.ok(CHECK.0, CHECK.1, "it responds"),
        Err(error) => {
            let state = if needed { CheckState::Failed } else { CheckState::Warning };
            let todo = "Start or unlock a keyring, or keep secrets in variables, files or a password manager (see config.example.toml).";
            report.add(CHECK.0, CHECK.1, state, error.to_string(), Some(todo.to_owned()));
        }
    }
}

/// Reports the local copy of the selected profile.
fn local_copy(report: &mut DoctorReport, context: &CommandContext, target: &AccountId) {
    const CHECK: (&str, &str) = ("portfolio", "Local copy");
    let (AccountId::Profile { name, profile }, Some(data)) = (target, &context.data) else {
        return report.skip(CHECK.0, CHECK.1, "the demo's is kept in memory");
    };
    let folder = folder_of(data, name);
    let identity = Identity::new(&profile.client_id, profile.api_url.as_str());
    let checked = PortfolioStore::open_to_read(&folder, Some(&identity)).and_then(|store| {
        let checks = PortfolioStore::check(&folder)?.into_iter();
        let problems = checks.flat_map(|check| {
            let name = check.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let problems = check.problems.into_iter().map(move |problem| format!("{name}: {problem}"));
            problems.chain(check.values)
        });
        Ok((store.completeness()?, problems.collect::<Vec<_>>()))
    });
    match checked {
        Err(StoreError::Missing) => report.skip(CHECK.0, CHECK.1, "none is kept"),
        Err(StoreError::Outdated(_)) => {
            report.skip(CHECK.0, CHECK.1, "an older version of vipmp wrote it; the next sync reads it again");
        }
        Err(error) => {
            report.add(CHECK.0, CHECK.1, CheckState::Failed, text::sentence(&error.to_string()), None);
        }
        Ok((_, problems)) if !problems.is_empty() => {
            let todo = "`vipmp portfolio check` sets aside what is damaged, and `vipmp sync` reads the customers again.";
            report.add(CHECK.0, CHECK.1, CheckState::Failed, problems.join("\n"), Some(todo.to_owned()));
        }
        Ok((held, _)) => {
            let customers = text::pluralize(held.customers, "customer", "customers");
            let found = format!(
                "intact, with {customers}, {} with details",
                text::group_digits(held.records.min(held.subscriptions))
            );
            if held.is_complete() {
                report.ok(CHECK.0, CHECK.1, found);
            } else {
                let todo = "`vipmp sync` reads what is missing.".to_owned();
                report.add(CHECK.0, CHECK.1, CheckState::Warning, found, Some(todo));
            }
        }
    }
}

async fn account(
    report: &mut DoctorReport,
    arguments: &Arguments,
    context: &CommandContext,
    choice: &TargetChoice,
) {
    let target = &choice.target;
    let found = match target {
        AccountId::Demo => "the demo".to_owned(),
        AccountId::Profile { name, profile } => {
            format!("{name}, {}, reseller {}", profile.environment.name(), profile.reseller_id)
        }
    };
    let found = [Some(found), choice.note.clone()].into_iter().flatten().collect::<Vec<_>>().join("\n");
    report.ok("profile", "Profile", found);
    if let AccountId::Profile { profile, .. } = target
        && !network(report, profile, external_token().is_none(), &context.network).await
    {
        for (check, title) in &NETWORK[4..] {
            report.skip(check, title, "needs a working network");
        }
        return;
    }
    if *target == AccountId::Demo {
        for (check, title) in &NETWORK[..4] {
            report.skip(check, title, "not needed for the demo");
        }
    }
    let opened =
        target.open(external_token(), &context.home.vault, demo_options(arguments), &context.network).await;
    let (account, _demo) = match opened {
        Ok(opened) => opened,
        Err(error) => return report.error("token", "Token", &error),
    };
    let mut blocked = false;
    for step in TestStep::ALL {
        if blocked {
            report.skip(step.name(), step.title(), "needs the previous step to succeed");
            continue;
        }
        match account.check(step).await {
            Ok(found) => report.ok(step.name(), step.title(), found),
            Err(error) => {
                blocked = true;
                report.error(step.name(), step.title(), &error);
            }
        }
    }
}
