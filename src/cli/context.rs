//! The context of a run: the places, the configuration, the state, the vault, and which profile is meant.

use std::{path::Path, sync::Arc, time::Duration};

use secrecy::SecretString;

use super::{
    Arguments,
    exit::print_error,
    target_choice::{TargetChoice, TargetError},
};
use crate::{
    account::{self, Home},
    api::Network,
    config::{self, Loaded, NamedBy, Places},
    demo::DemoOptions,
    files,
    redact::KnownSecrets,
    secrets::{Keep, ProfileSecret, SystemKeyring, TOKEN_VARIABLE, Vault},
    state::{State, Store},
    text, tui,
};

/// The context of a run.
#[derive(Debug)]
pub(super) struct CommandContext {
    pub(super) loaded: Loaded,
    /// The option or variable that names the configuration, if it is not in its usual place.
    pub(super) named_by: Option<NamedBy>,
    pub(super) home: Home,
    pub(super) state: State,
    /// The patience with servers; its budget of retries is the process's.
    pub(super) network: Network,
    /// The outcome for a state that could not be read.
    pub(super) state_notice: Option<String>,
    /// The remarks about the state and the configuration besides the latter's own mistakes.
    pub(super) notices: Vec<String>,
}

impl CommandContext {
    /// Reads everything. Secrets that are met from now on become known.
    pub(super) fn read(config: Option<&Path>, known: &KnownSecrets) -> Self {
        let places = Places::find(config);
        let loaded = config::load(places.config.as_deref());
        let store = Store::new(places.data.clone());
        let recalled = store.load();
        let vault = Vault::new(Arc::new(SystemKeyring::default()), places.data, places.config.as_deref());
        let keep = match recalled.state.tokens_in_files {
            Some(true) => Keep::InFiles,
            Some(false) => Keep::InMemory,
            None => Keep::Undecided,
        };
        let state_notice = recalled.notice;
        let mut notices: Vec<String> = state_notice.iter().cloned().collect();
        // Nothing waits for that decision yet, so nothing can fail.
        notices.extend(vault.decide(keep).err().map(|error| error.to_string()));
        notices.extend(inline_secret_warnings(&loaded));
        let vault = Arc::new(vault);
        notices.extend(loaded.config.profiles.iter().filter_map(|(name, profile)| {
            ProfileSecret::new(Arc::clone(&vault), name, &profile.sign_in).exposure()
        }));
        let home = Home { config: places.config, vault, store };
        let network = account::network(&loaded.config.network, &network_in_environment(known));
        Self {
            loaded,
            named_by: places.named_by,
            home,
            state: recalled.state,
            network,
            state_notice,
            notices,
        }
    }

    /// Writes the mistakes in the configuration to standard error, less those that `why` reports already.
    pub(super) fn warn(&self, why: &str) {
        for problem in tui::problems(&self.loaded).iter().map(ToString::to_string) {
            if !why.contains(&problem) {
                print_error(&problem);
            }
        }
    }

    /// Writes what concerns a command that reads an account: mistakes in the configuration, and a lost state, which may
    /// have known the profile that was used last.
    pub(super) fn warn_before(&self, arguments: &Arguments) {
        let why = self.choose(arguments).and_then(TargetChoice::certain).err();
        self.warn(&why.as_ref().map(TargetError::to_string).unwrap_or_default());
        if let Some(notice) = &self.state_notice {
            print_error(notice);
        }
    }
}

/// Makes the network as the environment has it, with a new budget of retries. Debug builds can be told to wait less between
/// them, so that tests of faults need not.
fn network_in_environment(known: &KnownSecrets) -> Network {
    let mut base = Network::in_environment(|name| std::env::var_os(name));
    base.known = known.clone();
    if cfg!(debug_assertions)
        && let Some(millis) = std::env::var("VIPMP_RETRY_BASE_MS").ok().and_then(|text| text.parse().ok())
    {
        base.retry_base = Duration::from_millis(millis);
    }
    base
}

/// Secrets in a configuration that others can read.
fn inline_secret_warnings(loaded: &Loaded) -> Vec<String> {
    let names = loaded.literals();
    let Some(file) = loaded.file.as_deref().filter(|_| !names.is_empty()) else { return Vec::new() };
    let shown = text::path(file);
    let of = names.join(", ");
    let mut told = vec![format!(
        "{shown}: the secret of {of} is in it. `vipmp profile edit {} --keep keyring` moves it to the keyring.",
        names[0]
    )];
    told.extend(files::exposure(file).map(|words| format!("{shown} holds secrets, and {words}")));
    told
}

/// The access token that the environment brings for the profile that the program starts with.
pub(super) fn external_token() -> Option<SecretString> {
    let token = std::env::var(TOKEN_VARIABLE).ok()?;
    let token = token.trim();
    (!token.is_empty()).then(|| token.into())
}

/// The demo as the command line wants it.
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

    /// The setting of a configuration with this text in its usual place.
    pub(in crate::cli) fn context(text: &str) -> CommandContext {
        of(config::parse(text, Path::new("config.toml")))
    }

    /// The setting of a configuration that was read.
    pub(in crate::cli) fn of(loaded: Loaded) -> CommandContext {
        CommandContext {
            loaded,
            named_by: None,
            home: Home {
                config: None,
                vault: Arc::new(Vault::new(Arc::new(crate::secrets::NoKeyring), None, None)),
                store: Store::new(None),
            },
            state: State::default(),
            network: Network::default(),
            state_notice: None,
            notices: Vec::new(),
        }
    }

    #[test]
    fn a_secret_in_the_file_is_warned_about() {
        let literal = context("[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = 's3cr3t'\n");
        let told = inline_secret_warnings(&literal.loaded);
        assert!(told[0].contains("the secret of a is in it") && !told[0].contains("s3cr3t"), "{told:?}");
        let variable = "[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n";
        assert_eq!(inline_secret_warnings(&context(variable).loaded), Vec::<String>::new());
    }
}
