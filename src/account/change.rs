//! Adding, changing and removing profiles. Secrets go to their storage, everything else into `config.toml`.

use std::{path::PathBuf, sync::Arc};

use crate::{
    config::{self, Change, EditError, InlineSecret, Profile, SecretSource, SignIn},
    files,
    portfolio::{PortfolioStore, StoreError, folder_of},
    secrets::{KeyringError, SecretError, Vault},
    state::Store,
};

/// A profile as it is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileDraft {
    /// Its name up to now; nothing for a new one.
    pub former: Option<String>,
    /// Its name.
    pub name: String,
    /// The profile. If a secret is typed, its source is the keyring or a file of the vault.
    pub profile: Profile,
    /// The secret, if it was typed and vipmp should store it.
    pub typed: Option<InlineSecret>,
    /// True if the program starts with it from now on.
    pub default: bool,
}

/// An error while a profile is added, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The secret is to be kept in the keyring, and none runs here: the user may want a file instead.
    #[error("{0}")]
    NoKeyring(KeyringError),
    /// The secret cannot be kept, or removed.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The configuration cannot be changed.
    #[error("{0}")]
    Config(#[from] EditError),
    /// The local copy of its customers cannot be renamed or deleted.
    #[error("the local copy of its customers stays as it is: {0}")]
    Copy(#[from] StoreError),
    /// The platform knows no folder for configurations.
    #[error("no folder for config.toml was found: set VIPMP_CONFIG_DIR")]
    NoPlace,
}

/// The places of everything of a profile: the configuration, the vault, and the state.
#[derive(Debug, Clone)]
pub struct ProfileStore {
    /// The configuration file; `None` if the platform has no folder for it.
    pub config: Option<PathBuf>,
    /// Secrets and tokens.
    pub vault: Arc<Vault>,
    /// The state that the program remembers.
    pub store: Store,
}

impl ProfileStore {
    /// Saves a profile. Blocks.
    ///
    /// # Errors
    /// See [`ChangeError`]. A new profile then leaves nothing behind.
    pub fn save(&self, draft: &ProfileDraft) -> Result<(), ChangeError> {
        let config = self.config.as_deref().ok_or(ChangeError::NoPlace)?;
        let former = draft.former.as_deref();
        let renamed = former.filter(|former| *former != draft.name);
        // First of all: a copy that another process is syncing keeps the profile's name.
        let copy = match (renamed, self.store.folder()) {
            (Some(former), Some(data)) => Some(PortfolioStore::prepare_rename(data, former, &draft.name)?),
            _ => None,
        };
        let mut profile = draft.profile.clone();
        if let Some(secret) = draft.typed.as_ref().map(InlineSecret::secret) {
            self.keep_secret(&draft.name, &profile.sign_in, secret)?;
            if !matches!(profile.sign_in.source(), SecretSource::Keyring) {
                let key = profile.sign_in.key();
                profile.sign_in = moved(&profile.sign_in, self.vault.put_in_file(&draft.name, key, secret)?);
            }
        } else if let Some(former) = renamed {
            self.vault.rename(former, &draft.name, &profile.sign_in)?;
            profile.sign_in = self.move_file(&draft.name, &profile.sign_in)?;
        }
        let put = Change::Put { former, name: &draft.name, profile: &profile };
        let changes = [put, Change::Default(&draft.name)];
        let changes = if draft.default { &changes[..] } else { &changes[..1] };
        if let Err(error) = config::edit(config, changes) {
            if former.is_none() || renamed.is_some() {
                self.vault.forget(&draft.name)?;
            }
            return Err(error.into());
        }
        if let Some(former) = renamed {
            self.vault.forget(former)?;
            self.store.rename(former, &draft.name);
            if let Some(copy) = copy {
                copy.finish()?;
            }
        }
        self.vault.drop_unused(&draft.name, &profile.sign_in);
        Ok(())
    }

    fn keep_secret(
        &self,
        name: &str,
        sign_in: &SignIn,
        secret: &secrecy::SecretString,
    ) -> Result<(), ChangeError> {
        if !matches!(sign_in.source(), SecretSource::Keyring) {
            return Ok(());
        }
        self.vault.put_in_keyring(name, sign_in.key(), secret).map_err(ChangeError::NoKeyring)?;
        Ok(())
    }

    /// Gives the vault's own file of a renamed profile its new name.
    fn move_file(&self, name: &str, sign_in: &SignIn) -> Result<SignIn, SecretError> {
        let SecretSource::File(path) = sign_in.source() else { return Ok(sign_in.clone()) };
        if !self.vault.owns(path) {
            return Ok(sign_in.clone());
        }
        match files::read_text(path, 64 * 1024) {
            Ok(Some(secret)) => {
                Ok(moved(sign_in, self.vault.put_in_file(name, sign_in.key(), &secret.into())?))
            }
            // What is not there can be typed again under either name.
            Ok(None) => Ok(sign_in.clone()),
            // The file of the former name is removed in the end: what is in it must not go with it.
            Err(error) => Err(SecretError::unreadable(path, &error)),
        }
    }

    /// Removes a profile with its secret, its token, its local copy and what is remembered of it. Blocks.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub fn remove(&self, name: &str) -> Result<(), ChangeError> {
        let config = self.config.as_deref().ok_or(ChangeError::NoPlace)?;
        // First of all: a copy that another process is syncing keeps the profile.
        if let Some(data) = self.store.folder() {
            PortfolioStore::forget(&folder_of(data, name))?;
        }
        config::edit(config, &[Change::Remove(name)])?;
        self.store.forget(name);
        self.vault.forget(name)?;
        Ok(())
    }

    /// Starts with this profile from now on. Blocks.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub fn set_default(&self, name: &str) -> Result<(), ChangeError> {
        let config = self.config.as_deref().ok_or(ChangeError::NoPlace)?;
        config::edit(config, &[Change::Default(name)])?;
        Ok(())
    }
}

