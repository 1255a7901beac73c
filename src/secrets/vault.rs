//! The keyring and the files that stand in for it, by profile.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{Keyring, KeyringError, SecretError, Wish, running::Programs, terminal::Owner};
use crate::{
    config::{SecretSource, SignIn},
    files, text,
};

/// The treatment of tokens if there is no keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenStorage {
    /// Undecided: tokens stay in memory until the user decides.
    #[default]
    Undecided,
    /// They are kept in files that only their owner can read.
    InFiles,
    /// They end with the program.
    InMemory,
}

/// The places of secrets and tokens on this machine.
pub struct Vault {
    pub(super) keyring: Arc<dyn Keyring>,
    /// The folder of secret files; `None` if the platform has none.
    data: Option<PathBuf>,
    /// The folder that relative paths in the configuration start from.
    pub(super) config: Option<PathBuf>,
    /// The owner of the terminal, which a program may ask for.
    pub(super) owner: Owner,
    /// The programs that run for a secret.
    pub(super) programs: Programs,
    keep: AtomicU8,
    /// Tokens that wait for a decision, by profile.
    pub(super) waiting: Mutex<Vec<(String, SecretString)>>,
    /// Writes that are under way.
    pub(super) writes: Mutex<Vec<JoinHandle<()>>>,
    /// The reason why a token was not stored.
    pub(super) unkept: Mutex<Option<SecretError>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("data", &self.data).finish_non_exhaustive()
    }
}

/// The secrets that are kept of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SecretKind {
    ClientSecret,
    AccessToken,
    /// The token that the service issued.
    Issued,
}

impl SecretKind {
    const ALL: [Self; 3] = [Self::ClientSecret, Self::AccessToken, Self::Issued];

    fn name(self) -> &'static str {
        match self {
            Self::ClientSecret => "client-secret",
            Self::AccessToken => "access-token",
            Self::Issued => "issued-token",
        }
    }

    /// That of a key in the configuration.
    pub(super) fn of_key(key: &str) -> Self {
        if key == "access_token" { Self::AccessToken } else { Self::ClientSecret }
    }
}

impl Vault {
    /// A vault with this keyring and this folder for files; relative paths start in the folder of `config`.
    pub fn new(keyring: Arc<dyn Keyring>, data: Option<PathBuf>, config: Option<&Path>) -> Self {
        Self {
            keyring,
            data,
            config: config.and_then(Path::parent).map(Path::to_owned),
            owner: Owner::default(),
            programs: Programs::default(),
            keep: AtomicU8::new(0),
            waiting: Mutex::default(),
            writes: Mutex::default(),
            unkept: Mutex::default(),
        }
    }

    /// Makes the caller the owner of the terminal, who is asked before a program gets it.
    pub fn wishes(&self) -> mpsc::UnboundedReceiver<Wish> {
        self.owner.hear()
    }

    /// Ends all programs that still run for a secret, with everything that they have started. Called before vipmp exits.
    pub fn end_programs(&self) {
        self.programs.end_all();
    }

    /// Returns the treatment of tokens if there is no keyring.
    pub fn keep(&self) -> TokenStorage {
        match self.keep.load(Ordering::Acquire) {
            1 => TokenStorage::InFiles,
            2 => TokenStorage::InMemory,
            _ => TokenStorage::Undecided,
        }
    }

    /// Decides that. Tokens that waited for it are kept accordingly. Blocks.
    ///
    /// # Errors
    /// Fails if a file cannot be written.
    pub fn decide(&self, keep: TokenStorage) -> Result<(), SecretError> {
        let number = match keep {
            TokenStorage::Undecided => 0,
            TokenStorage::InFiles => 1,
            TokenStorage::InMemory => 2,
        };
        self.keep.store(number, Ordering::Release);
        let waiting = std::mem::take(&mut *self.waiting());
        if keep == TokenStorage::InFiles {
            for (profile, token) in waiting {
                self.write(&profile, SecretKind::Issued, &token)?;
            }
        }
        Ok(())
    }

    /// Returns true if a token waits for the decision.
    pub fn is_asking(&self) -> bool {
        self.keep() == TokenStorage::Undecided && !self.waiting().is_empty()
    }

