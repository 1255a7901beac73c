//! Loading a profile's secret from where the configuration says it is stored.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use secrecy::{ExposeSecret as _, SecretString};

use super::{KeyringError, MAX_SECRET, SecretError, Vault, command, text::read_secret, vault::SecretKind};
use crate::{
    api::{SecretProvider, TokenFuture},
    config::{SecretSource, SignIn},
    files, text,
};

/// The time limit for a secret that is read from a pipe.
const PATIENCE: Duration = Duration::from_secs(5);

/// The client secret, or the brought token, of a profile. Read again each time, so that a changed one is noticed.
#[derive(Debug, Clone)]
pub struct ProfileSecret {
    vault: Arc<Vault>,
    profile: String,
    sign_in: SignIn,
}

impl ProfileSecret {
    /// The secret that this profile signs in with.
    pub fn new(vault: Arc<Vault>, profile: &str, sign_in: &SignIn) -> Self {
        Self { vault, profile: profile.to_owned(), sign_in: sign_in.clone() }
    }

    /// Reads it.
    ///
    /// # Errors
    /// Fails if the secret is missing or cannot be read.
    pub async fn read(&self) -> Result<SecretString, SecretError> {
        let (noun, name) = (self.sign_in.noun(), &self.profile);
        let failed = |what: String, todo: &str| Err(SecretError::new(what, todo));
        let (text, place) = match self.sign_in.source() {
            SecretSource::Inline(literal) => (literal.secret().clone(), "in the configuration".to_owned()),
            SecretSource::Env(variable) => match std::env::var(variable) {
                Ok(text) if !text.trim().is_empty() => (text.into(), format!("in the variable {variable}")),
                _ => {
                    return failed(
                        format!(
                            "The environment variable {variable}, which should contain the {noun} of {name}, is not set"
                        ),
                        "Set it before you start vipmp.",
                    );
                }
            },
            SecretSource::Command(words) => return command::run(words, &self.vault, noun).await,
            SecretSource::File(path) => {
                let path = self.expand(path.clone());
                let shown = text::display_path(&path);
                let read = read_file(path).await;
                let todo = "Check the path and its permissions.";
                match read {
                    Ok(Ok(Some(text))) if text.trim().is_empty() => {
                        return failed(
                            format!("{shown}, which should contain the {noun} of {name}, is empty"),
                            todo,
                        );
                    }
                    Ok(Ok(Some(text))) => (text.into(), format!("in {shown}")),
                    Ok(Ok(None)) => {
                        return failed(
                            format!("{shown}, which should contain the {noun} of {name}, does not exist"),
                            todo,
                        );
                    }
                    Ok(Err(error)) => return failed(format!("{shown} cannot be read: {error}"), todo),
                    Err(_) => return failed(format!("{shown} cannot be read"), todo),
                }
            }
            SecretSource::Keyring => {
                let (vault, entry) =
                    (Arc::clone(&self.vault), Vault::entry(name, SecretKind::of_key(self.sign_in.key())));
                let got = tokio::task::spawn_blocking(move || vault.keyring.get(&entry)).await;
                match got.unwrap_or_else(|_| Err(KeyringError::Unavailable("an internal error".to_owned()))) {
                    Ok(Some(secret)) => (secret, "in the keyring".to_owned()),
                    Ok(None) => {
                        return failed(
                            format!("The keyring has no {noun} of {name}"),
                            "Edit the profile and type it again.",
                        );
                    }
                    Err(error) => {
                        return failed(
                            format!("The {noun} of {name} is in the keyring, but {error}"),
                            "Unlock or start the keyring, or keep the secret elsewhere: edit the profile.",
                        );
                    }
                }
            }
        };
        let is_token = matches!(self.sign_in, SignIn::AccessToken(_));
        read_secret(text.expose_secret(), is_token).map_err(|flaw| {
            SecretError::new(format!("The {noun} of {name} {place} {}", flaw.words()), flaw.todo())
        })
    }

