//! The issued token of a profile from one start to the next.

use std::{
    fmt,
    sync::{Arc, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt as _, future::BoxFuture};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{KeyringError, MAX_SECRET, SecretError, TokenStorage, Vault, vault::SecretKind};
use crate::{
    api::{AccessToken, CachedToken, TokenCache},
    config::Profile,
    files,
};

/// The token that was issued for a profile, kept in the keyring, or else as [`TokenStorage`] says.
#[derive(Clone)]
pub struct ProfileTokens {
    vault: Arc<Vault>,
    profile: String,
    /// For whom, and by whom: a token of other credentials is none of ours.
    issued_for: String,
}

impl fmt::Debug for ProfileTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileTokens").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// The stored token, as JSON. Seconds since 1970, by this machine's clock.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    issued_for: String,
    received_at: u64,
    ends_at: u64,
    access_token: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.access_token);
    }
}

const VERSION: u32 = 1;

impl ProfileTokens {
    /// The place for the tokens of a profile.
    pub fn new(vault: Arc<Vault>, name: &str, profile: &Profile) -> Self {
        let issued_for = format!("{} at {}", profile.client_id, profile.token_url);
        Self { vault, profile: name.to_owned(), issued_for }
    }

    fn read(&self) -> Option<CachedToken> {
        let entry = Vault::entry(&self.profile, SecretKind::Issued);
        let text = if let Ok(Some(text)) = self.vault.keyring.get(&entry) {
            text
        } else {
            let path = self.vault.file(&self.profile, SecretKind::Issued)?;
            files::read_text(&path, MAX_SECRET).ok()??.into()
        };
        let kept: Kept = serde_json::from_str(text.expose_secret()).ok()?;
        if kept.version != VERSION || kept.issued_for != self.issued_for {
            return None;
        }
        let at = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        Some(CachedToken {
            token: AccessToken::new(kept.access_token.as_str().into()),
            received_at: at(kept.received_at)?,
            expires_at: at(kept.ends_at)?,
        })
    }

    fn write(&self, token: &CachedToken) {
        let seconds =
            |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let kept = Kept {
            version: VERSION,
            issued_for: self.issued_for.clone(),
            received_at: seconds(token.received_at),
            ends_at: seconds(token.expires_at),
            access_token: token.token.secret().expose_secret().to_owned(),
        };
        let Ok(text) = serde_json::to_string(&kept) else { return };
        let text = SecretString::from(text);
        let entry = Vault::entry(&self.profile, SecretKind::Issued);
        match self.vault.keyring.set(&entry, &text) {
            Ok(()) => {}
            Err(KeyringError::Unavailable(_) | KeyringError::Unasked(_) | KeyringError::Refused(_)) => {
                self.without_keyring(text);
            }
        }
    }

    fn without_keyring(&self, text: SecretString) {
        match self.vault.keep() {
            TokenStorage::InFiles => {
                if let Err(error) = self.vault.write(&self.profile, SecretKind::Issued, &text) {
                    let what = format!("The access token is forgotten when vipmp exits: {}", error.what);
                    let mut unkept = self.vault.unkept.lock().unwrap_or_else(PoisonError::into_inner);
                    *unkept = Some(SecretError { what, ..error });
                }
            }
            TokenStorage::InMemory => {}
            TokenStorage::Undecided => {
                let mut waiting = self.vault.waiting();
                waiting.retain(|(profile, _)| *profile != self.profile);
                waiting.push((self.profile.clone(), text));
            }
        }
    }
}

