//! The context that every command starts with: configuration, state, vault and network.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::Utc;
use secrecy::SecretString;

use super::{
    Arguments,
    exit::print_error,
    target_choice::{ChoiceError, TargetChoice},
};
use crate::{
    account::{self, ProfileStore},
    api::Network,
    config::{self, Loaded, NamedBy, Places},
    demo::DemoOptions,
    files,
    model::AsOf,
    redact::KnownSecrets,
    secrets::{ProfileSecret, SystemKeyring, TOKEN_VARIABLE, TokenStorage, Vault},
    state::{State, Store},
    text, tui,
};

/// Everything that a command needs to know about its environment.
#[derive(Debug)]
pub(super) struct CommandContext {
    pub(super) loaded: Loaded,
    /// The option or variable that names the configuration, if it is not in its usual place.
    pub(super) named_by: Option<NamedBy>,
    pub(super) home: ProfileStore,
    /// The data folder; `None` if the platform has none.
    pub(super) data: Option<PathBuf>,
    pub(super) state: State,
    /// The network settings. Their budget of retries is shared by the whole process.
    pub(super) network: Network,
    /// A notice that the state could not be read.
    pub(super) state_notice: Option<String>,
    /// Notices about state, secrets and permissions; problems of the configuration are in `loaded`.
    pub(super) notices: Vec<String>,
}

impl CommandContext {
    /// Returns the day on which a command asks, and the configured days between the last change of a renewal and its date.
    pub(super) fn as_of(&self) -> AsOf {
        let change_margin = self.loaded.config.portfolio.change_margin_days;
        AsOf { today: Utc::now().date_naive(), change_margin }
    }

    /// Reads configuration and state. Secrets that are read from now on are added to `known`.
    pub(super) fn read(config: Option<&Path>, known: &KnownSecrets) -> Self {
        let places = Places::find(config);
        let loaded = config::load(places.config.as_deref());
        let data = places.data.clone();
        let store = Store::new(places.data.clone());
        let recalled = store.load();
        let vault = Vault::new(Arc::new(SystemKeyring::default()), places.data, places.config.as_deref());
        let keep = match recalled.state.tokens_in_files {
            Some(true) => TokenStorage::InFiles,
            Some(false) => TokenStorage::InMemory,
            None => TokenStorage::Undecided,
        };
        let state_notice = recalled.notice;
        let mut notices: Vec<String> = state_notice.iter().cloned().collect();
        // No tokens wait for this decision yet, so storing them cannot fail.
        notices.extend(vault.decide(keep).err().map(|error| error.to_string()));
        notices.extend(inline_secret_warnings(&loaded));
        let vault = Arc::new(vault);
        notices.extend(loaded.config.profiles.iter().filter_map(|(name, profile)| {
            ProfileSecret::new(Arc::clone(&vault), name, &profile.sign_in).exposure()
        }));
        let home = ProfileStore { config: places.config, vault, store };
        let network = account::network(&loaded.config.network, &network_in_environment(known));
        Self {
            loaded,
            named_by: places.named_by,
            home,
            data,
            state: recalled.state,
            network,
            state_notice,
            notices,
        }
    }

    /// Prints the problems of the configuration, except those that `why` already reports.
    pub(super) fn warn(&self, why: &str) {
        for problem in tui::problems(&self.loaded).iter().map(ToString::to_string) {
            if !why.contains(&problem) {
                print_error(&problem);
            }
        }
    }

    /// Prints what concerns a command that reads customers: problems of the configuration, and a lost state, which may
    /// have named the profile used last.
    pub(super) fn warn_before(&self, arguments: &Arguments) {
        let why = self.choose(arguments).and_then(TargetChoice::certain).err();
        self.warn(&why.as_ref().map(ChoiceError::to_string).unwrap_or_default());
        if let Some(notice) = &self.state_notice {
            print_error(notice);
        }
    }
}

/// Returns the network settings of the environment, with a new budget of retries.
///
/// In debug builds, `VIPMP_RETRY_BASE_MS` shortens the delays between retries, so that tests of faults are fast.
fn network_in_environment(known: &KnownSecrets) -> Network {
    let mut base = Network::from_env(|name| std::env::var_os(name));
    base.known = known.clone();
    if cfg!(debug_assertions)
        && let Some(millis) = std::env::var("VIPMP_RETRY_BASE_MS").ok().and_then(|text| text.parse().ok())
    {
        base.retry_base = Duration::from_millis(millis);
    }
    base
}

/// Returns warnings about secrets in the configuration, also if others can read the file.
fn inline_secret_warnings(loaded: &Loaded) -> Vec<String> {
    let names = loaded.literals();
    let Some(file) = loaded.file.as_deref().filter(|_| !names.is_empty()) else { return Vec::new() };
    let shown = text::display_path(file);
    let of = names.join(", ");
    let mut warnings = vec![format!(
        "{shown} contains the secret of {of}. Use `vipmp profile edit {} --keep keyring` to move it to the keyring.",
        names[0]
    )];
    warnings
        .extend(files::exposure_warning(file).map(|words| format!("{shown} contains secrets, and {words}")));
    warnings
}

/// Returns the access token in `VIPMP_ACCESS_TOKEN`, which the first profile of this run uses.
pub(super) fn external_token() -> Option<SecretString> {
    let token = std::env::var(TOKEN_VARIABLE).ok()?;
    let token = token.trim();
    (!token.is_empty()).then(|| token.into())
}

/// Returns the options of the demo from the command line.
pub(super) fn demo_options(arguments: &Arguments) -> DemoOptions {
    DemoOptions {
        customers: usize::try_from(arguments.demo_customers).unwrap_or(usize::MAX),
        seed: arguments.demo_seed,
        latency: Duration::from_millis(arguments.demo_latency),
        faults: arguments.demo_faults.clone().unwrap_or_default(),
        ..DemoOptions::default()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns the context of a configuration with this text in the default place.
    pub(in crate::cli) fn context(text: &str) -> CommandContext {
        of(config::parse(text, Path::new("config.toml")))
    }

    /// Returns the context of a configuration.
    pub(in crate::cli) fn of(loaded: Loaded) -> CommandContext {
        CommandContext {
            loaded,
            named_by: None,
            home: ProfileStore {
                config: None,
                vault: Arc::new(Vault::new(Arc::new(crate::secrets::NoKeyring), None, None)),
                store: Store::new(None),
            },
            data: None,
            state: State::default(),
            network: Network::default(),
            state_notice: None,
            notices: Vec::new(),
        }
    }

    #[test]
    fn a_secret_in_the_configuration_has_a_warning() {
        let literal = context("[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = 's3cr3t'\n");
        let warnings = inline_secret_warnings(&literal.loaded);
        assert!(
            warnings[0].contains("contains the secret of a.") && !warnings[0].contains("s3cr3t"),
            "{warnings:?}"
        );
        let variable = "[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n";
        assert_eq!(inline_secret_warnings(&context(variable).loaded), Vec::<String>::new());
    }
}