    /// A path as the configuration means it: `~/` is the home folder, others start at the configuration's folder.
    fn expand(&self, path: PathBuf) -> PathBuf {
        files::expand_home(&path).unwrap_or_else(|| match &self.vault.config {
            Some(folder) => folder.join(path),
            None => path,
        })
    }

    /// Returns a warning with a fix if the secret is in a file that others can read.
    pub fn exposure(&self) -> Option<String> {
        let SecretSource::File(path) = self.sign_in.source() else { return None };
        let path = self.expand(path.clone());
        files::exposure_warning(&path).map(|words| format!("{}: {words}", text::display_path(&path)))
    }
}

/// Reads a file with a secret. One on a disk that does not answer is given up too.
async fn read_file(path: PathBuf) -> Result<io::Result<Option<String>>, tokio::task::JoinError> {
    let limit = 2 * PATIENCE;
    let read = tokio::task::spawn_blocking(move || files::read_file_or_pipe(&path, MAX_SECRET, PATIENCE));
    tokio::time::timeout(limit, read).await.unwrap_or_else(|_| {
        let words = format!("it could not be read within {} s", limit.as_secs());
        Ok(Err(io::Error::new(io::ErrorKind::TimedOut, words)))
    })
}

impl SecretProvider for ProfileSecret {
    fn secret(&self) -> TokenFuture<'_, SecretString> {
        async move { Ok(self.read().await?) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Keyring, MemoryKeyring, NoKeyring};
    use super::*;
    use crate::config::InlineSecret;

    async fn read(vault: Vault, source: SecretSource) -> Result<String, String> {
        let secret = ProfileSecret::new(Arc::new(vault), "emea", &SignIn::ClientSecret(source)).read().await;
        secret.map(|secret| secret.expose_secret().to_owned()).map_err(|error| error.what)
    }

    #[tokio::test]
    async fn every_source_gives_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("s"), "from a file\n").unwrap();
        let vault = || {
            let keyring = MemoryKeyring::default();
            keyring.set("emea/client-secret", &"from the keyring".into()).unwrap();
            Vault::new(Arc::new(keyring), None, Some(&folder.path().join("config.toml")))
        };
        let echo = ["printf", "from a program"].map(str::to_owned).to_vec();
        for (source, secret) in [
            (SecretSource::Keyring, "from the keyring"),
            (SecretSource::File("s".into()), "from a file"),
            (SecretSource::File(folder.path().join("s")), "from a file"),
            (SecretSource::Command(echo), "from a program"),
            (SecretSource::Inline(InlineSecret::new("from the configuration")), "from the configuration"),
        ] {
            assert_eq!(read(vault(), source).await.unwrap(), secret);
        }
        // Tests share the environment, so one that is there anyway has to do.
        let path = std::env::var("PATH").unwrap();
        assert_eq!(read(vault(), SecretSource::Env("PATH".into())).await.unwrap(), path);
    }

    #[tokio::test]
    async fn what_is_missing_is_told_in_plain_words() {
        let folder = tempfile::tempdir().unwrap();
        let vault = || Vault::new(Arc::new(MemoryKeyring::default()), None, None);
        let missing = folder.path().join("s");
        std::fs::write(folder.path().join("empty"), "\n").unwrap();
        for (vault, source, what) in [
            (vault(), SecretSource::Keyring, "The keyring has no client secret of emea".to_owned()),
            (
                Vault::new(Arc::new(NoKeyring), None, None),
                SecretSource::Keyring,
                "The client secret of emea is in the keyring, but no keyring is available (none)".to_owned(),
            ),
            (
                vault(),
                SecretSource::Env("VIPMP_NOT_SET".into()),
                "The environment variable VIPMP_NOT_SET, which should contain the client secret of emea, is not set"
                    .to_owned(),
            ),
            (
                vault(),
                SecretSource::File(missing.clone()),
                format!("{}, which should contain the client secret of emea, does not exist", missing.display()),
            ),
            (
                vault(),
                SecretSource::File(folder.path().join("empty")),
                format!(
                    "{}, which should contain the client secret of emea, is empty",
                    folder.path().join("empty").display()
                ),
            ),
        ] {
            assert_eq!(read(vault, source).await.unwrap_err(), what);
        }
    }
}