impl TokenCache for ProfileTokens {
    fn load(&self) -> BoxFuture<'_, Option<CachedToken>> {
        let this = self.clone();
        async move { tokio::task::spawn_blocking(move || this.read()).await.ok().flatten() }.boxed()
    }

    fn store(&self, token: CachedToken) {
        let this = self.clone();
        let write = tokio::task::spawn_blocking(move || this.write(&token));
        let mut writes = self.vault.writes.lock().unwrap_or_else(PoisonError::into_inner);
        writes.retain(|write| !write.is_finished());
        writes.push(write);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Keyring, MemoryKeyring, NoKeyring};
    use super::*;
    use crate::config::SecretSource;

    fn profile(client_id: &str) -> Profile {
        Profile::sandbox(client_id, SecretSource::Keyring)
    }

    fn token() -> CachedToken {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        CachedToken {
            token: AccessToken::new("t0k3n".into()),
            received_at: at(1_800_000_000),
            expires_at: at(1_800_086_400),
        }
    }

    fn told(cached: &CachedToken) -> (&str, SystemTime, SystemTime) {
        (cached.token.secret().expose_secret(), cached.received_at, cached.expires_at)
    }

    async fn round(vault: &Arc<Vault>) -> Option<CachedToken> {
        let tokens = ProfileTokens::new(Arc::clone(vault), "emea", &profile("c"));
        tokens.store(token());
        vault.settle().await;
        assert!(!format!("{tokens:?}{vault:?}").contains("t0k3n"));
        let others = ProfileTokens::new(Arc::clone(vault), "emea", &profile("other"));
        assert!(others.load().await.is_none(), "a token of other credentials is none of ours");
        tokens.load().await
    }

    #[tokio::test]
    async fn the_keyring_keeps_the_token_with_its_times() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Arc::new(MemoryKeyring::default());
        let vault = Vault::new(Arc::clone(&keyring) as Arc<dyn Keyring>, Some(folder.path().into()), None);
        let vault = Arc::new(vault);
        assert_eq!(told(&round(&vault).await.unwrap()), told(&token()));
        assert_eq!(keyring.names(), ["emea/issued-token"]);
        assert!(!vault.is_asking() && !folder.path().join("secrets").exists());
        vault.forget("emea").unwrap();
        assert_eq!(keyring.names(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn without_a_keyring_the_person_is_asked_before_a_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(Vault::new(Arc::new(NoKeyring), Some(folder.path().into()), None));
        let file = folder.path().join("secrets/emea.issued-token");
        assert!(round(&vault).await.is_none());
        assert!(vault.is_asking() && !file.exists());
        vault.decide(TokenStorage::InFiles).unwrap();
        assert!(!vault.is_asking() && files::exposure_warning(&file).is_none() && file.exists());
        assert_eq!(told(&round(&vault).await.unwrap()), told(&token()));
        vault.forget("emea").unwrap();
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written_is_told_once_and_costs_the_keeping() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secrets"), "").unwrap();
        let vault = Arc::new(Vault::new(Arc::new(NoKeyring), Some(folder.path().into()), None));
        vault.decide(TokenStorage::InFiles).unwrap();
        assert!(round(&vault).await.is_none());
        let told = vault.take_unkept().unwrap().to_string();
        assert!(
            told.starts_with("The access token is forgotten when vipmp exits: ") && !told.contains("t0k3n"),
            "{told}"
        );
        assert_eq!(vault.take_unkept(), None);
    }

    #[tokio::test]
    async fn whoever_wants_no_file_gets_none() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(Vault::new(Arc::new(NoKeyring), Some(folder.path().into()), None));
        vault.decide(TokenStorage::InMemory).unwrap();
        assert!(round(&vault).await.is_none() && !vault.is_asking());
        assert!(!folder.path().join("secrets").exists());
    }

    #[tokio::test]
    async fn a_file_that_is_no_token_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(Vault::new(Arc::new(NoKeyring), Some(folder.path().into()), None));
        let tokens = ProfileTokens::new(Arc::clone(&vault), "emea", &profile("c"));
        for text in ["", "{", "{\"version\": 2}", "[]", "\u{0}"] {
            files::write(&folder.path().join("secrets/emea.issued-token"), text.as_bytes()).unwrap();
            assert!(tokens.load().await.is_none(), "{text:?}");
        }
    }
}
