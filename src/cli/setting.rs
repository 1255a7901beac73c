//! What a run starts from: the places, the configuration, the state, the vault, and which profile is meant.

use std::{path::Path, sync::Arc, time::Duration};

use secrecy::SecretString;

use super::Arguments;
use crate::{
    account::{self, Home, Target},
    api::Network,
    config::{self, DEMO, Loaded, Places},
    demo::DemoOptions,
    files,
    secrets::{Keep, ProfileSecret, SystemKeyring, TOKEN_VARIABLE, Vault},
    state::{State, Store},
};

/// The environment variable with the name of the profile to use; empty, it names none.
const PROFILE_VARIABLE: &str = "VIPMP_PROFILE";

/// What a run starts from.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) loaded: Loaded,
    pub(super) home: Home,
    pub(super) state: State,
    /// How patiently servers are asked; its budget of retries is the process's.
    pub(super) network: Network,
    /// What is to be said about the state and the configuration besides the latter's own mistakes.
    pub(super) notices: Vec<String>,
}

/// Why the profile that is meant cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoTarget {
    /// The command line or the environment names one that is not there.
    #[error("{0}")]
    Unknown(String),
    /// The configuration names one with mistakes.
    #[error("{0}")]
    Broken(String),
}

impl Setting {
    /// Reads everything; `screen` says whether the screen will be ours.
    pub(super) fn read(config: Option<&Path>, screen: bool) -> Self {
        let places = Places::find(config);
        let loaded = config::load(places.config.as_deref());
        let store = Store::new(places.data.clone());
        let recalled = store.load();
        let vault = Vault::new(Arc::new(SystemKeyring::default()), places.data, places.config.as_deref());
        let vault = if screen { vault.behind_the_screen() } else { vault };
        let keep = match recalled.state.tokens_in_files {
            Some(true) => Keep::InFiles,
            Some(false) => Keep::InMemory,
            None => Keep::Undecided,
        };
        let mut notices: Vec<String> = recalled.notice.into_iter().collect();
        // Nothing waits for that decision yet, so nothing can fail.
        notices.extend(vault.decide(keep).err().map(|error| error.to_string()));
        notices.extend(exposed_literals(&loaded));
        let vault = Arc::new(vault);
        notices.extend(loaded.config.profiles.iter().filter_map(|(name, profile)| {
            ProfileSecret::new(Arc::clone(&vault), name, &profile.sign_in).exposure()
        }));
        let home = Home { config: places.config, vault, store };
        let network = account::network(&loaded.config.network, &base());
        Self { loaded, home, state: recalled.state, network, notices }
    }

    /// Whose customers are meant: as the flags say, else the environment, else the configuration, else the only profile
    /// or the one used last, else the demo.
    pub(super) fn target(&self, arguments: &Arguments) -> Result<Target, NoTarget> {
        if arguments.demo {
            return Ok(Target::Demo);
        }
        // A variable that the definitions of the command line knew would clash with --demo as an option does.
        let of_environment = || std::env::var(PROFILE_VARIABLE).ok().filter(|name| !name.trim().is_empty());
        if let Some(name) = arguments.profile.clone().or_else(of_environment) {
            return self.named(name.trim());
        }
        if let Some(name) = &self.loaded.config.default_profile {
            return self.named(name).map_err(|error| NoTarget::Broken(error.to_string()));
        }
        let profiles = &self.loaded.config.profiles;
        let last = self.state.last_used(profiles.keys()).or_else(|| profiles.keys().next());
        match last {
            Some(name) => self.named(name),
            None if self.loaded.names.is_empty() => Ok(Target::Demo),
            None => Err(NoTarget::Broken(format!("profile {} cannot be used", self.loaded.names[0]))),
        }
    }

    /// The profile of this name.
    pub(super) fn named(&self, name: &str) -> Result<Target, NoTarget> {
        if name == DEMO {
            return Ok(Target::Demo);
        }
        match self.loaded.profile(name) {
            Ok(profile) => Ok(Target::Profile { name: name.to_owned(), profile: Box::new(profile.clone()) }),
            Err(why) if self.loaded.may_have(name) => Err(NoTarget::Broken(why)),
            Err(why) => Err(NoTarget::Unknown(why)),
        }
    }
}