    pub(super) fn waiting(&self) -> MutexGuard<'_, Vec<(String, SecretString)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until everything that was to be kept is.
    pub async fn settle(&self) {
        let writes = std::mem::take(&mut *self.writes.lock().unwrap_or_else(PoisonError::into_inner));
        for write in writes {
            // A fault in it costs the token's keeping, no more.
            let _ = write.await;
        }
    }

    /// Takes the reason why a token was not stored, if it has not been reported yet.
    pub fn take_unkept(&self) -> Option<SecretError> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The name of a keyring entry: `emea-prod/client-secret`.
    pub(super) fn entry(profile: &str, kind: SecretKind) -> String {
        format!("{profile}/{}", kind.name())
    }

    /// Returns the file that replaces an entry of the keyring.
    pub(super) fn file(&self, profile: &str, kind: SecretKind) -> Option<PathBuf> {
        let folder = self.data.as_ref()?.join("secrets");
        Some(folder.join(format!("{profile}.{}", kind.name())))
    }

    pub(super) fn write(
        &self,
        profile: &str,
        kind: SecretKind,
        secret: &SecretString,
    ) -> Result<PathBuf, SecretError> {
        let todo = "Set VIPMP_DATA_DIR to use another folder.";
        let path = self
            .file(profile, kind)
            .ok_or_else(|| SecretError::new("No folder for secrets was found", todo))?;
        files::write(&path, secret.expose_secret().as_bytes()).map_err(|error| {
            SecretError::new(format!("{} cannot be written: {error}", text::display_path(&path)), todo)
        })?;
        Ok(path)
    }

    /// Keeps a secret of a profile in the keyring; `key` is the configuration's key for it. Blocks.
    ///
    /// # Errors
    /// Fails if there is no keyring, or if it refuses.
    pub fn put_in_keyring(
        &self,
        profile: &str,
        key: &str,
        secret: &SecretString,
    ) -> Result<SecretSource, KeyringError> {
        self.keyring
            .set(&Self::entry(profile, SecretKind::of_key(key)), secret)
            .map(|()| SecretSource::Keyring)
    }

    /// Keeps a secret of a profile in a file that only its owner can read. Blocks.
    ///
    /// # Errors
    /// Fails if it cannot be written.
    pub fn put_in_file(
        &self,
        profile: &str,
        key: &str,
        secret: &SecretString,
    ) -> Result<SecretSource, SecretError> {
        self.write(profile, SecretKind::of_key(key), secret).map(SecretSource::File)
    }

    /// Removes everything that is kept of a profile here. Blocks.
    ///
    /// # Errors
    /// Fails if a part of it could not be removed.
    pub fn forget(&self, profile: &str) -> Result<(), SecretError> {
        self.waiting().retain(|(waiting, _)| waiting != profile);
        for kind in SecretKind::ALL {
            match self.keyring.delete(&Self::entry(profile, kind)) {
                // Where none runs, nothing can be in it that this program could reach.
                Ok(()) | Err(KeyringError::Unavailable(_)) => {}
                Err(error) => {
                    return Err(SecretError::new(
                        format!("The {} of {profile} is still in the keyring: {error}", kind.name()),
                        "Remove it there.",
                    ));
                }
            }
            if let Some(path) = self.file(profile, kind) {
                files::remove(&path).map_err(|error| {
                    let what = format!("{} cannot be removed: {error}", text::display_path(&path));
                    SecretError::new(what, "Remove it by hand.")
                })?;
            }
        }
        Ok(())
    }

    /// Removes the secrets of a profile that it no longer uses. Blocks.
    pub fn drop_unused(&self, profile: &str, sign_in: &SignIn) {
        for kind in [SecretKind::ClientSecret, SecretKind::AccessToken] {
            let is_used = SecretKind::of_key(sign_in.key()) == kind;
            if !(is_used && *sign_in.source() == SecretSource::Keyring) {
                // What stays behind where that fails is a secret that nobody reads.
                let _ = self.keyring.delete(&Self::entry(profile, kind));
            }
            let file = self.file(profile, kind);
            if let Some(path) = file.filter(|path| *sign_in.source() != SecretSource::File(path.clone())) {
                let _ = files::remove(&path);
            }
        }
    }

