//! Access tokens: from the token service, or made by another tool.

mod cache;
mod credentials;
mod external;
mod response;

use std::{fmt, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

pub use cache::{CachedToken, TokenCache};
pub use credentials::{ClientCredentials, TokenConfig};
pub use external::{ExternalToken, FixedToken};

use super::{error::ApiError, retry::Wait};
use crate::redact::HIDDEN;

/// An access token.
///
/// Two tokens are equal only if one is a clone of the other, since the service may issue the same text twice.
#[derive(Clone)]
pub struct AccessToken(Arc<SecretString>);

impl AccessToken {
    /// Creates a token with this text.
    pub fn new(text: SecretString) -> Self {
        Self(Arc::new(text))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the text of the token.
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

/// The pending result of a [`TokenProvider`] or a [`SecretProvider`].
pub type TokenFuture<'a, T> = BoxFuture<'a, Result<T, ApiError>>;

/// A source of access tokens.
pub trait TokenProvider: fmt::Debug + Send + Sync {
    /// Returns a token that is valid as far as is known.
    fn token(&self) -> TokenFuture<'_, AccessToken>;

    /// Returns a token to replace one that the API refused; `None` if there is no other.
    fn renew<'a>(&'a self, refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>>;

    /// Returns a channel with the current wait of the sign-in, if this provider signs in.
    fn watch_waits(&self) -> Option<watch::Receiver<Option<Wait>>> {
        None
    }
}

/// A place where a secret is stored. It is read each time the secret is needed, so that a change takes effect.
pub trait SecretProvider: fmt::Debug + Send + Sync {
    /// Reads the secret.
    fn secret(&self) -> TokenFuture<'_, SecretString>;
}

/// A secret in memory.
#[derive(Clone)]
pub struct FixedSecret(SecretString);

impl FixedSecret {
    /// Creates a provider of this secret.
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
    fn tokens_with_the_same_text_differ() {
        let token = AccessToken::new("t".into());
        assert_eq!(token, token.clone());
        assert_ne!(token, AccessToken::new("t".into()));
    }
}