/// A new budget of retries. Debug builds can be told to wait less between them, so that tests of faults need not.
fn base() -> Network {
    let mut base = Network::default();
    if cfg!(debug_assertions)
        && let Some(millis) = std::env::var("VIPMP_RETRY_BASE_MS").ok().and_then(|text| text.parse().ok())
    {
        base.retry_base = Duration::from_millis(millis);
    }
    base
}

/// Secrets in a configuration that others can read.
fn exposed_literals(loaded: &Loaded) -> Vec<String> {
    let names = loaded.literals();
    let Some(file) = loaded.file.as_deref().filter(|_| !names.is_empty()) else { return Vec::new() };
    let shown = file.display();
    let of = names.join(", ");
    let mut told = vec![format!(
        "{shown}: the secret of {of} stands in it. `vipmp profile edit {} --keep keyring` moves it to the keyring.",
        names[0]
    )];
    told.extend(files::exposure(file).map(|words| format!("{shown} holds secrets, and {words}")));
    told
}

/// The access token that the environment brings for the profile that the program starts with.
pub(super) fn brought_token() -> Option<SecretString> {
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
mod tests {
    use clap::Parser as _;

    use super::*;

    fn setting(text: &str) -> Setting {
        Setting {
            loaded: config::parse(text, Path::new("config.toml")),
            home: Home {
                config: None,
                vault: Arc::new(Vault::new(Arc::new(crate::secrets::NoKeyring), None, None)),
                store: Store::new(None),
            },
            state: State::default(),
            network: Network::default(),
            notices: Vec::new(),
        }
    }

    fn target(setting: &Setting, words: &[&str]) -> Result<String, NoTarget> {
        let arguments = Arguments::parse_from([&["vipmp"], words].concat());
        setting.target(&arguments).map(|target| match target {
            Target::Demo => "demo".to_owned(),
            Target::Profile { name, .. } => name,
        })
    }

    const TWO: &str = "[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n\
                       [profiles.b]\nreseller_id = '2'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n";

    #[test]
    fn without_anything_it_is_the_demo() {
        assert_eq!(target(&setting(""), &[]).unwrap(), "demo");
    }

    #[test]
    fn flags_count_more_than_the_file() {
        let with_default = setting(&format!("default_profile = 'b'\n{TWO}"));
        assert_eq!(target(&with_default, &[]).unwrap(), "b");
        assert_eq!(target(&with_default, &["--profile", "a"]).unwrap(), "a");
        assert_eq!(target(&with_default, &["--profile", "demo"]).unwrap(), "demo");
        assert_eq!(target(&with_default, &["--demo"]).unwrap(), "demo");
    }

    #[test]
    fn without_a_default_it_is_the_last_used_or_the_first() {
        let mut two = setting(TWO);
        assert_eq!(target(&two, &[]).unwrap(), "a");
        two.state.profiles.entry("b".into()).or_default().last_used = "2026-11-24T10:00:00Z".parse().ok();
        assert_eq!(target(&two, &[]).unwrap(), "b");
    }

    #[test]
    fn what_cannot_be_used_is_told_and_a_slip_is_not_the_same_as_a_mistake_in_the_file() {
        let broken = setting(&format!("default_profile = 'c'\n{TWO}[profiles.c]\nreseller_id = '1'\n"));
        let Err(NoTarget::Broken(words)) = target(&broken, &[]) else { panic!("broken") };
        assert!(words.contains("client_id and client_secret are missing"), "{words}");
        assert!(matches!(target(&broken, &["--profile", "c"]), Err(NoTarget::Broken(_))));
        let Err(NoTarget::Unknown(words)) = target(&broken, &["--profile", "d"]) else { panic!("unknown") };
        assert!(words.contains("there is no profile d"), "{words}");
        assert!(matches!(target(&setting("default_profile = 'x'\n"), &[]), Err(NoTarget::Broken(_))));
        assert!(matches!(target(&setting("[profiles.x]\n"), &[]), Err(NoTarget::Broken(_))));
    }

    #[test]
    fn a_secret_in_the_file_is_warned_about() {
        let literal = setting("[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = 's3cr3t'\n");
        let told = exposed_literals(&literal.loaded);
        assert!(told[0].contains("the secret of a stands in it") && !told[0].contains("s3cr3t"), "{told:?}");
        assert_eq!(exposed_literals(&setting(TWO).loaded), Vec::<String>::new());
    }
}