fn moved(sign_in: &SignIn, to: SecretSource) -> SignIn {
    match sign_in {
        SignIn::ClientSecret(_) => SignIn::ClientSecret(to),
        SignIn::AccessToken(_) => SignIn::AccessToken(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{Keyring, MemoryKeyring, NoKeyring};

    struct Stage {
        folder: tempfile::TempDir,
        keyring: Arc<MemoryKeyring>,
        home: ProfileStore,
    }

    fn stage() -> Stage {
        let keyring = Arc::new(MemoryKeyring::default());
        let (folder, home) = home(Arc::clone(&keyring) as Arc<dyn Keyring>);
        Stage { folder, keyring, home }
    }

    fn home(keyring: Arc<dyn Keyring>) -> (tempfile::TempDir, ProfileStore) {
        let folder = tempfile::tempdir().unwrap();
        let (config, data) = (folder.path().join("config.toml"), folder.path().join("data"));
        let vault = Arc::new(Vault::new(keyring, Some(data.clone()), Some(&config)));
        (folder, ProfileStore { config: Some(config), vault, store: Store::new(Some(data)) })
    }

    fn draft(name: &str, source: SecretSource) -> ProfileDraft {
        let profile = Profile::sandbox("abc", source);
        ProfileDraft {
            former: None,
            name: name.into(),
            profile,
            typed: Some(InlineSecret::new("s3cr3t")),
            default: true,
        }
    }

    fn text(home: &ProfileStore) -> String {
        std::fs::read_to_string(home.config.as_ref().unwrap()).unwrap()
    }

    #[test]
    fn a_profile_lives_from_its_addition_to_its_removal() {
        let Stage { keyring, home, folder: _folder } = stage();
        home.save(&draft("emea", SecretSource::Keyring)).unwrap();
        assert_eq!(keyring.names(), ["emea/client-secret"]);
        assert!(text(&home).starts_with("default_profile = \"emea\"\n") && !text(&home).contains("s3cr3t"));
        let mut edited = draft("north", SecretSource::Keyring);
        (edited.former, edited.typed) = (Some("emea".into()), None);
        home.save(&edited).unwrap();
        assert_eq!(keyring.names(), ["north/client-secret"]);
        assert!(
            text(&home).contains("[profiles.north]") && text(&home).contains("default_profile = \"north\"")
        );
        home.remove("north").unwrap();
        assert_eq!((keyring.names(), text(&home).trim()), (Vec::<String>::new(), ""));
        assert!(matches!(home.remove("north"), Err(ChangeError::Config(EditError::NoProfile(_)))));
    }

    #[test]
    fn a_file_of_our_own_follows_the_profiles_name() {
        let Stage { home, folder, .. } = stage();
        home.save(&draft("emea", SecretSource::File(PathBuf::new()))).unwrap();
        let secret = |name: &str| folder.path().join(format!("data/secrets/{name}.client-secret"));
        assert_eq!(std::fs::read_to_string(secret("emea")).unwrap(), "s3cr3t");
        let profile = config::load(home.config.as_deref()).config.profiles.remove("emea").unwrap();
        let renamed = ProfileDraft {
            former: Some("emea".into()),
            name: "north".into(),
            profile,
            typed: None,
            default: false,
        };
        home.save(&renamed).unwrap();
        assert!(!secret("emea").exists() && text(&home).contains("north.client-secret"), "{}", text(&home));
        assert_eq!(std::fs::read_to_string(secret("north")).unwrap(), "s3cr3t");
        home.remove("north").unwrap();
        assert!(!secret("north").exists());
    }

    #[test]
    fn a_profile_whose_secret_cannot_be_moved_keeps_its_name() {
        let Stage { home, folder: _folder, .. } = stage();
        home.save(&draft("emea", SecretSource::Keyring)).unwrap();
        let vault = Arc::new(Vault::new(Arc::new(NoKeyring), None, home.config.as_deref()));
        let without = ProfileStore { vault, ..home };
        let mut renamed = draft("north", SecretSource::Keyring);
        (renamed.former, renamed.typed) = (Some("emea".into()), None);
        assert!(matches!(without.save(&renamed), Err(ChangeError::Secret(_))));
        assert!(text(&without).contains("[profiles.emea]"), "{}", text(&without));
    }

    #[test]
    fn a_renaming_that_fails_leaves_everything_under_the_former_name() {
        let Stage { home, keyring, folder } = stage();
        home.save(&draft("emea", SecretSource::Keyring)).unwrap();
        let mut renamed = draft("north", SecretSource::Keyring);
        (renamed.former, renamed.typed) = (Some("emea".into()), None);
        let whole = text(&home);
        std::fs::write(home.config.as_ref().unwrap(), "[ui\n").unwrap();
        assert!(matches!(home.save(&renamed), Err(ChangeError::Config(_))));
        assert_eq!(keyring.names(), ["emea/client-secret"]);
        std::fs::write(home.config.as_ref().unwrap(), whole).unwrap();
        let secret = folder.path().join("data/secrets/emea.client-secret");
        std::fs::create_dir_all(secret.parent().unwrap()).unwrap();
        std::fs::write(&secret, b"\xff").unwrap();
        renamed.profile.sign_in = SignIn::ClientSecret(SecretSource::File(secret.clone()));
        assert!(matches!(home.save(&renamed), Err(ChangeError::Secret(_))));
        assert!(secret.exists() && text(&home).contains("[profiles.emea]"));
    }

    #[test]
    fn what_fails_leaves_nothing_of_a_new_profile() {
        let Stage { home, keyring, folder: _folder } = stage();
        std::fs::write(home.config.as_ref().unwrap(), "[ui\n").unwrap();
        assert!(matches!(home.save(&draft("a", SecretSource::Keyring)), Err(ChangeError::Config(_))));
        assert_eq!(keyring.names(), Vec::<String>::new());
        let (_folder, home) = super::tests::home(Arc::new(NoKeyring));
        assert!(matches!(home.save(&draft("a", SecretSource::Keyring)), Err(ChangeError::NoKeyring(_))));
        assert!(!home.config.as_ref().unwrap().exists());
        let nowhere = ProfileStore { config: None, ..home };
        assert!(matches!(nowhere.set_default("a"), Err(ChangeError::NoPlace)));
    }
}