    /// Gives the secret that a profile has in the keyring to another name. Blocks.
    ///
    /// # Errors
    /// Fails if it cannot be read or stored under the new name. The old entry is then kept.
    pub fn rename(&self, from: &str, to: &str, sign_in: &SignIn) -> Result<(), SecretError> {
        if *sign_in.source() != SecretSource::Keyring {
            return Ok(());
        }
        let kind = SecretKind::of_key(sign_in.key());
        let noun = sign_in.noun();
        // A profile whose secret stays behind could not sign in under its new name.
        let secret = self.keyring.get(&Self::entry(from, kind)).map_err(|error| {
            let what = format!("The {noun} of {from} is in the keyring, but {error}");
            SecretError::new(what, "Unlock or start the keyring first; nothing was changed.")
        })?;
        let Some(secret) = secret else { return Ok(()) };
        self.keyring.set(&Self::entry(to, kind), &secret).map_err(|error| {
            let what = format!("The {noun} of {from} cannot be stored under the new name: {error}");
            SecretError::new(what, "Type it again.")
        })
    }

    /// Returns true if a keyring runs here: an entry that is not there can be asked for. Blocks.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check_keyring(&self) -> Result<(), KeyringError> {
        self.keyring.get("doctor").map(|_| ())
    }

    /// Returns true if a file is one of this vault's own.
    pub fn owns(&self, path: &Path) -> bool {
        self.data.as_ref().is_some_and(|data| path.starts_with(data.join("secrets")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MemoryKeyring, NoKeyring};
    use super::*;

    #[test]
    fn a_secret_is_kept_and_forgotten_with_its_profile() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Arc::new(MemoryKeyring::default());
        let vault = Vault::new(Arc::clone(&keyring) as Arc<dyn Keyring>, Some(folder.path().into()), None);
        let source = vault.put_in_keyring("emea", "client_secret", &"s".into()).unwrap();
        assert_eq!((source, keyring.names()), (SecretSource::Keyring, vec!["emea/client-secret".to_owned()]));
        vault.rename("emea", "north", &SignIn::ClientSecret(SecretSource::Keyring)).unwrap();
        vault.forget("emea").unwrap();
        assert_eq!(keyring.names(), ["north/client-secret"]);
        let SecretSource::File(path) = vault.put_in_file("emea", "access_token", &"t".into()).unwrap() else {
            panic!("a file")
        };
        assert!(vault.owns(&path) && path.ends_with("secrets/emea.access-token"));
        assert_eq!(
            (files::exposure_warning(&path), std::fs::read_to_string(&path).unwrap()),
            (None, "t".to_owned())
        );
        vault.drop_unused("emea", &SignIn::AccessToken(SecretSource::File(path.clone())));
        assert!(path.exists());
        vault.drop_unused("emea", &SignIn::ClientSecret(SecretSource::Env("X".into())));
        assert!(!path.exists());
    }

    #[test]
    fn without_a_keyring_that_is_said_and_nothing_else_fails() {
        let vault = Vault::new(Arc::new(NoKeyring), None, None);
        assert!(matches!(vault.check_keyring(), Err(KeyringError::Unavailable(_))));
        assert!(vault.put_in_keyring("a", "client_secret", &"s".into()).is_err());
        assert!(
            vault.put_in_file("a", "client_secret", &"s".into()).unwrap_err().todo.contains("VIPMP_DATA_DIR")
        );
        vault.forget("a").unwrap();
        vault.rename("a", "b", &SignIn::ClientSecret(SecretSource::Env("X".into()))).unwrap();
    }

    #[test]
    fn a_secret_that_cannot_be_read_keeps_its_profile_from_being_renamed() {
        let vault = Vault::new(Arc::new(NoKeyring), None, None);
        let error = vault.rename("a", "b", &SignIn::ClientSecret(SecretSource::Keyring)).unwrap_err();
        assert_eq!(
            error.what,
            "The client secret of a is in the keyring, but no keyring is available (none)"
        );
    }
}
