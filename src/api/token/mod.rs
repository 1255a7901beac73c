//! Sources of access tokens: the token service, asked once however many want one, or a token brought ready.

mod answer;
mod brought;
mod cache;
mod credentials;

use std::{fmt, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

pub use brought::{ExternalToken, FixedToken};
pub use cache::{CachedToken, TokenCache};
pub use credentials::{ClientCredentials, TokenConfig};

use super::{error::ApiError, patience::Wait};
use crate::redact::HIDDEN;

/// An access token. Two are equal only where one is a clone of the other: the service may well issue the same text
/// twice.
#[derive(Clone)]
pub struct AccessToken(Arc<SecretString>);

impl AccessToken {
    /// A token with this text.
    pub fn new(text: SecretString) -> Self {
        Self(Arc::new(text))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Its text.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for AccessToken {}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken({HIDDEN})")
    }
}

/// The answer of a [`TokenProvider`] or a [`SecretProvider`], once it can give one.
pub type TokenFuture<'a, T> = BoxFuture<'a, Result<T, ApiError>>;

/// A source of access tokens.
pub trait TokenProvider: fmt::Debug + Send + Sync {
    /// A token that is good as far as is known.
    fn token(&self) -> TokenFuture<'_, AccessToken>;

    /// Another token than the one that the API refused; `None` where there is no other to be had.
    fn renew<'a>(&'a self, refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>>;

    /// Returns the reason why a sign-in waits, if it may wait: nothing while it goes on.
    fn waits(&self) -> Option<watch::Receiver<Option<Wait>>> {
        None
    }
}

/// A place where a secret is kept. It is asked each time that the secret is needed, so that a changed one is noticed.
pub trait SecretProvider: fmt::Debug + Send + Sync {
    /// The secret.
    fn secret(&self) -> TokenFuture<'_, SecretString>;
}

/// A secret that is at hand.
#[derive(Clone)]
pub struct FixedSecret(SecretString);

impl FixedSecret {
    /// A provider of this secret.
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for FixedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FixedSecret({HIDDEN})")
    }
}

impl SecretProvider for FixedSecret {
    fn secret(&self) -> TokenFuture<'_, SecretString> {
        std::future::ready(Ok(self.0.clone())).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_another_one_even_with_the_same_text() {
        let token = AccessToken::new("t".into());
        assert_eq!(token, token.clone());
        assert_ne!(token, AccessToken::new("t".into()));
    }
}
