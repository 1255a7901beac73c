//! The secrets that the process knows, to be masked in everything that it writes.

use std::{
    borrow::Cow,
    sync::{Arc, PoisonError, RwLock},
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{HIDDEN, Redactor};

/// The maximum number of secrets: enough for those of several profiles and the latest tokens.
const MAX_SECRETS: usize = 64;

/// The secrets that were read, issued or sent so far. Clones share them, so the process needs only one.
#[derive(Debug, Clone, Default)]
pub struct KnownSecrets(Arc<RwLock<Arc<Redactor>>>);

impl KnownSecrets {
    /// Adds a secret. Beyond the maximum, the oldest one is forgotten.
    pub fn learn(&self, secret: &SecretString) {
        let is_known = |redactor: &Redactor| {
            redactor.secrets.iter().any(|known| known.expose_secret() == secret.expose_secret())
        };
        if secret.expose_secret().trim().is_empty() || is_known(&self.redactor()) {
            return;
        }
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let excess = (held.secrets.len() + 1).saturating_sub(MAX_SECRETS);
        let redactor = Redactor::new(held.secrets.iter().skip(excess).chain([secret]));
        *held = Arc::new(redactor);
    }

    /// Returns a redactor of all secrets known at present.
    pub fn redactor(&self) -> Arc<Redactor> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Masks the known secrets without ever blocking, as a panic hook must. If another thread is adding a secret at this
    /// moment, the whole text is masked.
    pub fn mask_without_blocking<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.0.try_read() {
            Ok(redactor) => redactor.mask(text),
            Err(std::sync::TryLockError::Poisoned(redactor)) => redactor.into_inner().mask(text),
            Err(std::sync::TryLockError::WouldBlock) => Cow::Borrowed(HIDDEN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secrets_are_masked_and_the_oldest_is_forgotten_first() {
        let known = KnownSecrets::default();
        let clone = known.clone();
        for number in 0..=MAX_SECRETS {
            clone.learn(&format!("secret-{number:04}").into());
            clone.learn(&format!("secret-{number:04}").into());
        }
        let text = format!("secret-0000 secret-0001 secret-{MAX_SECRETS:04}");
        assert_eq!(known.redactor().mask(&text), "secret-0000 •••• ••••");
        assert_eq!(known.mask_without_blocking("secret-0001!"), "••••!");
        assert!(!format!("{known:?}").contains("0001"));
    }

    #[test]
    fn a_panic_hook_does_not_wait() {
        let known = KnownSecrets::default();
        known.learn(&"s3cr3t-x".into());
        let writing = known.0.write().unwrap();
        assert_eq!(known.mask_without_blocking("anything"), HIDDEN);
        drop(writing);
        assert_eq!(known.mask_without_blocking("anything"), "anything");
    }
}
